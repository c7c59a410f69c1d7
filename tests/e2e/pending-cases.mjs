// A payment that is not there yet when a guest asks for it: waited for across kills of workerd, claimed once, told once.
// These cases are run on every store.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { cents, codreserOf, expectBooking, expectProblem, room } from "./support.mjs";

const WAIT_MS = 30_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** The clock is set by killing workerd and starting it later; alarms do not know of it, so they come soon. */
export const vars = (receiver) => ({ ...receiver.vars, POSADA_TEST_ALARM_MS_MAX: "250" });

export async function until(find, what) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await sleep(20);
  }
}

/** What the cases do with a hotel and its receiver, which are there once tests run. */
export function pendingHotel(hotel, receiver) {
  const tool = (kind, payment) => `/v1/tools/${kind}_${payment.table === "bac" ? "bank_transfer" : "compraclick_payment"}`;
  const it = {
    body(payment, amount, wa_id) {
      const { payment_method: _, payment_maker_name, ...reference } = hotel().paidBy(payment);
      return { ...reference, payment_maker_name, payment_amount: amount, wa_id };
    },
    validate: (payment, amount, wa_id, options = {}) =>
      hotel().call("POST", tool("validate", payment), { as: "assistant", body: it.body(payment, amount, wa_id), ...options }),
    retry: (payment, amount, wa_id, more = {}) =>
      hotel().call("POST", tool("retry", payment), { as: "assistant", body: { ...it.body(payment, amount, wa_id), ...more } }),
    /** Asks for a payment that is not there, and sees that it is waited for. */
    async wait(amount, { bank, language } = {}) {
      const payment = hotel().expected(amount, { bank });
      const wa_id = hotel().waId();
      const answer = await it.validate(payment, amount, wa_id, { language });
      expectProblem(answer, 202, "payment_pending", { success: false });
      return { payment, wa_id, amount, answer: answer.json };
    },
    /** Kills workerd and starts it so much later on the hotel's clock. */
    async later(ms) {
      await hotel().host.kill();
      hotel().testNow += ms;
      await hotel().start();
    },
    /** What was told of a payment. */
    news: ({ payment, wa_id }) =>
      receiver().deliveries.filter(
        ({ event }) =>
          event?.data.wa_id === wa_id && [event.data.authorization_number, event.data.transfer_id].includes(payment.reference),
      ),
    told: (waited, count = 1) =>
      until(() => it.news(waited).length >= count && it.news(waited), `${count} events of ${waited.payment.reference}`),
    /** That nothing more is told in a second, in which the alarm comes four times. */
    async quiet(waited, count) {
      await sleep(1_000);
      assert.equal(it.news(waited).length, count, "told so often");
    },
    async expectClaimed({ payment }, amount) {
      assert.deepEqual(await hotel().kinds(payment), ["opened"], "claimed once");
      assert.equal(cents((await hotel().row(payment)).used), cents(amount));
    },
  };
  return it;
}

/** Declares the cases. */
export function pendingCases(hotel, receiver) {
  const it = pendingHotel(hotel, receiver);

  for (const bank of [false, true]) {
    test(`a ${bank ? "transfer" : "card payment"} that appears 20 minutes later is claimed once and told once, whenever workerd is killed`, async () => {
      const asked = hotel().now();
      const waited = await it.wait(345, { bank });
      const next = Date.parse(waited.answer.next_check_at);
      assert.ok(Math.abs(next - asked - MINUTE_MS) < 10_000, waited.answer.next_check_at);
      assert.match(waited.answer.customer_message, /^Todavía no encontramos la (autorización|transferencia) \d+\. La buscaremos de nuevo /);
      await it.later(10 * MINUTE_MS);
      await it.later(10 * MINUTE_MS);
      await hotel().store.put(waited.payment);
      await sleep(600);
      assert.deepEqual(await hotel().ledger(waited.payment), [], "its next look is at 60 minutes");
      await it.later(41 * MINUTE_MS);
      const [told] = await it.told(waited);
      await it.expectClaimed(waited, 345);
      assert.equal(told.error, undefined, "the signature holds");
      assert.equal(told.event.type, "payment.found");
      const { customer_message, claim, expires_at, ...data } = told.event.data;
      const { payment_maker_name: _, ...named } = it.body(waited.payment, 345, waited.wa_id);
      const { payment_method } = waited.payment;
      assert.deepEqual(data, { payment_method, ...named, claimed_amount: 345, available_amount: 0 });
      assert.equal(told.id, `${claim}-found`);
      assert.match(customer_message, /^✅ Pago validado: apartamos \$345\.00 /);
      assert.ok(Date.parse(expires_at) > hotel().now() + 23 * HOUR_MS);
      assert.deepEqual((await hotel().ledger(waited.payment)).map((entry) => entry.claim), [claim]);
      await it.later(3 * HOUR_MS);
      await it.quiet(waited, 1);
      // The claim is the guest's to book with.
      const body = hotel().body(waited.payment, hotel().stay(), [room("Junior", 2), room("Junior", 2)], { wa_id: waited.wa_id, claim });
      const answer = expectBooking(await hotel().makeBooking(body));
      await hotel().expectRow(waited.payment, { used: 345, codreser: codreserOf(answer) });
    });
  }

  test("killed while it is told, it is told again with the same id and claimed once", async (t) => {
    t.after(() => (receiver().answer = 204));
    const waited = await it.wait(200, { language: "en" });
    await hotel().store.put(waited.payment);
    const heard = new Promise((resolve) => {
      receiver().answer = resolve;
    });
    await it.later(2 * MINUTE_MS);
    await heard;
    await hotel().host.kill();
    receiver().answer = 204;
    await hotel().start();
    const [first, second] = await it.told(waited, 2);
    assert.deepEqual([second.id, second.text, second.error], [first.id, first.text, undefined]);
    assert.match(second.event.data.customer_message, /^✅ Payment validated: we are keeping \$200\.00 /);
    await it.expectClaimed(waited, 200);
    await it.quiet(waited, 2);
  });

  test("ten times at once it is one pending payment, and another guest's is another", async () => {
    const payment = hotel().expected(500);
    const [wa_id, other] = [hotel().waId(), hotel().waId()];
    const since = hotel().events("pending_payment").length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => it.validate(payment, 300, wa_id)));
    for (const answer of answers) expectProblem(answer, 202, "payment_pending");
    assert.equal(new Set(answers.map((answer) => answer.json.next_check_at)).size, 1);
    assert.deepEqual(
      hotel().events("pending_payment").slice(since).map((event) => event.state),
      ["waiting"],
    );
    expectProblem(await it.validate(payment, 200, other), 202, "payment_pending");
    await hotel().store.put(payment);
    await it.later(2 * MINUTE_MS);
    const mine = await it.told({ payment, wa_id });
    const theirs = await it.told({ payment, wa_id: other });
    assert.notEqual(mine[0].id, theirs[0].id);
    assert.deepEqual(await hotel().kinds(payment), ["opened", "opened"]);
    assert.equal(cents((await hotel().row(payment)).used), 50_000);
    await it.quiet({ payment, wa_id }, 1);
  });

  test("what does not come within a day is given up and told, and can be asked for again", async () => {
    const waited = await it.wait(100);
    await it.later(23 * HOUR_MS);
    await it.quiet(waited, 0);
    await it.later(2 * HOUR_MS);
    const [told] = await it.told(waited);
    assert.equal(told.event.type, "payment.given_up");
    assert.match(told.id, /^[0-9a-f]{32}-given_up$/);
    assert.equal(told.event.data.code, "payment_not_found");
    assert.match(told.event.data.customer_message, /^Esperamos la autorización \d+ y no ha llegado; ya no la buscamos\./);
    await hotel().store.put(waited.payment);
    await it.later(2 * HOUR_MS);
    await it.quiet(waited, 1);
    assert.deepEqual(await hotel().ledger(waited.payment), []);
    const answer = await it.retry(waited.payment, 100, waited.wa_id);
    assert.equal(answer.status, 200, answer.text);
    await it.expectClaimed(waited, 100);
  });

  test("the retry tool stops it", async () => {
    const waited = await it.wait(100, { bank: true });
    for (const stopped of [true, false]) {
      const answer = await it.retry(waited.payment, 100, waited.wa_id, { stop: true });
      assert.equal(answer.status, 200, answer.text);
      const { customer_message, ...rest } = answer.json;
      assert.deepEqual(rest, { success: true, stopped });
      assert.match(customer_message, /^Ya no buscamos la transferencia \d+\./);
    }
    await hotel().store.put(waited.payment);
    await it.later(2 * HOUR_MS);
    await it.quiet(waited, 0);
    assert.deepEqual(await hotel().ledger(waited.payment), []);
  });

  test("the retry tool hurries it: what is there is claimed at once, and its end is told as well", async () => {
    const waited = await it.wait(150);
    expectProblem(await it.retry(waited.payment, 150, waited.wa_id), 202, "payment_pending", {
      next_check_at: waited.answer.next_check_at,
    });
    await hotel().store.put(waited.payment);
    const answer = await it.retry(waited.payment, 150, waited.wa_id);
    assert.equal(answer.status, 200, answer.text);
    const [told] = await it.told(waited);
    assert.deepEqual([told.event.type, told.event.data.claim], ["payment.found", answer.json.claim]);
    await it.expectClaimed(waited, 150);
    await it.later(2 * HOUR_MS);
    await it.quiet(waited, 1);
    await it.expectClaimed(waited, 150);
  });

  test("asked for with another amount, the last one is claimed", async () => {
    const waited = await it.wait(300);
    expectProblem(await it.validate(waited.payment, 250, waited.wa_id), 202, "payment_pending", {
      next_check_at: waited.answer.next_check_at,
    });
    await hotel().store.put(waited.payment);
    await it.later(2 * MINUTE_MS);
    const [told] = await it.told(waited);
    assert.deepEqual([told.event.data.payment_amount, told.event.data.claimed_amount], [250, 250]);
    await it.expectClaimed(waited, 250);
  });

  test("what the guest books with meanwhile is not set aside a second time", async () => {
    const waited = await it.wait(1000);
    await hotel().store.put(waited.payment);
    const body = hotel().body(waited.payment, hotel().stay(), [room("Junior", 2)], { wa_id: waited.wa_id });
    const answer = expectBooking(await hotel().makeBooking(body));
    await it.later(2 * MINUTE_MS);
    await until(() => hotel().events("pending_payment").some((event) => event.state === "taken"), "it ends");
    await it.later(25 * HOUR_MS);
    await it.quiet(waited, 0);
    await hotel().expectRow(waited.payment, { used: 172.5, codreser: codreserOf(answer) });
  });

  test("what comes and is not enough, or used up, is given up with the reason", async () => {
    const short = await it.wait(500);
    await hotel().store.put({ ...short.payment, amount: 400 });
    await it.later(2 * MINUTE_MS);
    const [told] = await it.told(short);
    assert.deepEqual([told.event.type, told.event.data.code], ["payment.given_up", "payment_short"]);
    assert.match(told.event.data.customer_message, /Su pago cubre \$400\.00 de \$500\.00\./);
    assert.deepEqual(await hotel().ledger(short.payment), []);
    await it.quiet(short, 1);
  });
}
