// A system that chooses the rooms itself: the room that it names is the room that is told, and what Posada holds follows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingOutside, sharedOutside } from "./outside.mjs";
import { codreserOf, expectBooking, room } from "./support.mjs";

const outside = sharedOutside({
  sandbox: { capabilities: ["idempotency", "lookup", "cancel", "list", "chooses_rooms"] },
  vars: { POSADA_TEST_API_DEADLINE_MS: "1000" },
});
const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

/** Asserts that what is told is what was booked, and that these rooms are taken and no others. */
async function expectThree({ stay, payment }, booked) {
  const living = await outside().living(stay);
  assert.deepEqual(
    booked.bookings.map((it) => [it.reserva, it.room]).sort(),
    living.map((it) => [it.reserva, it.room_number]).sort(),
  );
  assert.equal(new Set(booked.bookings.map((it) => it.room)).size, 3);
  await outside().hotel.expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  assert.deepEqual(await outside().hotel.free(stay), { Junior: 2, Familiar: 3 });
}

test("rooms are the ones that the system names", async () => {
  const asked = await outside().asked(THREE);
  await expectThree(asked, expectBooking(await outside().hotel.makeBooking(asked.body)));
});

test("a room that the front desk takes in between is another's without a second order, where the system chooses", async () => {
  const { api, hotel } = outside();
  const asked = await outside().asked(THREE);
  await api.faults({ route: "book", match: { line: 0 }, times: 1, fault: { kind: "front_desk" } });
  const booked = expectBooking(await outside().ended(await hotel.makeBooking(asked.body)));
  await api.clearFaults();
  const living = await outside().living(asked.stay);
  assert.deepEqual(
    booked.bookings.map((it) => [it.reserva, it.room]).sort(),
    living.map((it) => [it.reserva, it.room_number]).sort(),
  );
  assert.ok(!booked.bookings.some((it) => it.room === "54"), "the front desk has it");
  assert.deepEqual(await hotel.free(asked.stay), { Junior: 1, Familiar: 3 });
});

test("an answer that is lost is looked up, and names the room", async () => {
  const { api, hotel } = outside();
  const asked = await outside().asked(THREE);
  await api.faults({ route: "book", times: 3, fault: { kind: "lost_answer" } });
  const booked = expectBooking(await outside().ended(await hotel.makeBooking(asked.body)));
  await api.clearFaults();
  await expectThree(asked, booked);
});

closingOutside(outside, test);
