// The money, in D1.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bookkeepingCases } from "./bookkeeping-cases.mjs";
import { conformanceCases } from "./conformance.mjs";
import { paymentCases } from "./payment-cases.mjs";
import { claimCrowd } from "./claim-crowd.mjs";
import { closingTests, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();

bookkeepingCases(hotel);
paymentCases(hotel);
conformanceCases(hotel);
claimCrowd(hotel);

test("no program of the hotel's can use more than a payment has", async () => {
  const payment = await hotel().payment(500);
  await assert.rejects(hotel().touch(payment, { used: 500.01 }), /CHECK/);
});

closingTests(hotel);
