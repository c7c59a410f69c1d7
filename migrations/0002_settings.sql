-- The hotel's settings as they were last loaded. One deployment is one hotel, hence one row.
CREATE TABLE settings (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    version   TEXT NOT NULL,
    document  TEXT NOT NULL CHECK (json_valid(document)),
    loaded_ms INTEGER NOT NULL
);

-- Attempts on the public route whose payment reference or evidence was wrong. `subject` is a hash of the client or
-- of the reference; five in a day close the route for it.
CREATE TABLE evidence_failures (
    id      INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    at_ms   INTEGER NOT NULL,
    is_open INTEGER NOT NULL
);
CREATE INDEX evidence_failures_by_subject ON evidence_failures (subject, at_ms);
