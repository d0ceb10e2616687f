-- Schema 3. Every value is sealed with a checksum (store/encode.rs); that of a run's head covers
-- all columns of its row. A data attribute or a message without a value is a sealed value, too.

-- Of the workflow id, the key and the time.
ALTER TABLE completions ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
