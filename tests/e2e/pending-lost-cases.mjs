// Payments that are waited for and whose alarm is lost for ever: the sweeper finds them. These cases are run on every store.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { inPending, losePendingAlarm } from "./objects.mjs";
import { HOUR_MS, MINUTE_MS, pendingHotel, until } from "./pending-cases.mjs";
import { readMetrics } from "./prometheus.mjs";

const DAY_MS = 24 * HOUR_MS;
/** How long after a sweep was asked for workerd is killed: before it is read, while it is swept, and afterwards. */
const KILLED_AFTER_MS = [0, 3, 10, 30, 60, 120];

/** Declares the cases. */
export function pendingLostCases(hotel, receiver) {
  const it = pendingHotel(hotel, receiver);

  async function sweep() {
    const answer = await hotel().call("POST", "/v1/staff/sweep", { as: "staff" });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json.failed, [], answer.text);
    return answer.json;
  }

  async function gauge() {
    const { text } = await hotel().call("GET", "/metrics", { as: "staff" });
    return readMetrics(text).get("posada_pending_payments").samples[0].value;
  }

  const rowsOf = ({ payment }) => hotel().sql("SELECT * FROM pending_payments WHERE reference = ?", payment.reference);

  /** Stops workerd, loses the alarms of these, and starts it so much later. */
  async function loseAlarms(all, ms) {
    await hotel().host.stop();
    for (const { payment } of all) await losePendingAlarm(hotel(), payment.reference);
    hotel().testNow += ms;
    await hotel().start();
  }

  test("the payment comes, nobody looks, and the sweeper finds it: claimed once, told once, and counted until then", async () => {
    const before = await gauge();
    const waited = await it.wait(275);
    assert.equal(await gauge(), before + 1);
    const [row] = await rowsOf(waited);
    assert.match(row.object, /^[0-9a-f]{64}$/);
    for (const personal of [waited.wa_id, waited.wa_id.slice(-8), ...hotel().personal]) {
      assert.ok(!JSON.stringify(row).toLowerCase().includes(personal.toLowerCase()), personal);
    }
    await loseAlarms([waited], MINUTE_MS + 20_000);
    await hotel().store.put(waited.payment);
    await it.quiet(waited, 0);
    assert.equal((await sweep()).payments_resumed, 0, "its alarm may only be late");
    await it.later(2 * MINUTE_MS);
    await it.quiet(waited, 0);
    assert.deepEqual(await hotel().ledger(waited.payment), [], "nobody looks");
    assert.equal(await gauge(), before + 1, "it is waited for as before");
    assert.equal((await sweep()).payments_resumed, 1);
    const [told] = await it.told(waited);
    assert.equal(told.event.type, "payment.found");
    await it.expectClaimed(waited, 275);
    await until(async () => (await rowsOf(waited)).length === 0, "its row is struck off");
    assert.equal(await gauge(), before);
    assert.deepEqual([(await sweep()).payments_resumed, (await sweep()).deleted], [0, 0]);
    await it.later(3 * HOUR_MS);
    await it.quiet(waited, 1);
  });

  test("the clock sweeps as well, and what is not there yet is looked for on schedule from then on", async () => {
    const waited = await it.wait(90, { bank: true });
    await loseAlarms([waited], 10 * MINUTE_MS);
    await hotel().host.scheduled();
    const next = async () => (await rowsOf(waited))[0].next_ms;
    await until(async () => (await next()) > hotel().now(), "it is looked for");
    assert.equal((await sweep()).payments_resumed, 0, "it goes on by itself");
    await hotel().store.put(waited.payment);
    await it.later(6 * MINUTE_MS);
    await it.told(waited);
    await it.expectClaimed(waited, 90);
  });

  test("killed while the sweeper asks, each is claimed once and told under one id", async () => {
    const before = await gauge();
    const all = [];
    for (const [n] of KILLED_AFTER_MS.entries()) all.push(await it.wait(100 + n));
    await loseAlarms(all, 5 * MINUTE_MS);
    for (const { payment } of all) await hotel().store.put(payment);
    assert.equal(await gauge(), before + all.length);
    for (const ms of KILLED_AFTER_MS) {
      const swept = hotel().call("POST", "/v1/staff/sweep", { as: "staff", mayFail: true }).catch(() => {});
      await sleep(ms);
      await hotel().host.kill();
      await swept;
      hotel().testNow += 2 * MINUTE_MS;
      await hotel().start();
    }
    await sweep();
    for (const waited of all) {
      const news = await it.told(waited);
      assert.equal(new Set(news.map((delivery) => delivery.id)).size, 1, "a repetition says that it is one");
      await it.expectClaimed(waited, waited.amount);
    }
    await until(async () => (await gauge()) === before, "none is waited for any more");
    const told = all.map((waited) => it.news(waited).length);
    await it.later(3 * HOUR_MS);
    await sweep();
    await sleep(1_000);
    assert.deepEqual(all.map((waited) => it.news(waited).length), told, "and nothing is told again");
  });

  test("an end that is still to be told is told", async (t) => {
    t.after(() => (receiver().answer = 204));
    const before = await gauge();
    receiver().answer = 503;
    const waited = await it.wait(180, { language: "en" });
    await hotel().store.put(waited.payment);
    await it.later(2 * MINUTE_MS);
    await it.told(waited);
    const [row] = await until(async () => {
      const rows = await rowsOf(waited);
      return rows[0]?.is_sought === 0 && rows;
    }, "only its end is to be told");
    assert.equal(await gauge(), before, "it is there, and no longer waited for");
    assert.ok(row.claim.endsWith("-found"));
    await hotel().host.stop();
    const heard = it.news(waited).length;
    receiver().answer = 204;
    await losePendingAlarm(hotel(), waited.payment.reference);
    hotel().testNow += HOUR_MS;
    await hotel().start();
    await it.quiet(waited, heard);
    assert.equal((await sweep()).payments_resumed, 1);
    const news = await it.told(waited, heard + 1);
    assert.equal(new Set(news.map((delivery) => delivery.id)).size, 1);
    await until(async () => (await rowsOf(waited)).length === 0, "its row is struck off");
    await it.expectClaimed(waited, 180);
    await it.quiet(waited, heard + 1);
  });

  test("a row that was not struck off is, and one that is behind is put right", async () => {
    const before = await gauge();
    const [stopped, waits] = [await it.wait(60), await it.wait(70)];
    const [row] = await rowsOf(stopped);
    const answer = await it.retry(stopped.payment, 60, stopped.wa_id, { stop: true });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await rowsOf(stopped), []);
    // As if the database had been away.
    await hotel().sql(
      "INSERT INTO pending_payments (claim, next_ms, object, method, reference) VALUES (?, ?, ?, ?, ?)",
      row.claim, row.next_ms, row.object, row.method, row.reference,
    );
    await it.later(2 * MINUTE_MS);
    const next = async () => (await rowsOf(waits))[0].next_ms;
    await until(async () => (await next()) > hotel().now(), "it is looked for");
    const at = await next();
    await hotel().sql("UPDATE pending_payments SET next_ms = ? WHERE reference = ?", hotel().now() - HOUR_MS, waits.payment.reference);
    const swept = await sweep();
    assert.deepEqual([swept.deleted, swept.payments_resumed], [1, 0]);
    assert.deepEqual(await rowsOf(stopped), []);
    assert.equal(await next(), at, "its object knows when");
    assert.equal(await gauge(), before + 1);
    await it.retry(waits.payment, 70, waits.wa_id, { stop: true });
    assert.equal(await gauge(), before);
  });

  test("one that cannot go on for an hour is a case, once, and goes on when it can", async () => {
    const waited = await it.wait(130);
    const { reference } = waited.payment;
    await hotel().host.stop();
    await inPending(hotel(), reference, (db) => db.run("UPDATE pending SET kept = '{' || kept"));
    hotel().testNow += 5 * MINUTE_MS;
    await hotel().start();
    const stuck = async () => {
      const { json } = await hotel().call("GET", "/v1/staff/cases", { as: "staff", language: "en" });
      return json.cases.filter((found) => found.kind === "pending_payment_stuck");
    };
    const swept = await sweep();
    assert.deepEqual([swept.payments_resumed, swept.cases], [0, 0]);
    await it.later(50 * MINUTE_MS);
    assert.equal((await sweep()).cases, 0, "it may be for a moment");
    await it.later(11 * MINUTE_MS);
    assert.equal((await sweep()).cases, 1);
    const [found] = await stuck();
    assert.match(found.text, /^A guest waits for this payment/);
    assert.deepEqual(
      [found.detail.payment_method, found.detail.payment_reference],
      [waited.payment.payment_method, reference],
    );
    await it.later(5 * MINUTE_MS);
    assert.equal((await sweep()).cases, 0, "the same case");
    await hotel().host.stop();
    await inPending(hotel(), reference, (db) => db.run("UPDATE pending SET kept = substr(kept, 2)"));
    await losePendingAlarm(hotel(), reference).catch(() => {});
    hotel().testNow += 5 * MINUTE_MS;
    await hotel().start();
    await hotel().store.put(waited.payment);
    await sweep();
    await it.told(waited);
    await it.expectClaimed(waited, 130);
  });

  test("rows from before, which do not say whose they are, do no harm and go", async () => {
    const before = await gauge();
    const insert = "INSERT INTO pending_payments (claim, next_ms) VALUES (?, ?)";
    await hotel().sql(insert, "1".repeat(32), hotel().now() - DAY_MS);
    await hotel().sql(insert, "2".repeat(32), hotel().now() + HOUR_MS);
    assert.equal(await gauge(), before + 1, "one whose time has long passed counts no more");
    const swept = await sweep();
    assert.deepEqual([swept.payments_resumed, swept.cases], [0, 0]);
    await it.later(9 * DAY_MS);
    await sweep();
    assert.deepEqual(await hotel().sql("SELECT claim FROM pending_payments WHERE object IS NULL"), []);
  });
}
