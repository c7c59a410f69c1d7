// Payments that are waited for and whose alarm is lost, in D1.

import { after } from "node:test";

import { pendingLostCases } from "./pending-lost-cases.mjs";
import { vars } from "./pending-cases.mjs";
import { Receiver } from "./receiver.mjs";
import { closingTests, sharedHotel } from "./support.mjs";

let receiver;
const hotel = sharedHotel(async () => {
  receiver = await Receiver.open();
  return { vars: vars(receiver) };
});

after(() => receiver?.close());

pendingLostCases(hotel, () => receiver);
closingTests(hotel);
