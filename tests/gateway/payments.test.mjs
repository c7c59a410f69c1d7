// The money, in a MariaDB of the hotel's own behind the gateway: the same cases as in D1.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Gateway } from "../../xtask/host/gateway.mjs";
import { bookkeepingCases } from "../e2e/bookkeeping-cases.mjs";
import { claimCrowd } from "../e2e/claim-crowd.mjs";
import { conformanceCases } from "../e2e/conformance.mjs";
import { paymentCases } from "../e2e/payment-cases.mjs";
import { MariaDbStore } from "../e2e/stores.mjs";
import { closingTests, expectProblem, sharedHotel } from "../e2e/support.mjs";

const lines = [];
const hotel = sharedHotel(async () => {
  const gateway = await Gateway.start({ log: (line) => lines.push(line) });
  return { store: () => new MariaDbStore(gateway) };
});

bookkeepingCases(hotel);
paymentCases(hotel);
conformanceCases(hotel);
claimCrowd(hotel);

test("payments come in through the hotel's own programs", async () => {
  const body = { payments: [] };
  const answer = await hotel().call("PUT", "/v1/staff/payments", { as: "staff", body });
  expectProblem(answer, 403, "forbidden");
});

test("afterwards no line of the gateway says who somebody is, or which payment", () => {
  assert.ok(lines.length > 100, "the gateway logs");
  for (const line of lines) {
    JSON.parse(line);
    for (const text of hotel().personal) {
      assert.ok(!line.toLowerCase().includes(text.toLowerCase()), `a log line says ${text}: ${line}`);
    }
    assert.doesNotMatch(line, /\b(55|77)\d{6}\b/, "no reference is logged");
  }
});

closingTests(hotel);
