// Several payments over one booking, in a MariaDB of the hotel's own behind the gateway: the same cases as in D1, and a
// gateway that is away while one is paid.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Gateway } from "../../xtask/host/gateway.mjs";
import { furtherCases, furtherHotel, withDeposit } from "../e2e/further-cases.mjs";
import { until } from "../e2e/pending-cases.mjs";
import { MariaDbStore } from "../e2e/stores.mjs";
import { closingTests, expectProblem, sharedHotel } from "../e2e/support.mjs";

let gateway;
const hotel = sharedHotel(async () => {
  gateway = await Gateway.start({ log: () => {} });
  return { store: () => new MariaDbStore(gateway), settings: await withDeposit() };
});

furtherCases(hotel);

test("while a further payment is under way the booking is listed as it stands, with that beside", async () => {
  const it = furtherHotel(hotel);
  await hotel().load({ ...(await withDeposit()), wait_ms: 1_000 });
  const booking = await it.deposited(345);
  const payment = await hotel().payment(345);
  const listed = async () => {
    const path = `/v1/staff/bookings?payment=${booking.payment.reference}`;
    const { json } = await hotel().call("GET", path, { as: "staff" });
    return [json.bookings[0].state, json.bookings[0].payment_under_way];
  };
  assert.deepEqual(await listed(), ["booked", false]);
  await gateway.end("SIGKILL");
  const key = hotel().unique("away-");
  expectProblem(await it.pay(booking, payment, { key }), 409, "booking_in_progress");
  await until(async () => (await listed())[1], "it is under way");
  assert.deepEqual(await listed(), ["booked", true], "its rooms are booked as before");
  assert.equal((await it.look(booking)).json.outcome, "booked");
  expectProblem(await hotel().call("DELETE", booking.path, { as: "staff" }), 409, "booking_in_progress");
  await gateway.restart();
  await until(async () => (await listed())[1] === false, "it is settled");
  assert.deepEqual(await listed(), ["booked", false]);
  assert.equal((await it.look(booking)).json.balance_due, 0);
  assert.equal((await hotel().call("POST", "/v1/staff/sweep", { as: "staff" })).json.cases, 0);
});

closingTests(hotel);
