// Two hundred claims of various amounts on one payment at once, each sent up to four times, with answers that get lost.

import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";

import { cents } from "./support.mjs";

const CLAIMS = 200;
const SENDS_MAX = 4;
const CALL_MS_MAX = 60_000;
/** How many of the claims are on their way at once; each has a connection of its own. */
const AT_ONCE = 200;

/**
 * Sends a request; `loses` is the chance that its answer is lost: the connection is cut, before the answer is there or
 * as it comes.
 */
function send(url, headers, body, loses) {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", headers, agent: false, timeout: CALL_MS_MAX });
    const fate = Math.random();
    if (fate < loses / 2) setTimeout(() => call.destroy(new Error("lost on the way")), Math.random() * 300);
    call.on("response", (response) => {
      if (fate < loses) {
        call.destroy(new Error("lost as it came"));
        return;
      }
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode, json: JSON.parse(text) }));
      response.on("error", reject);
    });
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}

/** Declares the test for a hotel, which is there once tests run. */
export function claimCrowd(hotel) {
  test("two hundred claims at once, sent up to four times, answers lost: what is granted is what is used", async (t) => {
    const payment = await hotel().payment(9_000);
    const claims = Array.from({ length: CLAIMS }, (_, i) => ({
      authorization_number: payment.reference,
      payment_amount: (1_000 + ((i * 7_919) % 17_000)) / 100,
      payment_maker_name: payment.payment_maker_name,
      wa_id: hotel().waId(),
    }));
    const url = `${hotel().host.url}/v1/tools/validate_compraclick_payment`;
    const headers = {
      authorization: `Bearer ${hotel().host.keys.assistant}`,
      "content-type": "application/json",
    };
    let sent = 0;
    let lost = 0;
    const outcomes = new Map();
    const claim = async (body) => {
      // The last answer that is heard counts, and there may be none.
      for (let i = 0; i < SENDS_MAX; i += 1) {
        sent += 1;
        try {
          const answer = await send(url, headers, body, 0.5);
          outcomes.set(body.wa_id, answer);
          // Sometimes the caller sends it again all the same.
          if (answer.status < 500 && Math.random() < 0.7) return;
        } catch {
          lost += 1;
        }
      }
    };
    const waiting = [...claims];
    const started = performance.now();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) await claim(body);
      }),
    );
    const took = performance.now() - started;

    const row = await hotel().row(payment);
    const entries = await hotel().ledger(payment);
    const granted = new Map();
    for (const { kind, holder, amount } of entries) {
      assert.equal(kind, "opened", "each claim is opened, and nothing else happens");
      assert.ok(!granted.has(holder), "nobody has two");
      granted.set(holder, amount / 10);
    }
    const total = [...granted.values()].reduce((all, amount) => all + amount, 0);
    assert.equal(cents(row.used), total, "`used` is exactly the sum of what was granted");
    assert.ok(total <= 900_000, "and no more than the payment has");
    for (const { wa_id, payment_amount } of claims) {
      const amount = granted.get(`guest:${wa_id}`);
      if (amount !== undefined) assert.equal(amount, cents(payment_amount), "what was asked is what was granted");
      const heard = outcomes.get(wa_id);
      if (heard?.status === 200) assert.equal(cents(heard.json.claimed_amount), amount, "who was told so has it");
      else if (heard !== undefined && heard.status < 500) assert.equal(amount, undefined, `${heard.status}: who was refused has nothing`);
    }
    // More was asked for than there was, and what is left is too little for some who were refused.
    const asked = claims.reduce((all, it) => all + cents(it.payment_amount), 0);
    assert.ok(asked > 900_000 && granted.size < CLAIMS && granted.size > 50);
    assert.ok(lost > CLAIMS / 4, "answers were lost");
    await hotel().expectRow(payment, { used: total / 100, codreser: null });
    t.diagnostic(
      `${hotel().store.name}: ${CLAIMS} claims in ${sent} calls, ${lost} answers lost; ${granted.size} granted, ` +
        `${(total / 100).toFixed(2)} of 9000.00; ${Math.round(took)} ms`,
    );
  });
}
