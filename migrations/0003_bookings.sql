-- One row for every booking that was begun: for staff, and for the sweeper, which finds bookings by it that nobody goes
-- on with. The journal is the truth; a row that was not written is repaired from it. It names nobody.
CREATE TABLE bookings (
    id           TEXT PRIMARY KEY NOT NULL,
    created_ms   INTEGER NOT NULL,
    updated_ms   INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN
                   ('in_progress', 'booked', 'partly_booked', 'not_booked', 'needs_staff', 'refused')),
    -- Why people must look at it, as the journal has it.
    reasons      TEXT    NOT NULL CHECK (json_valid(reasons)),
    check_in     TEXT    NOT NULL,
    check_out    TEXT    NOT NULL,
    rooms_asked  INTEGER NOT NULL,
    rooms_booked INTEGER NOT NULL,
    codes        TEXT    NOT NULL CHECK (json_valid(codes)),
    method       TEXT    NOT NULL,
    reference    TEXT    NOT NULL,
    -- A keyed digest of who books what: equal ones are about the same.
    content      TEXT,
    -- When the booking's object looks at it again by itself; none once it has ended.
    next_look_ms INTEGER,
    -- Since when a step of it could not be carried out.
    delayed_ms   INTEGER,
    -- When the sweeper last compared it with its object.
    checked_ms   INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX bookings_by_state ON bookings (state, created_ms);
CREATE INDEX bookings_by_creation ON bookings (created_ms);
CREATE INDEX bookings_by_payment ON bookings (method, reference);
CREATE INDEX bookings_by_check ON bookings (checked_ms);

-- What the sweeper found and people must look at, apart from bookings that say so themselves. Found again, it is the
-- same finding.
CREATE TABLE findings (
    id          INTEGER PRIMARY KEY,
    kind        TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    booking     TEXT,
    detail      TEXT    NOT NULL CHECK (json_valid(detail)),
    found_ms    INTEGER NOT NULL,
    resolved_ms INTEGER,
    resolved_by TEXT,
    note        TEXT,
    UNIQUE (kind, subject)
);

-- Where the sweeper goes on next time.
CREATE TABLE sweeper (
    name     TEXT PRIMARY KEY NOT NULL,
    position TEXT NOT NULL
) WITHOUT ROWID;

-- What the sweeper looks for in the ledger: claims that ended or should have.
CREATE INDEX ledger_by_claim ON ledger (claim, seq) WHERE claim IS NOT NULL;
CREATE INDEX ledger_by_expiry ON ledger (json_extract(entry, '$.expires_at')) WHERE kind IN ('opened', 'changed');
CREATE INDEX ledger_attached ON ledger (at_ms) WHERE kind = 'attached';
