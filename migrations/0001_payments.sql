-- The hotel's payment tables, with the names that its programs use, and the ledger that is the truth behind
-- their columns `used` and `codreser`. Amounts of the ledger are in thousandths of the currency unit; those of the
-- hotel's tables as the hotel writes them, in units with two decimals.

CREATE TABLE compraclick (
    autorizacion TEXT PRIMARY KEY NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    currency     TEXT NOT NULL,
    payer        TEXT NOT NULL,
    paid_on      TEXT,
    used         NUMERIC NOT NULL DEFAULT 0 CHECK (used >= 0 AND round(used * 100) <= amount_cents),
    codreser     TEXT,
    dateused     TEXT
);

CREATE TABLE bac (
    id           TEXT PRIMARY KEY NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    currency     TEXT NOT NULL,
    payer        TEXT NOT NULL,
    paid_on      TEXT,
    used         NUMERIC NOT NULL DEFAULT 0 CHECK (used >= 0 AND round(used * 100) <= amount_cents),
    codreser     TEXT,
    dateused     TEXT
);

-- Append-only: no program updates or deletes a row, and triggers see to it. `entry` is the entry as the core reads
-- it; the other columns are derived from it, for people and for reports.
CREATE TABLE ledger (
    method    TEXT    NOT NULL,
    reference TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    entry     TEXT    NOT NULL CHECK (json_valid(entry)),
    operation TEXT    NOT NULL GENERATED ALWAYS AS (json_extract(entry, '$.operation')) STORED,
    kind      TEXT    NOT NULL GENERATED ALWAYS AS (json_extract(entry, '$.kind')) STORED,
    claim     TEXT    GENERATED ALWAYS AS (json_extract(entry, '$.claim')) STORED,
    booking   TEXT    GENERATED ALWAYS AS (json_extract(entry, '$.booking')) STORED,
    line      INTEGER GENERATED ALWAYS AS (json_extract(entry, '$.line')) STORED,
    code      TEXT    GENERATED ALWAYS AS (json_extract(entry, '$.code')) STORED,
    mills     INTEGER NOT NULL GENERATED ALWAYS AS (json_extract(entry, '$.amount')) STORED,
    at_ms     INTEGER NOT NULL GENERATED ALWAYS AS (json_extract(entry, '$.at')) STORED,
    PRIMARY KEY (method, reference, seq)
);
CREATE INDEX ledger_by_booking ON ledger (booking) WHERE booking IS NOT NULL;

CREATE TRIGGER ledger_is_never_updated BEFORE UPDATE ON ledger
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_never_deleted BEFORE DELETE ON ledger
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
