-- What is counted for the metrics. The end of a booking is counted by a trigger on its row in the registry, so that it
-- is counted in the transaction that writes it, once, however often the row is written; the journal stays the truth, and
-- a row that the sweeper repairs is counted then.

-- Each metric: what kind it is and what it means, as Prometheus has it.
CREATE TABLE metric_families (
    family TEXT PRIMARY KEY NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('counter', 'gauge', 'histogram')),
    help   TEXT NOT NULL
) WITHOUT ROWID;

-- Each sample: its name with labels as it is answered, and what it is sorted by.
CREATE TABLE metrics (
    sample TEXT PRIMARY KEY NOT NULL,
    family TEXT NOT NULL,
    labels TEXT NOT NULL,
    place  REAL NOT NULL,
    value  NUMERIC NOT NULL
) WITHOUT ROWID;

-- The buckets of each histogram.
CREATE TABLE metric_buckets (
    family TEXT NOT NULL,
    most   REAL NOT NULL,
    le     TEXT NOT NULL,
    PRIMARY KEY (family, most)
) WITHOUT ROWID;

INSERT INTO metric_families (family, kind, help) VALUES
    ('posada_bookings_total', 'counter', 'Bookings that came to an end, by whether they were for one room or several and how they ended.'),
    ('posada_booking_rooms', 'histogram', 'Rooms asked for by the bookings that came to an end.'),
    ('posada_booking_duration_seconds', 'histogram', 'From the request to the end of a booking.'),
    ('posada_bookings_refused_total', 'counter', 'Bookings that were begun and refused before a room was held, by the problem.'),
    ('posada_rooms_booked_total', 'counter', 'Rooms that were booked when their booking came to an end.'),
    ('posada_rooms_failed_total', 'counter', 'Rooms that were not booked when their booking came to an end, by why.'),
    ('posada_reservation_call_seconds', 'histogram', 'Calls to the reservation system, by operation.'),
    ('posada_payment_call_seconds', 'histogram', 'Calls to the payments, by operation.'),
    ('posada_reconciliation_checked_total', 'counter', 'Payments whose used amount was compared with their ledger by the sweeper.'),
    ('posada_reconciliation_differing_total', 'counter', 'Of those, the ones whose used amount was another.'),
    ('posada_rooms_held', 'gauge', 'Rooms that are held for bookings under way.'),
    ('posada_bookings_open', 'gauge', 'Bookings that go on.'),
    ('posada_claims', 'gauge', 'Claims on payments that are open, or attached to a booking that has not ended.'),
    ('posada_cases', 'gauge', 'Cases that wait for staff, by kind.');

INSERT INTO metric_buckets (family, most, le)
SELECT family, most, le FROM
    (SELECT family FROM metric_families WHERE family LIKE '%\_seconds' ESCAPE '\'),
    (SELECT value AS most, CASE value WHEN 1e18 THEN '+Inf' ELSE CAST(value AS TEXT) END AS le
     FROM json_each('[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 1e18]'));
INSERT INTO metric_buckets (family, most, le)
SELECT 'posada_booking_rooms', value, CASE value WHEN 1e18 THEN '+Inf' ELSE CAST(value AS TEXT) END
FROM json_each('[1, 2, 3, 4, 5, 10, 20, 1e18]');

-- What is counted: one more of a counter, or a value of a histogram. `labels` are as Prometheus spells them.
-- It stays empty: what is put in is added up and taken out. (A view would do, but exports put triggers before views.)
CREATE TABLE counted (id INTEGER PRIMARY KEY, family TEXT NOT NULL, labels TEXT NOT NULL, value NUMERIC NOT NULL);
CREATE TRIGGER counted_is_added AFTER INSERT ON counted
BEGIN
    DELETE FROM counted WHERE id = NEW.id;
    INSERT INTO metrics (sample, family, labels, place, value)
    SELECT family || iif(NEW.labels = '', '', '{' || NEW.labels || '}'), family, NEW.labels, 0, NEW.value
    FROM metric_families WHERE family = NEW.family AND kind = 'counter'
    UNION ALL
    SELECT family || '_bucket{' || iif(NEW.labels = '', '', NEW.labels || ',') || 'le="' || le || '"}', family, NEW.labels,
        most, NEW.value <= most
    FROM metric_buckets WHERE family = NEW.family
    UNION ALL
    SELECT family || part || iif(NEW.labels = '', '', '{' || NEW.labels || '}'), family, NEW.labels, after,
        iif(part = '_sum', NEW.value, 1)
    FROM metric_families, (SELECT '_sum' AS part, 2e18 AS after UNION ALL SELECT '_count', 3e18)
    WHERE family = NEW.family AND kind = 'histogram'
    ON CONFLICT (sample) DO UPDATE SET value = value + excluded.value;
END;

-- Why the rooms of a booking that are not booked failed, or why it was refused.
ALTER TABLE bookings ADD COLUMN failures TEXT NOT NULL DEFAULT '[]';
-- Whether its end was counted: what happens afterwards, such as a cancellation, does not count again.
ALTER TABLE bookings ADD COLUMN is_counted INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER bookings_are_counted_at_once AFTER INSERT ON bookings WHEN NEW.state <> 'in_progress'
BEGIN
    UPDATE bookings SET state = state WHERE id = NEW.id;
END;
CREATE TRIGGER bookings_are_counted AFTER UPDATE OF state ON bookings
WHEN NEW.is_counted = 0 AND NEW.state NOT IN ('in_progress', 'refused')
BEGIN
    UPDATE bookings SET is_counted = 1 WHERE id = NEW.id;
    INSERT INTO counted (family, labels, value) VALUES
        ('posada_bookings_total', 'rooms="' || iif(NEW.rooms_asked = 1, 'one', 'several') || '",outcome="' || NEW.state || '"', 1),
        ('posada_booking_rooms', '', NEW.rooms_asked),
        ('posada_booking_duration_seconds', '', max(0, NEW.updated_ms - NEW.created_ms) / 1000.0),
        ('posada_rooms_booked_total', '', NEW.rooms_booked);
    INSERT INTO counted (family, labels, value)
        SELECT 'posada_rooms_failed_total', 'reason="' || value || '"', 1 FROM json_each(NEW.failures);
END;
-- A refused booking may be tried again under its key, and is another refusal then.
CREATE TRIGGER bookings_are_counted_as_refused AFTER UPDATE OF state ON bookings
WHEN NEW.state = 'refused' AND NEW.is_counted = 0
BEGIN
    UPDATE bookings SET is_counted = 2 WHERE id = NEW.id;
    INSERT INTO counted (family, labels, value)
        SELECT 'posada_bookings_refused_total', 'problem="' || value || '"', 1 FROM json_each(NEW.failures);
END;
CREATE TRIGGER bookings_are_tried_again AFTER UPDATE OF state ON bookings
WHEN NEW.state = 'in_progress' AND NEW.is_counted = 2
BEGIN
    UPDATE bookings SET is_counted = 0 WHERE id = NEW.id;
END;
-- Those that ended before this was counted.
UPDATE bookings SET state = state;
