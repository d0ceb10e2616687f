-- Mails that have begun to leave: counted for the limits, and never begun twice by mistake.
CREATE TABLE sends (
    message_id  TEXT PRIMARY KEY,
    -- When it was let through first, in milliseconds since the Unix epoch.
    begun_at    INTEGER NOT NULL,
    -- The highest attempt that was handed to the mail server, and when; 0 for none yet.
    attempt     INTEGER NOT NULL DEFAULT 0,
    handed_at   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sends_begun ON sends (begun_at);
