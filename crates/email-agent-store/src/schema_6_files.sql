-- Files that go with emails, those of older versions included: a version may be brought back. An email
-- names its files by id and checksum, so a row never changes; it goes when the email is erased.
CREATE TABLE files (
    email TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    -- Last, so that whoever counts the others does not read it.
    bytes BLOB NOT NULL,
    PRIMARY KEY (email, id)
) STRICT;
