-- Which booking a reservation's code is of: what guests read out on the telephone, with the prefix that the hotel had when the
-- code was given or without. A code stays when its room is cancelled, and goes with its booking.
CREATE TABLE booking_codes (
    code    TEXT NOT NULL COLLATE NOCASE,
    booking TEXT NOT NULL,
    PRIMARY KEY (code, booking)
) WITHOUT ROWID;
CREATE INDEX booking_codes_by_booking ON booking_codes (booking);

CREATE TRIGGER bookings_note_codes AFTER INSERT ON bookings
BEGIN
    INSERT INTO booking_codes (code, booking)
    SELECT prefix || value, NEW.id FROM json_each(NEW.codes), (SELECT '' AS prefix
        UNION SELECT coalesce((SELECT document->>'$.reservation_code_prefix' FROM settings), 'HR'))
    WHERE true ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER bookings_note_codes_again AFTER UPDATE OF codes ON bookings WHEN NEW.codes IS NOT OLD.codes
BEGIN
    INSERT INTO booking_codes (code, booking)
    SELECT prefix || value, NEW.id FROM json_each(NEW.codes), (SELECT '' AS prefix
        UNION SELECT coalesce((SELECT document->>'$.reservation_code_prefix' FROM settings), 'HR'))
    WHERE true ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER bookings_forget_codes AFTER DELETE ON bookings
BEGIN
    DELETE FROM booking_codes WHERE booking = OLD.id;
END;

-- Those that there are, and from the ledger those that were cancelled.
INSERT INTO booking_codes (code, booking)
SELECT prefix || code, booking FROM (
    SELECT value AS code, bookings.id AS booking FROM bookings, json_each(bookings.codes)
    UNION SELECT code, booking FROM ledger WHERE code IS NOT NULL AND booking IN (SELECT id FROM bookings)
), (SELECT '' AS prefix UNION SELECT coalesce((SELECT document->>'$.reservation_code_prefix' FROM settings), 'HR'));
