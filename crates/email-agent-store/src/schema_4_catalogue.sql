-- One row for each email, for the list. What the workflow knows of it is a copy, ordered by revisions;
-- name, pin, archive and bin belong to the person and are nowhere else.
CREATE TABLE catalogue (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    change INTEGER NOT NULL DEFAULT 1,

    states_revision INTEGER NOT NULL,
    book_revision INTEGER NOT NULL,
    canceled INTEGER NOT NULL,
    stage TEXT NOT NULL,
    recipients TEXT NOT NULL,
    title TEXT NOT NULL,
    send_at TEXT,
    started_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,

    name TEXT NOT NULL DEFAULT '',
    unpinned INTEGER NOT NULL DEFAULT 1,
    archived INTEGER NOT NULL DEFAULT 0,
    deleted_ms INTEGER,

    -- The order of the list: everything ascending, so that one comparison finds the next page.
    rank INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    newest INTEGER NOT NULL GENERATED ALWAYS AS (-changed_ms) VIRTUAL,
    place INTEGER NOT NULL GENERATED ALWAYS AS (CASE WHEN deleted_ms IS NOT NULL THEN 2 ELSE archived END) VIRTUAL
) STRICT;

-- With the stage at its end, a filter reads nothing but the index until a page is full.
CREATE INDEX catalogue_order ON catalogue (place, unpinned, rank, next_ms, newest, number, stage);
CREATE INDEX catalogue_deleted ON catalogue (deleted_ms) WHERE deleted_ms IS NOT NULL;

-- What a search looks through, by the number of the row.
CREATE VIRTUAL TABLE catalogue_words USING fts5(
    recipients, title, name, body,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);
-- What is taken out of it is really gone.
INSERT INTO catalogue_words (catalogue_words, rank) VALUES ('secure-delete', 1);

-- Emails that were erased: the engine may remember them longer than we do.
CREATE TABLE erased (
    id TEXT PRIMARY KEY
) STRICT;
