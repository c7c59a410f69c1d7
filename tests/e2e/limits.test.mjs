// Limits: of requests, by client and by key; and of what one guest may have under way at once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Hotel, expectProblem, room, settings } from "./support.mjs";

/** Retry-After as a number of seconds. */
const wait = (answer) => Number(answer.headers.get("retry-after"));

test("a client and a key have so many requests a minute, and others are not held up by it", async () => {
  const hotel = await Hotel.open({ limits: true });
  try {
    const ask = (ip) => hotel.call("GET", "/v1/nothing-of-mine", { ip });
    const many = (count, call) => Promise.all(Array.from({ length: count }, call));
    // Counted anew each minute, so that what straddles two is allowed twice as much.
    const get = (ip) => hotel.call("GET", "/v1/property", { ip });
    const statuses = (await many(650, () => get("198.51.100.1"))).map((it) => it.status);
    assert.ok(statuses.filter((it) => it === 200).length >= 300 && statuses.includes(429), "the client is limited");
    const refused = await get("198.51.100.1");
    if (refused.status === 429) {
      assert.equal(expectProblem(refused, 429, "too_many_requests").retry_after_s, wait(refused));
      assert.equal(wait(refused), 60);
    }
    assert.equal((await get("198.51.100.2")).status, 200, "another client is not");
    // Who changes only the part of an IPv6 address that is theirs to choose is the same client.
    const inNetwork = await many(650, (_, i) => get(`2001:db8:1:2::${(i + 1).toString(16)}`));
    assert.ok(inNetwork.some((it) => it.status === 429), "a network is one client");
    // Guessing keys counts as well.
    const guesses = await many(650, (_, i) => hotel.call("GET", "/v1/property", { as: `guess-${i}`, ip: "198.51.100.3" }));
    assert.deepEqual([...new Set(guesses.map((it) => it.status))].sort(), [401, 429]);
    assert.equal((await hotel.call("GET", "/v1/property", { as: "staff", ip: "198.51.100.3" })).status, 200, "a key is counted by itself");
    assert.equal((await ask("198.51.100.9")).status, 404);
    assert.equal((await hotel.call("GET", "/healthz", { ip: "198.51.100.1" })).status, 200, "health is always told");
  } finally {
    await hotel.close();
  }
});

let it;
before(async () => {
  const document = await settings();
  // Eight rooms. The first room of a booking is booked at once and the others slowly, so that they stay under way.
  it = await Hotel.open({
    settings: { ...document, phone_rooms_max: 3, client_rooms_max: 5, share_percent_max: 50 },
    vars: { POSADA_TEST_BOOK_LATENCY_MS: "1500" },
  });
});
after(() => it?.close());

/** Begins a booking of so many rooms and does not wait for its end. */
async function begin(rooms, { phone, ip, as, stay = it.stay(), wa_id }) {
  const payment = await it.payment(3000);
  const lines = Array.from({ length: rooms }, () => room("Junior", 1));
  const body =
    as === undefined
      ? it.publicBody(payment, stay, lines, { phone_number: phone })
      : it.body(payment, stay, lines, { wa_id: wa_id ?? it.waId() });
  const answer = await it.book(body, { as, ip, headers: { prefer: "respond-async" } });
  return { answer, payment, body };
}

/** Waits until the first room of a booking is booked: from then on the others are under way. */
async function firstIsBooked({ booking_id }) {
  for (;;) {
    const { json } = await it.call("GET", `/v1/bookings/${booking_id}`, { as: "staff" });
    if (json.progress?.[0].state === "booked") return;
    assert.equal(json.outcome, "in_progress");
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** Waits until a booking has ended. */
async function ended({ booking_id }) {
  for (;;) {
    const { json } = await it.call("GET", `/v1/bookings/${booking_id}`, { as: "staff" });
    if (json.outcome !== "in_progress") return json;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

test("a phone may have so many rooms under way, and is told when to try again", async () => {
  const phone = "+50370010001";
  const first = await begin(4, { phone, ip: "198.51.100.11" });
  assert.equal(first.answer.status, 202, first.answer.text);
  const second = await begin(1, { phone, ip: "198.51.100.12" });
  const problem = expectProblem(second.answer, 429, "too_many_requests");
  assert.ok(wait(second.answer) >= 1 && wait(second.answer) <= 60);
  assert.equal(problem.retry_after_s, wait(second.answer));
  assert.deepEqual(await it.ledger(second.payment), [], "nothing was done");
  const another = await begin(1, { phone: "+50370010002", ip: "198.51.100.13" });
  assert.equal(another.answer.status, 202, "another phone is not held up");
  // Once it is booked it is paid for, and counts no more.
  assert.equal((await ended(first.answer.json)).outcome, "booked");
  const third = await begin(3, { phone, ip: "198.51.100.12" });
  assert.equal(third.answer.status, 202, third.answer.text);
  await ended(third.answer.json);
});

test("a client may have so many rooms under way, whatever the phones", async () => {
  const ip = "198.51.100.21";
  const first = await begin(3, { phone: "+50370020001", ip });
  await firstIsBooked(first.answer.json);
  const second = await begin(3, { phone: "+50370020002", ip });
  assert.deepEqual([first.answer.status, second.answer.status], [202, 202]);
  await firstIsBooked(second.answer.json);
  expectProblem((await begin(2, { phone: "+50370020003", ip })).answer, 429, "too_many_requests");
  const another = await begin(2, { phone: "+50370020003", ip: "198.51.100.22" });
  assert.equal(another.answer.status, 202, "another client is not held up");
  for (const { answer } of [first, second, another]) await ended(answer.json);
});

test("nobody has more than a share of the house under way for the same nights, but for one booking", async () => {
  const stay = it.stay();
  const whole = await begin(5, { phone: "+50370030001", ip: "198.51.100.31", stay });
  assert.equal(whole.answer.status, 202, "one booking may be for more: it is paid for");
  await ended(whole.answer.json);

  const [nights, others] = [it.stay(), it.stay()];
  const ip = "198.51.100.32";
  const first = await begin(4, { phone: "+50370030002", ip, stay: nights });
  await firstIsBooked(first.answer.json);
  // Three are under way, and four are the half of the house.
  expectProblem((await begin(2, { phone: "+50370030003", ip, stay: nights })).answer, 429, "too_many_requests");
  const elsewhere = await begin(2, { phone: "+50370030003", ip, stay: others });
  assert.equal(elsewhere.answer.status, 202, "of other nights the share is another");
  for (const { answer } of [first, elsewhere]) await ended(answer.json);
});

test("many at once are counted one by one", async () => {
  const phone = "+50370040001";
  const all = await Promise.all(Array.from({ length: 8 }, (_, i) => begin(4, { phone, ip: `198.51.100.${40 + i}` })));
  const taken = all.filter(({ answer }) => answer.status === 202);
  assert.equal(taken.length, 1, all.map(({ answer }) => answer.status).join());
  for (const { answer } of taken) await ended(answer.json);
});

test("what is refused does not count", async () => {
  const phone = "+50370050001";
  for (let i = 0; i < 3; i += 1) {
    const body = it.publicBody({ ...(await it.payment(500)), amount: 499 }, it.stay(), [room("Junior", 1), room("Junior", 1)], { phone_number: phone });
    expectProblem(await it.book(body, { ip: `198.51.100.${50 + i}` }), 404, "payment_not_found");
  }
  const taken = await begin(3, { phone, ip: "198.51.100.59" });
  assert.equal(taken.answer.status, 202, taken.answer.text);
  await ended(taken.answer.json);
});

test("the assistant's guests are told apart by their phones, and staff are not limited", async () => {
  const wa_id = it.waId();
  const first = await begin(4, { as: "assistant", wa_id, ip: "198.51.100.61" });
  expectProblem((await begin(1, { as: "assistant", wa_id, ip: "198.51.100.61" })).answer, 429, "too_many_requests");
  const others = [];
  for (let i = 0; i < 3; i += 1) others.push(await begin(2, { as: "assistant", ip: "198.51.100.61" }));
  others.push(await begin(2, { as: "staff", wa_id, ip: "198.51.100.61" }));
  assert.deepEqual(others.map(({ answer }) => answer.status), [202, 202, 202, 202]);
  for (const { answer } of [first, ...others]) await ended(answer.json);
});

test("afterwards every payment's row is what its ledger says, and no log line says who somebody is", async () => {
  await it.check();
  it.checkLogs();
});
