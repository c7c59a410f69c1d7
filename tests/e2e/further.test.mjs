// Several payments over one booking, in D1; killed in between; and rooms that staff book before the payment is there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { furtherCases, furtherHotel, withDeposit } from "./further-cases.mjs";
import { until } from "./pending-cases.mjs";
import { Receiver } from "./receiver.mjs";
import { Hotel, closingTests, codreserOf, expectBooking, expectProblem, room } from "./support.mjs";

const MINUTE_MS = 60_000;

let it;
let receiver;
before(async () => {
  receiver = await Receiver.open();
  it = await Hotel.open({ settings: await withDeposit(), vars: receiver.vars });
});
after(async () => {
  await it?.close();
  await receiver?.close();
});
const hotel = () => it;
const further = furtherHotel(hotel);

furtherCases(hotel);

for (const entry of ["payment_added", "payment_claimed"]) {
  test(`killed right after ${entry}, it is paid once and told once`, async () => {
    const booking = await further.deposited(345);
    const { booking_id } = booking.booked;
    const payment = await hotel().payment(345);
    const key = hotel().unique("killed-");
    const killed = new Promise((resolve) => {
      hotel().onLine = () => {
        const entries = hotel().events("appended", booking_id).flatMap((event) => event.entries);
        if (!entries.includes(entry)) return;
        hotel().onLine = undefined;
        resolve(hotel().host.kill());
      };
    });
    const lost = further.pay(booking, payment, { key, mayFail: true }).catch(() => undefined);
    await killed;
    await lost;
    await hotel().start();
    const answer = expectBooking(await further.pay(booking, payment, { key }));
    assert.equal(answer.balance_due, 0);
    await hotel().expectRow(payment, { used: 345, codreser: codreserOf(answer) });
    assert.deepEqual(await hotel().kinds(payment), ["attached", "settled", "settled", "settled"]);
    const told = await receiver.told(booking_id, 2);
    const sequences = new Set(told.map(({ event }) => event.data.sequence));
    assert.deepEqual([...sequences], [1, 2]);
    assert.deepEqual(
      told.filter(({ event }) => event.data.sequence === 2).map(({ event }) => event.data.balance_due),
      told.filter(({ event }) => event.data.sequence === 2).map(() => 0),
    );
  });
}

test("while a further payment is under way nobody is told of another ending, and a refused one is not told", async () => {
  const booking = await further.deposited(345);
  const { booking_id } = booking.booked;
  await receiver.told(booking_id, 1);
  expectProblem(await further.pay(booking, hotel().expected(345)), 404, "payment_not_found");
  await sleep(700);
  assert.equal(receiver.of(booking_id).length, 1);
});

test("staff book before the payment is there: it is paid when it comes, after a kill, and told", async () => {
  const payment = hotel().expected(500);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 2)], { force_process: true });
  expectProblem(await hotel().makeBooking({ ...body, force_process: false }), 404, "payment_not_found");
  const booked = expectBooking(await hotel().makeBooking(body, { as: "staff" }));
  assert.deepEqual([further.paid(booked), booked.balance_due], [[0, 0], 345]);
  const { booking_id } = booked;
  const same = expectBooking(await hotel().makeBooking(body, { as: "staff" }));
  assert.equal(same.booking_id, booking_id, "it is one booking");
  await receiver.told(booking_id, 1);
  const later = async (ms) => {
    await hotel().host.kill();
    hotel().testNow += ms;
    await hotel().start();
    // Whoever asks wakes the object.
    return (await hotel().call("GET", `/v1/bookings/${booking_id}`, { as: "staff" })).json;
  };
  assert.equal((await later(20 * MINUTE_MS)).balance_due, 345);
  await hotel().store.put(payment);
  await later(41 * MINUTE_MS);
  const answer = await until(async () => {
    const { json } = await hotel().call("GET", `/v1/bookings/${booking_id}`, { as: "staff" });
    return json.balance_due === 0 && json;
  }, "it is paid");
  await hotel().expectRow(payment, { used: 345, codreser: codreserOf(answer) });
  const told = await receiver.told(booking_id, 2);
  assert.equal(told.at(-1).event.data.balance_due, 0);
});

test("a further payment that staff count on is waited for, and a case where it never comes", async () => {
  const booking = await further.deposited(345);
  const payment = hotel().expected(345);
  const key = hotel().unique("forced-");
  const force = { as: "staff", key, more: { force_process: true } };
  expectProblem(await further.pay(booking, payment, force), 202, "payment_pending");
  expectProblem(await further.pay(booking, payment, force), 202, "payment_pending");
  await hotel().host.kill();
  hotel().testNow += 25 * 60 * MINUTE_MS;
  await hotel().start();
  const seen = await until(async () => {
    const { json } = await further.look(booking);
    return json.outcome === "needs_staff" && json;
  }, "staff are called");
  assert.equal(seen.balance_due, 345);
});

closingTests(hotel);
