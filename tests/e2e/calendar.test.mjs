// What a booking page asks before and after: free nights with prices, and being answered at once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingTests, expectProblem, plus, room, settings, sharedHotel, TODAY } from "./support.mjs";

const hotel = sharedHotel(async () => ({
  settings: await settings((it) => ({
    ...it,
    tariff: [...it.tariff, { ...it.tariff[0], weekdays: ["sat"], adult: "100.005" }],
  })),
}));

const calendar = (from_date, to_date) => hotel().call("GET", `/v1/calendar?${new URLSearchParams({ from_date, to_date })}`);

test("nights with their free rooms and the lowest price for two", async () => {
  const stay = { check_in_date: "2026-12-18", check_out_date: "2026-12-20" };
  const payment = await hotel().payment(5_000);
  const rooms = [...Array(5).fill(room("Junior", 1)), ...Array(2).fill(room("Familiar", 1))];
  assert.equal((await hotel().makeBooking(hotel().body(payment, stay, rooms))).json.outcome, "booked");
  const answer = await calendar("2026-12-17", "2026-12-20");
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json, {
    adults: 2,
    days: [
      { date: "2026-12-17", free_rooms: 8, from_amount: 172.5 },
      { date: "2026-12-18", free_rooms: 1, from_amount: 172.5 },
      // A Saturday: only a Familiar is left, and it costs the same as ever.
      { date: "2026-12-19", free_rooms: 1, from_amount: 172.5 },
      { date: "2026-12-20", free_rooms: 8, from_amount: 172.5 },
    ],
  });
  const last = await hotel().makeBooking(hotel().body(payment, stay, [room("Familiar", 2)]));
  assert.equal(last.json.outcome, "booked");
  const full = (await calendar("2026-12-18", "2026-12-19")).json.days;
  assert.deepEqual(full, [{ date: "2026-12-18", free_rooms: 0 }, { date: "2026-12-19", free_rooms: 0 }]);
});

test("no calendar of the past, of no night, or of more than two months", async () => {
  const wrong = async (from, to, fields) => expectProblem(await calendar(from, to), 422, "invalid", { fields });
  await wrong(plus(TODAY, -1), TODAY, ["from_date"]);
  await wrong("tomorrow", TODAY, ["from_date"]);
  await wrong(TODAY, "", ["to_date"]);
  await wrong(TODAY, plus(TODAY, -1), ["to_date"]);
  await wrong(TODAY, plus(TODAY, 62), ["to_date"]);
  assert.equal((await calendar(TODAY, plus(TODAY, 61))).json.days.length, 62);
});

test("a caller who would rather ask again is answered once the payment is taken", async () => {
  const payment = await hotel().payment(345);
  const body = hotel().publicBody(payment, hotel().stay(), [room("Junior", 2), room("Junior", 2)]);
  const key = hotel().unique("key");
  const headers = { Prefer: "respond-async" };
  const first = await hotel().book(body, { key, headers });
  assert.ok(first.status === 202 || first.status === 200, first.text);
  let answer = first;
  for (let i = 0; i < 100 && answer.json.outcome === "in_progress"; i += 1) {
    await new Promise((wake) => setTimeout(wake, 50));
    answer = await hotel().call("GET", `/v1/bookings/${first.json.booking_id}`, { as: first.json.token });
  }
  assert.equal(answer.json.outcome, "booked");
  assert.equal((await hotel().book(body, { key })).json.booking_id, first.json.booking_id);
  const unknown = { ...payment, reference: "55999998" };
  const refused = await hotel().book(hotel().publicBody(unknown, hotel().stay(), [room("Junior", 2)]), { headers });
  expectProblem(refused, 404, "payment_not_found");
});

closingTests(hotel);
