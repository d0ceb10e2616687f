-- What the password of this installation is checked against; no row while none is set.
CREATE TABLE password (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    hash TEXT NOT NULL
) STRICT;

-- Browsers and programs that are signed in. Each holds a random key, which itself is not kept here.
CREATE TABLE sessions (
    key_sha256 BLOB PRIMARY KEY,
    -- Unix seconds.
    ends INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
