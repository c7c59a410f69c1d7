// What staff must look at: every case is listed with what is known, and is resolved with what they found out.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import * as halfway from "./halfway.mjs";
import { inBooking } from "./objects.mjs";
import { Hotel, closingTests, codreserOf, expectBooking, expectProblem, plus, room } from "./support.mjs";

const { slow, until } = halfway;
const quick = {};

let it;
before(async () => {
  it = await Hotel.open({ vars: quick });
});
after(async () => it?.close());
const hotel = () => it;

const staff = (method, path, body) => hotel().call(method, path, { as: "staff", body });
const resolve = (booking, body) => staff("POST", `/v1/staff/cases/${booking}/resolve`, body);

/** Every case, page by page. */
async function cases(language = "es") {
  const all = [];
  let next = "";
  do {
    const path = `/v1/staff/cases?after=${encodeURIComponent(next)}`;
    const answer = await hotel().call("GET", next === "" ? "/v1/staff/cases" : path, { as: "staff", language });
    assert.equal(answer.status, 200, answer.text);
    all.push(...answer.json.cases);
    next = answer.json.next ?? "";
  } while (next !== "");
  return all;
}

const caseOf = async (booking, language) => (await cases(language)).find((it) => it.booking_id === booking);
const rowOf = (booking) => halfway.rowOf(hotel(), booking);
const ended = (booking) => halfway.ended(hotel(), booking);
const killedHalfway = () => halfway.killedHalfway(hotel());
const unconfirmed = () => halfway.unconfirmed(hotel(), quick);

test("needs_staff is listed with what is known, in Spanish and English", async () => {
  const { booking, payment, stay } = await unconfirmed();
  const es = await caseOf(booking);
  assert.equal(es.kind, "needs_staff");
  const { booking: known } = es;
  assert.deepEqual(known.reasons, [
    {
      code: "unconfirmed",
      line: 2,
      text: "Habitación 2: no se sabe si quedó reservada. Búsquela por su referencia en el sistema de reservas.",
    },
  ]);
  assert.match((await caseOf(booking, "en")).booking.reasons[0].text, /^Room 2: it is not known/);
  const [first, second] = known.lines;
  assert.deepEqual([first.state, first.amount, first.share_amount], ["booked", 172.5, 172.5]);
  assert.match(first.reserva, /^\d+$/);
  assert.deepEqual([second.state, second.reference, second.reserva], ["unknown", `${booking}-1-1`, undefined]);
  assert.match(second.room, /^5\d$/);
  assert.deepEqual(
    [known.payment_method, known.payment_reference, known.set_aside_amount],
    ["CompraClick", payment.reference, 258.75],
  );
  assert.deepEqual([known.check_in_date, known.check_out_date], [stay.check_in_date, stay.check_out_date]);
  assert.equal(known.customer_name, hotel().guest().customer_name);
  assert.ok(Math.abs(Date.parse(known.since) - hotel().now()) < 60_000, known.since);
  await hotel().expectRow(payment, { used: 431.25, codreser: `HR${first.reserva}` });

  // Resolved: it is not there. Its money is free again, and so is its room.
  const done = await resolve(booking, { line: 2, found: null, note: "No está en el sistema." });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual([done.json.state, done.json.reasons, done.json.set_aside_amount], ["partly_booked", [], 0]);
  await hotel().expectRow(payment, { used: 172.5, codreser: `HR${first.reserva}` });
  assert.equal((await ended(booking)).state, "partly_booked");
  assert.equal(await caseOf(booking), undefined);
  await until(async () => (await hotel().free(stay)).Junior === 4, "the held room is free again");
});

test("resolved the other way: the reservation that was found is paid and linked, and journaled with the key's id", async () => {
  const { booking, payment, stay } = await unconfirmed();
  hotel().answers.set(booking, { stay, bookings: [] });
  const { lines } = (await caseOf(booking)).booking;
  const found = { reserva: "88001", room_number: lines[1].room };
  const done = await resolve(booking, { line: 2, found, note: "Está en el sistema con otro código." });
  assert.equal(done.status, 200, done.text);
  assert.equal(done.json.state, "booked");
  await hotel().expectRow(payment, { used: 431.25, codreser: `HR${lines[0].reserva},HR88001` });
  const answer = await hotel().call("GET", `/v1/bookings/${booking}`, { as: "staff" });
  assert.deepEqual(
    expectBooking(answer).bookings.map((it) => it.reserva),
    [lines[0].reserva, "88001"],
  );
  const look = await staff("GET", `/v1/staff/bookings/${booking}`);
  const words = look.json.journal.map((entry) => entry.text);
  assert.equal(words[0], "Se pidió la reservación.");
  assert.ok(words.includes("Habitación 2: Está en el sistema con otro código."), words.join("\n"));
  await hotel().host.stop();
  const kept = await inBooking(hotel(), booking, (db) => db.all("SELECT entry FROM journal"));
  await hotel().start(quick);
  const resolved = kept.map((row) => JSON.parse(row.entry).entry.resolved).find((entry) => entry !== undefined);
  assert.match(resolved.by, /^[0-9a-f]{64}$/);
  assert.equal(resolved.line, 1);
});

test("a code with the hotel's prefix is the code, and the reservation of another booking is refused", async () => {
  const others = expectBooking(
    await hotel().makeBooking(hotel().body(await hotel().payment(500), hotel().stay(), [room("Junior", 2)])),
  );
  await ended(others.booking_id);
  const { booking, payment, stay } = await unconfirmed();
  hotel().answers.set(booking, { stay, bookings: [] });
  const { lines } = (await caseOf(booking)).booking;
  const before = await hotel().ledger(payment);
  const say = (reserva) => resolve(booking, { line: 2, found: { reserva, room_number: "56" }, note: "Vista en el sistema." });
  for (const reserva of [others.bookings[0].reserva, `HR${others.bookings[0].reserva}`]) {
    expectProblem(await say(reserva), 422, "invalid", { fields: ["found.reserva"] });
  }
  assert.deepEqual(await hotel().ledger(payment), before);
  assert.equal((await caseOf(booking)).kind, "needs_staff");
  const done = await say("HR88011");
  assert.equal(done.status, 200, done.text);
  assert.equal(done.json.lines[1].reserva, "88011");
  await hotel().expectRow(payment, { used: 431.25, codreser: `HR${lines[0].reserva},HR88011` });
});

test("a room that the line cannot have is refused", async () => {
  const { booking, payment, stay } = await unconfirmed();
  hotel().answers.set(booking, { stay, bookings: [] });
  const { lines } = (await caseOf(booking)).booking;
  const before = await hotel().ledger(payment);
  const say = (room_number) => resolve(booking, { line: 2, found: { reserva: "88021", room_number }, note: "Vista." });
  // Of another type, none of the hotel's, and the other line's.
  for (const room_number of ["12", "999", "HR54", lines[0].room]) {
    expectProblem(await say(room_number), 422, "invalid", { fields: ["found.room_number"] });
  }
  assert.deepEqual(await hotel().ledger(payment), before);
  assert.equal((await caseOf(booking)).kind, "needs_staff");
  // Another of the type is what the front desk may have given.
  const done = await say("59");
  assert.equal(done.status, 200, done.text);
  assert.equal(done.json.lines[1].room, "59");
});

test("what cannot be resolved is named, and nothing is changed", async () => {
  const { booking, payment } = await unconfirmed();
  const before = await hotel().ledger(payment);
  const { lines } = (await caseOf(booking)).booking;
  const found = { reserva: "88002", room_number: "54" };
  for (const [body, fields] of [
    [{}, ["note"]],
    [{ note: "" }, ["note"]],
    [{ note: 7 }, ["note"]],
    [{ note: "x".repeat(1_001) }, ["note"]],
    [{ note: "x", line: 0 }, ["line"]],
    [{ note: "x", line: 21 }, ["line"]],
    [{ note: "x", found }, ["line"]],
    [{ note: "x", line: 2, found: {} }, ["found.reserva", "found.room_number"]],
    [{ note: "x", line: 2, found: { reserva: "HR,1", room_number: "54" } }, ["found.reserva"]],
    [{ note: "x", line: 2, found: [] }, ["found"]],
    [{ note: "x", line: 2, price: 1 }, ["price"]],
    // A line that nobody asks about, a line that there is not, the payment, another line's code.
    [{ note: "x", line: 1 }, ["line"]],
    [{ note: "x", line: 5 }, ["line"]],
    [{ note: "x" }, ["line"]],
    [{ note: "x", line: 2, found: { reserva: lines[0].reserva, room_number: "59" } }, ["found.reserva"]],
  ]) {
    expectProblem(await resolve(booking, body), 422, "invalid", { fields });
  }
  expectProblem(await resolve(booking, "{"), 415, "unsupported_media_type");
  expectProblem(await resolve("0".repeat(32), { note: "x", line: 1 }), 404, "not_found");
  expectProblem(await resolve("f999999", { note: "x" }), 404, "not_found");
  expectProblem(await resolve("nothing", { note: "x" }), 404, "not_found");
  assert.deepEqual(await hotel().ledger(payment), before);
  assert.equal((await caseOf(booking)).kind, "needs_staff");
  assert.equal((await resolve(booking, { line: 2, note: "No está." })).status, 200);
  expectProblem(await resolve(booking, { line: 2, note: "Otra vez." }), 422, "invalid", { fields: ["line"] });
});

test("codes that do not fit the payment's row", async () => {
  const { booking, payment } = await killedHalfway();
  await hotel().start(slow);
  // Another program of the hotel fills the column while the rooms are booked.
  await hotel().touch(payment, { codreser: Array.from({ length: 60 }, (_, i) => `X${1000 + i}`).join(",") });
  await hotel().host.stop();
  await hotel().start(quick);
  assert.equal((await ended(booking)).state, "needs_staff");
  const { reasons, set_aside_amount } = (await caseOf(booking)).booking;
  assert.deepEqual(
    reasons.map((it) => [it.code, it.line]),
    [["codreser_full", undefined]],
  );
  assert.equal(set_aside_amount, 0);
  expectProblem(await resolve(booking, { note: "x", line: 1 }), 422, "invalid", { fields: ["line"] });
  const done = await resolve(booking, { note: "Anotados en el libro." });
  assert.deepEqual([done.status, done.json.state], [200, "booked"]);
});

test("a payment that cannot be settled for an hour is a case, and none any more once it is settled", async () => {
  const { booking, payment } = await killedHalfway();
  await hotel().start(slow);
  await hotel().sql("ALTER TABLE compraclick RENAME TO compraclick_away");
  await hotel().host.stop();
  await hotel().start(quick);
  await until(async () => (await rowOf(booking)).delayed_ms !== null, "settling is put off");
  assert.equal(await caseOf(booking), undefined, "not yet");
  expectProblem(await resolve(booking, { note: "x" }), 409, "booking_in_progress");
  await hotel().host.stop();
  hotel().testNow += 61 * 60_000;
  await hotel().start(quick);
  const found = await until(() => caseOf(booking), "the case");
  assert.equal(found.kind, "delayed");
  assert.deepEqual(
    found.booking.delays.map((it) => it.text),
    ["liquidar el pago"],
  );
  assert.equal(found.booking.set_aside_amount, 431.25);
  await hotel().sql("ALTER TABLE compraclick_away RENAME TO compraclick");
  // It is tried again within a minute.
  await hotel().host.stop();
  hotel().testNow += 61_000;
  await hotel().start(quick);
  assert.equal((await ended(booking)).state, "booked");
  assert.equal(await caseOf(booking), undefined);
  assert.equal((await hotel().row(payment)).used, 431.25);
});

test("a guest's request to cancel is a case until staff have cancelled, or closed it", async () => {
  const payment = await hotel().payment(2000);
  const booked = async () =>
    expectBooking(await hotel().makeBooking(hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 2)])));
  const ask = async ({ booking_id, token }, body) => {
    const path = `/v1/bookings/${booking_id}/cancellation-request`;
    const answer = await hotel().call("POST", path, { as: token, body });
    assert.equal(answer.status, 200, answer.text);
    return until(() => caseOf(booking_id), "the case");
  };
  const [one, other] = [await booked(), await booked()];
  const found = await ask(one, { rooms: [2], reason: "Viene un huésped menos." });
  assert.equal(found.kind, "cancellation_requested");
  const { lines, reason } = found.booking.cancellation;
  assert.deepEqual([lines, reason], [[2], "Viene un huésped menos."]);
  assert.equal((await hotel().call("DELETE", `/v1/bookings/${one.booking_id}/rooms/2`, { as: "staff" })).status, 200);
  await until(async () => (await caseOf(one.booking_id)) === undefined, "the case is over");
  await ask(other, {});
  const done = await resolve(other.booking_id, { note: "El huésped lo pensó mejor." });
  assert.deepEqual([done.status, done.json.state, done.json.cancellation], [200, "booked", undefined]);
  await until(async () => (await caseOf(other.booking_id)) === undefined, "the case is closed");
});

test("the registry is asked by state, payment and dates, page by page", async () => {
  const payment = await hotel().payment(9000);
  const rooms = [room("Junior", 1)];
  const ids = [];
  const stays = [];
  for (let i = 0; i < 23; i += 1) {
    const stay = hotel().stay();
    stays.push(stay);
    ids.push(expectBooking(await hotel().makeBooking(hotel().body(payment, stay, rooms))).booking_id);
  }
  await ended(ids.at(-1));
  const list = async (query) => {
    const answer = await staff("GET", `/v1/staff/bookings?${new URLSearchParams(query)}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  const first = await list({ payment: payment.reference });
  assert.equal(first.bookings.length, 20);
  const second = await list({ payment: payment.reference, after: first.next });
  assert.equal(second.next, undefined);
  assert.deepEqual(
    [...first.bookings, ...second.bookings].map((it) => it.booking_id),
    ids,
  );
  const [sample] = second.bookings;
  assert.deepEqual(
    [sample.state, sample.rooms_asked, sample.rooms_booked, sample.payment_reference, sample.codes.length],
    ["booked", 1, 1, payment.reference, 1],
  );
  assert.match(sample.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const from = stays[3].check_in_date;
  const dated = await list({ payment: payment.reference, from, to: stays[5].check_in_date });
  assert.deepEqual(
    dated.bookings.map((it) => it.booking_id),
    ids.slice(3, 6),
  );
  assert.deepEqual((await list({ payment: payment.reference, state: "refused" })).bookings, []);
  assert.deepEqual((await list({ from: plus("2030-01-01", 0) })).bookings, []);
  for (const [query, field] of [
    ["state=lost", "state"],
    ["from=2026-13-01", "from"],
    ["to=tomorrow", "to"],
    ["after=x", "after"],
  ]) {
    expectProblem(await staff("GET", `/v1/staff/bookings?${query}`), 422, "invalid", { fields: [field] });
  }
  expectProblem(await staff("GET", "/v1/staff/cases?after=x"), 422, "invalid", { fields: ["after"] });
  expectProblem(await staff("GET", `/v1/staff/bookings/${"0".repeat(32)}`), 404, "not_found");
  expectProblem(await staff("GET", "/v1/staff/bookings/x"), 404, "not_found");
});

test("a booking is found by the code that its guest reads out, also when its room was cancelled", async () => {
  const payment = await hotel().payment(1000);
  const rooms = [room("Junior", 1), room("Junior", 2)];
  const booked = expectBooking(await hotel().makeBooking(hotel().body(payment, hotel().stay(), rooms)));
  await ended(booked.booking_id);
  const [one, two] = booked.bookings.map((it) => it.reserva);
  const { json } = await staff("GET", `/v1/staff/bookings?code=${one}`);
  const { payment_method, reference: payment_reference } = payment;
  assert.deepEqual(json.bookings[0].payments, [{ payment_method, payment_reference }]);
  const found = async (code, more = {}) => {
    const query = new URLSearchParams({ code, ...more });
    const answer = await staff("GET", `/v1/staff/bookings?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.bookings.map((it) => it.booking_id);
  };
  const spellings = [one, two, `HR${one}`, `hr${two}`];
  for (const code of spellings) assert.deepEqual(await found(code), [booked.booking_id], code);
  for (const code of ["HR", "1", `${one}1`, one.slice(1), "%", `HRHR${one}`]) assert.deepEqual(await found(code), [], code);
  assert.deepEqual(await found(one, { state: "refused" }), []);
  assert.equal((await hotel().call("DELETE", `/v1/bookings/${booked.booking_id}/rooms/1`, { as: "staff" })).status, 200);
  await until(async () => (await rowOf(booked.booking_id)).rooms_booked === 1, "the room is cancelled");
  assert.deepEqual(await found(`HR${one}`), [booked.booking_id]);
  const kept = await hotel().sql("SELECT count(*) AS n FROM booking_codes WHERE booking = ?", booked.booking_id);
  assert.deepEqual(kept, [{ n: 4 }], "each with the hotel's prefix and without");
});

test("codes of bookings from before the registry noted them are noted when the table is made", async () => {
  const all = () => hotel().sql("SELECT code, booking FROM booking_codes ORDER BY code, booking");
  const before = await all();
  assert.ok(before.length > 20);
  const migration = await readFile(new URL("../../migrations/0011_booking_codes.sql", import.meta.url), "utf8");
  const [, fill] = /were cancelled.\n([^;]*);/.exec(migration);
  await hotel().sql("DELETE FROM booking_codes");
  await hotel().sql(fill);
  assert.deepEqual(await all(), before);
});

test("a refused request is in the registry, and its journal says why", async () => {
  const payment = await hotel().payment(10);
  const stay = hotel().stay();
  expectProblem(
    await hotel().makeBooking(hotel().body(payment, stay, [room("Junior", 2)])),
    422,
    "payment_short",
  );
  const listed = await until(async () => {
    const { json } = await staff("GET", `/v1/staff/bookings?payment=${payment.reference}`);
    return json.bookings.find((it) => it.state === "refused");
  }, "the row");
  const look = await staff("GET", `/v1/staff/bookings/${listed.booking_id}`);
  assert.deepEqual([look.json.state, look.json.set_aside_amount], ["refused", 0]);
  assert.equal(look.json.journal.at(-1).text, "Se rechazó: payment_short.");
});

closingTests(hotel);
