// The log: one JSON object a line, each with the booking that it is about and the request that began it.

import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";

import { closingTests, expectBooking, room, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();
const HEX = /^[0-9a-f]{32}$/;

test("a request's id is the caller's where it is one, else a new one, and every answer says it", async () => {
  const ask = (id, path = "/v1/property", more = {}) =>
    hotel().call("GET", path, { headers: id === undefined ? {} : { "x-request-id": id }, ...more });
  for (const id of [randomUUID(), randomBytes(16).toString("hex"), randomUUID().toUpperCase()]) {
    assert.equal((await ask(id)).headers.get("x-request-id"), id);
    assert.equal((await ask(id, "/v1/none")).headers.get("x-request-id"), id, "of a refusal as well");
  }
  const made = new Set();
  for (const id of [undefined, "", "Xiomara Quijano", "50377665544", `${"a".repeat(31)}g`, "a".repeat(33), `${randomUUID()}0`, "--------"]) {
    const answered = (await ask(id)).headers.get("x-request-id");
    assert.match(answered, HEX, String(id));
    made.add(answered);
  }
  assert.equal(made.size, 8, "each is another");
});

test("a booking's lines have its id and the request's, from the first to the last", async () => {
  const id = randomUUID();
  const payment = await hotel().payment(1000);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Familiar", 2)]);
  const answer = await hotel().makeBooking(body, { headers: { "x-request-id": id } });
  assert.equal(answer.headers.get("x-request-id"), id, "of an object's answer as well");
  const { booking_id, bookings } = expectBooking(answer);
  const all = hotel()
    .lines.filter((line) => line.startsWith("[MULTI_BOOKING] "))
    .map((line) => JSON.parse(line.slice("[MULTI_BOOKING] ".length)));
  const about = all.filter((it) => it.booking_id === booking_id);
  for (const event of ["started", "appended", "step", "answered"]) assert.ok(about.some((it) => it.event === event), event);
  for (const it of about) assert.equal(it.request_id, id, JSON.stringify(it));
  // The seed's three lines: how many rooms are begun, how many are booked, under which codes.
  assert.equal(about.find((it) => it.event === "started").rooms, 2);
  const answered = about.find((it) => it.event === "answered");
  assert.deepEqual([answered.booked, answered.rooms, answered.outcome], [2, 2, "booked"]);
  assert.deepEqual(answered.codes, bookings.map((it) => it.reserva));
  const request = all.filter((it) => it.event === "request" && it.request_id === id);
  assert.equal(request.length, 1);
  assert.deepEqual([request[0].route, request[0].status], ["tools/make_booking", 200]);
  assert.ok(request[0].duration_ms >= 0);

  // After a restart the booking's lines still name the request that began it.
  const before = hotel().lines.length;
  await hotel().host.stop();
  await hotel().start();
  const cancelled = await hotel().call("DELETE", `/v1/bookings/${booking_id}/rooms/1`, { as: "staff" });
  assert.equal(cancelled.status, 200, cancelled.text);
  const later = hotel().lines.slice(before).filter((line) => line.includes(`"booking_id":"${booking_id}"`));
  assert.ok(later.length > 0 && later.every((line) => line.includes(id)));
});

test("what is refused is logged by route and problem, and never by what the caller chose", async () => {
  const before = hotel().lines.length;
  await hotel().call("GET", "/v1/bookings/Xiomara-Quijano?wa_id=50377665544", { as: "staff" });
  await hotel().call("GET", "/Xiomara/77665544");
  await hotel().call("POST", "/v1/quotes", { body: { customer_name: "Xiomara" } });
  assert.equal((await hotel().call("GET", "/v1/property")).status, 200);
  const lines = hotel().lines.slice(before).map((line) => JSON.parse(line.slice("[MULTI_BOOKING] ".length)));
  assert.deepEqual(
    lines.map((it) => [it.event, it.route, it.status, it.problem]),
    [
      ["request", "bookings/{id}", 404, "not_found"],
      ["request", "none", 404, "not_found"],
      ["request", "quotes", 422, "invalid"],
    ],
  );
  hotel().guest();
});

test("every line is one JSON object behind its mark", () => {
  for (const line of hotel().lines) {
    assert.match(line, /^\[MULTI_BOOKING\] \{.*\}$/);
    JSON.parse(line.slice("[MULTI_BOOKING] ".length));
  }
});

test("what fails around a booking is in the booking's trace", async () => {
  const trace = randomBytes(16).toString("hex");
  await hotel().sql("CREATE TRIGGER away BEFORE INSERT ON bookings BEGIN SELECT RAISE(ABORT, 'the registry is away'); END");
  const body = hotel().body(await hotel().payment(1000), hotel().stay(), [room("Junior", 2)]);
  const headers = { traceparent: `00-${trace}-${randomBytes(8).toString("hex")}-01` };
  expectBooking(await hotel().makeBooking(body, { headers }));
  await hotel().sql("DROP TRIGGER away");
  const failed = hotel().events("error").filter((it) => it.what === "registry");
  assert.ok(failed.length > 0);
  for (const it of failed) assert.equal(it.trace_id, trace, JSON.stringify(it));
  await hotel().host.scheduled();
});

closingTests(hotel);
