// A booking's progress as server-sent events: room by room while it runs, resumed where one left off, and ended by the
// answer that GET gives.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { closingTests, expectBooking, expectProblem, room, settings, sharedHotel } from "./support.mjs";
import { openEvents, readAll } from "./stream.mjs";

const LATENCY_MS = 700;
const KEEP_ALIVE_MS = 300;
const ORIGIN = "https://hotel.example";
const hotel = sharedHotel(async () => ({
  vars: { POSADA_TEST_BOOK_LATENCY_MS: String(LATENCY_MS), POSADA_TEST_KEEP_ALIVE_MS: String(KEEP_ALIVE_MS), ALLOWED_ORIGINS: ORIGIN },
  settings: await settings((document) => {
    document.wait_ms = 0;
  }),
}));

const ROOMS = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

/** Begins a booking that takes a while. */
async function begin(rooms = ROOMS, more = {}) {
  const payment = await hotel().payment(1000);
  const body = hotel().body(payment, hotel().stay(), rooms, more);
  const answer = await hotel().makeBooking(body);
  assert.equal(answer.status, 202, answer.text);
  return { body, booking: answer.json.booking_id, token: answer.json.token, first: answer.json };
}

const open = ({ booking, token }, options = {}) =>
  openEvents(`${hotel().host.url}/v1/bookings/${booking}/events${options.query ?? ""}`, { bearer: token, ...options });

const told = (events) => events.filter((event) => event.event !== undefined);

async function ended(booking) {
  for (;;) {
    const answer = await hotel().call("GET", `/v1/bookings/${booking}`, { as: "staff" });
    if (answer.status === 200) return answer.json;
    await sleep(50);
  }
}

test("a booking is followed room by room to the answer that GET gives", async () => {
  const begun = await begin();
  const stream = await open(begun);
  assert.equal(stream.response.status, 200);
  assert.equal(stream.response.headers.get("content-type"), "text/event-stream");
  assert.equal(stream.response.headers.get("cache-control"), "no-store");
  const seen = [];
  const at = [];
  for await (const event of stream.events) {
    seen.push(event);
    at.push(Date.now());
  }
  assert.equal(seen[0].retry, "2000");
  const events = told(seen);
  assert.deepEqual(
    events.map((event) => event.event),
    ["accepted", "held", "booked", "booked", "booked", "settled", "finished"],
  );
  assert.ok(at.at(-1) - at[0] > LATENCY_MS, "they come as they happen, not at the end");
  for (const { data } of events) {
    assert.equal(data.booking_id, begun.booking);
    assert.equal(data.progress.length, 3);
    assert.ok(!JSON.stringify(data).includes(begun.body.customer_name));
  }
  const held = events[1].data;
  assert.deepEqual(held.lines, [1, 2, 3]);
  assert.deepEqual(held.progress, [
    { line: 1, state: "held", room: "54" },
    { line: 2, state: "held", room: "56" },
    { line: 3, state: "held", room: "57" },
  ]);
  const second = events[3].data;
  assert.equal(second.outcome, "in_progress");
  assert.deepEqual(
    second.progress.map((it) => it.state),
    ["booked", "booked", "held"],
  );
  assert.match(second.progress[1].reserva, /^\d+$/);
  const ids = events.map((event) => event.id).filter((id) => id !== undefined);
  assert.deepEqual([...ids].sort((a, b) => a - b), ids, "ids rise");
  assert.equal(events.at(-2).id, undefined, "who has `settled` alone comes again for `finished`");
  const asked = await hotel().call("GET", `/v1/bookings/${begun.booking}`, { as: begun.token });
  assert.deepEqual(events.at(-1).data.answer, expectBooking(asked));
  assert.equal(events.at(-1).data.outcome, "booked");
});

test("polling shows the same progress", async () => {
  const begun = await begin();
  assert.deepEqual(
    begun.first.progress.map((it) => it.line),
    [1, 2, 3],
  );
  const states = [];
  let asked;
  do {
    asked = await hotel().call("GET", `/v1/bookings/${begun.booking}`, { as: begun.token });
    if (asked.json.progress) states.push(asked.json.progress.map((it) => it.state).join(" "));
    await sleep(30);
  } while (asked.status === 202);
  assert.ok(states.includes("booked held held") && states.includes("booked booked held"), states.join("; "));
  assert.equal(expectBooking(asked).progress, undefined, "what ended has an answer instead");
});

test("a stream that was cut is resumed where it was, and the booking goes on meanwhile", async () => {
  const begun = await begin();
  const stream = await open(begun);
  let last;
  for await (const event of stream.events) {
    last = event.id ?? last;
    if (event.event === "booked") break;
  }
  stream.cut();
  const whole = told(await readAll(await open(begun)));
  const rest = told(await readAll(await open(begun, { after: last })));
  const at = whole.findIndex((event) => event.id === last);
  assert.ok(at > 0);
  assert.deepEqual(rest, whole.slice(at + 1));
  assert.equal(rest.at(-1).event, "finished");
  assert.equal((await ended(begun.booking)).outcome, "booked");
  const nothing = await open(begun, { after: whole.at(-1).id });
  assert.equal(nothing.response.status, 204, "who has all need not come again");
});

test("clients that go away in the middle leave nothing behind", async () => {
  const begun = await begin();
  for (let n = 0; n < 40; n += 1) {
    const stream = await open(begun);
    assert.equal(stream.response.status, 200, `stream ${n}`);
    const { value } = await stream.events.next();
    assert.equal(value.retry, "2000");
    stream.cut();
    // The next write finds out.
    if (n % 10 === 9) await sleep(2 * KEEP_ALIVE_MS);
    if (n === 20) begun.again = await begin();
  }
  for (const { booking } of [begun, begun.again]) {
    const answer = await ended(booking);
    assert.equal(answer.outcome, "booked");
    assert.equal(answer.bookings.length, 3);
  }
});

test("of one booking only so many are told at once", async () => {
  const slow = await begin([...ROOMS, room("Junior", 1), room("Junior", 1)]);
  const streams = [];
  for (let n = 0; n < 16; n += 1) streams.push(await open(slow));
  assert.ok(streams.every(({ response }) => response.status === 200));
  const refused = await open(slow);
  assert.equal(refused.response.status, 429);
  assert.equal(refused.response.headers.get("retry-after"), "15");
  refused.cut();
  const all = await Promise.all(streams.map(readAll));
  for (const events of all) assert.equal(told(events).at(-1).event, "finished");
  assert.equal(told(await readAll(await open(slow))).at(-1).event, "finished", "places are given back");
});

test("where nothing happens there is a sign of life, and after a while an end", async () => {
  const slow = await begin([...ROOMS, room("Junior", 1), room("Junior", 1)]);
  const seen = await readAll(await open(slow));
  assert.ok(
    seen.some((event) => event.comment === "waiting"),
    JSON.stringify(seen),
  );
  assert.ok(seen.filter((event) => event.comment !== undefined).length < 20);
});

test("only who may ask how a booking stands may follow it", async () => {
  const begun = await begin();
  const other = await begin();
  const path = `/v1/bookings/${begun.booking}/events`;
  expectProblem(await hotel().call("GET", path), 401, "unauthorized");
  expectProblem(await hotel().call("GET", path, { as: "x".repeat(32) }), 401, "unauthorized");
  expectProblem(await hotel().call("GET", path, { as: "f".repeat(32) }), 404, "not_found");
  expectProblem(await hotel().call("GET", path, { as: other.token }), 404, "not_found");
  expectProblem(await hotel().call("GET", path, { as: "assistant" }), 422, "invalid", { fields: ["wa_id"] });
  expectProblem(await hotel().call("GET", `${path}?wa_id=${other.body.wa_id}`, { as: "assistant" }), 404, "not_found");
  expectProblem(await hotel().call("POST", path, { as: begun.token }), 405, "method_not_allowed");
  const wrong = { "last-event-id": "first" };
  expectProblem(await hotel().call("GET", path, { as: begun.token, headers: wrong }), 422, "invalid", {
    fields: ["Last-Event-ID"],
  });
  expectProblem(await hotel().call("GET", `/v1/bookings/${"0".repeat(32)}/events`, { as: "staff" }), 404, "not_found");
  for (const as of ["staff", "assistant"]) {
    const query = as === "assistant" ? `?wa_id=${begun.body.wa_id}` : "";
    const bearer = hotel().host.keys[as];
    const events = told(await readAll(await open(begun, { bearer, query, language: "en" })));
    assert.equal(events.at(-1).event, "finished");
    assert.match(events.at(-1).data.answer.customer_message, /3 rooms/);
  }
});

test("a page of the hotel's own origin may follow it too", async () => {
  const begun = await begin();
  const stream = await open(begun, { origin: ORIGIN });
  assert.equal(stream.response.headers.get("access-control-allow-origin"), ORIGIN);
  const events = told(await readAll(stream));
  assert.equal(events.at(-1).event, "finished");
  const again = await open(begun, { origin: ORIGIN, after: events.at(-1).id });
  assert.equal(again.response.status, 204);
  const path = `/v1/bookings/${begun.booking}/events`;
  const asked = await hotel().call("OPTIONS", path, { headers: { origin: ORIGIN } });
  assert.match(asked.headers.get("access-control-allow-headers"), /Last-Event-ID/);
});

test("of all or nothing no room is told of before all are", async () => {
  const begun = await begin(ROOMS, { all_or_nothing: true });
  const events = told(await readAll(await open(begun)));
  assert.deepEqual(
    events.map((event) => event.event),
    ["accepted", "held", "settled", "finished"],
  );
  assert.ok(!JSON.stringify(events.slice(0, 2)).includes("reserva"));
});

closingTests(hotel);
