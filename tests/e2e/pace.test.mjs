// How a booking goes on: rooms concurrently, few writes, and an answer in time even where it takes longer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { closingTests, codreserOf, expectBooking, room, settings, sharedHotel } from "./support.mjs";

const LATENCY_MS = 400;
const hotel = sharedHotel({ vars: { POSADA_TEST_BOOK_LATENCY_MS: String(LATENCY_MS) } });

test("rooms are booked concurrently, and told in line order however they were booked", async () => {
  const payment = await hotel().payment(1000);
  const rooms = [1, 2, 3, 1, 2].map((adults) => room("Junior", adults));
  const begun = Date.now();
  const answer = expectBooking(await hotel().makeBooking(hotel().body(payment, hotel().stay(), rooms)));
  const tookMs = Date.now() - begun;
  const [longest, one_after_another] = [4 * LATENCY_MS, (1 + 2 + 3 + 4) * LATENCY_MS];
  assert.ok(tookMs >= longest, `${tookMs} ms`);
  assert.ok(
    tookMs < (longest + one_after_another) / 2,
    `${tookMs} ms is about the longest room's ${longest}, not the sum`,
  );
  assert.deepEqual(
    answer.bookings.map((it) => it.adults),
    [1, 2, 3, 1, 2],
  );
  assert.deepEqual(
    answer.bookings.map((it) => it.room),
    ["54", "56", "57", "58", "59"],
  );
  const codes = answer.bookings.map((it) => Number(it.reserva));
  assert.deepEqual(
    codes,
    codes.map((_, i) => codes[0] + i),
  );
});

test("a booking of n rooms makes at most n+4 appends", async () => {
  for (const n of [1, 2, 3, 5]) {
    const payment = await hotel().payment(1000);
    const rooms = Array.from({ length: n }, () => room("Junior", 1));
    const answer = expectBooking(await hotel().makeBooking(hotel().body(payment, hotel().stay(), rooms)));
    const appends = hotel().events("appended", answer.booking_id);
    assert.ok(appends.length <= n + 4, `${n} rooms, ${appends.length} appends`);
    const kinds = appends.flatMap((event) => event.entries);
    assert.equal(kinds.filter((kind) => kind === "confirmed").length, n, "and they are all there");
    for (const kind of ["requested", "claimed", "held", "settled"]) assert.ok(kinds.includes(kind), kind);
  }
});

test("a row that other programs change while rooms are booked keeps what they wrote", async () => {
  const payment = await hotel().payment(1000);
  const booking = hotel().makeBooking(hotel().body(payment, hotel().stay(), [room("Junior", 1), room("Junior", 1)]));
  while (!(await hotel().kinds(payment)).includes("attached")) await sleep(10);
  // The claim's 172.50 stays in `used`: the other program adds its own 100.00, and its code.
  await hotel().touch(payment, { used: 272.5, codreser: "X1" });
  const answer = expectBooking(await booking);
  await hotel().expectRow(payment, { used: 272.5, codreser: `X1,${codreserOf(answer)}` });
  assert.deepEqual(await hotel().kinds(payment), ["attached", "external", "settled", "settled"]);
});

test("a booking that takes longer than the caller waits is answered 202, and goes on", async (t) => {
  t.after(async () => hotel().load(await settings()));
  await hotel().load(
    await settings((document) => {
      document.wait_ms = 0;
    }),
  );
  const payment = await hotel().payment(690);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 3), room("Junior", 3), room("Junior", 2)]);
  const key = hotel().unique("slow-");
  const answer = await hotel().makeBooking(body, { key });
  assert.equal(answer.status, 202, answer.text);
  assert.equal(answer.json.outcome, "in_progress");
  assert.ok(answer.json.bookings.length < 3, answer.text);
  assert.equal(answer.json.success, answer.json.bookings.length > 0);
  assert.match(
    answer.json.customer_message,
    /^Estamos confirmando con el hotel\. No pague de nuevo; le avisaremos aquí\./,
  );
  const location = answer.headers.get("location");
  assert.equal(location, `/v1/bookings/${answer.json.booking_id}`);
  let asked;
  let booked = 0;
  do {
    await sleep(50);
    asked = await hotel().call("GET", location, { as: answer.json.token });
    assert.ok(asked.json.bookings.length >= booked, "rooms are added, none goes");
    booked = asked.json.bookings.length;
  } while (asked.json.outcome === "in_progress");
  expectBooking(asked);
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(asked.json) });
  assert.equal(expectBooking(await hotel().makeBooking(body, { key })).booking_id, answer.json.booking_id);
});

closingTests(hotel);
