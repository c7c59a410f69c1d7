-- Signed requests that were taken, each once: until the second in which its timestamp is surely too old to be taken.
CREATE TABLE request_nonces (
    key_id       TEXT NOT NULL,
    nonce        TEXT NOT NULL,
    kept_until_s INTEGER NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
CREATE INDEX request_nonces_by_end ON request_nonces (kept_until_s);
