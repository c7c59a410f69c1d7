// What stays cost: tariffs by person and by room, ages, half cents, seasons, and nights without a rate.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  cents,
  closingTests,
  codreserOf,
  expectBooking,
  expectProblem,
  nights,
  plus,
  room,
  settings,
  sharedHotel,
} from "./support.mjs";

const hotel = sharedHotel();
const sumCents = (amounts) => amounts.reduce((sum, amount) => sum + cents(amount), 0);

/** Loads the demo's settings with another tariff for one test. */
async function withTariff(t, tariff) {
  t.after(async () => hotel().load(await settings()));
  return hotel().load(
    await settings((document) => {
      document.tariff = tariff;
    }),
  );
}

const row = (more) => ({
  room_type: "*",
  package: "*",
  from: "2025-01-01",
  to: "2029-12-31",
  weekdays: "*",
  room: "0",
  adult: "0",
  children_0_5: "0",
  children_6_10: "0",
  extra_bed: "0",
  ...more,
});

async function quote(stay, party, more = {}) {
  const answer = await hotel().quote({ ...stay, package_type: "Hospedaje", party, ...more });
  assert.equal(answer.status, 200, answer.text);
  for (const it of answer.json.rooms) {
    assert.deepEqual(
      it.nights.map((night) => night.date),
      nights(stay),
      "every night is priced",
    );
    assert.equal(sumCents(it.nights.map((night) => night.amount)), cents(it.amount), "nights add up to their room");
  }
  assert.equal(sumCents(answer.json.rooms.map((it) => it.amount)), cents(answer.json.total_amount), "rooms add up");
  return answer.json;
}

const THREE_JUNIORS = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

test("eight adults in three Junior: 690.00 by a rate per person, 258.75 by a rate per room", async (t) => {
  const stay = hotel().stay();
  const wish = { bungalow_types: [{ bungalow_type: "Junior", count: 3 }] };
  const byPerson = await quote(stay, { adults: 8 }, wish);
  assert.deepEqual(
    byPerson.rooms.map((it) => [it.adults, it.amount]),
    [
      [3, 258.75],
      [3, 258.75],
      [2, 172.5],
    ],
  );
  assert.equal(byPerson.total_amount, 690);
  assert.equal(byPerson.currency, "USD");

  await withTariff(t, [row({ room: "86.25" })]);
  const byRoom = await quote(stay, { adults: 8 }, wish);
  assert.deepEqual(
    byRoom.rooms.map((it) => [it.adults, it.amount]),
    [
      [3, 86.25],
      [3, 86.25],
      [2, 86.25],
    ],
  );
  assert.equal(byRoom.total_amount, 258.75);
  const payment = await hotel().payment(258.75);
  const answer = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, THREE_JUNIORS)));
  assert.equal(answer.success, true);
  assert.equal(answer.bookings.length, 3);
  assert.equal(answer.total_amount, 258.75);
  await hotel().expectRow(payment, { used: 258.75, codreser: codreserOf(answer) });
});

test("children of 5, 6, 10 and 11: free, half, half, and as an adult", async () => {
  const stay = hotel().stay();
  const split = (party, wish = { rooms: 1, bungalow_type: "Familiar" }) => quote(stay, party, wish);
  for (const [ages, adults, children_0_5, children_6_10, total] of [
    [[5], 2, 1, 0, 172.5],
    [[6], 2, 0, 1, 215.63],
    [[10], 2, 0, 1, 215.63],
    [[11], 3, 0, 0, 258.75],
    [[5, 6, 10, 11], 3, 1, 2, 345],
  ]) {
    const answer = await split({ adults: 2, children: ages });
    const [only] = answer.rooms;
    assert.deepEqual(
      [only.adults, only.children_0_5, only.children_6_10, only.amount],
      [adults, children_0_5, children_6_10, total],
      `${ages}`,
    );
    assert.equal(answer.total_amount, total);
  }
  const wrong = await hotel().quote({
    ...stay,
    package_type: "Hospedaje",
    party: { adults: 2, children: [5, 18, -1] },
  });
  expectProblem(wrong, 422, "invalid", { fields: ["party.children[2]"] });
  const tooOld = await hotel().quote({ ...stay, package_type: "Hospedaje", party: { adults: 2, children: [5, 18] } });
  expectProblem(tooOld, 422, "invalid", { fields: ["party.children[1]"] });
  // One who is 11 pays as an adult, but looks after no room.
  const alone = await hotel().quote({
    ...stay,
    package_type: "Hospedaje",
    party: { adults: 1, children: [11] },
    rooms: 2,
  });
  assert.match(expectProblem(alone, 422, "invalid", { fields: ["rooms"] }).fields[0].message, /one for each adult/);
  // Children without an adult in a line of a booking.
  const payment = await hotel().payment(500);
  const body = hotel().body(payment, stay, [room("Junior", 2), room("Familiar", 0, 1, 1)]);
  expectProblem(await hotel().makeBooking(body), 422, "child_alone", { fields: ["bookings[1].adults"] });
});

test("half cents are rounded once, at each room's stay, and everything adds up", async () => {
  // 86.25 + 43.125 a night is 129.375: rounded it would be 129.38 each time.
  const stay = hotel().stay(3);
  const split = [1, 2, 3].map(() => ({ bungalow_type: "Junior", adults: 1, children_0_5: 0, children_6_10: 1 }));
  const answer = await quote(stay, { adults: 3, children_6_10: 3 }, { split });
  for (const it of answer.rooms) {
    assert.equal(it.amount, 388.13, "3 x 129.375 = 388.125");
    assert.deepEqual(
      it.nights.map((night) => night.amount),
      [129.38, 129.37, 129.38],
    );
  }
  assert.equal(answer.total_amount, 1164.39, "3 x 388.13");
  const payment = await hotel().payment(1164.39);
  const booked = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, split)));
  assert.deepEqual(
    booked.bookings.map((it) => it.amount),
    [388.13, 388.13, 388.13],
  );
  assert.equal(booked.total_amount, 1164.39);
  await hotel().expectRow(payment, { used: 1164.39, codreser: codreserOf(booked) });
  const little = await hotel().payment(1164.38);
  expectProblem(await hotel().makeBooking(hotel().body(little, hotel().stay(3), split)), 422, "payment_short", {
    missing_amount: 0.01,
  });
});

test("thirty nights over a change of season, with a weekend's rate", async (t) => {
  const stay = hotel().stay(30);
  const change = plus(stay.check_in_date, 17);
  await withTariff(t, [
    row({ to: plus(change, -1), adult: "86.25", children_6_10: "43.125" }),
    row({ from: change, adult: "99.99", children_6_10: "49.995" }),
    row({ weekdays: ["fri", "sat"], adult: "120.00", children_6_10: "60.005" }),
  ]);
  const isWeekend = (date) => [5, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
  const mills = nights(stay).map((date) =>
    isWeekend(date) ? 2 * 120_000 + 60_005 : date < change ? 2 * 86_250 + 43_125 : 2 * 99_990 + 49_995,
  );
  let exact = 0;
  const expected = mills.map((night) => {
    const before = Math.floor((exact + 5) / 10);
    exact += night;
    return (Math.floor((exact + 5) / 10) - before) / 100;
  });
  const answer = await quote(stay, { adults: 2, children: [7] }, { bungalow_type: "Familiar", rooms: 1 });
  assert.deepEqual(
    answer.rooms[0].nights.map((night) => night.amount),
    expected,
  );
  const total = Math.floor((exact + 5) / 10) / 100;
  assert.equal(answer.total_amount, total);
  assert.equal(new Set(mills).size, 3, "both seasons and weekends are among the nights");

  const payment = await hotel().payment(total);
  const booked = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, [room("Familiar", 2, 0, 1)])));
  await hotel().expectRow(payment, { used: total, codreser: codreserOf(booked) });

  const tooLong = { check_in_date: stay.check_in_date, check_out_date: plus(stay.check_out_date, 1) };
  const refused = await hotel().quote({ ...tooLong, package_type: "Hospedaje", party: { adults: 2 } });
  expectProblem(refused, 422, "invalid", { fields: ["check_out_date"] });
});

test("a night without a rate: missing by name, left out of a free search, and never a default", async (t) => {
  const stay = hotel().stay(3);
  const gap = plus(stay.check_in_date, 1);
  await withTariff(t, [
    row({ room_type: "Junior", to: plus(gap, -1), adult: "86.25" }),
    row({ room_type: "Junior", from: plus(gap, 1), adult: "86.25" }),
    row({ room_type: "Familiar", adult: "100.00" }),
  ]);
  const missing = { bungalow_type: "Junior", night: gap };
  for (const wish of [
    { bungalow_type: "Junior" },
    {
      bungalow_types: [
        { bungalow_type: "Familiar", count: 1 },
        { bungalow_type: "Junior", count: 1 },
      ],
    },
    { split: [{ bungalow_type: "Junior", adults: 2, children_0_5: 0, children_6_10: 0 }] },
  ]) {
    const answer = await hotel().quote({ ...stay, package_type: "Hospedaje", party: { adults: 2 }, ...wish });
    const json = expectProblem(answer, 422, "rate_missing", missing);
    assert.match(
      json.customer_message,
      /^Todavía no hay tarifa de Bungalow Junior para la noche del \d+ de \w+ de 2\d{3}\./,
    );
  }
  const free = await quote(stay, { adults: 2 });
  assert.deepEqual(
    free.rooms.map((it) => [it.bungalow_type, it.amount]),
    [["Familiar", 600]],
  );
  assert.deepEqual(free.left_out, [missing]);

  const payment = await hotel().payment(5000);
  expectProblem(
    await hotel().makeBooking(hotel().body(payment, stay, [room("Familiar", 2), room("Junior", 2)])),
    422,
    "rate_missing",
    missing,
  );
  assert.deepEqual(await hotel().ledger(payment), []);
  // Nights around the gap have their rate.
  const before = { check_in_date: stay.check_in_date, check_out_date: gap };
  assert.equal((await quote(before, { adults: 2 }, { bungalow_type: "Junior" })).total_amount, 172.5);
});

test("amounts are numbers of at most two decimals", async () => {
  const payment = await hotel().payment(500);
  for (const payment_amount of [172.505, "172.50", -1, 0, 1e300, [172.5]]) {
    const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)], { payment_amount });
    expectProblem(await hotel().makeBooking(body), 422, "invalid", { fields: ["payment_amount"] });
  }
});

closingTests(hotel);
