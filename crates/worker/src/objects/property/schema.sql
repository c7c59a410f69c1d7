CREATE TABLE IF NOT EXISTS settings (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    version  TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);
-- Who has a room for a night: the primary key is invariant I1. A night without `expires_ms` is a reservation's.
CREATE TABLE IF NOT EXISTS nights (
    room       TEXT    NOT NULL,
    night      TEXT    NOT NULL,
    booking    TEXT    NOT NULL,
    line       INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    code       TEXT    NOT NULL,
    expires_ms INTEGER,
    PRIMARY KEY (room, night)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS nights_by_booking ON nights (booking, line);
-- Codes that the hotel's own system gave, of reservations whose guests have not left.
CREATE TABLE IF NOT EXISTS outside_codes (
    code       TEXT PRIMARY KEY,
    reference  TEXT NOT NULL,
    last_night TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS outside_codes_by_night ON outside_codes (last_night);
CREATE TABLE IF NOT EXISTS reservations (
    reference    TEXT PRIMARY KEY,
    code         TEXT NOT NULL UNIQUE,
    booking      TEXT NOT NULL,
    line         INTEGER NOT NULL,
    room         TEXT NOT NULL,
    check_in     TEXT NOT NULL,
    check_out    TEXT NOT NULL,
    requested    TEXT NOT NULL,
    reserved_ms  INTEGER NOT NULL,
    cancelled_ms INTEGER
);
-- Which bookings are about the same content. One is noted before its request is looked at further; one that was
-- refused stays until another takes its place, or until the sweeper finds that it came to nothing.
CREATE TABLE IF NOT EXISTS intents (
    content   TEXT    NOT NULL,
    booking   TEXT    NOT NULL,
    tries     INTEGER NOT NULL,
    check_out TEXT    NOT NULL,
    noted_ms  INTEGER NOT NULL,
    PRIMARY KEY (content, booking)
) WITHOUT ROWID;
-- Rooms under way by whose they are: of bookings that were begun and have not come to their end.
CREATE TABLE IF NOT EXISTS under_way (
    booking   TEXT    PRIMARY KEY,
    phone     TEXT    NOT NULL,
    client    TEXT    NOT NULL,
    rooms     INTEGER NOT NULL,
    check_in  TEXT    NOT NULL,
    check_out TEXT    NOT NULL,
    until_ms  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS under_way_by_phone ON under_way (phone);
CREATE INDEX IF NOT EXISTS under_way_by_client ON under_way (client);
