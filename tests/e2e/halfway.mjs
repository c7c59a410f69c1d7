// Bookings that were cut off in the middle of their rooms.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { inBooking } from "./objects.mjs";
import { room } from "./values.mjs";

const WAIT_MS = 20_000;
/** Line 0 is booked at once, line 1 not before workerd is killed. */
export const slow = { POSADA_TEST_BOOK_LATENCY_MS: "300000" };

export async function until(find, what) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await sleep(20);
  }
}

/** A booking's row in the registry. */
export const rowOf = async (hotel, booking) =>
  (await hotel.sql("SELECT * FROM bookings WHERE id = ?", booking))[0];

/** Waits until a booking has ended by the registry. */
export const ended = (hotel, booking) =>
  until(async () => {
    const row = await rowOf(hotel, booking);
    return row && row.state !== "in_progress" && row;
  }, `the end of ${booking}`);

/** A booking of two rooms that is killed while the second is being booked; workerd stays stopped. */
export async function killedHalfway(hotel) {
  await hotel.host.stop();
  await hotel.start(slow);
  const payment = await hotel.payment(1000);
  const stay = hotel.stay();
  const body = hotel.body(payment, stay, [room("Junior", 2), room("Junior", 3)]);
  const since = hotel.events("started").length;
  const heard = hotel.book(body, { as: "assistant", mayFail: true }).catch(() => {});
  const started = () => hotel.events("started")[since]?.booking_id;
  await until(() => {
    const booking = started();
    return booking && hotel.events("appended", booking).some((event) => event.entries.includes("confirmed"));
  }, "one room is booked");
  await until(() => rowOf(hotel, started()), "the registry knows it");
  await hotel.host.kill();
  await heard;
  return { payment, stay, body, booking: started() };
}

/** The same at a hotel whose reservation API can neither replay nor look up: nobody but people can find out. */
export async function unconfirmed(hotel, vars = {}) {
  const half = await killedHalfway(hotel);
  await inBooking(hotel, half.booking, (db) => {
    const { entry } = db.get("SELECT entry FROM journal WHERE seq = 1");
    const stamped = JSON.parse(entry);
    stamped.entry.requested.terms.capabilities = { idempotency: false, lookup: false, cancel: true };
    db.run("UPDATE journal SET entry = ? WHERE seq = 1", [JSON.stringify(stamped)]);
  });
  await hotel.start(vars);
  assert.equal((await ended(hotel, half.booking)).state, "needs_staff");
  return half;
}
