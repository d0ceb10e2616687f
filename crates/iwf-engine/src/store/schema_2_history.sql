-- Schema 2: the history of each run.

-- What one commit recorded of one run. Rows only ever go to the end of the table, so that runs
-- that change together share pages; they are found through the run's head, which names the last
-- row, and from there backwards.
CREATE TABLE history (
  id       INTEGER PRIMARY KEY,
  run_key  INTEGER NOT NULL,
  -- The row before; NULL where the history begins.
  previous INTEGER,
  -- Of the first event here. Events are numbered from 1 per run.
  number   INTEGER NOT NULL,
  events   BLOB    NOT NULL,
  -- The run after these events, where the history does not begin with the start of the run.
  snapshot BLOB
) STRICT;

-- What is not needed any more and goes away, a few rows at a time.
CREATE TABLE garbage (
  id          INTEGER PRIMARY KEY,
  run_key     INTEGER NOT NULL,
  -- Set if the run is gone: then its attributes go, too, and the completions of its workflow if
  -- that has no run left.
  workflow_id TEXT,
  -- The last row of a history; it and those before it go.
  history_row INTEGER
) STRICT;
