-- Since when a guest waits for staff to cancel rooms.
ALTER TABLE bookings ADD COLUMN cancel_asked_ms INTEGER;
