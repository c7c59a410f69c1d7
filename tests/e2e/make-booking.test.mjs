// `make_booking` in both its forms, and sending the same intent again: one booking, however often it is sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingTests, codreserOf, expectBooking, expectProblem, room, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();

/** The single form of a body with one room line. */
function single({ bookings: [line], ...body }, more = {}) {
  return { ...body, ...line, ...more };
}

test("neither form, or an empty list, is a reservation that is incomplete", async () => {
  const payment = await hotel().payment(300);
  const body = hotel().body(payment, hotel().stay(), []);
  const { bookings, ...neither } = body;
  for (const sent of [neither, body, { ...neither, bookings: null }, { ...body, ...room("Junior", 2) }]) {
    const answer = await hotel().makeBooking(sent);
    const json = expectProblem(answer, 422, "missing_booking", {
      success: false,
      error: "Missing booking information",
      fields: ["bookings"],
    });
    assert.ok(json.customer_message.startsWith("Información de reserva incompleta."), json.customer_message);
    assert.ok(json.customer_message.length > "Información de reserva incompleta. ".length, "and the next step");
  }
  const english = await hotel().makeBooking(neither, { language: "en" });
  assert.match(english.json.customer_message, /^Incomplete booking information\. /);
  assert.deepEqual(await hotel().ledger(payment), []);
});

test("`bookings` wins over the single form", async () => {
  const payment = await hotel().payment(300);
  const body = hotel().body(payment, hotel().stay(), [room("Familiar", 2)], room("Junior", 3));
  const answer = expectBooking(await hotel().makeBooking(body));
  assert.deepEqual(
    answer.bookings.map((it) => [it.bungalow_type, it.adults]),
    [["Familiar", 2]],
  );
  assert.ok(!("reserva" in answer));
});

test("the cost of extra beds must be what they cost, for the whole stay", async () => {
  const payment = await hotel().payment(2000);
  const stay = hotel().stay(2);
  // Four adults in a Junior need one bed, at 25.00 a night.
  const body = hotel().body(payment, stay, [room("Junior", 4)]);
  const wrong = await hotel().makeBooking(single(body, { extra_beds: 1, extra_beds_cost: 25 }));
  const json = expectProblem(wrong, 422, "invalid", { success: false, fields: ["extra_beds_cost"] });
  assert.match(json.fields[0].message, /25\.00/);
  assert.match(json.fields[0].message, /50\.00/);
  assert.match(json.customer_message, /costo de las camas extra/);
  const inList = await hotel().makeBooking({ ...body, bookings: [room("Junior", 4, 0, 0, { extra_beds_cost: 75.5 })] });
  assert.match(
    expectProblem(inList, 422, "invalid", { fields: ["bookings[0].extra_beds_cost"] }).fields[0].message,
    /75\.50.*50\.00/,
  );
  const tooMany = await hotel().makeBooking(single(body, { extra_beds: 2 }));
  expectProblem(tooMany, 422, "invalid", { fields: ["extra_beds"] });
  assert.deepEqual(await hotel().ledger(payment), []);

  const right = expectBooking(await hotel().makeBooking(single(body, { extra_beds: 1, extra_beds_cost: 50 })));
  assert.equal(right.bookings[0].extra_beds, 1);
  assert.equal(right.total_amount, 740);
  assert.ok(right.reserva);
});

test("the same key says the same booking, and another body with it is refused", async () => {
  const payment = await hotel().payment(1000);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, [room("Junior", 3), room("Junior", 2)]);
  const key = hotel().unique("same-");
  const first = await hotel().book(body, { as: "assistant", key });
  const second = await hotel().book(body, { as: "assistant", key });
  expectBooking(first);
  assert.equal(second.status, first.status);
  assert.deepEqual(second.json, first.json);

  // Compared after parsing, and what is left out is the same as its default.
  const spelled = JSON.stringify(
    { ...body, all_or_nothing: false, bookings: body.bookings.map((it) => ({ ...it, extra_beds: 0 })) },
    null,
    3,
  );
  const again = await hotel().book(spelled, {
    as: "assistant",
    key,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
  assert.deepEqual(again.json, first.json);

  for (const change of [
    { city: "Sonsonate" },
    { bookings: [room("Junior", 2), room("Junior", 3)] },
    { payment_amount: 431.25 },
  ]) {
    const other = await hotel().book({ ...body, ...change }, { as: "assistant", key });
    expectProblem(other, 422, "key_reused", { fields: ["Idempotency-Key"] });
  }
  // The tool takes the header, too, and its scope is the caller's role: staff's key of the same name is another.
  const tool = await hotel().makeBooking(body, { key });
  assert.equal(expectBooking(tool).booking_id, first.json.booking_id);
  await hotel().expectRow(payment, { used: 431.25, codreser: codreserOf(first.json) });
  assert.deepEqual(await hotel().free(stay), { Junior: 3, Familiar: 3 });

  const staff = expectBooking(await hotel().book({ ...body, confirm_another: true }, { as: "staff", key }));
  assert.notEqual(staff.booking_id, first.json.booking_id);
});

test("an earlier refusal is not stored: the same key may try again", async () => {
  const payment = await hotel().payment(100);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, [room("Junior", 2)]);
  const key = hotel().unique("retry-");
  expectProblem(await hotel().book(body, { as: "assistant", key }), 422, "payment_short", { missing_amount: 72.5 });
  const more = { ...payment, amount: 172.5 };
  const { reference, table, ...sent } = more;
  assert.equal(
    (await hotel().call("PUT", "/v1/staff/payments", { as: "staff", body: { payments: [sent] } })).status,
    200,
  );
  const answer = expectBooking(await hotel().book(body, { as: "assistant", key }));
  await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(answer) });
  // Also with another body, as nothing was bound by the refusal.
  const other = await hotel().payment(100);
  const key2 = hotel().unique("retry-");
  const stay2 = hotel().stay();
  expectProblem(
    await hotel().book(hotel().body(other, stay2, [room("Junior", 2)]), { as: "assistant", key: key2 }),
    422,
    "payment_short",
  );
  expectBooking(await hotel().book(hotel().body(other, stay2, [room("Junior", 1)]), { as: "assistant", key: key2 }));
});

test("fifty at once with one key are one booking with one set of codes", async () => {
  const payment = await hotel().payment(690);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, [room("Junior", 3), room("Junior", 3), room("Junior", 2)]);
  const key = hotel().unique("fifty-");
  const answers = await Promise.all(Array.from({ length: 50 }, () => hotel().book(body, { as: "assistant", key })));
  const [first] = answers;
  for (const answer of answers) {
    expectBooking(answer);
    assert.deepEqual(answer.json, first.json);
  }
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(first.json) });
  assert.deepEqual(await hotel().kinds(payment), ["attached", "settled", "settled", "settled"]);
  assert.deepEqual(await hotel().free(stay), { Junior: 2, Familiar: 3 });
});

test("without a key the intent is the key: rooms in any order, said again and again", async () => {
  const payment = await hotel().payment(2000);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, [room("Junior", 3), room("Junior", 2)]);
  const first = expectBooking(await hotel().makeBooking(body));
  for (const again of [
    body,
    { ...body, bookings: [room("Junior", 2), room("Junior", 3)] },
    { ...body, city: "Metapán" },
  ]) {
    const answer = expectBooking(await hotel().makeBooking(again));
    assert.equal(answer.booking_id, first.booking_id);
    assert.deepEqual(answer.bookings, first.bookings);
  }
  const atOnce = await Promise.all(Array.from({ length: 10 }, () => hotel().makeBooking(body)));
  assert.deepEqual([...new Set(atOnce.map((answer) => answer.json.booking_id))], [first.booking_id]);
  await hotel().expectRow(payment, { used: 431.25, codreser: codreserOf(first) });

  // Another guest, stay or split is another intent.
  const other = expectBooking(await hotel().makeBooking({ ...body, wa_id: hotel().waId() }));
  assert.notEqual(other.booking_id, first.booking_id);
});

test("confirm_another makes one more, and said again it is the same one more", async () => {
  const payment = await hotel().payment(2000);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, [room("Junior", 2)]);
  const first = expectBooking(await hotel().makeBooking(body));
  const another = expectBooking(await hotel().makeBooking({ ...body, confirm_another: true }));
  assert.notEqual(another.booking_id, first.booking_id);
  assert.notEqual(another.bookings[0].room, first.bookings[0].room);
  const again = expectBooking(await hotel().makeBooking({ ...body, confirm_another: true }));
  assert.equal(again.booking_id, another.booking_id);
  assert.equal(expectBooking(await hotel().makeBooking(body)).booking_id, first.booking_id);
  await hotel().expectRow(payment, { used: 345, codreser: `${codreserOf(first)},${codreserOf(another)}` });
  assert.deepEqual(await hotel().free(stay), { Junior: 3, Familiar: 3 });
});

test("a key must be there and be one", async () => {
  const payment = await hotel().payment(500);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)]);
  for (const key of [undefined, "", " ", "two words", "x".repeat(256)]) {
    const answer = await hotel().call("POST", "/v1/bookings", { as: "assistant", body, key });
    expectProblem(answer, 422, "invalid", { fields: ["Idempotency-Key"] });
  }
  expectBooking(await hotel().book(body, { as: "assistant", key: "x".repeat(255) }));
});

closingTests(hotel);
