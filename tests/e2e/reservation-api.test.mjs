// A hotel whose reservations are in a system of its own, behind the reservation API: availability, booking, cancelling.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingOutside, sharedOutside } from "./outside.mjs";
import { readMetrics, valueOf } from "./prometheus.mjs";
import { codreserOf, expectBooking, expectProblem, room, settings } from "./support.mjs";

const outside = sharedOutside();
const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];
const names = (answer) => answer.bookings.map((it) => it.room);

test("three rooms are booked in the hotel's system, under their references and codes", async () => {
  const { api, hotel } = outside();
  const { stay, payment, body } = await outside().asked(THREE);
  const booked = expectBooking(await hotel.makeBooking(body));
  assert.deepEqual(names(booked), ["54", "56", "57"]);
  const living = await outside().living(stay);
  assert.deepEqual(
    living.map((it) => [it.reference, it.room_number]).sort(),
    booked.bookings.map((it, line) => [`${booked.booking_id}-${line}-1`, it.room]),
  );
  for (const it of booked.bookings) assert.equal(living.find((its) => its.room_number === it.room).reserva, it.reserva);
  await hotel.expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  assert.equal((await outside().calls("book", booked.booking_id)).length, 3, "each room is ordered once");
  const order = (await outside().calls("book", booked.booking_id))[0].request;
  for (const name of ["customer_name", "email", "dui_passport"]) assert.ok(!(name in order), "the log names nobody");
  assert.ok((await api.log()).length > 0);
});

test("availability is asked once for a booking that nothing comes between", async () => {
  const { api, hotel } = outside();
  const { body } = await outside().asked(THREE);
  const last = (await api.log()).at(-1).seq;
  expectBooking(await hotel.makeBooking(body));
  const asked = (await api.log(last)).filter((it) => it.route === "availability");
  assert.equal(asked.length, 1);
});

test("an answer in the other spelling is understood: number for room_number, numbers for texts", async () => {
  const { api, hotel } = outside();
  const { stay, body } = await outside().asked(THREE);
  await api.faults({ route: "*", fault: { kind: "dialect" } });
  const booked = expectBooking(await hotel.makeBooking(body));
  await api.clearFaults();
  assert.deepEqual(names(booked), ["54", "56", "57"]);
  assert.equal((await outside().living(stay)).length, 3);
});

test("availability and quotes are what the hotel's system says is free, without what Posada holds", async () => {
  const { api, hotel } = outside();
  const stay = hotel.stay();
  assert.deepEqual(await hotel.free(stay), { Junior: 5, Familiar: 3 });
  await api.take("54", stay.check_in_date, stay.check_out_date);
  await api.take("12", stay.check_in_date, stay.check_out_date);
  assert.deepEqual(await hotel.free(stay), { Junior: 4, Familiar: 2 });
  const quoted = await hotel.quote({
    ...stay,
    package_type: "Hospedaje",
    party: { adults: 17, children_0_5: 0, children_6_10: 0 },
    bungalow_type: "Junior",
  });
  assert.notEqual(quoted.status, 200, "four rooms are too few for 17");
  const { body } = await outside().asked(THREE, { stay });
  assert.deepEqual(names(expectBooking(await hotel.makeBooking(body))), ["56", "57", "58"]);
  assert.deepEqual(await hotel.free(stay), { Junior: 1, Familiar: 2 });
});

test("a room that the settings do not have, or have as another type, is not sold", async (t) => {
  const { hotel } = outside();
  t.after(async () => hotel.load(await settings()));
  // The hotel's system still lists 54 as Junior, and 12, which the settings no longer have.
  await hotel.load(
    await settings((document) => {
      document.room_types[0].rooms = ["56", "57", "58", "59"];
      document.room_types[1].rooms = ["14", "16", "54"];
    }),
  );
  assert.deepEqual(await hotel.free(hotel.stay()), { Junior: 4, Familiar: 2 });
});

test("a room that the front desk takes in between is replaced by another of its type, which is named", async () => {
  const { api, hotel } = outside();
  const { stay, payment, body } = await outside().asked(THREE);
  await api.faults({ route: "book", match: { line: 1 }, times: 1, fault: { kind: "front_desk" } });
  const booked = expectBooking(await hotel.makeBooking(body));
  await api.clearFaults();
  assert.deepEqual(names(booked), ["54", "58", "57"], "line 1 wanted 56, and 54 and 57 are its siblings'");
  await hotel.expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  const [, second] = booked.bookings;
  const reference = (await outside().living(stay)).find((it) => it.reserva === second.reserva).reference;
  assert.equal(reference, `${booked.booking_id}-1-2`, "another try has another reference");
  assert.equal((await outside().calls("availability")).at(-1).request.check_in_date, stay.check_in_date);
});

test("a room is tried three times, and then said to be refused while its siblings stay booked", async () => {
  const { api, hotel } = outside();
  const { stay, body } = await outside().asked(THREE);
  await api.faults({ route: "book", match: { line: 0 }, fault: { kind: "refuse", error: "bloqueada" } });
  const booked = expectBooking(await hotel.makeBooking(body), "partly_booked");
  await api.clearFaults();
  assert.deepEqual(names(booked), ["56", "57"]);
  const tried = (await outside().calls("book", booked.booking_id)).filter((it) => it.reference.includes("-0-"));
  assert.deepEqual(
    tried.map((it) => it.request.room_number),
    ["54", "58", "59"],
    "never a room that a sibling has",
  );
  assert.equal(booked.failed_bookings[0].code, "refused");
  assert.ok(!JSON.stringify(booked).includes("bloqueada"), "the system's own words are for staff");
  assert.deepEqual(await hotel.free(stay), { Junior: 3, Familiar: 3 }, "what was held for it is free again");
});

test("retries look for a room in fresh availability: where no other is free the line fails", async () => {
  const { api, hotel } = outside();
  const stay = hotel.stay();
  for (const taken of ["58", "59"]) await api.take(taken, stay.check_in_date, stay.check_out_date);
  const { body } = await outside().asked(THREE, { stay });
  await api.faults({ route: "book", match: { line: 2 }, times: 1, fault: { kind: "front_desk" } });
  const booked = expectBooking(await hotel.makeBooking(body), "partly_booked");
  await api.clearFaults();
  assert.deepEqual(names(booked), ["54", "56"]);
  assert.deepEqual(
    booked.failed_bookings.map((it) => [it.code, it.room]),
    [["no_availability", "57"]],
  );
});

test("with the system away at the intake the answer is 503, and nothing was changed", async () => {
  const { api, hotel } = outside();
  const { stay, payment, body } = await outside().asked(THREE);
  for (const fault of [
    { kind: "cut" },
    { kind: "status", status: 500, retry_after: null },
    { kind: "status", status: 401, retry_after: null },
    { kind: "redirect" },
    ...["not_json", "empty", "wrong_types", "missing_members", "truncated", "huge_body"].map((garbage) => ({
      kind: "garbage",
      garbage,
    })),
  ]) {
    await api.faults({ route: "availability", fault });
    const answer = await hotel.makeBooking(body, { mayFail: true });
    const problem = expectProblem(answer, 503, "reservations_unavailable", { success: false });
    assert.match(problem.customer_message, /^Error al verificar disponibilidad\./, JSON.stringify(fault));
    assert.ok(Number(answer.headers.get("retry-after")) >= 1);
    const query = new URLSearchParams(stay);
    expectProblem(await hotel.call("GET", `/v1/availability?${query}`, { mayFail: true }), 503, "reservations_unavailable");
    await api.clearFaults();
  }
  await api.faults({ route: "availability", fault: { kind: "status", status: 429, retry_after: "17" } });
  const limited = await hotel.makeBooking(body, { mayFail: true });
  await api.clearFaults();
  expectProblem(limited, 503, "reservations_unavailable");
  assert.equal(limited.headers.get("retry-after"), "17");
  assert.deepEqual(await hotel.kinds(payment), [], "no money was claimed");
  assert.equal((await outside().living(stay)).length, 0);
  expectBooking(await hotel.makeBooking(body));
});

test("with the system gone altogether the answer is 503 as well", async () => {
  const { api, hotel } = outside();
  const { payment, body } = await outside().asked(THREE);
  await api.stop();
  expectProblem(await hotel.makeBooking(body, { mayFail: true }), 503, "reservations_unavailable");
  assert.deepEqual(await hotel.kinds(payment), []);
  assert.equal((await hotel.call("GET", "/healthz")).status, 200);
  assert.equal((await hotel.call("GET", "/v1/property")).status, 200);
  await api.restart();
  expectBooking(await hotel.makeBooking(body));
});

test("what the hotel's system has booked is under way no more", async () => {
  const { hotel } = outside();
  const wa_id = hotel.waId();
  const wholeHouse = [...Array(5).fill(room("Junior", 1)), ...Array(3).fill(room("Familiar", 1))];
  // One phone may have twenty rooms under way at once: three times eight are more, one after the other they are not.
  for (let times = 0; times < 3; times += 1) {
    const { body } = await outside().asked(wholeHouse, { amount: 9_000, wa_id });
    expectBooking(await hotel.makeBooking(body));
  }
  const families = readMetrics((await hotel.call("GET", "/metrics", { as: "staff" })).text);
  assert.equal(valueOf(families, "posada_rooms_held"), 0);
});

test("a booked room is not offered again while the system still lists it, and is once the record has ended", async (t) => {
  const { api, hotel } = outside();
  t.after(async () => hotel.host.kill().then(() => hotel.start()));
  const { stay, body } = await outside().asked(THREE);
  const booked = expectBooking(await hotel.makeBooking(body));
  // The hotel cancels in its own system: it lists the room again at once, as a list that is too old would.
  const [first] = booked.bookings;
  const { reference } = (await outside().living(stay)).find((it) => it.reserva === first.reserva);
  const path = `reservations/${reference}?reserva=${first.reserva}`;
  const headers = { authorization: `Bearer ${api.options.key}` };
  assert.equal((await fetch(`${api.url}/${path}`, { method: "DELETE", headers })).status, 200);
  hotel.answers.get(booked.booking_id).bookings.shift();
  assert.deepEqual(await hotel.free(stay), { Junior: 2, Familiar: 3 });
  await hotel.host.kill();
  hotel.testNow += 6 * 60_000;
  await hotel.start();
  assert.deepEqual(await hotel.free(stay), { Junior: 3, Familiar: 3 });
});

closingOutside(outside, test);
