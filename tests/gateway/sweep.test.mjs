// The sweeper where the ledger is in the hotel's own database: it sees it through the gateway.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Gateway } from "../../xtask/host/gateway.mjs";
import { MariaDbStore } from "../e2e/stores.mjs";
import { closingTests, expectBooking, room, sharedHotel } from "../e2e/support.mjs";

const HOUR_MS = 3_600_000;

let gateway;
const hotel = sharedHotel(async () => {
  gateway = await Gateway.start();
  return { store: () => new MariaDbStore(gateway) };
});

async function sweep() {
  const answer = await hotel().call("POST", "/v1/staff/sweep", { as: "staff" });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json.failed, [], answer.text);
  return answer.json;
}

const reconciled = async (payment) => {
  const path = `/v1/staff/reconciliation?reference=${payment.reference}`;
  const answer = await hotel().call("GET", path, { as: "staff" });
  assert.equal(answer.status, 200, answer.text);
  return answer.json.payments[0];
};

test("open claims that have expired are freed, and no other", async () => {
  const [payment, other] = [await hotel().payment(500), await hotel().payment(500)];
  const validate = async (it, amount) => {
    const body = { authorization_number: it.reference, payment_amount: amount, wa_id: hotel().waId() };
    const answer = await hotel().call("POST", "/v1/tools/validate_compraclick_payment", { as: "assistant", body });
    assert.equal(answer.status, 200, answer.text);
  };
  await validate(payment, 200);
  const booked = expectBooking(await hotel().makeBooking(hotel().body(other, hotel().stay(), [room("Junior", 2)])));
  assert.equal((await sweep()).freed, 0);
  await hotel().later(23 * HOUR_MS);
  await validate(other, 100);
  await hotel().later(2 * HOUR_MS);
  const found = await reconciled(payment);
  assert.deepEqual([found.differences[0].code, found.open_amount], ["claim_expired", 200]);
  assert.equal((await sweep()).freed, 1);
  const after = await reconciled(payment);
  assert.deepEqual([after.differences, after.open_amount, after.used, after.free_amount], [[], 0, 0, 500]);
  assert.equal((await reconciled(other)).open_amount, 100, "another's claim goes on");
  assert.deepEqual(await hotel().kinds(payment), ["opened", "released"]);
  assert.equal((await sweep()).freed, 0);
  await hotel().expectRow(other, { used: 272.5, codreser: `HR${booked.bookings[0].reserva}` });
});

test("money that is set aside for a booking that nobody knows is a case", async () => {
  const payment = await hotel().payment(300, { bank: true });
  const [claim, booking] = ["c".repeat(32), "b".repeat(32)];
  const rules = {
    currency: "USD", reservation_code_prefix: "HR", reservation_code_length_max: 10, codreser_length_max: 60,
    claim_ttl_ms: 24 * HOUR_MS, utc_offset_minutes: -360,
  };
  const body = {
    payment_method: payment.payment_method, transfer_id: payment.reference, at_ms: hotel().now() - 1_200_000, rules,
    claim, booking, holder: `booking:${booking}`, total_amount: 150, required_amount: 150, rooms: 1,
  };
  const attached = await fetch(`${gateway.url}/v1/payments/attach`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify(body),
  });
  assert.equal(attached.status, 200, await attached.text());
  assert.deepEqual((await reconciled(payment)).differences.map((it) => it.code), ["claim_without_booking"]);
  assert.equal((await sweep()).cases, 1);
  const cases = await hotel().call("GET", "/v1/staff/cases", { as: "staff" });
  const [found] = cases.json.cases;
  assert.equal(found.kind, "claim_without_booking");
  assert.deepEqual(found.detail, { payment_method: "Depósito BAC", payment_reference: payment.reference, claim });
  assert.equal((await sweep()).cases, 0);
});

closingTests(hotel);
