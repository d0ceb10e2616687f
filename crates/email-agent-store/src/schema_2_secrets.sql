-- Passwords and keys, each encrypted under the key of the installation. The name is that of the
-- document it belongs to.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;
