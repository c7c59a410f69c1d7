-- What was counted and measured, by the hour of the hotel's own clock, so that it can be drawn over time. A counter's
-- rows add up to what `/metrics` answers of it since then; a gauge has the highest value that was seen in the hour.
-- Bookings are entered in the hour of their end, whenever their row is written.

-- How far the hotel's clock is from UTC: it is asked for with everything that is counted, and the settings are long.
CREATE TABLE metric_clock (id INTEGER PRIMARY KEY CHECK (id = 1), utc_offset_minutes INTEGER NOT NULL);
INSERT INTO metric_clock (id, utc_offset_minutes)
    SELECT 1, coalesce((SELECT document->>'$.utc_offset_minutes' FROM settings), 0);
CREATE TRIGGER settings_set_the_clock AFTER INSERT ON settings
BEGIN
    UPDATE metric_clock SET utc_offset_minutes = coalesce(NEW.document->>'$.utc_offset_minutes', 0);
END;
CREATE TRIGGER settings_set_the_clock_again AFTER UPDATE OF document ON settings
BEGIN
    UPDATE metric_clock SET utc_offset_minutes = coalesce(NEW.document->>'$.utc_offset_minutes', 0);
END;

-- `hour` and `day` are counted from the beginning of 1970 on the hotel's clock. Of a histogram there is a row for each
-- bucket that something fell into, with its `le` among the labels: these are not cumulative.
CREATE TABLE metric_hours (
    hour   INTEGER NOT NULL,
    family TEXT    NOT NULL,
    labels TEXT    NOT NULL,
    value  NUMERIC NOT NULL,
    PRIMARY KEY (hour, family, labels)
) WITHOUT ROWID;
CREATE TABLE metric_days (
    day    INTEGER NOT NULL,
    family TEXT    NOT NULL,
    labels TEXT    NOT NULL,
    value  NUMERIC NOT NULL,
    PRIMARY KEY (day, family, labels)
) WITHOUT ROWID;

-- When it was counted, in milliseconds; now where that is not said.
ALTER TABLE counted ADD COLUMN at_ms INTEGER;
CREATE TRIGGER counted_is_kept_by_the_hour AFTER INSERT ON counted
BEGIN
    INSERT INTO metric_hours (hour, family, labels, value)
    SELECT (coalesce(NEW.at_ms, unixepoch() * 1000) / 60000 + utc_offset_minutes) / 60, NEW.family,
        NEW.labels || coalesce((SELECT iif(NEW.labels = '', '', ',') || 'le="' || le || '"' FROM metric_buckets
                                WHERE family = NEW.family AND most >= NEW.value ORDER BY most LIMIT 1), ''),
        iif(kind = 'histogram', 1, NEW.value)
    FROM metric_families, metric_clock WHERE family = NEW.family
    ON CONFLICT (hour, family, labels) DO UPDATE SET value = iif(
        (SELECT kind FROM metric_families WHERE family = excluded.family) = 'gauge',
        max(value, excluded.value), value + excluded.value);
END;

-- Hours are kept for 35 days and then added to their day, which is kept for 400. That is done once an hour, with the first
-- sample of a gauge that always is; an hour cannot go without being added.
CREATE TRIGGER metric_hours_become_days AFTER DELETE ON metric_hours
BEGIN
    INSERT INTO metric_days (day, family, labels, value) VALUES (OLD.hour / 24, OLD.family, OLD.labels, OLD.value)
    ON CONFLICT (day, family, labels) DO UPDATE SET value = iif(
        (SELECT kind FROM metric_families WHERE family = excluded.family) = 'gauge',
        max(value, excluded.value), value + excluded.value);
END;
CREATE TRIGGER metric_history_is_bounded AFTER INSERT ON metric_hours WHEN NEW.family = 'posada_bookings_open'
BEGIN
    DELETE FROM metric_hours WHERE hour < (NEW.hour / 24 - 35) * 24;
    DELETE FROM metric_days WHERE day < NEW.hour / 24 - 400;
END;

-- The ends of bookings, with when they ended.
DROP TRIGGER bookings_are_counted;
CREATE TRIGGER bookings_are_counted AFTER UPDATE OF state ON bookings
WHEN NEW.is_counted = 0 AND NEW.state NOT IN ('in_progress', 'refused')
BEGIN
    UPDATE bookings SET is_counted = 1 WHERE id = NEW.id;
    INSERT INTO counted (family, labels, value, at_ms) VALUES
        ('posada_bookings_total', 'rooms="' || iif(NEW.rooms_asked = 1, 'one', 'several') || '",outcome="' || NEW.state || '"', 1,
            NEW.updated_ms),
        ('posada_booking_rooms', '', NEW.rooms_asked, NEW.updated_ms),
        ('posada_booking_duration_seconds', '', max(0, NEW.updated_ms - NEW.created_ms) / 1000.0, NEW.updated_ms),
        ('posada_rooms_booked_total', '', NEW.rooms_booked, NEW.updated_ms);
    INSERT INTO counted (family, labels, value, at_ms)
        SELECT 'posada_rooms_failed_total', 'reason="' || value || '"', 1, NEW.updated_ms FROM json_each(NEW.failures);
END;
DROP TRIGGER bookings_are_counted_as_refused;
CREATE TRIGGER bookings_are_counted_as_refused AFTER UPDATE OF state ON bookings
WHEN NEW.state = 'refused' AND NEW.is_counted = 0
BEGIN
    UPDATE bookings SET is_counted = 2 WHERE id = NEW.id;
    INSERT INTO counted (family, labels, value, at_ms)
        SELECT 'posada_bookings_refused_total', 'problem="' || value || '"', 1, NEW.updated_ms FROM json_each(NEW.failures);
END;
