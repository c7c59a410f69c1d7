// The sweeper: what nobody goes on with, and what belongs to nobody, is found, and put right or shown to staff.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { inBooking, inProperty, loseAlarm } from "./objects.mjs";
import { Hotel, closingTests, codreserOf, expectBooking, expectProblem, room } from "./support.mjs";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WAIT_MS = 20_000;
// Line 0 is booked at once, line 1 not before workerd is killed.
const slow = { POSADA_TEST_BOOK_LATENCY_MS: "300000" };
const quick = {};

let it;
before(async () => {
  it = await Hotel.open({ vars: quick });
});
after(async () => it?.close());
const hotel = () => it;

async function until(find, what) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await sleep(20);
  }
}

async function stop() {
  await hotel().host.stop();
}

async function restart(vars, ms = 0) {
  await stop();
  hotel().testNow += ms;
  await hotel().start(vars);
}

async function sweep() {
  const answer = await hotel().call("POST", "/v1/staff/sweep", { as: "staff" });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json.failed, [], answer.text);
  return answer.json;
}

/** Sweeps, and sees that it finds nothing any more. */
async function expectSwept() {
  const found = { resumed: [], repaired: [], cancelled: [], cases: 0, freed: 0, deleted: 0, payments_resumed: 0 };
  assert.deepEqual(await sweep(), { ...found, more: false, failed: [] });
}

async function cases(query = "") {
  const answer = await hotel().call("GET", `/v1/staff/cases${query}`, { as: "staff" });
  assert.equal(answer.status, 200, answer.text);
  return answer.json.cases;
}

const rowOf = async (booking) => (await hotel().sql("SELECT * FROM bookings WHERE id = ?", booking))[0];
const ended = (booking) =>
  until(async () => {
    const row = await rowOf(booking);
    return row && row.state !== "in_progress" && row;
  }, `the end of ${booking}`);

/** A booking of two rooms that is killed between the two; workerd stays stopped. */
async function killedHalfway() {
  await restart(slow);
  const payment = await hotel().payment(1000);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, [room("Junior", 2), room("Junior", 3)]);
  const key = hotel().unique("half-");
  const since = hotel().events("started").length;
  const heard = hotel().book(body, { as: "assistant", key, mayFail: true }).catch(() => {});
  const started = () => hotel().events("started")[since]?.booking_id;
  await until(() => {
    const booking = started();
    return booking && hotel().events("appended", booking).some((event) => event.entries.includes("confirmed"));
  }, "one room is booked");
  await until(() => rowOf(started()), "the registry knows it");
  await hotel().host.kill();
  await heard;
  return { payment, stay, body, key, booking: started() };
}

test("an alarm that is lost for ever: the booking hangs, is found, set going and ends", async () => {
  const { payment, booking, body, key } = await killedHalfway();
  await loseAlarm(hotel(), booking);
  await hotel().start(quick);
  hotel().lines.length = 0;
  await sleep(7_000);
  assert.equal((await rowOf(booking)).state, "in_progress");
  assert.deepEqual(hotel().events("appended", booking), [], "nobody goes on with it");
  // Its own alarm could only be late; a minute later it is not.
  assert.deepEqual((await sweep()).resumed, []);
  await stop();
  hotel().testNow += 2 * MINUTE_MS;
  await hotel().start(quick);
  assert.deepEqual((await sweep()).resumed, [booking]);
  assert.equal((await ended(booking)).state, "booked");
  const answer = expectBooking(await hotel().book(body, { as: "assistant", key }));
  await hotel().expectRow(payment, { used: 431.25, codreser: codreserOf(answer) });
  await expectSwept();
});

test("the clock sweeps as well", async () => {
  const { booking } = await killedHalfway();
  await loseAlarm(hotel(), booking);
  hotel().testNow += 2 * MINUTE_MS;
  await hotel().start(quick);
  await hotel().host.scheduled();
  assert.equal((await ended(booking)).state, "booked");
  await expectSwept();
});

test("a clock that is set back by an hour: the row follows the journal all the same", async () => {
  const { booking } = await killedHalfway();
  hotel().testNow -= HOUR_MS;
  await hotel().start(quick);
  assert.equal((await ended(booking)).state, "booked");
  await expectSwept();
  await restart(quick, HOUR_MS);
  await expectSwept();
});

test("an alarm whose handler fails for ever: staff are told, once, and the case can be closed", async () => {
  const { booking } = await killedHalfway();
  const kept = await inBooking(hotel(), booking, (db) => {
    const { entry } = db.get("SELECT entry FROM journal WHERE seq = 2");
    db.run("UPDATE journal SET entry = '{\"v\":99}' WHERE seq = 2");
    return entry;
  });
  hotel().testNow += 2 * MINUTE_MS;
  await hotel().start(quick);
  await until(() => hotel().events("error").some((event) => event.what === "alarm"), "its alarm fails");
  assert.equal((await sweep()).cases, 1);
  const [found] = (await cases()).filter((it) => it.booking_id === booking && it.kind === "unreadable");
  assert.match(found.text, /no se puede leer/);
  assert.equal((await sweep()).cases, 0, "the same case");

  const path = `/v1/staff/cases/${found.case}/resolve`;
  const resolve = (body) => hotel().call("POST", path, { as: "staff", body });
  expectProblem(await resolve({}), 422, "invalid", { fields: ["note"] });
  expectProblem(await resolve({ note: "x", line: 1 }), 422, "invalid", { fields: ["line"] });
  assert.equal((await resolve({ note: "Se avisó al operador." })).status, 200);
  expectProblem(await resolve({ note: "otra vez" }), 422, "invalid", { fields: ["case"] });
  assert.ok(!(await cases()).some((it) => it.kind === "unreadable"));
  const [row] = await hotel().sql("SELECT note, resolved_by FROM findings WHERE kind = 'unreadable'");
  assert.equal(row.note, "Se avisó al operador.");
  assert.match(row.resolved_by, /^[0-9a-f]{64}$/);

  // Repaired, it goes on and ends.
  await stop();
  await inBooking(hotel(), booking, (db) => db.run("UPDATE journal SET entry = ? WHERE seq = 2", [kept]));
  hotel().testNow += 2 * MINUTE_MS;
  await hotel().start(quick);
  await sweep();
  assert.equal((await ended(booking)).state, "booked");
  await expectSwept();
});

test("a row of the registry that was not written is repaired", async () => {
  const payment = await hotel().payment(1000);
  const { booking_id: id } = expectBooking(
    await hotel().makeBooking(hotel().body(payment, hotel().stay(), [room("Junior", 2)])),
  );
  const before = await ended(id);
  await hotel().sql("UPDATE bookings SET state = 'in_progress', codes = '[]', rooms_booked = 0 WHERE id = ?", id);
  await restart(quick, 2 * MINUTE_MS);
  assert.deepEqual((await sweep()).repaired, [id]);
  assert.deepEqual({ ...(await rowOf(id)), checked_ms: 0 }, { ...before, checked_ms: 0 });
  await hotel().sql("UPDATE bookings SET state = 'not_booked' WHERE id = ?", id);
  assert.deepEqual((await sweep()).repaired, [id]);
  // One that is missing altogether is found by its money, as long as some is set aside; see below.
  await expectSwept();
});

test("a booking that the registry never had is found by the money that is set aside for it", async () => {
  const { booking, payment } = await killedHalfway();
  await loseAlarm(hotel(), booking);
  hotel().testNow += 11 * MINUTE_MS;
  await hotel().start(quick);
  await hotel().sql("DELETE FROM bookings WHERE id = ?", booking);
  assert.deepEqual((await sweep()).repaired, [booking]);
  assert.equal((await ended(booking)).state, "booked");
  assert.equal((await hotel().row(payment)).used, 431.25);
  await expectSwept();
});

test("money set aside for a booking that nobody knows is a case", async () => {
  const payment = await hotel().payment(500);
  const claim = "c".repeat(32);
  const entry = {
    seq: 1,
    operation: `attach:${"a".repeat(32)}`,
    at: hotel().now() - HOUR_MS,
    kind: "attached",
    amount: 100_000,
    claim,
    holder: `booking:${"a".repeat(32)}`,
    booking: "a".repeat(32),
    rooms: 1,
  };
  await hotel().sql(
    "INSERT INTO ledger (method, reference, seq, entry) VALUES (?, ?, 1, ?)",
    payment.payment_method,
    payment.reference,
    JSON.stringify(entry),
  );
  await hotel().sql("UPDATE compraclick SET used = 100 WHERE autorizacion = ?", payment.reference);
  assert.equal((await sweep()).cases, 1);
  const [found] = (await cases()).filter((it) => it.kind === "claim_without_booking");
  assert.deepEqual(found.detail, { payment_method: "CompraClick", payment_reference: payment.reference, claim });
  await expectSwept();
});

test("a reservation that came after its booking had given it up is cancelled, and written down", async () => {
  const payment = await hotel().payment(1000);
  const stay = hotel().stay(2);
  const body = hotel().body(payment, stay, [room("Junior", 2)]);
  const answer = expectBooking(await hotel().makeBooking(body));
  await ended(answer.booking_id);
  const free = (await hotel().free(stay)).Junior;
  await stop();
  // As if an earlier try of the line had been carried out late, under its own reference.
  await lateCommit(answer.booking_id, stay, { generation: 7, room: "58", code: "99001" });
  await hotel().start(quick);
  assert.equal((await hotel().free(stay)).Junior, free - 1);
  assert.deepEqual((await sweep()).cancelled, [], "it may be in the middle of being confirmed");
  await restart(quick, 11 * MINUTE_MS);
  assert.deepEqual((await sweep()).cancelled, ["99001"]);
  assert.equal((await hotel().free(stay)).Junior, free);
  const look = await hotel().call("GET", `/v1/staff/bookings/${answer.booking_id}`, { as: "staff", language: "en" });
  assert.match(JSON.stringify(look.json.journal), /reservation 99001 of 58 came too late and is cancelled/);
  const [found] = await hotel().sql("SELECT * FROM findings WHERE kind = 'stray_cancelled'");
  assert.equal(found.subject, "99001");
  assert.ok(found.resolved_ms !== null, "there is nothing left to do");
  assert.deepEqual(expectBooking(await hotel().makeBooking(body)).bookings, answer.bookings, "its own stands");
  await expectSwept();
});

test("what a booking that goes on may still confirm is never cancelled", async () => {
  const { booking, stay } = await killedHalfway();
  await loseAlarm(hotel(), booking);
  const journal = await inBooking(hotel(), booking, (db) => db.all("SELECT entry FROM journal ORDER BY seq"));
  const held = journal.map((row) => JSON.parse(row.entry).entry.held).find((entry) => entry !== undefined);
  const { room: number } = held.rooms.find((it) => it.line === 1);
  // The second room's call was carried out, and nobody heard of it.
  const code = await inProperty(hotel(), (db) => {
    const night = db.get("SELECT code FROM nights WHERE booking = ? AND line = 1", [booking]);
    db.run("UPDATE nights SET expires_ms = NULL WHERE booking = ? AND line = 1", [booking]);
    db.run(
      `INSERT INTO reservations (reference, code, booking, line, room, check_in, check_out, requested, reserved_ms)
       VALUES (?, ?, ?, 1, ?, ?, ?, '{}', ?)`,
      [
        `${booking}-1-1`,
        night.code,
        booking,
        number,
        stay.check_in_date,
        stay.check_out_date,
        hotel().now() - 20 * MINUTE_MS,
      ],
    );
    return night.code;
  });
  await hotel().start(quick);
  const swept = await sweep();
  assert.deepEqual([swept.cancelled, swept.cases], [[], 0]);
  await restart(quick, 2 * MINUTE_MS);
  await sweep();
  const row = await ended(booking);
  assert.equal(row.state, "booked");
  assert.ok(JSON.parse(row.codes).includes(code), "it was its own");
  await expectSwept();
});

test("a reservation of a booking that nobody knows is a case, and is left alone", async () => {
  const stay = hotel().stay();
  await stop();
  await lateCommit("b".repeat(32), stay, { generation: 1, room: "57", code: "99002" });
  hotel().testNow += 11 * MINUTE_MS;
  await hotel().start(quick);
  assert.equal((await sweep()).cases, 1);
  const [found] = (await cases()).filter((it) => it.kind === "reservation_without_booking");
  assert.deepEqual(found.detail, { reserva: "99002", room: "57", reference: `${"b".repeat(32)}-0-1` });
  assert.equal((await hotel().free(stay)).Junior, 4, "it stands");
  await expectSwept();
});

test("open claims that have ended are freed, and holds that have expired are deleted", async () => {
  const payment = await hotel().payment(300);
  const validation = await hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
    as: "assistant",
    body: { authorization_number: payment.reference, payment_amount: 200, wa_id: hotel().waId() },
  });
  assert.equal(validation.status, 200);
  await stop();
  await inProperty(hotel(), (db) =>
    db.run(
      `INSERT INTO nights (room, night, booking, line, generation, code, expires_ms)
       VALUES ('54', '2027-06-01', ?, 0, 1, '99003', 5)`,
      ["d".repeat(32)],
    ),
  );
  await hotel().start(quick);
  const first = await sweep();
  assert.deepEqual([first.freed, first.deleted], [0, 1]);
  await restart(quick, 25 * HOUR_MS);
  const { freed } = await sweep();
  assert.equal(freed, 1);
  assert.deepEqual(await hotel().kinds(payment), ["opened", "released"]);
  await hotel().expectRow(payment, { used: 0, codreser: null });
  await sweep();
  await expectSwept();
});

/** Puts a reservation into the embedded book as a call does that is carried out after it was given up. */
function lateCommit(booking, stay, { generation, room: number, code }) {
  return inProperty(hotel(), (db) => {
    db.run(
      `INSERT INTO reservations (reference, code, booking, line, room, check_in, check_out, requested, reserved_ms)
       VALUES (?, ?, ?, 0, ?, ?, ?, '{}', ?)`,
      [`${booking}-0-${generation}`, code, booking, number, stay.check_in_date, stay.check_out_date, hotel().now()],
    );
    for (let night = stay.check_in_date; night < stay.check_out_date; night = next(night)) {
      db.run(
        `INSERT INTO nights (room, night, booking, line, generation, code) VALUES (?, ?, ?, 0, ?, ?)`,
        [number, night, booking, generation, code],
      );
    }
  });
}

const next = (date) => new Date(Date.parse(`${date}T00:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10);

closingTests(hotel);
