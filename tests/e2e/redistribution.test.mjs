// Rooms that failed: other rooms are offered for their guests, at a price that is kept, and taken by a booking that follows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import {
  Hotel,
  closingTests,
  codreserOf,
  expectBooking,
  expectProblem,
  room,
  sharedHotel,
} from "./support.mjs";

const hotel = sharedHotel();
const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

/** Takes rooms away beforehand. */
async function take(stay, rooms) {
  const payment = await hotel().payment(5000);
  return expectBooking(await hotel().makeBooking(hotel().body(payment, stay, rooms)));
}

/** Paid for three, booked two: two adults are left without a room. */
async function twoOfThree(send = (body) => hotel().makeBooking(body), more = {}) {
  const stay = hotel().stay();
  await take(stay, [room("Junior", 1), room("Junior", 1), room("Junior", 1)]);
  const payment = await hotel().payment(690);
  const wa_id = hotel().waId();
  const body = hotel().body(payment, stay, THREE, { wa_id, ...more });
  const answer = expectBooking(await send(body, payment), "partly_booked");
  return { stay, payment, wa_id, answer, path: `/v1/bookings/${answer.booking_id}` };
}

/** The rooms of an offer as a booking asks for them. */
const asked = (redistribution) =>
  redistribution.rooms.map(({ bungalow_type, adults, children_0_5, children_6_10 }) =>
    room(bungalow_type, adults, children_0_5, children_6_10),
  );

test("paid for three, booked two: another type is offered, taken, and paid by what was left", async () => {
  const { stay, payment, wa_id, answer, path } = await twoOfThree();
  const { redistribution } = answer;
  const { quote, expires_at, ...offer } = redistribution;
  assert.deepEqual(offer, {
    kind: "offer",
    rooms: [
      {
        bungalow_type: "Familiar",
        adults: 2,
        children_0_5: 0,
        children_6_10: 0,
        extra_beds: 0,
        nights: [{ date: stay.check_in_date, amount: 172.5 }],
        amount: 172.5,
      },
    ],
    total_amount: 172.5,
    currency: "USD",
  });
  assert.ok(Date.parse(expires_at) > hotel().now());
  assert.match(answer.customer_message, /podemos ofrecerle 1 Bungalow Familiar: 2 adultos, por \$172\.50 en total\./);
  const english = await hotel().call("GET", `${path}?wa_id=${wa_id}`, { as: "assistant", language: "en" });
  assert.match(
    expectBooking(english, "partly_booked").customer_message,
    /we can offer you 1 Family bungalow: 2 adults, for \$172\.50 in total\. Shall we book that for you\?$/,
  );

  const more = { wa_id, quote, follows: answer.booking_id };
  const body = hotel().body(payment, stay, asked(redistribution), more);
  const second = expectBooking(await hotel().makeBooking(body));
  assert.equal(second.follows, answer.booking_id);
  assert.equal(second.total_amount, 172.5);
  assert.equal(second.balance_due, 0);
  await hotel().expectRow(payment, { used: 690, codreser: `${codreserOf(answer)},${codreserOf(second)}` });

  const first = expectBooking(await hotel().call("GET", path, { as: "staff" }), "partly_booked");
  assert.equal(first.followed_by, second.booking_id);
  assert.equal(first.redistribution, undefined);
  assert.deepEqual(first.bookings, answer.bookings, "booked rooms never change");
  assert.match(first.customer_message, /\n\nPara quienes quedaron sin habitación hay otra reservación\.$/);

  // The same again is the same booking; another for the same guests is refused.
  assert.equal(expectBooking(await hotel().makeBooking(body)).booking_id, second.booking_id);
  const other = hotel().body(await hotel().payment(500), stay, [room("Familiar", 1)], more);
  delete other.quote;
  const refused = expectProblem(await hotel().makeBooking(other), 409, "already_followed", { fields: ["follows"] });
  assert.equal(refused.followed_by, second.booking_id);
});

test("twenty follow at once, and one does", async () => {
  const { stay, wa_id, answer } = await twoOfThree();
  const payments = [];
  for (let i = 0; i < 20; i += 1) payments.push(await hotel().payment(172.5));
  const more = { wa_id, follows: answer.booking_id, quote: answer.redistribution.quote };
  const rooms = asked(answer.redistribution);
  const answers = await Promise.all(
    payments.map((payment) => hotel().makeBooking(hotel().body(payment, stay, rooms, more))),
  );
  const booked = answers.filter((it) => it.status === 200);
  assert.equal(booked.length, 1, answers.map((it) => it.text).join("\n"));
  // Of one guest not so many may be under way at once: who came too soon is told so.
  for (const it of answers.filter((one) => one.status !== 200)) {
    if (it.status === 429) expectProblem(it, 429, "too_many_requests");
    else expectProblem(it, 409, "already_followed");
  }
  assert.deepEqual(await hotel().free(stay), { Junior: 0, Familiar: 2 });
  for (const [i, payment] of payments.entries()) {
    const mine = answers[i].status === 200;
    await hotel().expectRow(payment, mine ? { used: 172.5, codreser: codreserOf(booked[0].json) } : { used: 0, codreser: null });
  }
});

test("a follower that comes to nothing gives way", async () => {
  const { stay, payment, wa_id, answer, path } = await twoOfThree();
  const more = { wa_id, follows: answer.booking_id };
  // Refused: its payment is short.
  const poor = await hotel().payment(10);
  const short = hotel().body(poor, stay, [room("Familiar", 2)], more);
  expectProblem(await hotel().makeBooking(short), 422, "payment_short");
  const stands = expectBooking(await hotel().call("GET", path, { as: "staff" }), "partly_booked");
  assert.equal(stands.followed_by, undefined);
  assert.equal(stands.redistribution.kind, "offer");
  // Booked, and cancelled again.
  const body = hotel().body(payment, stay, [room("Familiar", 2)], more);
  const second = expectBooking(await hotel().makeBooking(body));
  expectBooking(await hotel().call("DELETE", `/v1/bookings/${second.booking_id}`, { as: "staff" }), "not_booked");
  hotel().answers.delete(second.booking_id);
  const third = expectBooking(await hotel().makeBooking(body));
  assert.notEqual(third.booking_id, second.booking_id);
  assert.equal(expectBooking(await hotel().call("GET", path, { as: "staff" }), "partly_booked").followed_by, third.booking_id);
  await hotel().expectRow(payment, { used: 690, codreser: `${codreserOf(answer)},${codreserOf(third)}` });
});

test("what is followed must be the caller's, for the same stay, and for those who were left", async () => {
  const { stay, payment, wa_id, answer } = await twoOfThree();
  const whole = await take(hotel().stay(), [room("Junior", 2)]);
  const send = (more, rooms = [room("Familiar", 2)], of = stay) =>
    hotel().makeBooking(hotel().body(payment, of, rooms, { wa_id, follows: answer.booking_id, ...more }));
  const invalid = async (sent, field, text) => {
    const json = expectProblem(await sent, 422, "invalid", { fields: [field] });
    assert.match(json.detail, text);
  };
  await invalid(send({}, [room("Familiar", 3)]), "bookings", /no more guests than were left without a room: 2 adults/);
  await invalid(send({}, [room("Familiar", 2, 1)]), "bookings", /no more guests/);
  await invalid(send({}, [room("Familiar", 2)], hotel().stay()), "follows", /other dates/);
  await invalid(send({ package_type: "Todo incluido" }), "follows", /another package/);
  expectProblem(await send({ wa_id: hotel().waId() }), 404, "not_found");
  expectProblem(await send({ follows: "0".repeat(32) }), 404, "not_found");
  expectProblem(await send({ follows: whole.booking_id }), 404, "not_found");
  const byStaff = hotel().book(hotel().body(payment, stay, [room("Familiar", 2)], { follows: whole.booking_id }), { as: "staff" });
  await invalid(byStaff, "follows", /other dates/);
  await invalid(send({ follows: 7 }), "follows", /must be/);
  assert.deepEqual(await hotel().kinds(payment), ["attached", "settled", "settled", "released"], "nothing was changed");
});

test("the public follows with the booking's token and the payment's evidence", async () => {
  let evidence;
  const send = (body, payment) => {
    evidence = { amount: payment.amount, date: payment.payment_date };
    delete body.wa_id;
    return hotel().book({ ...body, payment_evidence: evidence });
  };
  const { stay, payment, answer, path } = await twoOfThree(send);
  const { quote } = answer.redistribution;
  const more = { wa_id: null, payment_evidence: evidence, quote, follows: answer.booking_id };
  const body = hotel().body(payment, stay, asked(answer.redistribution), more);
  expectProblem(await hotel().book(body), 401, "unauthorized");
  expectProblem(await hotel().book(body, { as: "f".repeat(32) }), 404, "not_found");
  const { follows, ...alone } = body;
  assert.equal(follows, answer.booking_id);
  expectProblem(await hotel().book(alone, { as: answer.token }), 401, "unauthorized");
  const unproved = { ...body, payment_evidence: { ...evidence, amount: 1 } };
  expectProblem(await hotel().book(unproved, { as: answer.token }), 404, "payment_not_found");
  const { payment_evidence, ...bare } = body;
  assert.deepEqual(payment_evidence, evidence);
  expectProblem(await hotel().book(bare, { as: answer.token }), 422, "invalid", { fields: ["payment_evidence"] });
  const second = expectBooking(await hotel().book(body, { as: answer.token }));
  assert.equal(expectBooking(await hotel().call("GET", path, { as: answer.token }), "partly_booked").followed_by, second.booking_id);
  assert.notEqual(second.token, answer.token);
});

test("children who would be alone, and guests for whom nothing is free, are offered people's help", async () => {
  const stay = hotel().stay();
  await take(stay, [room("Familiar", 1), room("Familiar", 1)]);
  const family = [room("Familiar", 3), room("Familiar", 1, 4)];
  const sent = hotel().body(await hotel().payment(1000), stay, family);
  const answer = expectBooking(await hotel().makeBooking(sent), "partly_booked");
  assert.deepEqual(answer.redistribution, { kind: "staff", reason: "child_alone" });
  assert.match(
    answer.customer_message,
    /\n\nEntre quienes quedaron sin habitación no hay suficientes adultos .* Comuníquese con recepción para buscar otra solución\.$/,
  );
  await take(stay, [1, 1, 1, 1, 1].map((adults) => room("Junior", adults)));
  const later = await hotel().call("GET", `/v1/bookings/${answer.booking_id}`, { as: answer.token, language: "en" });
  const full = expectBooking(later, "partly_booked");
  assert.deepEqual(full.redistribution, { kind: "staff", reason: "no_availability" });
  assert.match(full.customer_message, /\n\nFor now too few rooms are free .* Please contact reception /);
});

test("an offer's price is kept, whatever the tariff becomes, and after check-in nothing is offered", async () => {
  const other = await Hotel.open();
  try {
    const stay = other.stay();
    const paid = await other.payment(2000);
    const taken = [1, 1, 1, 1].map((adults) => room("Junior", adults));
    expectBooking(await other.makeBooking(other.body(paid, stay, taken)));
    const payment = await other.payment(690);
    const wa_id = other.waId();
    const sent = other.body(payment, stay, [room("Junior", 3), room("Junior", 2)], { wa_id });
    const answer = expectBooking(await other.makeBooking(sent), "partly_booked");
    const { default: document } = await import("../../demo/hotel.json", { with: { type: "json" } });
    const dear = structuredClone(document);
    for (const row of dear.tariff) row.adult = "99.99";
    await other.load(dear);
    const again = await other.call("GET", `/v1/bookings/${answer.booking_id}`, { as: "staff" });
    assert.equal(expectBooking(again, "partly_booked").redistribution.total_amount, 199.98, "a new offer is at today's");
    const { quote } = answer.redistribution;
    const body = other.body(payment, stay, [room("Familiar", 2)], { wa_id, quote, follows: answer.booking_id });
    assert.equal(expectBooking(await other.makeBooking(body)).total_amount, 172.5);

    const second = other.stay();
    expectBooking(await other.makeBooking(other.body(paid, second, taken)));
    const late = other.body(payment, second, [room("Junior", 1), room("Junior", 1)], { wa_id });
    const left = expectBooking(await other.makeBooking(late), "partly_booked");
    assert.equal(left.redistribution.kind, "offer");
    await other.host.stop();
    other.testNow = Date.parse(`${second.check_out_date}T18:00:00Z`);
    other.startedAt = Date.now();
    await other.start();
    const past = await other.call("GET", `/v1/bookings/${left.booking_id}`, { as: "staff" });
    const stands = expectBooking(past, "partly_booked");
    assert.equal(stands.redistribution, undefined);
    assert.match(stands.customer_message, /elija otro tipo de habitación o cambie las fechas\.$/);
    await other.check();
  } finally {
    await other.close();
  }
});

test("killed while a booking that follows is under way, there is one follower in the end", async () => {
  const { stay, payment, wa_id, answer, path } = await twoOfThree();
  const body = hotel().body(payment, stay, [room("Familiar", 2)], { wa_id, follows: answer.booking_id });
  const key = hotel().unique("follow-");
  for (const moment of ["requested", "followed_by", "follow_taken"]) {
    const since = hotel().events("appended").length;
    const killed = new Promise((resolve) => {
      hotel().onLine = () => {
        const seen = hotel().events("appended").slice(since);
        if (!seen.some((event) => event.entries.includes(moment))) return;
        hotel().onLine = undefined;
        resolve(hotel().host.kill());
      };
    });
    const sent = hotel()
      .book(body, { as: "assistant", key })
      .then(
        (heard) => heard,
        () => undefined,
      );
    // Once it is booked the moments do not come again.
    await Promise.race([killed, sent]);
    hotel().onLine = undefined;
    await hotel().host.kill();
    await sent;
    await hotel().start();
  }
  const second = expectBooking(await hotel().book(body, { as: "assistant", key }));
  await sleep(100);
  const first = expectBooking(await hotel().call("GET", path, { as: "staff" }), "partly_booked");
  assert.equal(first.followed_by, second.booking_id);
  await hotel().expectRow(payment, { used: 690, codreser: `${codreserOf(answer)},${codreserOf(second)}` });
});

closingTests(hotel);
