// What can go wrong with an order in the hotel's own system: each fault ends with every room booked once, under the
// code that the guest is told, whatever became of the answers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingOutside, sharedOutside, until } from "./outside.mjs";
import { codreserOf, expectBooking, room } from "./support.mjs";

/** Calls are given up after a second, so that tests need not wait for ten. */
const DEADLINE_MS = 1_000;
const outside = sharedOutside({ vars: { POSADA_TEST_API_DEADLINE_MS: String(DEADLINE_MS) } });
const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

/** Books three rooms while `rules` are in force, and asserts that all are booked, once each. */
async function booksAll(rules, { rooms = ["54", "56", "57"], ...more } = {}) {
  const { api, hotel } = outside();
  const { stay, payment, body } = await outside().asked(THREE, more);
  await api.faults(...rules);
  const answer = await outside().ended(await hotel.makeBooking(body));
  const applied = (await api.rules()).map((it) => it.applied);
  await api.clearFaults();
  assert.ok(
    applied.every((count) => count > 0),
    "each fault was met",
  );
  const booked = expectBooking(answer);
  assert.deepEqual(
    booked.bookings.map((it) => it.room),
    rooms,
  );
  const living = await outside().living(stay);
  assert.deepEqual(living.map((it) => it.reserva).sort(), booked.bookings.map((it) => it.reserva).sort());
  await hotel.expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  // Said again, it is the same.
  assert.deepEqual(expectBooking(await hotel.makeBooking(body)).bookings, booked.bookings);
  return { stay, booked };
}

/** The calls about line 1, in the order that they came in: one that takes long is written down late. */
async function callsOfLine1(booking_id) {
  const isIts = (it) => it.reference?.startsWith(`${booking_id}-1-`) && !it.late;
  const calls = await until(async () => {
    const its = (await outside().api.log()).filter(isIts);
    return its.some((it) => it.route === "book") && its;
  }, "the order is written down");
  calls.sort((a, b) => a.at_ms - a.took_ms - (b.at_ms - b.took_ms));
  return calls.map((it) => `${it.route} ${it.reference.split("-").at(-1)}`);
}

const line1 = (fault, more = {}) => ({ route: "book", match: { line: 1 }, times: 1, fault, ...more });

for (const [what, fault] of Object.entries({
  "an answer is lost after the room was booked": { kind: "lost_answer" },
  "the connection is cut in the middle of an answer": { kind: "cut_in_answer", bytes: 10 },
  "the system says 500 although it has booked the room": { kind: "status_after_commit", status: 500 },
  "the system says 503 although it has booked the room": { kind: "status_after_commit", status: 503 },
  "an answer drips beyond the deadline": { kind: "slow_drip", ms_per_byte: 100 },
  "an answer comes after the deadline": { kind: "latency", ms: 1_500, after_commit: true },
  "an answer is a page of HTML": { kind: "garbage", garbage: "not_json" },
  "an answer is empty": { kind: "garbage", garbage: "empty" },
  "an answer has members of other kinds": { kind: "garbage", garbage: "wrong_types" },
  "an answer lacks its members": { kind: "garbage", garbage: "missing_members" },
  "an answer ends too early": { kind: "garbage", garbage: "truncated" },
  "an answer has more than two megabytes": { kind: "garbage", garbage: "huge_body" },
  "an answer has a code that another reservation has": { kind: "garbage", garbage: "used_code" },
  "an answer has a code that is too long": { kind: "garbage", garbage: "long_code" },
  "an answer has a code with a comma": { kind: "garbage", garbage: "comma_code" },
  "an answer has an empty code": { kind: "garbage", garbage: "empty_code" },
})) {
  test(`${what}: the look-up finds the reservation, and no second one is made`, async () => {
    const { booked } = await booksAll([line1(fault)]);
    const calls = await callsOfLine1(booked.booking_id);
    assert.deepEqual(calls.slice(0, 2), ["book 1", "lookup 1"], "looked up before anything else");
    assert.equal(calls.filter((call) => call.startsWith("book")).length, 1, calls.join());
  });
}

for (const [what, fault] of Object.entries({
  "the connection is cut before anything is done": { kind: "cut" },
  "the system says 500 and has done nothing": { kind: "status", status: 500, retry_after: null },
  "the system sends the order elsewhere": { kind: "redirect" },
  "the system says 401 to an order": { kind: "status", status: 401, retry_after: null },
  "the system says 400 to an order": { kind: "status", status: 400, retry_after: null },
  "an answer is garbage and nothing was done": { kind: "garbage", garbage: "truncated", commit: false },
})) {
  test(`${what}: the order is repeated under its reference, and booked once`, async () => {
    const { booked } = await booksAll([line1(fault)]);
    const calls = await callsOfLine1(booked.booking_id);
    assert.deepEqual(calls, ["book 1", "lookup 1", "book 1"], "another try would have another reference");
    if (fault.kind === "redirect") {
      const elsewhere = (await outside().api.log()).filter((it) => it.route === "other");
      assert.deepEqual(elsewhere, [], "a redirect is not followed");
    }
  });
}

test("a deployment with a wrong key is said to be one, in the log", () => {
  const errors = outside().hotel.events("error").filter((it) => it.what === "reservation_api");
  assert.ok(
    errors.some((it) => it.detail === "book: answered 401: the deployment is set up wrong"),
    "401 is named",
  );
});

test("a call that was cut is carried out later: the order that was repeated finds it, and books no second room", async () => {
  await booksAll([line1({ kind: "late_commit", ms: 700 })]);
});

test("a call without an answer is carried out long after it was given up, and no second room is booked", async () => {
  await booksAll([line1({ kind: "late_commit", ms: 2_500, silent: true })]);
});

for (const [what, retry_after] of [
  ["in seconds", "1"],
  ["as a date", () => new Date(outside().hotel.now() + 2_000).toUTCString()],
  ["not at all", null],
]) {
  test(`429 with Retry-After ${what}: tried again after it, under the same reference`, async () => {
    const asked = typeof retry_after === "function" ? retry_after() : retry_after;
    const { booked } = await booksAll([line1({ kind: "status", status: 429, retry_after: asked })]);
    assert.deepEqual(await callsOfLine1(booked.booking_id), ["book 1", "book 1"]);
    const [first, second] = (await outside().calls("book", booked.booking_id)).filter((it) =>
      it.reference.includes("-1-"),
    );
    const least = retry_after === null ? 450 : 950;
    assert.ok(second.at_ms - first.at_ms >= least, `${second.at_ms - first.at_ms} ms`);
  });
}

test("every order is lost on its way, then every look-up: each room is booked once all the same", async () => {
  await booksAll([
    { route: "book", times: 6, fault: { kind: "lost_answer" } },
    { route: "lookup", times: 3, fault: { kind: "cut" } },
    { route: "lookup", times: 2, fault: { kind: "status", status: 429, retry_after: "1" } },
  ]);
});

test("the system goes away after the payment was claimed, and the booking goes on once it is back", async () => {
  const { api, hotel } = outside();
  const { stay, payment, body } = await outside().asked(THREE);
  await api.faults({ route: "book", fault: { kind: "latency", ms: 600 } });
  const heard = hotel.makeBooking(body);
  const isUnderWay = () => hotel.events("appended").some((it) => it.entries.includes("held") && !seen.has(it.booking_id));
  const seen = new Set([...hotel.answers.keys()]);
  while (!isUnderWay()) await new Promise((wake) => setTimeout(wake, 10));
  await api.kill();
  await new Promise((wake) => setTimeout(wake, 2_000));
  await api.restart();
  const booked = expectBooking(await outside().ended(await heard));
  assert.deepEqual(
    booked.bookings.map((it) => it.room),
    ["54", "56", "57"],
  );
  assert.equal((await outside().living(stay)).length, 3);
  await hotel.expectRow(payment, { used: 690, codreser: codreserOf(booked) });
});

test("another room is looked for while the system does not say what is free: asked until it does", async () => {
  const { booked } = await booksAll(
    [
      line1({ kind: "front_desk" }),
      { route: "availability", match: { nth: 2 }, fault: { kind: "garbage", garbage: "not_json" } },
      { route: "availability", match: { nth: 1 }, fault: { kind: "latency", ms: 1 } },
    ],
    { rooms: ["54", "58", "57"] },
  );
  assert.equal(booked.bookings.length, 3);
});

test("of all or nothing, where one room is refused the others are cancelled, though cancelling fails at first", async () => {
  const { api, hotel } = outside();
  const { stay, payment, body } = await outside().asked(THREE, { all_or_nothing: true });
  await api.faults(
    { route: "book", match: { line: 2 }, fault: { kind: "refuse", error: "no" } },
    { route: "cancel", match: { line: 0 }, times: 2, fault: { kind: "cut" } },
    { route: "cancel", match: { line: 1 }, times: 1, fault: { kind: "latency", ms: 1_500, after_commit: true } },
  );
  const answer = await outside().ended(await hotel.makeBooking(body));
  await api.clearFaults();
  expectBooking(answer, "not_booked");
  assert.deepEqual(await outside().living(stay), []);
  const cancels = await outside().calls("cancel", answer.json.booking_id);
  assert.ok(cancels.filter((it) => it.reference.includes("-0-")).length >= 3, "tried until it was done");
  assert.ok(cancels.filter((it) => it.reference.includes("-1-")).length >= 2, "an answer that was late is asked for");
  assert.equal((await hotel.row(payment)).used, 0);
  assert.deepEqual(await hotel.free(stay), { Junior: 5, Familiar: 3 }, "cancelled rooms are free at once");
});

test("of all or nothing, a cancellation that the system refuses is for staff", async () => {
  const { api, hotel } = outside();
  const { stay, body } = await outside().asked(THREE, { all_or_nothing: true });
  await api.faults(
    { route: "book", match: { line: 2 }, fault: { kind: "refuse", error: "no" } },
    { route: "cancel", match: { line: 0 }, fault: { kind: "cancel_fails" } },
  );
  const answer = expectBooking(await outside().ended(await hotel.makeBooking(body)), "needs_staff");
  await api.clearFaults();
  assert.deepEqual(
    (await outside().living(stay)).map((it) => it.room_number),
    ["54"],
  );
  assert.deepEqual(
    answer.bookings.map((it) => it.room),
    ["54"],
  );
});

closingOutside(outside, test);
