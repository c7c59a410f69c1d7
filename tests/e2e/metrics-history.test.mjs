// What was counted, over time: in the hour in which it happened by the hotel's clock, whatever the sweeper missed, the same
// as `/metrics`, bounded, and naming nobody.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { readMetrics, valueOf } from "./prometheus.mjs";
import { Hotel, closingTests, expectBooking, expectProblem, room } from "./support.mjs";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let it;
const hotel = () => it;
// Eleven in the evening at the hotel; UTC is in the next day already.
before(async () => {
  it = await Hotel.open({ testNow: "2026-12-02T05:00:00Z" });
});
after(() => it?.close());

const ask = (query = {}) => hotel().call("GET", `/v1/staff/metrics?${new URLSearchParams(query)}`, { as: "staff" });

async function history(query) {
  const answer = await ask(query);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

async function scrape() {
  return readMetrics((await hotel().call("GET", "/metrics", { as: "staff" })).text);
}

/** The values of one series. */
function of({ series }, metric, labels = {}) {
  const found = series.filter((one) => one.metric === metric && JSON.stringify(Object.entries(one.labels).sort()) === JSON.stringify(Object.entries(labels).sort()));
  assert.ok(found.length <= 1, `${metric} is told once`);
  return found[0]?.values ?? {};
}

const sum = (values) => Object.values(values).reduce((all, one) => all + one, 0);

/** Every counter and every bucket of `/metrics` is what the history adds up to. */
function agree({ series, buckets }, families) {
  let compared = 0;
  for (const { name: metric, kind, samples } of families.values()) {
    if (kind === "gauge") continue;
    for (const { name, labels, value } of samples) {
      if (name.endsWith("_sum")) continue;
      const { le, ...others } = labels;
      const bounds = kind === "histogram" ? buckets[metric] : [undefined];
      const upTo = le === undefined ? bounds : bounds.slice(0, bounds.indexOf(le) + 1);
      const told = upTo.reduce((all, bound) => all + sum(of({ series }, metric, bound === undefined ? others : { ...others, le: bound })), 0);
      assert.equal(told, value, `${name} ${JSON.stringify(labels)}`);
      compared += 1;
    }
  }
  const known = new Set([...families.values()].flatMap(({ name, samples }) => samples.map(({ labels: { le, ...labels } }) => name + JSON.stringify(labels))));
  for (const { metric, labels: { le, ...labels } } of series) assert.ok(known.has(metric + JSON.stringify(labels)), `${metric} ${JSON.stringify(labels)} is at /metrics`);
  return compared;
}

async function registered({ booking_id }) {
  for (let i = 0; i < 200; i += 1) {
    const [row] = await hotel().sql("SELECT state FROM bookings WHERE id = ?", booking_id);
    if (row !== undefined && row.state !== "in_progress") return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  assert.fail("the registry has the end of the booking");
}

async function book(rooms, outcome = "booked", { stay = hotel().stay(), payment } = {}) {
  const paying = payment ?? (await hotel().payment(5_000));
  await registered(expectBooking(await hotel().makeBooking(hotel().body(paying, stay, rooms)), outcome));
  return stay;
}

const two = [room("Junior", 2), room("Junior", 1)];
const six = Array.from({ length: 6 }, () => room("Junior", 1));
const booked = ["posada_bookings_total", { rooms: "several", outcome: "booked" }];
const partly = ["posada_bookings_total", { rooms: "several", outcome: "partly_booked" }];
const BOTH = { from: "2026-12-01", to: "2026-12-02" };

test("before anything happened there is nothing, and it is known which buckets there are", async () => {
  const answer = await history();
  assert.deepEqual([answer.from, answer.to, answer.step, answer.since, answer.series], ["2026-12-01", "2026-12-01", "day", null, []]);
  assert.equal(answer.buckets.posada_booking_rooms.join(), "1,2,3,4,5,10,20,+Inf");
});

test("what is wrong with a range is named", async () => {
  for (const [query, field] of [
    [{ from: "yesterday" }, "from"], [{ to: "2026-02-30" }, "to"], [{ from: "2026-12-02", to: "2026-12-01" }, "from"], [{ step: "week" }, "step"],
    [{ from: "2026-11-24", step: "hour" }, "from"], [{ from: "2026-08-23" }, "from"], [{ from: "2025-10-27", step: "month" }, "from"],
    [{ from: "2026-10-26", to: "2026-10-27", step: "hour" }, "from"], [{ metric: "posada_guests" }, "metric"], [{ metric: "posada_claims'--" }, "metric"],
  ]) {
    expectProblem(await ask(query), 422, "invalid", { fields: [field] });
  }
  for (const query of [{ from: "2026-11-25", step: "hour" }, { from: "2026-08-24" }, { from: "2025-10-28", step: "month" }, { from: "", to: "", step: "", metric: "" }]) {
    assert.equal((await ask(query)).status, 200, JSON.stringify(query));
  }
  for (const [as, status, code] of [[undefined, 401, "unauthorized"], ["assistant", 403, "forbidden"]]) {
    expectProblem(await hotel().call("GET", "/v1/staff/metrics", { as }), status, code);
  }
});

test("what is done before and after midnight is of the hotel's days, and agrees with what is counted", async () => {
  const stay = await book(two);
  await book(six, "partly_booked", { stay: hotel().stay() });
  await book([room("Familiar", 2)]);
  const short = await hotel().payment(100);
  const refused = hotel().body(short, hotel().stay(), [room("Junior", 2)]);
  for (let i = 0; i < 2; i += 1) {
    expectProblem(await hotel().makeBooking(refused), 422, "payment_short");
    await new Promise((wake) => setTimeout(wake, 300));
  }
  await hotel().later(2 * HOUR_MS);
  // One in the morning. Nobody has swept in between.
  await book(two);
  const gone = await hotel().payment(5_000);
  await book([room("Junior", 1), room("Junior", 1), room("Junior", 1), room("Junior", 1)], "partly_booked", { stay, payment: gone });

  const days = await history(BOTH);
  assert.equal(days.since, "2026-12-01");
  assert.deepEqual(of(days, ...booked), { "2026-12-01": 1, "2026-12-02": 1 });
  assert.deepEqual(of(days, ...partly), { "2026-12-01": 1, "2026-12-02": 1 });
  assert.deepEqual(of(days, "posada_bookings_total", { rooms: "one", outcome: "booked" }), { "2026-12-01": 1 });
  assert.deepEqual(of(days, "posada_rooms_booked_total"), { "2026-12-01": 2 + 5 + 1, "2026-12-02": 2 + 3 });
  assert.deepEqual(of(days, "posada_rooms_failed_total", { reason: "no_availability" }), { "2026-12-01": 1, "2026-12-02": 1 });
  assert.deepEqual(of(days, "posada_bookings_refused_total", { problem: "payment_short" }), { "2026-12-01": 2 });
  const hours = await history({ ...BOTH, step: "hour" });
  assert.deepEqual(of(hours, ...booked), { "2026-12-01T23:00": 1, "2026-12-02T01:00": 1 });
  assert.deepEqual(of(await history({ ...BOTH, step: "month" }), ...booked), { "2026-12": 2 });

  const families = await scrape();
  for (const told of [days, hours]) assert.ok(agree(told, families) > 60);
  const one = await history({ ...BOTH, metric: booked[0] });
  assert.deepEqual([...new Set(one.series.map(({ metric }) => metric))], [booked[0]]);
  assert.deepEqual(one.series, days.series.filter(({ metric }) => metric === booked[0]));
});

test("gauges have the highest that was seen in the hour, and are not told where nobody looked", async () => {
  const before = await history(BOTH);
  assert.deepEqual(of(before, "posada_claims", { state: "open" }), {}, "nobody looked");
  const claims = [];
  for (let i = 0; i < 3; i += 1) {
    const payment = await hotel().payment(90 + i);
    const claimed = await hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
      as: "assistant", body: { authorization_number: payment.reference, payment_amount: 50, wa_id: hotel().waId() },
    });
    assert.equal(claimed.status, 200, claimed.text);
    claims.push(payment);
  }
  await hotel().host.scheduled();
  const seen = await scrape();
  assert.equal(valueOf(seen, "posada_claims", { state: "open" }), 3);
  const now = await history({ from: "2026-12-02", step: "hour" });
  let compared = 0;
  for (const { name, kind, samples } of seen.values()) {
    if (kind !== "gauge") continue;
    for (const { labels, value } of samples) {
      assert.deepEqual(of(now, name, labels), { "2026-12-02T01:00": value }, `${name} ${JSON.stringify(labels)}`);
      compared += 1;
    }
  }
  assert.ok(compared >= 9, `${compared} gauges`);
  // Run again, by the clock or by staff, it is the same.
  await hotel().host.scheduled();
  assert.equal((await hotel().call("POST", "/v1/staff/sweep", { as: "staff" })).status, 200);
  const again = await history({ from: "2026-12-02", step: "hour" });
  const still = ({ series }) => series.filter(({ metric }) => !metric.includes("reconciliation"));
  assert.deepEqual(still(again), still(now));
  agree(await history(BOTH), await scrape());

  // A day later the claims are gone; the hours between are not known.
  await hotel().later(DAY_MS + HOUR_MS);
  await hotel().host.scheduled();
  const next = of(await history({ from: "2026-12-02", to: "2026-12-03", step: "hour" }), "posada_claims", { state: "open" });
  assert.deepEqual(next, { "2026-12-02T01:00": 3, "2026-12-03T02:00": 0 });
});

test("a booking whose row was written late is of the hour in which it ended", async () => {
  await hotel().sql("CREATE TRIGGER broken BEFORE UPDATE ON bookings BEGIN SELECT RAISE(ABORT, 'broken'); END");
  const payment = await hotel().payment(1_000);
  const answer = expectBooking(await hotel().makeBooking(hotel().body(payment, hotel().stay(), two)));
  await new Promise((wake) => setTimeout(wake, 500));
  const row = async () => (await hotel().sql("SELECT state FROM bookings WHERE id = ?", answer.booking_id))[0]?.state;
  assert.equal(await row(), "in_progress", "its end could not be written");
  const day = { from: "2026-12-03", step: "hour" };
  assert.deepEqual(of(await history(day), ...booked), {});
  await hotel().sql("DROP TRIGGER broken");
  await hotel().later(3 * HOUR_MS);
  await hotel().host.scheduled();
  assert.equal(await row(), "booked");
  assert.deepEqual(of(await history(day), ...booked), { "2026-12-03T02:00": 1 });
  agree(await history({ from: "2026-12-01", to: "2026-12-03" }), await scrape());
});

test("after weeks hours become their days, and nothing is lost or twice", async () => {
  const before = await history({ from: "2026-12-01", to: "2026-12-03" });
  await hotel().later(40 * DAY_MS);
  await book(two, "booked", { stay: { check_in_date: "2027-03-01", check_out_date: "2027-03-02" } });
  for (let i = 0; i < 2; i += 1) await hotel().host.scheduled();
  const [{ n, oldest }] = await hotel().sql("SELECT count(*) AS n, min(hour) AS oldest FROM metric_hours");
  assert.ok(n > 0 && oldest * HOUR_MS > hotel().now() - 36 * DAY_MS, "only the last hours are kept as hours");
  const afterwards = await history({ from: "2026-12-01", to: "2026-12-03" });
  assert.deepEqual(afterwards, before);
  expectProblem(await ask({ from: "2026-12-01", to: "2026-12-02", step: "hour" }), 422, "invalid", { fields: ["from"] });
  const year = await history({ from: "2026-12-01", to: "2027-01-31", step: "month" });
  assert.deepEqual(of(year, ...booked), { "2026-12": 3, "2027-01": 1 });
  agree(year, await scrape());
});

test("after 400 days a day is forgotten, and the table is small", async () => {
  await hotel().later(365 * DAY_MS);
  await hotel().host.scheduled();
  const [{ oldest }] = await hotel().sql("SELECT min(day) AS oldest FROM metric_days");
  const { since } = await history();
  assert.equal(since, "2027-01-12");
  assert.equal(new Date(oldest * DAY_MS).toISOString().slice(0, 10), since);
  const [{ rows }] = await hotel().sql("SELECT (SELECT count(*) FROM metric_hours) + (SELECT count(*) FROM metric_days) AS rows");
  assert.ok(rows < 300, `${rows} rows of four days`);
});

test("another clock of the hotel's holds from when it is set", async () => {
  const settings = JSON.parse((await hotel().sql("SELECT document FROM settings"))[0].document);
  await hotel().load({ ...settings, utc_offset_minutes: 330 });
  await hotel().host.scheduled();
  const at = new Date(hotel().now() + 330 * 60_000).toISOString();
  const told = of(await history({ step: "hour" }), "posada_bookings_open");
  assert.equal(Object.keys(told).at(-1), `${at.slice(0, 13)}:00`, JSON.stringify(told));
  await hotel().load(settings);
});

test("no figure says who somebody is", async () => {
  const { text } = await ask({ from: "2027-01-01", to: "2028-01-31", step: "month" });
  for (const personal of hotel().personal) assert.ok(!text.toLowerCase().includes(personal.toLowerCase()), personal);
  assert.doesNotMatch(text, /[0-9a-f]{32}/, "nor which booking");
});

closingTests(hotel);
