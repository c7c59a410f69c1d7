// Many at once: the last room, the same rooms, the same payment.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingTests, codreserOf, expectBooking, expectProblem, room, settings, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();

/** What those are told whose room went to others after their payment was claimed. */
const NOTHING_BOOKED = {
  es: [
    "Lo sentimos, no pudimos completar la reservación solicitada.",
    "",
    "⚠️ No se pudo reservar 1 habitación por falta de disponibilidad.",
    "",
    "De su pago vuelven a quedar libres $345.00, que puede usar en otra reservación.",
    "",
    "Para quienes quedaron sin habitación podemos ofrecerle 2 Bungalows Junior: 2 + 2 adultos, por $345.00 en total. ¿Desea que se lo reservemos?",
  ].join("\n"),
  en: [
    "We are sorry, we could not complete the reservation you asked for.",
    "",
    "⚠️ 1 room could not be booked for lack of availability.",
    "",
    "$345.00 of your payment is free again, and you can use it for another reservation.",
    "",
    "For those who were left without a room we can offer you 2 Junior bungalows: 2 + 2 adults, for $345.00 in total. Shall we book that for you?",
  ].join("\n"),
};

test("fifty clients for the last room: one has it, and the others' money is free again", async () => {
  const stay = hotel().stay();
  const earlier = await hotel().payment(1000);
  expectBooking(await hotel().makeBooking(hotel().body(earlier, stay, [room("Familiar", 2), room("Familiar", 2)])));
  assert.equal((await hotel().free(stay)).Familiar, 1);
  const payments = [];
  for (let i = 0; i < 50; i += 1) payments.push(await hotel().payment(345));

  const answers = await Promise.all(
    payments.map((payment, i) =>
      // Fifty guests: one alone may not have so much under way at once.
      hotel().book(hotel().publicBody(payment, stay, [room("Familiar", 4)], { phone_number: `+503700600${i + 10}` }), {
        ip: `198.51.100.${i}`,
        language: i % 2 ? "en" : "es",
      }),
    ),
  );
  const outcomes = { booked: 0, not_booked: 0, no_availability: 0 };
  for (const [i, answer] of answers.entries()) {
    if (answer.status === 200 && answer.json.outcome === "booked") {
      outcomes.booked += 1;
      await hotel().expectRow(payments[i], { used: 345, codreser: codreserOf(answer.json) });
      continue;
    }
    if (answer.status === 200) {
      const json = expectBooking(answer, "not_booked");
      outcomes.not_booked += 1;
      assert.equal(json.success, false);
      assert.deepEqual(json.bookings, []);
      assert.equal(json.failed_bookings[0].code, "no_availability");
      assert.equal(json.total_amount, 0);
      assert.equal(json.balance_due, 0);
      assert.equal(json.customer_message, NOTHING_BOOKED[i % 2 ? "en" : "es"]);
    } else {
      const json = expectProblem(answer, 409, "no_availability");
      outcomes.no_availability += 1;
      assert.deepEqual(json.shortages, [{ bungalow_type: "Familiar", asked: 1, free: 0 }]);
    }
    await hotel().expectRow(payments[i], { used: 0, codreser: null });
  }
  assert.equal(outcomes.booked, 1, JSON.stringify(outcomes));
  assert.equal(outcomes.not_booked + outcomes.no_availability, 49);
  assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 0 });
});

test("twelve bookings of two rooms for eight rooms: all that can be had is had, by one each", async () => {
  const stay = hotel().stay(3);
  const payments = [];
  for (let i = 0; i < 12; i += 1) payments.push(await hotel().payment(2000));
  const answers = await Promise.all(
    payments.map((payment, i) =>
      hotel().makeBooking(
        hotel().body(payment, stay, [room("Junior", 2), room(i % 3 === 0 ? "Familiar" : "Junior", 2)]),
      ),
    ),
  );
  const rooms = answers.flatMap((answer) => answer.json.bookings ?? []);
  const free = await hotel().free(stay);
  assert.equal(new Set(rooms.map((it) => it.room)).size, rooms.length, "no room twice");
  assert.equal(rooms.length, 8 - free.Junior - free.Familiar);
  assert.equal(free.Junior, 0, "five rooms for more than five lines");
  for (const [i, answer] of answers.entries()) {
    const booked = answer.json.bookings ?? [];
    assert.ok(answer.status === 200 || answer.status === 409, answer.text);
    const used = 517.5 * booked.length;
    await hotel().expectRow(payments[i], { used, codreser: booked.length === 0 ? null : codreserOf(answer.json) });
  }
});

test("ten bookings at once on one payment use it exactly up", async () => {
  const payment = await hotel().payment(862.5);
  const bodies = Array.from({ length: 12 }, () => hotel().body(payment, hotel().stay(), [room("Junior", 1)]));
  const answers = await Promise.all(bodies.map((body) => hotel().makeBooking(body)));
  const booked = answers.filter((answer) => answer.status === 200).map((answer) => expectBooking(answer));
  assert.equal(booked.length, 10);
  for (const answer of answers.filter((it) => it.status !== 200)) expectProblem(answer, 409, "payment_used");
  const row = await hotel().row(payment);
  assert.equal(row.used, 862.5);
  assert.deepEqual(row.codreser.split(",").sort(), booked.map((it) => codreserOf(it)).sort());
});

test("twenty rooms for sixty guests are one booking; one more of either is refused", async () => {
  await hotel().load(
    await settings((document) => {
      // Before those that are booked, which stay.
      document.room_types[0].rooms.unshift(...Array.from({ length: 25 }, (_, i) => String(100 + i)));
    }),
  );
  const stay = hotel().stay();
  const payment = await hotel().payment(6000);
  const twenty = Array.from({ length: 20 }, () => room("Junior", 3));
  const answer = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, twenty)));
  assert.equal(answer.bookings.length, 20);
  assert.deepEqual(
    answer.bookings.map((it) => it.room),
    Array.from({ length: 20 }, (_, i) => String(100 + i)),
  );
  assert.deepEqual(
    answer.bookings.map((it) => Number(it.reserva) - Number(answer.bookings[0].reserva)),
    [...Array(20).keys()],
  );
  assert.equal(answer.total_amount, 5175);
  assert.ok(answer.customer_message.length <= 4096);
  await hotel().expectRow(payment, { used: 5175, codreser: codreserOf(answer) });

  const many = await hotel().makeBooking(hotel().body(payment, hotel().stay(), [...twenty, room("Junior", 1)]));
  assert.match(expectProblem(many, 422, "invalid", { fields: ["bookings"] }).fields[0].message, /20/);
  const crowd = await hotel().makeBooking(
    hotel().body(payment, hotel().stay(), [...twenty.slice(1), room("Junior", 4)]),
  );
  assert.match(expectProblem(crowd, 422, "invalid", { fields: ["bookings"] }).fields[0].message, /60/);
});

closingTests(hotel);
