// A journal that cannot be written for a moment: what was answered meanwhile is in doubt, and not asked for a second time
// where that would book a second room.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inBooking } from "./objects.mjs";
import { closingOutside, sharedOutside, until } from "./outside.mjs";
import { room } from "./support.mjs";

const outside = sharedOutside({ sandbox: { capabilities: [] } });

/** The next entry that confirms a room is not taken by the disk, once. */
const FAILS_ONCE = `
CREATE TABLE failed (n INTEGER);
CREATE TRIGGER fails BEFORE INSERT ON journal
WHEN new.entry LIKE '%confirmed%' AND NOT EXISTS (SELECT 1 FROM failed)
BEGIN INSERT INTO failed VALUES (1); SELECT raise(FAIL, 'the disk is full'); END;`;

test("a room whose confirmation could not be written down is for staff, and is not ordered again", async () => {
  const { api, hotel } = outside();
  const { stay, payment, body } = await outside().asked([room("Junior", 2)]);
  await api.faults({ route: "book", times: 1, fault: { kind: "status", status: 429, retry_after: "4" } });
  const asked = await hotel.makeBooking(body, { headers: { prefer: "respond-async" } });
  assert.equal(asked.status, 202, asked.text);
  const { booking_id } = asked.json;
  const orders = () => outside().calls("book", booking_id);
  await until(async () => (await orders()).length === 1, "the order was put off");
  await hotel.host.stop();
  await inBooking(hotel, booking_id, (db) => db.exec(FAILS_ONCE));
  await hotel.start();
  const ended = await outside().ended(asked);
  assert.equal(ended.json.outcome, "needs_staff");
  assert.deepEqual(
    ended.json.failed_bookings.map((it) => it.code),
    ["unconfirmed"],
  );
  assert.equal((await orders()).length, 2, "one was put off, and one booked");
  assert.equal((await outside().living(stay)).length, 1);
  assert.equal((await hotel.row(payment)).used, 172.5, "its money stays set aside");
  outside().untold.add(`${booking_id}-0-1`);
});

closingOutside(outside, test);
