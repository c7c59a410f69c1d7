// Payments that are not there yet, in D1; and the hotel's own schedule for them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { HOUR_MS, pendingCases, pendingHotel, until, vars } from "./pending-cases.mjs";
import { Receiver } from "./receiver.mjs";
import { Hotel, closingTests, expectProblem, settings } from "./support.mjs";

let it;
let receiver;
before(async () => {
  receiver = await Receiver.open();
  it = await Hotel.open({ vars: vars(receiver) });
});
after(async () => {
  await it?.close();
  await receiver?.close();
});
const hotel = () => it;
const waits = pendingHotel(hotel, () => receiver);

pendingCases(hotel, () => receiver);

test("only the retry tools stop, and with yes or no", async () => {
  const [payment, wa_id] = [hotel().expected(100), hotel().waId()];
  const body = waits.body(payment, 100, wa_id);
  const validate = await hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
    as: "assistant",
    body: { ...body, stop: true },
  });
  expectProblem(validate, 422, "invalid", { fields: ["stop"] });
  expectProblem(await waits.retry(payment, 100, wa_id, { stop: "yes" }), 422, "invalid", { fields: ["stop"] });
});

test("a receiver that is down for days is tried on and on, and then staff are told", async (t) => {
  const port = receiver.port;
  await receiver.close();
  t.after(async () => {
    receiver.server.removeAllListeners("error");
    await receiver.listen(port);
  });
  const waited = await waits.wait(100);
  await hotel().store.put(waited.payment);
  const answer = await waits.retry(waited.payment, 100, waited.wa_id);
  assert.equal(answer.status, 200, answer.text);
  const cases = async () => {
    const { json } = await hotel().call("GET", "/v1/staff/cases", { as: "staff" });
    return json.cases.filter((found) => found.kind === "payment_notice_given_up");
  };
  const tries = () => hotel().lines.filter((line) => line.includes('"what":"notify"')).length;
  const begun = tries();
  for (let n = 1; n <= 10; n += 1) {
    await until(() => tries() - begun >= n, `try ${n}`);
    if (n === 10) break;
    assert.deepEqual(await cases(), []);
    await waits.later(25 * HOUR_MS);
  }
  const [found] = await until(async () => (await cases()).length > 0 && cases(), "a case for staff");
  assert.equal(found.detail.data.authorization_number, waited.payment.reference);
  assert.equal(found.detail.type, "payment.found");
});

test("the hotel's schedule is checked, and kept to", async () => {
  const document = await settings();
  const load = (payment_checks_ms) =>
    hotel().call("PUT", "/v1/staff/settings", { as: "staff", body: { ...document, payment_checks_ms } });
  for (const [checks, field] of [
    [[], "/payment_checks_ms"],
    [Array.from({ length: 101 }, (_, n) => (n + 1) * 1000), "/payment_checks_ms"],
    [[500], "/payment_checks_ms/0"],
    [[2000, 1000], "/payment_checks_ms/1"],
    [[1000, 8 * 24 * HOUR_MS], "/payment_checks_ms/1"],
    [["1000"], "/payment_checks_ms/0"],
    ["1000", "/payment_checks_ms"],
  ]) {
    expectProblem(await load(checks), 422, "invalid", { fields: [field] });
  }
  assert.equal((await load([1000, 3000])).status, 200);
  const waited = await waits.wait(100);
  const [told] = await waits.told(waited);
  assert.equal(told.event.type, "payment.given_up");
  const since = Date.parse(waited.answer.next_check_at) - 1000;
  assert.ok(Date.parse(told.event.timestamp) >= since + 3000, "not before its last look");
});

closingTests(hotel);
