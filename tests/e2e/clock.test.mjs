// What time does: the hotel's day, claims and closed routes that end, keys that are forgotten. The clock is set by
// stopping workerd and starting it later.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Hotel, closingTests, codreserOf, expectBooking, expectProblem, room } from "./support.mjs";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let it;
// Half past eleven in the evening at the hotel; UTC is in the next day already.
before(async () => {
  it = await Hotel.open({ testNow: "2026-12-02T05:30:00Z" });
});
after(async () => it?.close());
const hotel = () => it;

async function later(ms) {
  await hotel().host.stop();
  hotel().testNow += ms;
  await hotel().start();
}

const validate = (payment, amount, wa_id) =>
  hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
    as: "assistant",
    body: { authorization_number: payment.reference, payment_amount: amount, wa_id },
  });

const free = (check_in_date, check_out_date) =>
  hotel().call("GET", `/v1/availability?${new URLSearchParams({ check_in_date, check_out_date })}`);

/** What is done today, to be looked at as time goes by. */
const done = {};

test("today is the hotel's day", async () => {
  assert.equal((await hotel().call("GET", "/v1/property")).json.today, "2026-12-01");
  assert.equal((await free("2026-12-01", "2026-12-02")).status, 200);
  expectProblem(await free("2026-11-30", "2026-12-02"), 422, "invalid", { fields: ["check_in_date"] });
  const payment = await hotel().payment(500);
  const stay = { check_in_date: "2026-12-01", check_out_date: "2026-12-03" };
  const body = hotel().body(payment, stay, [room("Junior", 1)]);
  const answer = expectBooking(await hotel().makeBooking(body));
  const { dateused } = await hotel().row(payment);
  assert.match(dateused, /^2026-12-01 23:3\d:\d\d$/);
  Object.assign(done, { today: { payment, body, answer } });
});

test("claims, failures and bookings of that day", async () => {
  const claimed = { payment: await hotel().payment(345), wa_id: hotel().waId() };
  const validation = await validate(claimed.payment, 345, claimed.wa_id);
  assert.equal(validation.status, 200, validation.text);
  expectProblem(await validate(claimed.payment, 1, hotel().waId()), 409, "payment_used");

  const closed = {
    payment: await hotel().payment(345),
    stay: { check_in_date: "2027-03-01", check_out_date: "2027-03-02" },
  };
  const wrong = { payment_evidence: { amount: 345, date: "2026-11-19" } };
  for (let i = 0; i < 5; i += 1) {
    const guess = hotel().publicBody(closed.payment, closed.stay, [room("Junior", 1)], wrong);
    expectProblem(await hotel().book(guess, { ip: `192.0.2.${i}` }), 404, "payment_not_found");
  }

  const kept = {
    payment: await hotel().payment(1000),
    stay: { check_in_date: "2027-03-05", check_out_date: "2027-03-06" },
    key: "kept",
  };
  kept.body = hotel().body(kept.payment, kept.stay, [room("Junior", 2)]);
  kept.byKey = expectBooking(await hotel().book(kept.body, { as: "assistant", key: kept.key }));
  kept.another = { ...kept.body, confirm_another: true };
  kept.byIntent = expectBooking(await hotel().makeBooking(kept.another));
  assert.notEqual(kept.byIntent.booking_id, kept.byKey.booking_id);
  Object.assign(done, { claimed: { ...claimed, validation: validation.json }, closed, kept });
});

test("an hour later it is the next day, and what was booked is still answered", async () => {
  await later(HOUR_MS);
  assert.equal((await hotel().call("GET", "/v1/property")).json.today, "2026-12-02");
  expectProblem(await free("2026-12-01", "2026-12-03"), 422, "invalid", { fields: ["check_in_date"] });
  assert.equal((await free("2026-12-02", "2026-12-03")).status, 200);
  const { body, answer } = done.today;
  assert.equal(expectBooking(await hotel().makeBooking(body)).booking_id, answer.booking_id, "repeated after its day");
  const late = hotel().body(done.today.payment, body, [room("Junior", 1)]);
  const { check_in_date, check_out_date } = body;
  expectProblem(await hotel().makeBooking({ ...late, check_in_date, check_out_date }), 422, "invalid", {
    fields: ["check_in_date"],
  });
});

test("a day later open claims have ended and closed routes are open", async () => {
  await later(DAY_MS);
  const { claimed, closed } = done;
  const rooms = [room("Junior", 2), room("Junior", 2)];
  // The claim has ended: what it held is free for whoever comes, and its guest may come as well.
  const half = await validate(claimed.payment, 172.5, hotel().waId());
  assert.equal(half.json.available_amount, 172.5);
  assert.deepEqual(await hotel().kinds(claimed.payment), ["opened", "released", "opened"]);
  const stay = { check_in_date: "2027-03-08", check_out_date: "2027-03-09" };
  const ask = (lines) =>
    hotel().makeBooking(
      hotel().body(claimed.payment, stay, lines, { wa_id: claimed.wa_id, claim: claimed.validation.claim }),
    );
  expectProblem(await ask(rooms), 422, "payment_short", { available_amount: 172.5, missing_amount: 172.5 });
  const answer = expectBooking(await ask(rooms.slice(1)));
  await hotel().expectRow(claimed.payment, { used: 345, codreser: codreserOf(answer) });

  const body = hotel().publicBody(closed.payment, closed.stay, [room("Junior", 1)]);
  expectBooking(await hotel().book(body, { ip: "192.0.2.99" }));
});

test("a month later a chosen key is forgotten, and an intent's booking is still that intent's", async () => {
  await later(30 * DAY_MS);
  const { payment, stay, body, another, key, byKey, byIntent } = done.kept;
  assert.equal(expectBooking(await hotel().makeBooking(another)).booking_id, byIntent.booking_id);
  // The key is free for another body; what lives and is the same is shown all the same, until another is confirmed.
  const known = expectBooking(await hotel().book(body, { as: "assistant", key }));
  assert.deepEqual([known.booking_id, known.existing], [byKey.booking_id, true]);
  const again = expectBooking(await hotel().book(another, { as: "assistant", key }));
  assert.notEqual(again.booking_id, byKey.booking_id);
  await hotel().expectRow(payment, { used: 517.5, codreser: [byKey, byIntent, again].map(codreserOf).join(",") });
  assert.equal((await free(stay.check_in_date, stay.check_out_date)).json.rooms[0].free, 2);
  // And the guest's token opens the booking as long as there is one.
  expectBooking(await hotel().call("GET", `/v1/bookings/${byKey.booking_id}`, { as: byKey.token }));
});

test("three months after the guest left, nothing is kept of the booking but its ledger", async () => {
  const { answer, payment } = done.today;
  const ask = () => hotel().call("GET", `/v1/bookings/${answer.booking_id}`, { as: "staff" });
  await later(59 * DAY_MS);
  assert.equal((await ask()).status, 200, "90 days after check-out are not over");
  await later(5 * DAY_MS);
  expectProblem(await ask(), 404, "not_found");
  assert.match((await hotel().row(payment)).codreser, new RegExp(codreserOf(answer)));
});

closingTests(hotel);
