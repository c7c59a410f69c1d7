// Rooms that leave the settings while somebody has them: never by mistake, and knowingly at any time.

import assert from "node:assert/strict";
import { test } from "node:test";

import { slow, until } from "./halfway.mjs";
import { Hotel, closingTests, expectBooking, expectProblem, plus, room, settings, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();

/** The demo hotel's settings with other Junior rooms. */
const juniors = (...rooms) => settings((document) => void (document.room_types[0].rooms = rooms));
const put = (document, removed) => {
  const query = removed === undefined ? "" : `?rooms_removed=${encodeURIComponent(removed)}`;
  return hotel().call("PUT", `/v1/staff/settings${query}`, { as: "staff", body: document });
};
const loaded = () => hotel().sql("SELECT version, document FROM settings");

test("a room that is reserved is not taken away or renumbered by mistake", async () => {
  const stay = hotel().stay(2);
  const body = hotel().body(await hotel().payment(1000), stay, [room("Junior", 2), room("Junior", 3)]);
  const booked = expectBooking(await hotel().makeBooking(body)).bookings;
  assert.deepEqual(
    booked.map((it) => it.room),
    ["54", "56"],
  );
  const before = await loaded();
  for (const [rooms, removed, missing] of [
    [["56", "57", "58", "59"], undefined, [0]],
    [["54A", "56A", "57", "58", "59"], undefined, [0, 1]],
    [["56", "57", "58", "59"], "5, 56,540", [0]],
    [["54A", "56A", "57", "58", "59"], "54", [1]],
  ]) {
    const refused = expectProblem(await put(await juniors(...rooms), removed), 422, "invalid", {
      fields: missing.map(() => "/room_types"),
    });
    for (const [place, which] of missing.entries()) {
      const { message } = refused.fields[place];
      const last = plus(stay.check_out_date, -1);
      assert.ok(message.includes(`room ${booked[which].room}, which`), message);
      assert.ok(message.includes(`from ${stay.check_in_date} to ${last} (HR${booked[which].reserva})`), message);
      assert.match(message, /unless \?rooms_removed names it$/);
    }
  }
  assert.deepEqual(await loaded(), before);
  assert.deepEqual(await hotel().free(stay), { Junior: 3, Familiar: 3 });

  // Knowingly: closed for works, with its guests still to be moved.
  const closed = await put(await juniors("57", "58", "59"), " 56 ,54");
  assert.equal(closed.status, 200, closed.text);
  const nights = `from ${stay.check_in_date} to ${plus(stay.check_out_date, -1)}`;
  assert.deepEqual(
    closed.json.rooms_removed,
    booked.map((it) => `${it.room}, which is booked or held ${nights} (HR${it.reserva})`),
  );
  assert.deepEqual(await hotel().free(stay), { Junior: 3, Familiar: 3 });
  // The same again takes nothing away, and what comes back has its guests.
  assert.deepEqual((await put(await juniors("57", "58", "59"))).json.rooms_removed, []);
  assert.deepEqual((await put(await juniors("54", "56", "57", "58", "59"))).json.rooms_removed, []);
  assert.deepEqual(await hotel().free(stay), { Junior: 3, Familiar: 3 });
  assert.deepEqual(await hotel().free(hotel().stay()), { Junior: 5, Familiar: 3 });
});

test("a room that nobody has any more leaves without a word", async () => {
  const body = hotel().body(await hotel().payment(500), hotel().stay(), [room("Familiar", 2)]);
  const { booking_id, bookings } = expectBooking(await hotel().makeBooking(body));
  const without = await settings((document) => void document.room_types[1].rooms.splice(0, 1));
  assert.equal(bookings[0].room, "12");
  expectProblem(await put(without), 422, "invalid");
  assert.equal((await hotel().call("DELETE", `/v1/bookings/${booking_id}`, { as: "staff" })).status, 200);
  hotel().answers.delete(booking_id);
  assert.deepEqual((await put(without)).json.rooms_removed, []);
  assert.equal((await put(await settings())).status, 200);
});

test("a room that is held for a booking under way counts as one that somebody has", async () => {
  const it = await Hotel.open({ vars: slow });
  try {
    const stay = it.stay();
    const body = it.body(await it.payment(1000), stay, [room("Junior", 2), room("Junior", 3)]);
    const heard = it.book(body, { as: "assistant", mayFail: true }).catch(() => {});
    await until(async () => (await it.free(stay)).Junior === 3, "both are held");
    const without = await juniors("54", "57", "58", "59");
    const asked = (removed = "") => it.call("PUT", `/v1/staff/settings${removed}`, { as: "staff", body: without });
    const [fault] = expectProblem(await asked(), 422, "invalid", { fields: ["/room_types"] }).fields;
    assert.match(fault.message, /room 56, which is booked or held/);
    assert.match((await asked("?rooms_removed=56")).json.rooms_removed[0], /^56, which/);
    await it.host.kill();
    await heard;
  } finally {
    await it.close();
  }
});

closingTests(hotel);
