// A key that comes again long after its booking was forgotten: what the hotel's book and the payment's ledger have of that
// booking is not taken for the new one's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingTests, codreserOf, expectBooking, expectProblem, room, sharedHotel } from "./support.mjs";

const DAY_MS = 24 * 3_600_000;
const hotel = sharedHotel({ testNow: "2026-12-01T18:00:00Z" });

test("a chosen key that comes again after its booking was forgotten makes a booking of its own", async () => {
  const stays = [
    { check_in_date: "2026-12-10", check_out_date: "2026-12-11" },
    { check_in_date: "2027-04-10", check_out_date: "2027-04-11" },
  ];
  const paid = await hotel().payment(1_000);
  const cases = [
    { key: "another-payment", payments: [await hotel().payment(500), await hotel().payment(500)] },
    { key: "the-same-payment", payments: [paid, paid] },
  ];
  const ask = ({ key, payments }, i) =>
    hotel().book(hotel().body(payments[i], stays[i], [room("Junior", 2)]), { as: "assistant", key });
  const look = (it, as) => hotel().call("GET", `/v1/bookings/${it.booking_id}`, { as });
  for (const it of cases) it.before = expectBooking(await ask(it, 0));
  await hotel().later(120 * DAY_MS);
  for (const it of cases) {
    expectProblem(await look(it.before, "staff"), 404, "not_found");
    const { Junior: free } = await hotel().free(stays[1]);
    it.after = expectBooking(await ask(it, 1));
    assert.equal((await hotel().free(stays[1])).Junior, free - 1, `${it.key}: its room is taken`);
    assert.notEqual(it.after.bookings[0].reserva, it.before.bookings[0].reserva);
    assert.notEqual(it.after.booking_id, it.before.booking_id);
    expectProblem(await look(it.after, it.before.token), 404, "not_found");
  }
  const [{ payments, after }, same] = cases;
  await hotel().expectRow(payments[1], { used: 172.5, codreser: codreserOf(after) });
  await hotel().expectRow(paid, { used: 345, codreser: [same.before, same.after].map(codreserOf).join(",") });
});

closingTests(hotel);
