// Several payments over one booking, in a MariaDB of the hotel's own behind the gateway: the same cases as in D1.

import { Gateway } from "../../xtask/host/gateway.mjs";
import { furtherCases, withDeposit } from "../e2e/further-cases.mjs";
import { MariaDbStore } from "../e2e/stores.mjs";
import { closingTests, sharedHotel } from "../e2e/support.mjs";

const hotel = sharedHotel(async () => {
  const gateway = await Gateway.start({ log: () => {} });
  return { store: () => new MariaDbStore(gateway), settings: await withDeposit() };
});

furtherCases(hotel);
closingTests(hotel);
