// Who may: what only staff may do, and what only the assistant must say. (Every route for every caller: access.test.mjs.)

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingTests, codreserOf, expectBooking, expectProblem, room, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();

/** A booking by the assistant for a guest. */
async function bookedFor(wa_id) {
  const payment = await hotel().payment(1000);
  return expectBooking(
    await hotel().makeBooking(hotel().body(payment, hotel().stay(), [room("Junior", 2)], { wa_id })),
  );
}

test("a key is sent as a bearer, whole, and not in another's role", async () => {
  const { assistant, staff } = hotel().host.keys;
  for (const authorization of [
    `Basic ${staff}`,
    staff,
    "Bearer",
    `Bearer ${staff.slice(0, -1)}`,
    `Bearer ${staff}${assistant}`,
    `Bearer ${staff.toUpperCase()}x`,
  ]) {
    const answer = await hotel().call("PUT", "/v1/staff/payments", { headers: { authorization }, body: {} });
    expectProblem(answer, 401, "unauthorized");
  }
  const answer = await hotel().call("PUT", "/v1/staff/payments", {
    headers: { authorization: `bearer ${staff}` },
    body: {},
  });
  assert.equal(answer.status, 422, "the scheme's case does not matter");
  // In the URL it is nobody's.
  expectProblem(
    await hotel().call("PUT", `/v1/staff/payments?key=${staff}&access_token=${staff}`, { body: {} }),
    401,
    "unauthorized",
  );
});

test("the property's public part shows types, limits and rates, and no room and no key", async () => {
  const answer = await hotel().call("GET", "/v1/property");
  assert.equal(answer.status, 200);
  const { json } = answer;
  assert.equal(json.currency, "USD");
  assert.equal(json.today, "2026-12-01");
  assert.deepEqual(
    json.room_types.map((it) => [it.id, it.max_adults, it.max_children, it.max_guests, it.max_extra_beds]),
    [
      ["Junior", 3, 2, 4, 1],
      ["Familiar", 4, 4, 6, 1],
    ],
  );
  assert.equal(json.tariff[0].children_6_10, "43.125");
  for (const secret of Object.values(hotel().host.keys)) assert.ok(!answer.text.includes(secret));
  assert.ok(!/"(54|56|57|58|59|12|14|16)"/.test(answer.text), "no room numbers");
});

test("the assistant books only with its guest's wa_id", async () => {
  const payment = await hotel().payment(500);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)], { wa_id: null });
  expectProblem(await hotel().makeBooking(body), 422, "invalid", { fields: ["wa_id"] });
  expectProblem(await hotel().book(body, { as: "assistant" }), 422, "invalid", { fields: ["wa_id"] });
  for (const wa_id of ["", "   ", "x y", 7]) {
    expectProblem(await hotel().makeBooking({ ...body, wa_id }), 422, "invalid", { fields: ["wa_id"] });
  }
  // Staff book for guests who came by another way.
  const { booking_id } = expectBooking(await hotel().book(body, { as: "staff" }));
  expectProblem(
    await hotel().call("GET", `/v1/bookings/${booking_id}?wa_id=${hotel().waId()}`, { as: "assistant" }),
    404,
    "not_found",
  );
});

test("force_process: false from all, true from staff alone", async () => {
  const payment = await hotel().payment(100);
  const stay = hotel().stay();
  const rooms = [room("Junior", 2)];
  const body = hotel().body(payment, stay, rooms, { force_process: true });
  expectProblem(await hotel().makeBooking(body), 403, "force_not_allowed", {
    success: false,
    fields: ["force_process"],
  });
  expectProblem(await hotel().book(body, { as: "assistant" }), 403, "force_not_allowed");
  expectProblem(
    await hotel().book(hotel().publicBody(payment, stay, rooms, { force_process: true })),
    403,
    "force_not_allowed",
  );
  assert.deepEqual(await hotel().ledger(payment), []);
  for (const force_process of [false, null]) {
    expectProblem(await hotel().makeBooking({ ...body, force_process }), 422, "payment_short");
  }

  // It waives the deposit, and says what is still to be paid.
  const forced = expectBooking(await hotel().makeBooking(body, { as: "staff" }));
  assert.deepEqual(
    forced.bookings.map((it) => [it.amount, it.paid_amount]),
    [[172.5, 100]],
  );
  assert.equal(forced.balance_due, 72.5);
  await hotel().expectRow(payment, { used: 100, codreser: codreserOf(forced) });
});

test("force_process waives neither availability nor limits nor what is left of the payment", async () => {
  const payment = await hotel().payment(5000);
  const stay = hotel().stay();
  const force = { force_process: true };
  const five = [1, 2, 3, 4, 5].map(() => room("Junior", 1));
  expectBooking(await hotel().makeBooking(hotel().body(payment, stay, five)));
  const gone = await hotel().makeBooking(hotel().body(payment, stay, [room("Junior", 1)], force), { as: "staff" });
  expectProblem(gone, 409, "no_availability");
  const crowded = await hotel().makeBooking(hotel().body(payment, stay, [room("Familiar", 6)], force), { as: "staff" });
  assert.equal(expectProblem(crowded, 422, "over_capacity", { guests_max: 5 }).fields[0].field, "bookings[0]");
  const exhausted = await hotel().payment(100, { used: 100 });
  const more = await hotel().makeBooking(
    hotel().body(exhausted, stay, [room("Familiar", 1)], { ...force, payment_amount: 50 }),
    { as: "staff" },
  );
  expectProblem(more, 409, "payment_used");
});

test("what a caller says of rooms, prices and money used is not taken", async () => {
  const payment = await hotel().payment(500);
  const stay = hotel().stay();
  for (const [more, field] of [
    [{ total_amount: 1 }, "total_amount"],
    [{ used: 0 }, "used"],
    [{ bookings: [room("Junior", 2, 0, 0, { room: "59" })] }, "bookings[0].room"],
    [{ bookings: [room("Junior", 2, 0, 0, { amount: 1 })] }, "bookings[0].amount"],
  ]) {
    const answer = await hotel().makeBooking({ ...hotel().body(payment, stay, [room("Junior", 2)]), ...more });
    expectProblem(answer, 422, "invalid", { fields: [field] });
  }
});

closingTests(hotel);
