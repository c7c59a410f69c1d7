// A system that can neither be asked what became of an order nor recognises one that is repeated, and cannot cancel: an
// order whose answer is lost is for staff, and is never sent again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Outside, closingOutside, sharedOutside } from "./outside.mjs";
import { expectBooking, expectProblem, room } from "./support.mjs";

const outside = sharedOutside({ sandbox: { capabilities: [] }, vars: { POSADA_TEST_API_DEADLINE_MS: "1000" } });
const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

test("without faults rooms are booked as anywhere", async () => {
  const { body, stay } = await outside().asked(THREE);
  const booked = expectBooking(await outside().hotel.makeBooking(body));
  assert.deepEqual(
    booked.bookings.map((it) => it.room),
    ["54", "56", "57"],
  );
  assert.deepEqual(await outside().hotel.free(stay), { Junior: 2, Familiar: 3 });
});

for (const [what, fault, isDone] of [
  ["an answer is lost after the room was booked", { kind: "lost_answer" }, true],
  ["the connection is cut before anything is done", { kind: "cut" }, false],
  ["an answer is garbage", { kind: "garbage", garbage: "truncated", commit: false }, false],
]) {
  test(`${what}: staff find out, the room stays held for months, and no second order is sent`, async (t) => {
    const { api, hotel } = outside();
    const { body, stay, payment } = await outside().asked(THREE);
    await api.faults({ route: "book", match: { line: 1 }, times: 1, fault });
    const answer = expectBooking(await hotel.makeBooking(body), "needs_staff");
    await api.clearFaults();
    assert.deepEqual(
      answer.bookings.map((it) => it.room),
      ["54", "57"],
    );
    assert.deepEqual(
      answer.failed_bookings.map((it) => [it.code, it.room]),
      [["unconfirmed", "56"]],
    );
    const orders = await outside().calls("book", answer.booking_id);
    assert.equal(orders.filter((it) => it.reference.includes("-1-")).length, 1);
    assert.equal((await outside().calls("lookup", answer.booking_id)).length, 0);
    assert.equal((await outside().living(stay)).length, isDone ? 3 : 2);
    assert.equal((await hotel.row(payment)).used, 690, "its share of the money stays set aside");
    assert.deepEqual(await hotel.free(stay), { Junior: 2, Familiar: 3 });
    t.after(async () => {
      hotel.testNow -= 5 * 3_600_000;
      await hotel.host.kill();
      await hotel.start();
    });
    hotel.testNow += 5 * 3_600_000;
    await hotel.host.kill();
    await hotel.start();
    assert.deepEqual(await hotel.free(stay), { Junior: 2, Familiar: 3 }, "five hours later as well");
    const after = await outside().calls("book", answer.booking_id);
    assert.equal(after.length, orders.length, "and nothing was ordered again");
    // It is for staff to tell its guest; here nobody does.
    if (isDone) outside().untold.add(`${answer.booking_id}-1-1`);
  });
}

test("what staff found is compared with the system once that can be asked", async () => {
  const it = await Outside.open({ sandbox: { capabilities: [] }, vars: { POSADA_TEST_API_DEADLINE_MS: "1000" } });
  try {
    const { body } = await it.asked(THREE);
    await it.api.faults({ route: "book", match: { line: 1 }, times: 1, fault: { kind: "lost_answer" } });
    const { booking_id } = expectBooking(await it.hotel.makeBooking(body), "needs_staff");
    const there = (await it.api.reservations()).find((known) => known.reference === `${booking_id}-1-1`);
    await it.api.capabilities({ lookup: true });
    await it.hotel.host.kill();
    await it.hotel.start({ ...it.hotel.vars, RESERVATION_API_CAPABILITIES: "lookup" });
    const say = (reserva, room_number) =>
      it.hotel.call("POST", `/v1/staff/cases/${booking_id}/resolve`, {
        as: "staff",
        body: { line: 2, found: { reserva, room_number }, note: "Está en el sistema." },
      });
    expectProblem(await say(there.reserva, "59"), 422, "invalid", { fields: ["found.room_number"] });
    expectProblem(await say("777", there.room_number), 422, "invalid", { fields: ["found.reserva"] });
    const done = await say(there.reserva, there.room_number);
    assert.equal(done.status, 200, done.text);
    assert.equal(done.json.state, "booked");
  } finally {
    await it.close();
  }
});

test("all or nothing is refused where nothing can be cancelled", async () => {
  const { body, stay, payment } = await outside().asked(THREE, { all_or_nothing: true });
  const answer = await outside().hotel.makeBooking(body);
  expectProblem(answer, 422, "invalid", { fields: ["all_or_nothing"] });
  assert.equal((await outside().living(stay)).length, 0);
  assert.deepEqual(await outside().hotel.kinds(payment), []);
});

closingOutside(outside, test);
