// Booking without a key: evidence of the payment, the booking's token, and the five failures that close the route.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingTests, codreserOf, expectBooking, expectProblem, room, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();

let clients = 0;
/** The address of a client that has not asked before (of a range that is kept for documentation). */
function client() {
  clients += 1;
  return `203.0.113.${clients}`;
}

const wrongDate = (payment) => ({ payment_evidence: { amount: payment.amount, date: "2026-11-19" } });
const wrongAmount = (payment) => ({ payment_evidence: { amount: payment.amount + 0.01, date: payment.payment_date } });

/** What a problem says apart from the reference that the caller sent: everything that could tell something. */
function bare(answer, reference) {
  const headers = [...answer.headers].filter(([name]) => name !== "date" && name !== "x-request-id").sort();
  return JSON.stringify({ status: answer.status, headers, text: answer.text.replaceAll(reference, "REFERENCE") });
}

test("with the payment's evidence a guest books and asks for the booking by its token", async () => {
  const payment = await hotel().payment(345);
  const stay = hotel().stay();
  const key = hotel().unique("guest-");
  const body = hotel().publicBody(payment, stay, [room("Junior", 2), room("Junior", 2)]);
  const ip = client();
  const answer = expectBooking(await hotel().book(body, { key, ip }));
  assert.match(answer.token, /^[0-9a-f]{32}$/);
  assert.match(answer.booking_id, /^[0-9a-f]{32}$/);
  assert.notEqual(answer.token, answer.booking_id);
  await hotel().expectRow(payment, { used: 345, codreser: codreserOf(answer) });
  assert.deepEqual((await hotel().book(body, { key, ip })).json, answer, "again");

  const path = `/v1/bookings/${answer.booking_id}`;
  const { token, ...rest } = answer;
  const asked = await hotel().call("GET", path, { as: token });
  assert.deepEqual(asked.json, rest, "the same, but for the token, which is said once");
  assert.equal(asked.headers.get("cache-control"), "no-store");

  expectProblem(await hotel().call("GET", path), 401, "unauthorized");
  expectProblem(await hotel().call("GET", path, { as: "0".repeat(32) }), 404, "not_found");
  expectProblem(await hotel().call("GET", `/v1/bookings/${"0".repeat(32)}`, { as: token }), 404, "not_found");
  expectProblem(await hotel().call("GET", `${path}?token=${token}`), 401, "unauthorized");
  for (const id of ["x", `${answer.booking_id}0`, answer.booking_id.toUpperCase(), "%00", "..%2f"]) {
    expectProblem(await hotel().call("GET", `/v1/bookings/${id}`, { as: token }), 404, "not_found");
  }

  // Two guests' tokens do not open each other's bookings.
  const other = await hotel().payment(345);
  const theirs = expectBooking(
    await hotel().book(hotel().publicBody(other, stay, [room("Junior", 1)]), { ip: client() }),
  );
  expectProblem(await hotel().call("GET", path, { as: theirs.token }), 404, "not_found");
  // Nor is a public key the assistant's of the same name.
  const assistant = await hotel().book(hotel().body(other, stay, [room("Junior", 1)]), { as: "assistant", key });
  assert.notEqual(expectBooking(assistant).booking_id, answer.booking_id);
});

test("evidence is required of the public, in its fields", async () => {
  const payment = await hotel().payment(345);
  const stay = hotel().stay();
  for (const [change, fields] of [
    [{ payment_evidence: undefined }, ["payment_evidence"]],
    [{ payment_evidence: {} }, ["payment_evidence.amount", "payment_evidence.date"]],
    [{ payment_evidence: { amount: "345", date: "20/11/2026" } }, ["payment_evidence.amount", "payment_evidence.date"]],
    [{ payment_evidence: 345 }, ["payment_evidence"]],
  ]) {
    const body = hotel().publicBody(payment, stay, [room("Junior", 2)], change);
    expectProblem(await hotel().book(body, { ip: client() }), 422, "invalid", { fields });
  }
});

test("wrong evidence, an unknown reference and another's claim are told alike, and tell nothing", async () => {
  const rooms = [room("Junior", 2)];
  const ask = (payment, more) =>
    hotel().book(hotel().publicBody(payment, hotel().stay(), rooms, more), { ip: client() });
  const real = await hotel().payment(345);
  const unknown = { ...real, reference: "55999999" };
  const expected = bare(await ask(unknown), unknown.reference);
  assert.match(expected, /payment_not_found/);

  assert.equal(bare(await ask(real, wrongDate(real)), real.reference), expected);
  assert.equal(bare(await ask(real, wrongAmount(real)), real.reference), expected);
  // What is short, used up or foreign is told only to those who have the evidence.
  const short = await hotel().payment(10);
  assert.equal(bare(await ask(short, wrongDate(short)), short.reference), expected);
  expectProblem(await ask(short), 422, "payment_short", { missing_amount: 162.5 });
  const exhausted = await hotel().payment(345, { used: 345 });
  assert.equal(bare(await ask(exhausted, wrongDate(exhausted)), exhausted.reference), expected);
  expectProblem(await ask(exhausted), 409, "payment_used");
  const euros = await hotel().payment(345, { currency: "EUR" });
  assert.equal(bare(await ask(euros, wrongDate(euros)), euros.reference), expected);
  expectProblem(await ask(euros), 422, "payment_currency");

  // A claim that a validation opened for a guest of the assistant's.
  const claimed = await hotel().payment(345);
  const wa_id = hotel().waId();
  const validation = await hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
    as: "assistant",
    body: { authorization_number: claimed.reference, payment_amount: 345, wa_id },
  });
  assert.equal(validation.status, 200, validation.text);
  assert.equal(bare(await ask(claimed, { claim: validation.json.claim }), claimed.reference), expected);
  assert.equal(bare(await ask(claimed, { claim: "0".repeat(32) }), claimed.reference), expected);
  // Saying to be that guest does not make one their claim's holder either: nothing is left for others.
  expectProblem(await ask(claimed, { wa_id }), 409, "payment_used");
  await hotel().expectRow(claimed, { used: 345, codreser: null });
  const theirs = expectBooking(await hotel().makeBooking(hotel().body(claimed, hotel().stay(), rooms, { wa_id })));
  await hotel().expectRow(claimed, { used: 172.5, codreser: codreserOf(theirs) });
});

/** Asserts that the route is closed for a day, and says so. */
function expectClosed(answer) {
  const json = expectProblem(answer, 429, "too_many_requests");
  const retryAfter = Number(answer.headers.get("retry-after"));
  assert.ok(retryAfter > 86_000 && retryAfter <= 86_400, `Retry-After: ${retryAfter}`);
  assert.match(json.customer_message, /Hubo demasiados intentos\. Espere .*/);
}

test("five failures of one client close the route for it, whatever it asks for, and for nobody else", async () => {
  const ip = client();
  const rooms = [room("Junior", 2)];
  const payment = await hotel().payment(345);
  const stay = hotel().stay();
  for (let i = 0; i < 5; i += 1) {
    const guess = { ...payment, reference: hotel().unique("56") };
    expectProblem(await hotel().book(hotel().publicBody(guess, stay, rooms), { ip }), 404, "payment_not_found");
  }
  const body = hotel().publicBody(payment, stay, rooms);
  expectClosed(await hotel().book(body, { ip }));
  assert.deepEqual(await hotel().ledger(payment), []);
  const answer = expectBooking(await hotel().book(body, { ip: client() }));
  await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(answer) });
  // The assistant and the staff are not the public.
  expectBooking(await hotel().book(hotel().body(payment, stay, rooms), { as: "assistant", ip }));
});

test("five failures of one reference close the route for it, whoever asks", async () => {
  const rooms = [room("Junior", 2)];
  const payment = await hotel().payment(345);
  const stay = hotel().stay();
  for (let i = 0; i < 5; i += 1) {
    const more = i % 2 === 0 ? wrongDate(payment) : wrongAmount(payment);
    expectProblem(
      await hotel().book(hotel().publicBody(payment, stay, rooms, more), { ip: client() }),
      404,
      "payment_not_found",
    );
  }
  expectClosed(await hotel().book(hotel().publicBody(payment, stay, rooms), { ip: client() }));
  assert.deepEqual(await hotel().ledger(payment), []);
  // The same number of the other method is another reference.
  const bank = await hotel().payment(345, { bank: true });
  expectBooking(await hotel().book(hotel().publicBody(bank, stay, rooms), { ip: client() }));
});

test("many guesses at once are not all looked at before the first is counted", async () => {
  const payment = await hotel().payment(345);
  const stay = hotel().stay();
  const guesses = Array.from({ length: 20 }, (_, i) => ({
    payment_evidence: { amount: 300 + i, date: payment.payment_date },
  }));
  const answers = await Promise.all(
    guesses.map((more) => hotel().book(hotel().publicBody(payment, stay, [room("Junior", 2)], more), { ip: client() })),
  );
  const looked = answers.filter((answer) => answer.status === 404);
  assert.equal(looked.length, 5);
  assert.equal(answers.filter((answer) => answer.status === 429).length, 15);
});

test("right evidence is forgiven: failures count, bookings do not", async () => {
  const ip = client();
  const payment = await hotel().payment(1000);
  for (let i = 0; i < 6; i += 1) {
    expectBooking(await hotel().book(hotel().publicBody(payment, hotel().stay(), [room("Junior", 1)]), { ip }));
  }
  // Four failures, then evidence that is right, then one failure more: only then is it closed.
  const fail = async () => {
    const guess = { ...payment, reference: hotel().unique("57") };
    const answer = await hotel().book(hotel().publicBody(guess, hotel().stay(), [room("Junior", 1)]), { ip });
    expectProblem(answer, 404, "payment_not_found");
  };
  for (let i = 0; i < 4; i += 1) await fail();
  expectBooking(await hotel().book(hotel().publicBody(payment, hotel().stay(), [room("Junior", 1)]), { ip }));
  // Evidence that is right of a payment that does not suffice is no failure either.
  const short = await hotel().payment(10);
  expectProblem(
    await hotel().book(hotel().publicBody(short, hotel().stay(), [room("Junior", 1)]), { ip }),
    422,
    "payment_short",
  );
  await fail();
  expectClosed(await hotel().book(hotel().publicBody(payment, hotel().stay(), [room("Junior", 1)]), { ip }));
});

test("what stands in the failures' table says neither who nor what", async () => {
  const rows = await hotel().sql("SELECT subject FROM evidence_failures");
  assert.ok(rows.length > 0);
  for (const { subject } of rows) assert.match(subject, /^(client|reference):[0-9a-f]{64}$/);
});

closingTests(hotel);
