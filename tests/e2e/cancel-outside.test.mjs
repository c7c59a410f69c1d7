// Staff cancel in a hotel whose reservations are in a system of its own: refused, lost on the way, or not possible there.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Outside, closingOutside, sharedOutside } from "./outside.mjs";
import { codreserOf, expectBooking, room } from "./support.mjs";

const outside = sharedOutside({ vars: { POSADA_TEST_API_DEADLINE_MS: "1000" } });
const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

async function three(it = outside()) {
  const { stay, payment, body } = await it.asked(THREE, { amount: 690 });
  const booked = expectBooking(await it.ended(await it.hotel.makeBooking(body)));
  return { stay, payment, booked, path: `/v1/bookings/${booked.booking_id}` };
}

const cancel = (path, it = outside()) => it.hotel.call("DELETE", path, { as: "staff" });
const reversals = async (payment, it = outside()) =>
  (await it.hotel.kinds(payment)).filter((kind) => kind === "reversed").length;

test("a cancel that the system refuses is for staff, and room and money stay linked", async () => {
  const { api, hotel } = outside();
  const { stay, payment, booked, path } = await three();
  await api.faults({ route: "cancel", match: { line: 1 }, fault: { kind: "cancel_fails" } });
  const answer = expectBooking(await outside().ended(await cancel(path)), "needs_staff");
  await api.clearFaults();
  assert.deepEqual(
    answer.bookings.map((line) => line.line),
    [2],
  );
  assert.equal((await outside().living(stay)).length, 1);
  await hotel.expectRow(payment, { used: 258.75, codreser: `HR${booked.bookings[1].reserva}` });
  // Said again it asks nothing of the system and gives nothing back.
  const calls = (await outside().calls("cancel", booked.booking_id)).length;
  expectBooking(await outside().ended(await cancel(`${path}/rooms/2`)), "needs_staff");
  assert.equal((await outside().calls("cancel", booked.booking_id)).length, calls);
  assert.equal(await reversals(payment), 2);
});

test("a cancel whose answer is lost is repeated, and its money is given back once", async () => {
  const { api, hotel } = outside();
  const { stay, payment, booked, path } = await three();
  await api.faults(
    { route: "cancel", match: { line: 0 }, times: 2, fault: { kind: "cut" } },
    { route: "cancel", match: { line: 2 }, times: 1, fault: { kind: "latency", ms: 1_500, after_commit: true } },
  );
  expectBooking(await outside().ended(await cancel(path)), "not_booked");
  await api.clearFaults();
  assert.ok((await outside().calls("cancel", booked.booking_id)).length >= 6, "until it was known to be done");
  assert.deepEqual(await outside().living(stay), []);
  assert.equal(await reversals(payment), 3);
  await hotel.expectRow(payment, { used: 0, codreser: null });
  assert.deepEqual(await hotel.free(stay), { Junior: 5, Familiar: 3 });
  hotel.answers.delete(booked.booking_id);
});

test("a room whose code the hotel changed is cancelled all the same", async () => {
  const { api, hotel } = outside();
  const { stay, payment, booked, path } = await three();
  await api.rename(booked.bookings[1].reserva, "REC-7");
  expectBooking(await outside().ended(await cancel(`${path}/rooms/2`)), "partly_booked");
  assert.equal((await outside().living(stay)).length, 2);
  await hotel.expectRow(payment, { used: 431.25, codreser: `HR${booked.bookings[0].reserva},HR${booked.bookings[2].reserva}` });
  // Where the system does not let it go, it is for staff, and its money stays linked.
  await api.rename(booked.bookings[2].reserva, "REC-8");
  await api.faults({ route: "cancel", match: { line: 2 }, fault: { kind: "cancel_fails" } });
  expectBooking(await outside().ended(await cancel(`${path}/rooms/3`)), "needs_staff");
  await api.clearFaults();
  await api.rename("REC-8", booked.bookings[2].reserva);
  assert.equal(await reversals(payment), 1);
  assert.equal((await outside().living(stay)).length, 2);
});

test("where the system cannot cancel at all, staff must see to it", async () => {
  const it = await Outside.open({ sandbox: { capabilities: ["idempotency", "lookup", "list"] } });
  try {
    const { stay, payment, booked, path } = await three(it);
    const answer = expectBooking(await it.ended(await cancel(`${path}/rooms/1`, it)), "needs_staff");
    assert.equal(answer.bookings.length, 3);
    assert.equal((await it.living(stay)).length, 3);
    assert.equal(await reversals(payment, it), 0);
    await it.hotel.expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  } finally {
    await it.close();
  }
});

test("other rooms are offered out of what the system has free", async () => {
  const { hotel } = outside();
  const { stay, body: taken } = await outside().asked([1, 1, 1].map((adults) => room("Junior", adults)));
  expectBooking(await outside().ended(await hotel.makeBooking(taken)));
  const { payment, body } = await outside().asked(THREE, { stay, amount: 690 });
  const answer = expectBooking(await outside().ended(await hotel.makeBooking(body)), "partly_booked");
  assert.equal(answer.redistribution.kind, "offer");
  const more = { wa_id: body.wa_id, follows: answer.booking_id, quote: answer.redistribution.quote };
  const second = await outside().ended(
    await hotel.makeBooking(hotel.body(payment, stay, [room("Familiar", 2)], more)),
  );
  expectBooking(second);
  await hotel.expectRow(payment, { used: 690, codreser: `${codreserOf(answer)},${codreserOf(second.json)}` });
  assert.equal((await outside().living(stay)).length, 6);
});

closingOutside(outside, test);
