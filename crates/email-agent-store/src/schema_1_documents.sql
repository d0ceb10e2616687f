-- Small things of which there is one each, as JSON: what a person has set.
CREATE TABLE documents (
    name TEXT PRIMARY KEY,
    json TEXT NOT NULL
) STRICT;
