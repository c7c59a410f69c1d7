// Payments that are not there yet, in a MariaDB of the hotel's own behind the gateway: the same cases as in D1, and a
// gateway that is away when they are looked for.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Gateway } from "../../xtask/host/gateway.mjs";
import { MINUTE_MS, pendingCases, pendingHotel, vars } from "../e2e/pending-cases.mjs";
import { pendingLostCases } from "../e2e/pending-lost-cases.mjs";
import { Receiver } from "../e2e/receiver.mjs";
import { MariaDbStore } from "../e2e/stores.mjs";
import { Hotel, closingTests, expectProblem } from "../e2e/support.mjs";

let it;
let receiver;
let gateway;
before(async () => {
  receiver = await Receiver.open();
  gateway = await Gateway.start({ log: () => {} });
  it = await Hotel.open({ store: () => new MariaDbStore(gateway), vars: vars(receiver) });
});
after(async () => {
  await it?.close();
  await receiver?.close();
});
const hotel = () => it;

pendingCases(hotel, () => receiver);
pendingLostCases(hotel, () => receiver);

test("while the gateway is away nothing is given up, and when it is back what has come is claimed", async () => {
  const waits = pendingHotel(hotel, () => receiver);
  const waited = await waits.wait(120, { bank: true });
  await hotel().store.put(waited.payment);
  await gateway.end("SIGKILL");
  await waits.later(26 * 60 * MINUTE_MS);
  await sleep(1_000);
  expectProblem(await waits.validate(waited.payment, 120, waited.wa_id), 202, "payment_pending");
  await waits.quiet(waited, 0);
  // What nobody waits for yet is told as it is.
  const other = await waits.validate(hotel().expected(5), 5, hotel().waId(), { mayFail: true });
  expectProblem(other, 503, "uncertain");
  await gateway.restart();
  await waits.later(16 * MINUTE_MS);
  const [told] = await waits.told(waited);
  assert.equal(told.event.type, "payment.found");
  await waits.expectClaimed(waited, 120);
  await waits.quiet(waited, 1);
});

closingTests(hotel);
