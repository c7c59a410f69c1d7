// Staff cancel one room and all, guests ask for it: the reservation goes, its money is free again to the cent, its code
// leaves the payment's row, and nothing is given back twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import {
  closingTests,
  codreserOf,
  expectBooking,
  expectProblem,
  room,
  sharedHotel,
} from "./support.mjs";

const hotel = sharedHotel();
const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];
const WAIT_MS = 20_000;

const count = (entries, kind) => entries.filter((entry) => entry === kind).length;

/** A booking of three rooms by the assistant, with what it takes to ask about it. */
async function three(more = {}) {
  const payment = await hotel().payment(690);
  const stay = hotel().stay();
  const wa_id = hotel().waId();
  const booked = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, THREE, { wa_id, ...more })));
  return { payment, stay, wa_id, booked, path: `/v1/bookings/${booked.booking_id}` };
}

const cancel = (path, options = {}) => hotel().call("DELETE", path, { as: "staff", ...options });

// What stays in the answers' memory for the invariants is what is booked in the end.
const left = (answer) => answer.bookings.map((line) => line.line);

test("one of three rooms is cancelled, then the others, and each is paid back once", async () => {
  const { payment, stay, booked, path } = await three();
  const [first, second, third] = booked.bookings;
  assert.deepEqual(left(booked), [1, 2, 3]);

  const one = expectBooking(await cancel(`${path}/rooms/2`), "partly_booked");
  assert.deepEqual(left(one), [1, 3]);
  assert.deepEqual(
    one.failed_bookings.map(({ line, room: number, reserva, code, reason }) => [line, number, reserva, code, reason]),
    [[2, second.room, second.reserva, "cancelled", "Se canceló 1 habitación."]],
  );
  assert.equal(one.total_amount, 431.25);
  assert.equal(one.balance_due, 0);
  assert.equal(one.redistribution, undefined, "who was cancelled is offered nothing");
  assert.equal(
    one.customer_message,
    "✅ Se confirmaron 2 habitaciones:" +
      `\n1. Habitación ${first.room} - Junior\n   Código: HR${first.reserva}\n   Ocupantes: 3 adultos` +
      `\n2. Habitación ${third.room} - Junior\n   Código: HR${third.reserva}\n   Ocupantes: 2 adultos` +
      `\n\n⚠️ Se canceló 1 habitación: ${second.room} (HR${second.reserva}).` +
      "\n\nDe su pago vuelven a quedar libres $258.75, que puede usar en otra reservación." +
      "\nSi usted no pidió la cancelación, comuníquese con recepción.",
  );
  await hotel().expectRow(payment, { used: 431.25, codreser: `HR${first.reserva},HR${third.reserva}` });
  assert.deepEqual(await hotel().free(stay), { Junior: 3, Familiar: 3 });

  // Again, it is the same answer, and nothing more is given back.
  const again = expectBooking(await cancel(`${path}/rooms/2`), "partly_booked");
  assert.deepEqual(again, one);
  assert.equal(count(await hotel().kinds(payment), "reversed"), 1);

  const all = expectBooking(await cancel(path, { language: "en" }), "not_booked");
  assert.equal(all.success, false);
  assert.deepEqual(all.bookings, []);
  assert.equal(
    all.customer_message,
    `⚠️ 3 rooms were cancelled: ${first.room} (HR${first.reserva}), ${second.room} (HR${second.reserva}) and ` +
      `${third.room} (HR${third.reserva}).` +
      "\n\n$690.00 of your payment is free again, and you can use it for another reservation." +
      "\nIf you did not ask for the cancellation, please contact reception.",
  );
  await hotel().expectRow(payment, { used: 0, codreser: null });
  assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 3 });
  expectBooking(await cancel(path), "not_booked");
  assert.deepEqual(await hotel().kinds(payment), [
    "attached",
    "settled",
    "settled",
    "settled",
    "reversed",
    "reversed",
    "reversed",
  ]);
  hotel().answers.delete(booked.booking_id);
});

test("what was cancelled can be booked again, with the same money", async () => {
  const { payment, stay, booked, path } = await three({ payment_amount: 690 });
  expectBooking(await cancel(path), "not_booked");
  hotel().answers.delete(booked.booking_id);
  const again = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, THREE)));
  assert.deepEqual(
    again.bookings.map((line) => line.room),
    booked.bookings.map((line) => line.room),
  );
  assert.notEqual(again.booking_id, booked.booking_id);
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(again) });
});

test("with a deposit and another booking on the same payment, only the room's own share and code go", async () => {
  const payment = await hotel().payment(1000, { used: 100, codreser: "HR9" });
  const stay = hotel().stay();
  const other = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, [room("Familiar", 2)])));
  const mine = expectBooking(
    await hotel().book(hotel().body(payment, stay, THREE, { payment_amount: 100.01, force_process: true }), {
      as: "staff",
    }),
  );
  const shares = mine.bookings.map((line) => line.paid_amount);
  assert.equal(Math.round(shares.reduce((sum, share) => sum + share, 0) * 100), 10_001);
  const answer = expectBooking(await cancel(`/v1/bookings/${mine.booking_id}/rooms/1`), "partly_booked");
  assert.deepEqual(left(answer), [2, 3]);
  const row = await hotel().row(payment);
  assert.equal(Math.round(row.used * 100), Math.round((100 + 172.5 + shares[1] + shares[2]) * 100));
  assert.equal(row.codreser, `HR9,${codreserOf(other)},${codreserOf(answer)}`);
});

test("twenty cancels at once cancel once", async () => {
  const { payment, booked, path } = await three();
  const paths = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? path : `${path}/rooms/${1 + (i % 3)}`));
  const answers = await Promise.all(paths.map((it) => cancel(it)));
  for (const answer of answers) assert.ok([200, 202, 409].includes(answer.status), answer.text);
  for (const answer of answers.filter((it) => it.status === 409)) expectProblem(answer, 409, "booking_in_progress");
  expectBooking(await cancel(path), "not_booked");
  hotel().answers.delete(booked.booking_id);
  assert.equal(count(await hotel().kinds(payment), "reversed"), 3);
  await hotel().expectRow(payment, { used: 0, codreser: null });
});

test("only staff cancel, and what is not there is said", async () => {
  const { booked, path, wa_id } = await three();
  for (const where of [path, `${path}/rooms/1`]) {
    expectProblem(await cancel(where, { as: undefined }), 401, "unauthorized");
    expectProblem(await cancel(where, { as: booked.token }), 401, "unauthorized");
    expectProblem(await cancel(where, { as: "assistant" }), 403, "forbidden");
    expectProblem(await cancel(`${where}?wa_id=${wa_id}`, { as: "assistant" }), 403, "forbidden");
  }
  for (const n of ["0", "4", "21", "-1", "one", "1e0", "%20"]) {
    expectProblem(await cancel(`${path}/rooms/${n}`), 422, "invalid", { fields: ["n"] });
  }
  for (const id of ["0".repeat(32), "x", booked.booking_id.slice(1), "%00"]) {
    expectProblem(await cancel(`/v1/bookings/${id}`), 404, "not_found");
    expectProblem(await cancel(`/v1/bookings/${id}/rooms/1`), 404, "not_found");
  }
  const other = await hotel().call("GET", `${path}/rooms/1`, { as: "staff" });
  expectProblem(other, 405, "method_not_allowed");
  assert.equal(other.headers.get("allow"), "DELETE");
  const put = await hotel().call("PUT", path, { as: "staff", body: {} });
  assert.equal(put.headers.get("allow"), "GET, DELETE");
  assert.equal(expectBooking(await hotel().call("GET", path, { as: "staff" })).bookings.length, 3, "all are there");
});

test("a guest asks to cancel, and nothing is cancelled by that", async () => {
  const { payment, booked, path, wa_id } = await three();
  const ask = (body, as) => hotel().call("POST", `${path}/cancellation-request`, { as, body });
  const first = await ask({ rooms: [2], reason: "Ya no viaja mi hermana" }, booked.token);
  assert.equal(first.status, 200, first.text);
  assert.deepEqual(first.json, {
    booking_id: booked.booking_id,
    cancellation_requested: [2],
    customer_message:
      "Recibimos su solicitud de cancelar 1 habitación. Todavía no se ha cancelado nada: recepción la revisará y le confirmará.",
  });
  const appended = hotel().events("appended", booked.booking_id).length;
  assert.deepEqual((await ask({ rooms: [2], reason: "Ya no viaja mi hermana" }, booked.token)).json, first.json);
  assert.equal(hotel().events("appended", booked.booking_id).length, appended, "nothing new is written down");
  assert.deepEqual((await ask({ wa_id }, "assistant")).json.cancellation_requested, [1, 2, 3]);
  const stands = expectBooking(await hotel().call("GET", path, { as: booked.token }));
  assert.deepEqual(stands.cancellation_requested, [1, 2, 3]);
  assert.deepEqual(stands.bookings, booked.bookings);
  assert.equal(stands.customer_message, booked.customer_message);
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(booked) });

  const some = expectBooking(await cancel(`${path}/rooms/2`), "partly_booked");
  assert.deepEqual(some.cancellation_requested, [1, 3], "what was cancelled is no longer asked for");
  const rest = expectBooking(await cancel(path), "not_booked");
  assert.equal(rest.cancellation_requested, undefined);
  const late = await ask({}, booked.token);
  assert.equal(late.status, 200);
  assert.deepEqual(late.json.cancellation_requested, []);
  assert.match(late.json.customer_message, /^⚠️ Se cancelaron 3 habitaciones: /);
  hotel().answers.delete(booked.booking_id);
});

test("a request to cancel is for the booking's own guest, and well-formed", async () => {
  const { booked, path } = await three();
  const other = await three();
  const ask = (body, as) => hotel().call("POST", `${path}/cancellation-request`, { as, body });
  expectProblem(await ask({}), 401, "unauthorized");
  expectProblem(await ask({}, other.booked.token), 404, "not_found");
  expectProblem(await ask({ wa_id: other.wa_id }, "assistant"), 404, "not_found");
  expectProblem(await ask({}, "assistant"), 422, "invalid", { fields: ["wa_id"] });
  expectProblem(await ask({ rooms: [4] }, booked.token), 422, "invalid", { fields: ["rooms"] });
  expectProblem(await ask({ rooms: [0, "1"], reason: 1, more: true }, booked.token), 422, "invalid", {
    fields: ["rooms[0]", "rooms[1]", "reason", "more"],
  });
  expectProblem(await ask({ rooms: [] }, booked.token), 422, "invalid", { fields: ["rooms"] });
  expectProblem(await ask("{", booked.token), 415, "unsupported_media_type");
  const stands = expectBooking(await hotel().call("GET", path, { as: "staff" }));
  assert.equal(stands.cancellation_requested, undefined);
});

test("killed between the cancel and its money, it goes on by itself", async () => {
  let { payment, stay, booked, path } = await three();
  for (let tries = 1; ; tries += 1) {
    const entries = () =>
      hotel()
        .events("appended", booked.booking_id)
        .flatMap((event) => event.entries);
    const killed = new Promise((resolve) => {
      hotel().onLine = () => {
        if (!entries().includes("cancelled")) return;
        hotel().onLine = undefined;
        resolve(hotel().host.kill());
      };
    });
    const heard = cancel(path).then(
      () => "an answer",
      () => undefined,
    );
    await Promise.race([killed, sleep(WAIT_MS, undefined, { ref: false }).then(() => assert.fail("never cancelled"))]);
    await heard;
    hotel().onLine = undefined;
    const seen = entries();
    await hotel().start();
    const isBetween = count(seen, "settled") === 1;
    if (isBetween || tries === 5) {
      assert.ok(isBetween, `killed too late, five times: ${seen}`);
      break;
    }
    expectBooking(await cancel(path), "not_booked");
    hotel().answers.delete(booked.booking_id);
    ({ payment, stay, booked, path } = await three());
  }
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const asked = await hotel().call("GET", path, { as: "staff" });
    if (asked.json.outcome === "not_booked") break;
    assert.ok(Date.now() < deadline, asked.text);
    await sleep(50);
  }
  await hotel().expectRow(payment, { used: 0, codreser: null });
  assert.equal(count(await hotel().kinds(payment), "reversed"), 3);
  assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 3 });
  expectBooking(await cancel(path), "not_booked");
  assert.equal(count(await hotel().kinds(payment), "reversed"), 3);
  hotel().answers.delete(booked.booking_id);
});

closingTests(hotel);
