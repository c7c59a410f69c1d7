-- What the sweeper needs to find payments that are waited for and whose alarm is lost. A row names its object by the id that
-- the platform gave it, and the payment by its reference; nobody is named. Rows from before say neither whose they are nor
-- what for: their objects write them anew at the next look, and the sweeper deletes what is left of them.
ALTER TABLE pending_payments ADD COLUMN object TEXT;
ALTER TABLE pending_payments ADD COLUMN method TEXT;
ALTER TABLE pending_payments ADD COLUMN reference TEXT;
-- 0 where the payment is not looked for any more, and only its end is to be told.
ALTER TABLE pending_payments ADD COLUMN is_sought INTEGER NOT NULL DEFAULT 1;
-- When the sweeper last asked, and since when it has asked in vain.
ALTER TABLE pending_payments ADD COLUMN asked_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pending_payments ADD COLUMN asked_since_ms INTEGER;
CREATE UNIQUE INDEX pending_payments_by_object ON pending_payments (object);
CREATE INDEX pending_payments_by_time ON pending_payments (next_ms);

-- Whether a further payment of a booking that has ended is under way. Its state stays what it is meanwhile.
ALTER TABLE bookings ADD COLUMN is_paying INTEGER NOT NULL DEFAULT 0;
