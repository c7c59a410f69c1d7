// The same intent under a new key: the booking that lives is shown, unless another is confirmed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingTests, codreserOf, expectBooking, expectProblem, room, settings, sharedHotel } from "./support.mjs";

const hotel = sharedHotel(async () => ({
  // Long enough to see what other keys are told while the first booking goes on.
  vars: { POSADA_TEST_BOOK_LATENCY_MS: "40" },
  settings: await settings((document) => {
    document.room_types[0].rooms = Array.from({ length: 60 }, (_, i) => String(100 + i));
  }),
}));

const rooms = () => [room("Junior", 2), room("Junior", 3)];

/** The registry's row of a booking. */
async function registered(booking) {
  const [row] = await hotel().sql("SELECT * FROM bookings WHERE id = ?", booking);
  return row;
}

/** Waits until the registry has the booking as it ended. */
async function settledRow(booking) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const row = await registered(booking);
    if (row !== undefined && row.state !== "in_progress") return row;
    assert.ok(Date.now() < deadline, `the registry does not have ${booking} as ended: ${JSON.stringify(row)}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** The answer of the existing booking without what only it has. */
function withoutMark({ existing, ...rest }) {
  assert.equal(existing, true);
  return rest;
}

test("the assistant retrying with a new key (same person, stay, rooms and payment while the first lives): the existing booking is shown, unless confirmed as another", async () => {
  const payment = await hotel().payment(2000);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, rooms());
  const first = await hotel().book(body, { as: "assistant", key: hotel().unique("first-") });
  expectBooking(first);
  assert.ok(!("existing" in first.json), "the first is no repetition");

  // Another key, another spelling, other lines' order, the name as the model writes it this time.
  const retried = { ...body, customer_name: "X. Quijano", bookings: rooms().reverse() };
  for (const again of [
    await hotel().book(body, { as: "assistant", key: hotel().unique("second-") }),
    await hotel().book(retried, { as: "assistant", key: hotel().unique("third-") }),
    await hotel().makeBooking(body, { key: hotel().unique("fourth-") }),
    await hotel().makeBooking(body),
  ]) {
    assert.equal(again.status, 200, again.text);
    assert.deepEqual(withoutMark(again.json), first.json);
  }
  await hotel().expectRow(payment, { used: 431.25, codreser: codreserOf(first.json) });

  // Confirmed as another it is made, and from then on each key says its own.
  const key = hotel().unique("another-");
  const another = await hotel().book({ ...body, confirm_another: true }, { as: "assistant", key });
  expectBooking(another);
  assert.notEqual(another.json.booking_id, first.json.booking_id);
  assert.ok(!("existing" in another.json));
  const repeated = await hotel().book({ ...body, confirm_another: true }, { as: "assistant", key });
  assert.deepEqual(repeated.json, another.json);
  const unconfirmed = await hotel().book(body, { as: "assistant" });
  assert.equal(unconfirmed.json.existing, true);
  assert.equal((await hotel().kinds(payment)).filter((kind) => kind === "attached").length, 2);
});

test("twenty keys at the same moment are one booking", async () => {
  const payment = await hotel().payment(5000);
  const body = hotel().body(payment, hotel().stay(), rooms());
  const keys = Array.from({ length: 20 }, () => hotel().unique("crowd-"));
  const answers = await Promise.all(keys.map((key) => hotel().book(body, { as: "assistant", key })));
  for (const answer of answers) expectBooking(answer);
  assert.equal(new Set(answers.map((answer) => answer.json.booking_id)).size, 1);
  assert.equal(answers.filter((answer) => answer.json.existing === true).length, 19);
  assert.deepEqual(
    (await hotel().kinds(payment)).filter((kind) => kind === "attached"),
    ["attached"],
  );
  const rowsOf = await hotel().sql("SELECT id FROM bookings WHERE reference = ?", payment.reference);
  assert.equal(rowsOf.length, 1);
});

test("another person, stay, room, payment or package is another intent", async () => {
  const payment = await hotel().payment(9000);
  const other = await hotel().payment(9000);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, rooms());
  const ids = [];
  for (const change of [
    {},
    { wa_id: hotel().waId() },
    hotel().stay(),
    { bookings: [room("Junior", 2), room("Junior", 2)] },
    hotel().paidBy(other),
    { package_type: "Todo incluido" },
  ]) {
    const answer = expectBooking(await hotel().book({ ...body, ...change }, { as: "assistant" }));
    assert.ok(!("existing" in answer), JSON.stringify(change));
    ids.push(answer.booking_id);
  }
  assert.equal(new Set(ids).size, ids.length);
});

test("a first request that was refused stands in nobody's way", async () => {
  const payment = await hotel().payment(100);
  const body = hotel().body(payment, hotel().stay(), rooms());
  expectProblem(await hotel().book(body, { as: "assistant" }), 422, "payment_short");
  const more = { ...payment, amount: 1000 };
  const { table, reference, ...record } = more;
  await hotel().call("PUT", "/v1/staff/payments", { as: "staff", body: { payments: [record] } });
  const answer = expectBooking(await hotel().book(body, { as: "assistant" }));
  assert.ok(!("existing" in answer));

  // A quote that is not one is refused before anything is done, and the next key goes ahead as well.
  const rich = await hotel().payment(1000);
  const quoted = hotel().body(rich, hotel().stay(), rooms());
  expectProblem(await hotel().book({ ...quoted, quote: "AAAA" }, { as: "assistant" }), 422, "quote_mismatch");
  assert.ok(!("existing" in expectBooking(await hotel().book(quoted, { as: "assistant" }))));
});

test("while a refused request is sent again under its key, another key waits for how that goes", async () => {
  const payment = await hotel().payment(100);
  const body = hotel().body(payment, hotel().stay(), rooms());
  const key = hotel().unique("poor-");
  expectProblem(await hotel().book(body, { as: "assistant", key }), 422, "payment_short");
  const { table, reference, ...record } = { ...payment, amount: 1000 };
  await hotel().call("PUT", "/v1/staff/payments", { as: "staff", body: { payments: [record] } });
  const answers = await Promise.all([
    hotel().book(body, { as: "assistant", key }),
    ...Array.from({ length: 5 }, () => hotel().book(body, { as: "assistant" })),
  ]);
  const ids = answers.map((answer) => expectBooking(answer).booking_id);
  assert.equal(new Set(ids).size, 1, ids.join(" "));
  await hotel().expectRow(payment, { used: 431.25, codreser: codreserOf(answers[0].json) });
});

test("the public hears that there is one only with the payment's evidence, and never whose or which", async () => {
  const payment = await hotel().payment(1000);
  const stay = hotel().stay();
  const body = hotel().publicBody(payment, stay, rooms());
  const first = expectBooking(await hotel().book(body, { ip: "192.0.2.1" }));
  const again = await hotel().book(body, { ip: "192.0.2.1" });
  expectProblem(again, 409, "duplicate_booking");
  for (const secret of [first.booking_id, first.token, ...first.bookings.map((it) => it.reserva)]) {
    assert.ok(!again.text.includes(secret), again.text);
  }
  assert.match(again.json.customer_message, /Usted ya tiene esta misma reservación/);

  const wrong = { ...body, payment_evidence: { ...body.payment_evidence, amount: 999 } };
  const guessed = await hotel().book(wrong, { ip: "192.0.2.2" });
  expectProblem(guessed, 404, "payment_not_found");
  const failures = await hotel().sql("SELECT count(*) AS n FROM evidence_failures WHERE is_open = 0");
  assert.ok(failures[0].n > 0, "the guess is counted");
  // The right evidence is forgiven, however often it is sent.
  for (let i = 0; i < 6; i += 1) {
    expectProblem(await hotel().book(body, { ip: "192.0.2.1" }), 409, "duplicate_booking");
  }

  const another = expectBooking(await hotel().book({ ...body, confirm_another: true }, { ip: "192.0.2.1" }));
  assert.notEqual(another.booking_id, first.booking_id);
});

test("a public caller who says the wa_id of the assistant's guest does not meet the guest's booking", async () => {
  const payment = await hotel().payment(2000);
  const body = hotel().body(payment, hotel().stay(), rooms());
  const first = expectBooking(await hotel().book(body, { as: "assistant" }));
  const payment_evidence = { amount: payment.amount, date: payment.payment_date };
  const answer = expectBooking(await hotel().book({ ...body, payment_evidence }, { ip: "192.0.2.7" }));
  assert.notEqual(answer.booking_id, first.booking_id, "it is a booking of the public's own");
});

test("the registry has one row for each booking, as it stands, and names nobody", async () => {
  const payment = await hotel().payment(1000);
  const stay = hotel().stay(2);
  const body = hotel().body(payment, stay, [room("Junior", 2)]);
  const { booking_id, bookings } = expectBooking(await hotel().book(body, { as: "assistant" }));
  const row = await settledRow(booking_id);
  assert.deepEqual(
    {
      state: row.state,
      stay: [row.check_in, row.check_out],
      rooms: [row.rooms_asked, row.rooms_booked],
      payment: [row.method, row.reference],
      codes: JSON.parse(row.codes),
      reasons: JSON.parse(row.reasons),
      next: [row.next_look_ms, row.delayed_ms],
    },
    {
      state: "booked",
      stay: [stay.check_in_date, stay.check_out_date],
      rooms: [1, 1],
      payment: [payment.payment_method, payment.reference],
      codes: bookings.map((it) => it.reserva),
      reasons: [],
      next: [null, null],
    },
  );
  const text = JSON.stringify(await hotel().sql("SELECT * FROM bookings"));
  for (const personal of hotel().personal) assert.ok(!text.includes(personal), `the registry says ${personal}`);
});

closingTests(hotel);
