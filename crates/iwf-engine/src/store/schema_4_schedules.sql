-- Schema 4: workflows that are started whenever their time comes round.

CREATE TABLE schedules (
  workflow_id TEXT PRIMARY KEY,
  -- What is started, the expression, and the next instant.
  schedule    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
