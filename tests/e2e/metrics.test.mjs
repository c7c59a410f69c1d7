// The metrics: in Prometheus' format, counted once for each booking whatever happens to the program, and naming nobody.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";

import { readMetrics, valueOf } from "./prometheus.mjs";
import { Hotel, closingTests, expectBooking, expectProblem, room } from "./support.mjs";

const digest = (key) => createHash("sha256").update(key).digest("hex");
const metricsKey = randomBytes(32).toString("hex");
const quick = { METRICS_KEYS: digest(metricsKey) };
const slow = { ...quick, POSADA_TEST_BOOK_LATENCY_MS: "700" };

let it;
const hotel = () => it;
before(async () => {
  it = await Hotel.open({ vars: quick });
});
after(() => it?.close());

async function scrape(as = metricsKey) {
  const answer = await hotel().call("GET", "/metrics", { as });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return { families: readMetrics(answer.text), text: answer.text };
}

/** How much a sample grew while something was done, once it has stopped growing. */
async function grown(act, samples) {
  const { families: before } = await scrape();
  await act();
  const { families: after } = await scrape();
  return Object.fromEntries(
    Object.entries(samples).map(([key, [name, labels]]) => [key, valueOf(after, name, labels) - valueOf(before, name, labels)]),
  );
}

/** Waits until the registry has a booking's end, which follows behind its answer. */
async function registered({ booking_id }) {
  for (let i = 0; i < 200; i += 1) {
    const [row] = await hotel().sql("SELECT state FROM bookings WHERE id = ?", booking_id);
    if (row !== undefined && row.state !== "in_progress") return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  assert.fail("the registry has the end of the booking");
}

const many = (outcome) => ["posada_bookings_total", { rooms: "several", outcome }];
const one = (outcome) => ["posada_bookings_total", { rooms: "one", outcome }];

test("a hotel without bookings has every metric, and who may not see them does not", async () => {
  const { families } = await scrape();
  assert.ok(families.size >= 14, [...families.keys()].join());
  assert.equal(valueOf(families, "posada_cases", { kind: "needs_staff" }), 0);
  for (const [as, status, code] of [[undefined, 401, "unauthorized"], ["k".repeat(64), 401, "unauthorized"], ["assistant", 403, "forbidden"]]) {
    expectProblem(await hotel().call("GET", "/metrics", { as }), status, code);
  }
  assert.equal((await scrape("staff")).families.size, families.size);
});

test("bookings are counted by size and outcome, rooms by what became of them, calls by how long they took", async () => {
  const counts = await grown(async () => {
    const stay = hotel().stay();
    const payment = await hotel().payment(5000);
    const book = async (rooms, outcome, dates = stay) => {
      const answer = await hotel().makeBooking(hotel().body(payment, dates, rooms));
      await registered(expectBooking(answer, outcome));
    };
    await book([room("Junior", 2)], "booked");
    await book([room("Junior", 2), room("Junior", 1), room("Familiar", 2)], "booked");
    // Two Juniors are left.
    await book([room("Junior", 2), room("Junior", 2), room("Junior", 2)], "partly_booked");
  }, {
    one: one("booked"),
    several: many("booked"),
    partly: many("partly_booked"),
    booked: ["posada_rooms_booked_total", {}],
    failed: ["posada_rooms_failed_total", { reason: "no_availability" }],
    all: ["posada_booking_rooms_count", {}],
    rooms: ["posada_booking_rooms_sum", {}],
    single: ["posada_booking_rooms_bucket", { le: "1" }],
    upTo3: ["posada_booking_rooms_bucket", { le: "3" }],
    durations: ["posada_booking_duration_seconds_count", {}],
    claims: ["posada_payment_call_seconds_count", { operation: "claim" }],
    settled: ["posada_payment_call_seconds_count", { operation: "settle" }],
    asked: ["posada_reservation_call_seconds_count", { operation: "availability" }],
    orders: ["posada_reservation_call_seconds_count", { operation: "book" }],
  });
  assert.deepEqual(counts, {
    one: 1, several: 1, partly: 1, booked: 6, failed: 1, all: 3, rooms: 7, single: 1, upTo3: 3, durations: 3,
    claims: 3, settled: 3, asked: 3, orders: 6,
  });
});

test("what is said again, shown again, swept or cancelled afterwards is not counted again", async () => {
  const payment = await hotel().payment(1000);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 2)]);
  const first = expectBooking(await hotel().makeBooking(body));
  await registered(first);
  const counts = await grown(async () => {
    for (let i = 0; i < 3; i += 1) expectBooking(await hotel().makeBooking(body));
    await hotel().call("GET", `/v1/bookings/${first.booking_id}`, { as: "staff" });
    const cancelled = await hotel().call("DELETE", `/v1/bookings/${first.booking_id}/rooms/1`, { as: "staff" });
    assert.equal(cancelled.status, 200, cancelled.text);
    assert.equal((await hotel().call("POST", "/v1/staff/sweep", { as: "staff" })).status, 200);
    await hotel().sql("UPDATE bookings SET updated_ms = 0, state = 'in_progress' WHERE id = ?", first.booking_id);
    assert.equal((await hotel().call("POST", "/v1/staff/sweep", { as: "staff" })).status, 200, "a row that is wrong is repaired");
  }, { several: many("booked"), partly: many("partly_booked"), all: ["posada_booking_rooms_count", {}] });
  assert.deepEqual(counts, { several: 0, partly: 0, all: 0 });
});

test("a booking that a kill interrupts is counted once, when it ends", async () => {
  const payment = await hotel().payment(1000);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 2), room("Junior", 1)]);
  const { families: before } = await scrape();
  await hotel().host.stop();
  await hotel().start(slow);
  const cut = hotel().makeBooking(body).catch(() => undefined);
  await new Promise((resolve) => {
    hotel().onLine = () => hotel().lines.at(-1).includes('"entries":["held"]') && resolve();
  });
  const during = await scrape();
  assert.equal(valueOf(during.families, "posada_bookings_open"), 1);
  assert.equal(valueOf(during.families, "posada_rooms_held") >= 2, true);
  assert.equal(valueOf(during.families, "posada_claims", { state: "attached" }), 1);
  await hotel().host.kill();
  await cut;
  await hotel().start(quick);
  const answer = expectBooking(await hotel().makeBooking(body));
  await registered(answer);
  const { families: after } = await scrape();
  const more = (name, labels) => valueOf(after, name, labels) - valueOf(before, name, labels);
  assert.equal(more(...many("booked")), 1);
  assert.equal(more("posada_booking_rooms_sum", {}), 3);
  assert.equal(valueOf(after, "posada_bookings_open"), 0);
  assert.equal(valueOf(after, "posada_rooms_held"), 0);
});

test("refusals are counted by their problem, each try once; claims and reconciliation as they stand", async () => {
  const payment = await hotel().payment(100);
  const counts = await grown(async () => {
    const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)]);
    for (let i = 0; i < 2; i += 1) {
      expectProblem(await hotel().makeBooking(body), 422, "payment_short");
      await new Promise((wake) => setTimeout(wake, 300));
    }
    const validated = await hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
      as: "assistant",
      body: { authorization_number: payment.reference, payment_amount: 50, wa_id: hotel().waId() },
    });
    assert.equal(validated.status, 200, validated.text);
    await hotel().call("POST", "/v1/staff/sweep", { as: "staff" });
  }, {
    refused: ["posada_bookings_refused_total", { problem: "payment_short" }],
    open: ["posada_claims", { state: "open" }],
    differing: ["posada_reconciliation_differing_total", {}],
  });
  assert.deepEqual(counts, { refused: 2, open: 1, differing: 0 });

  // Another program writes a row without the ledger: that is seen.
  const touched = await grown(async () => {
    await hotel().touch(payment, { used: 99, codreser: null });
    await hotel().call("POST", "/v1/staff/sweep", { as: "staff" });
  }, { differing: ["posada_reconciliation_differing_total", {}] });
  assert.deepEqual(touched, { differing: 1 });
  assert.ok(valueOf((await scrape()).families, "posada_reconciliation_checked_total") > 2);
});

test("payments that are waited for are counted until they are there", async () => {
  const reference = hotel().unique("55");
  const body = { authorization_number: reference, payment_amount: 50, wa_id: hotel().waId() };
  const ask = (tool) => hotel().call("POST", `/v1/tools/${tool}_compraclick_payment`, { as: "assistant", body });
  const pending = async () => valueOf((await scrape()).families, "posada_pending_payments");
  const before = await pending();
  assert.equal((await ask("validate")).status, 202);
  assert.equal(await pending(), before + 1);
  assert.equal((await ask("validate")).status, 202);
  assert.equal(await pending(), before + 1, "said again it is the same");
  const payment = {
    payment_method: "CompraClick", authorization_number: reference, amount: 50, currency: "USD",
    payment_maker_name: "Wenceslao Iraheta Dubón", payment_date: "2026-11-20",
  };
  await hotel().store.put({ ...payment, reference, table: "compraclick" });
  assert.equal((await ask("validate")).status, 200);
  assert.equal(await pending(), before);
});

test("no metric says who somebody is", async () => {
  const { text } = await scrape();
  for (const personal of hotel().personal) assert.ok(!text.toLowerCase().includes(personal.toLowerCase()), personal);
  assert.doesNotMatch(text, /[0-9a-f]{32}/, "nor which booking");
});

closingTests(hotel);
