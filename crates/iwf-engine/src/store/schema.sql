-- Schema 1. Times are milliseconds since the Unix epoch unless they say otherwise.

-- One row per run. `settings` never changes; `head` holds everything small that does, so that a
-- transition usually rewrites this one row.
CREATE TABLE runs (
  -- Rises with every start: the highest of a workflow id is its current run.
  run_key             INTEGER PRIMARY KEY,
  -- 16 bytes, big-endian, as in the UUID; the low 48 bits are run_key.
  run_id              BLOB    NOT NULL,
  workflow_id         TEXT    NOT NULL,
  -- Also the search attribute IwfWorkflowType.
  workflow_type       TEXT    NOT NULL,
  -- 0 running, 1 completed, 2 failed, 3 timed out, 4 terminated, 5 canceled, 6 continued as new.
  status              INTEGER NOT NULL,
  started_at          INTEGER NOT NULL,
  -- NULL while running.
  closed_at           INTEGER,
  -- When somebody must look at the run; in the past while a worker call is owed. NULL: never.
  due_at              INTEGER,
  -- The search attribute IwfExecutingStateIds: a JSON array of texts, NULL when it is empty.
  -- In the mode DISABLED it is NULL, and search_attributes may hold rows of that name instead.
  executing_state_ids TEXT,
  settings            BLOB    NOT NULL,
  head                BLOB    NOT NULL
) STRICT;

CREATE INDEX runs_by_workflow ON runs (workflow_id);
CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;
-- The order in which closed runs are listed. Costs a sleeping run nothing.
CREATE INDEX runs_closed ON runs (closed_at) WHERE closed_at IS NOT NULL;

-- State executions that are too many or too large for the head.
CREATE TABLE executions (
  run_key   INTEGER NOT NULL,
  slot      INTEGER NOT NULL,
  execution BLOB    NOT NULL,
  PRIMARY KEY (run_key, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE data_attributes (
  run_key INTEGER NOT NULL,
  key     TEXT    NOT NULL,
  -- NULL is a key without a value.
  value   BLOB,
  PRIMARY KEY (run_key, key)
) STRICT, WITHOUT ROWID;

-- Messages that nobody has taken yet, in the order they came.
CREATE TABLE messages (
  run_key  INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  -- 0 signal, 1 internal.
  kind     INTEGER NOT NULL,
  channel  TEXT    NOT NULL,
  value    BLOB,
  PRIMARY KEY (run_key, sequence)
) STRICT, WITHOUT ROWID;

-- The search index; what workers see of search attributes is in the head. A list has one row per
-- element. Runs keep their rows when they close.
CREATE TABLE search_attributes (
  run_key INTEGER NOT NULL,
  name    TEXT    NOT NULL,
  -- Counts the elements of a list from 0; 0 for all other types.
  ordinal INTEGER NOT NULL,
  -- 0 keyword, 1 text, 2 datetime, 3 int, 4 double, 5 bool, 6 keyword array.
  type    INTEGER NOT NULL,
  -- TEXT for 0, 1 and 6; INTEGER for 3; REAL for 4; INTEGER 0 or 1 for 5;
  -- INTEGER nanoseconds since the Unix epoch for 2.
  value   ANY     NOT NULL,
  PRIMARY KEY (run_key, name, ordinal)
) STRICT, WITHOUT ROWID;

CREATE INDEX search_by_value ON search_attributes (name, value);

-- Completions of states that somebody announced to wait for.
CREATE TABLE completions (
  workflow_id  TEXT    NOT NULL,
  -- `execution A-1`, or `state A key K`.
  key          TEXT    NOT NULL,
  completed_at INTEGER NOT NULL,
  PRIMARY KEY (workflow_id, key)
) STRICT, WITHOUT ROWID;
