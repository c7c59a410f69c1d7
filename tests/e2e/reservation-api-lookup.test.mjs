// A system that can be asked what became of an order, but does not recognise one that is repeated: nothing is ordered
// again before it is certain that nothing comes of the first order.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Outside, closingOutside, until } from "./outside.mjs";
import { codreserOf, expectBooking, room } from "./support.mjs";

let it;
const outside = () => it;
const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];
/** "No" is believed 20 s after the last doubt; all these bookings wait for it together. */
const CASES = {
  "an answer is lost after the room was booked": { fault: { kind: "lost_answer" }, tries: 1, rooms: ["54", "56", "57"] },
  "a call that was cut is carried out three seconds later": {
    fault: { kind: "late_commit", ms: 3_000 },
    tries: 1,
    rooms: ["54", "56", "57"],
  },
  "the connection is cut and nothing ever comes of it": { fault: { kind: "cut" }, tries: 2, rooms: ["54", "58", "57"] },
  "the system says 500 and has done nothing": {
    fault: { kind: "status", status: 500, retry_after: null },
    tries: 2,
    rooms: ["54", "58", "57"],
  },
};
const begun = {};

before(async () => {
  it = await Outside.open({
    sandbox: { capabilities: ["lookup", "cancel"] },
    vars: { POSADA_TEST_API_DEADLINE_MS: "1000" },
  });
  const { api, hotel } = outside();
  for (const [what, { fault }] of Object.entries(CASES)) {
    const asked = await outside().asked(THREE);
    await api.faults({ id: what, route: "book", match: { line: 1 }, times: 1, fault });
    const answer = hotel.makeBooking(asked.body);
    // The fault is met before the next booking brings its own.
    await until(async () => (await api.rules()).every((rule) => rule.applied === 1), what);
    begun[what] = { ...asked, answer };
  }
});
after(async () => it?.close());

for (const [what, { tries, rooms }] of Object.entries(CASES)) {
  test(`${what}: the line has ${tries === 1 ? "this reservation" : "another room, and that alone"}`, async () => {
    const { stay, payment, answer } = begun[what];
    const booked = expectBooking(await outside().ended(await answer));
    assert.deepEqual(
      booked.bookings.map((it) => it.room),
      rooms,
    );
    const living = await outside().living(stay);
    assert.equal(living.length, 3);
    assert.ok(living.some((it) => it.reference === `${booked.booking_id}-1-${tries}`));
    const orders = (await outside().calls("book", booked.booking_id)).filter((it) => it.reference.includes("-1-"));
    const references = orders.map((it) => it.reference);
    assert.equal(new Set(references).size, references.length, "no reference is ordered twice");
    await outside().hotel.expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  });
}

closingOutside(outside, test);
