-- Whom a person writes to. `address` is in lower case with the domain as the network knows it, so that
-- each mailbox stands here once; `written` is the address as people read it.
CREATE TABLE contacts (
    address TEXT PRIMARY KEY,
    written TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Name and address without case and accents, to search in.
    folded TEXT NOT NULL,
    -- 'sent': learnt from an email; 'you': written by the person, and not overwritten by emails.
    source TEXT NOT NULL,
    -- Seconds since 1970, null if never used.
    first_used INTEGER,
    last_used INTEGER,
    times_used INTEGER NOT NULL
) STRICT;
CREATE INDEX contacts_by_use ON contacts (times_used DESC, last_used DESC, address);
