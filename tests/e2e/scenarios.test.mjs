// The six scenarios of the hotel's own plan, over HTTP: messages to the letter, amounts to the cent, the payment's row.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  cents,
  closingTests,
  codreserOf,
  expectBooking,
  expectProblem,
  room,
  settings,
  sharedHotel,
} from "./support.mjs";

const hotel = sharedHotel();
const THREE_JUNIORS = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

// The first of this hotel, so that its codes are those that the plan shows.
test("three Junior bungalows for eight adults", async () => {
  const payment = await hotel().payment(690);
  const stay = hotel().stay();
  const answer = expectBooking(
    await hotel().makeBooking(hotel().body(payment, stay, THREE_JUNIORS, { payment_amount: 690 })),
  );
  assert.equal(answer.success, true);
  const booked = (line, reserva, number, adults, amount) => ({
    line,
    reserva,
    room: number,
    bungalow_type: "Junior",
    adults,
    children_0_5: 0,
    children_6_10: 0,
    extra_beds: 0,
    amount,
    paid_amount: amount,
  });
  assert.deepEqual(answer.bookings, [
    booked(1, "26181", "54", 3, 258.75),
    booked(2, "26182", "56", 3, 258.75),
    booked(3, "26183", "57", 2, 172.5),
  ]);
  assert.deepEqual(answer.failed_bookings, []);
  assert.equal(answer.total_amount, 690);
  assert.equal(answer.balance_due, 0);
  assert.ok(!("reserva" in answer), "`reserva` is the single form's");
  assert.equal(
    answer.customer_message,
    "✅ Se confirmaron 3 habitaciones:" +
      "\n1. Habitación 54 - Junior\n   Código: HR26181\n   Ocupantes: 3 adultos" +
      "\n2. Habitación 56 - Junior\n   Código: HR26182\n   Ocupantes: 3 adultos" +
      "\n3. Habitación 57 - Junior\n   Código: HR26183\n   Ocupantes: 2 adultos",
  );
  await hotel().expectRow(payment, { used: 690, codreser: "HR26181,HR26182,HR26183" });
  assert.deepEqual(await hotel().free(stay), { Junior: 2, Familiar: 3 });

  const english = await hotel().call("GET", `/v1/bookings/${answer.booking_id}`, { as: answer.token, language: "en" });
  assert.match(english.headers.get("content-language"), /^en\b/);
  assert.equal(
    expectBooking(english).customer_message,
    "✅ 3 rooms are confirmed:" +
      "\n1. Room 54 - Junior\n   Code: HR26181\n   Guests: 3 adults" +
      "\n2. Room 56 - Junior\n   Code: HR26182\n   Guests: 3 adults" +
      "\n3. Room 57 - Junior\n   Code: HR26183\n   Guests: 2 adults",
  );
});

test("a single room by the single form", async () => {
  const payment = await hotel().payment(1000);
  const stay = hotel().stay();
  const { bookings, ...body } = hotel().body(payment, stay, []);
  assert.deepEqual(bookings, []);
  const sent = {
    ...body,
    ...room("Junior", 2, 1, 1),
    extra_beds: 0,
    extra_beds_cost: 0.0,
    payment_amount: 215.63,
    force_process: false,
  };
  const answer = expectBooking(await hotel().makeBooking(sent));
  assert.equal(answer.success, true);
  assert.equal(answer.bookings.length, 1);
  assert.equal(answer.reserva, answer.bookings[0].reserva);
  assert.match(answer.reserva, /^\d+$/, "no prefix");
  assert.equal(answer.total_amount, 215.63);
  assert.equal(answer.bookings[0].room, "54");
  assert.equal(
    answer.customer_message,
    `✅ Reservación confirmada:\nHabitación 54 - Junior\nCódigo de reserva: HR${answer.reserva}\n` +
      "Adultos: 2, Niños 0-5: 1, Niños 6-10: 1",
  );
  await hotel().expectRow(payment, { used: 215.63, codreser: `HR${answer.reserva}` });

  const again = expectBooking(await hotel().makeBooking(sent, { language: "en-GB" }));
  assert.equal(again.booking_id, answer.booking_id);
  assert.equal(
    again.customer_message,
    `✅ Reservation confirmed:\nRoom 54 - Junior\nReservation code: HR${answer.reserva}\n` +
      "Adults: 2, Children 0-5: 1, Children 6-10: 1",
  );
});

test("two Junior and one Familiar", async () => {
  const payment = await hotel().payment(2000, { bank: true });
  const stay = hotel().stay(2);
  const rooms = [room("Junior", 3), room("Junior", 2, 0, 1), room("Familiar", 3, 1, 1)];
  const answer = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, rooms)));
  assert.deepEqual(
    answer.bookings.map((it) => [it.bungalow_type, it.room, it.adults, it.children_0_5, it.children_6_10, it.amount]),
    // Two nights: 6 x 86.25; 4 x 86.25 + 2 x 43.125; 6 x 86.25 + 2 x 43.125.
    [
      ["Junior", "54", 3, 0, 0, 517.5],
      ["Junior", "56", 2, 0, 1, 431.25],
      ["Familiar", "12", 3, 1, 1, 603.75],
    ],
  );
  assert.equal(answer.total_amount, 1552.5);
  const [first, second, third] = answer.bookings.map((it) => it.reserva);
  assert.equal(
    answer.customer_message,
    "✅ Se confirmaron 3 habitaciones:" +
      `\n1. Habitación 54 - Junior\n   Código: HR${first}\n   Ocupantes: 3 adultos` +
      `\n2. Habitación 56 - Junior\n   Código: HR${second}\n   Ocupantes: 2 adultos, 1 niño (6-10)` +
      `\n3. Habitación 12 - Familiar\n   Código: HR${third}\n   Ocupantes: 3 adultos, 1 niño (0-5), 1 niño (6-10)`,
  );
  await hotel().expectRow(payment, { used: 1552.5, codreser: codreserOf(answer) });
  assert.deepEqual(await hotel().free(stay), { Junior: 3, Familiar: 2 });
});

test("three rooms asked and two free", async () => {
  const stay = hotel().stay();
  const earlier = await hotel().payment(1000);
  expectBooking(
    await hotel().makeBooking(hotel().body(earlier, stay, [room("Junior", 2), room("Junior", 2), room("Junior", 2)])),
  );
  assert.deepEqual(await hotel().free(stay), { Junior: 2, Familiar: 3 });

  const payment = await hotel().payment(690);
  const answer = expectBooking(await hotel().makeBooking(hotel().body(payment, stay, THREE_JUNIORS)), "partly_booked");
  assert.equal(answer.success, true);
  assert.deepEqual(
    answer.bookings.map((it) => [it.room, it.adults, it.paid_amount]),
    [
      ["58", 3, 258.75],
      ["59", 3, 258.75],
    ],
  );
  assert.equal(answer.failed_bookings.length, 1);
  const [failed] = answer.failed_bookings;
  assert.deepEqual(failed.booking, {
    bungalow_type: "Junior",
    adults: 2,
    children_0_5: 0,
    children_6_10: 0,
    extra_beds: 0,
  });
  assert.equal(failed.code, "no_availability");
  assert.equal(failed.reason, "No hay Junior disponible");
  assert.equal(failed.error, "No room of the type is free for the whole stay");
  assert.equal(answer.total_amount, 517.5);
  assert.equal(answer.balance_due, 0);
  const [first, second] = answer.bookings.map((it) => it.reserva);
  assert.equal(
    answer.customer_message,
    "✅ Se confirmaron 2 habitaciones:" +
      `\n1. Habitación 58 - Junior\n   Código: HR${first}\n   Ocupantes: 3 adultos` +
      `\n2. Habitación 59 - Junior\n   Código: HR${second}\n   Ocupantes: 3 adultos` +
      "\n\n⚠️ No se pudo reservar 1 habitación por falta de disponibilidad." +
      "\n\nDe su pago vuelven a quedar libres $172.50, que puede usar en otra reservación." +
      "\n\nPara quienes quedaron sin habitación podemos ofrecerle 1 Bungalow Familiar: 2 adultos, por $172.50 en total. " +
      "¿Desea que se lo reservemos?",
  );
  // The third room's share was set aside with the others and released.
  const entries = await hotel().ledger(payment);
  assert.deepEqual(
    entries.map((entry) => [entry.kind, entry.amount]),
    [
      ["attached", 690_000],
      ["settled", 258_750],
      ["settled", 258_750],
      ["released", 172_500],
    ],
  );
  await hotel().expectRow(payment, { used: 517.5, codreser: `HR${first},HR${second}` });

  // What was released pays for the room of another type that the guest takes instead.
  const instead = await hotel().makeBooking(hotel().body(payment, stay, [room("Familiar", 2)]));
  assert.equal(expectBooking(instead).total_amount, 172.5);
  await hotel().expectRow(payment, {
    used: 690,
    codreser: `HR${first},HR${second},HR${instead.json.bookings[0].reserva}`,
  });
});

test("three rooms or none, and two free", async () => {
  const stay = hotel().stay();
  const earlier = await hotel().payment(1000);
  expectBooking(
    await hotel().makeBooking(hotel().body(earlier, stay, [room("Junior", 1), room("Junior", 1), room("Junior", 1)])),
  );
  const payment = await hotel().payment(690);
  const body = hotel().body(payment, stay, THREE_JUNIORS, { all_or_nothing: true });
  const json = expectProblem(await hotel().makeBooking(body), 409, "no_availability", {
    success: false,
    shortages: [{ bungalow_type: "Junior", asked: 3, free: 2 }],
  });
  assert.equal(
    json.customer_message,
    "Solo quedan 2 Bungalows Junior para esas fechas. Elija otro tipo o cambie las fechas.",
  );
  await hotel().expectRow(payment, { used: 0, codreser: null });
  assert.deepEqual(await hotel().free(stay), { Junior: 2, Familiar: 3 });
});

test("a deposit is distributed over the rooms to the cent", async () => {
  await hotel().load(
    await settings((document) => {
      document.deposit_percent = 50;
    }),
  );
  try {
    const stay = hotel().stay();
    const payment = await hotel().payment(1000);
    const answer = expectBooking(
      await hotel().makeBooking(hotel().body(payment, stay, THREE_JUNIORS, { payment_amount: 345 })),
    );
    // 129.375 twice: the cent that is left goes to the first of the equals.
    assert.deepEqual(
      answer.bookings.map((it) => [it.amount, it.paid_amount]),
      [
        [258.75, 129.38],
        [258.75, 129.37],
        [172.5, 86.25],
      ],
    );
    assert.equal(answer.total_amount, 690);
    assert.equal(answer.balance_due, 345);
    assert.ok(
      answer.customer_message.endsWith(
        "\n   Ocupantes: 2 adultos\n\nSaldo pendiente: $345.00. Puede pagarlo con CompraClick o Depósito BAC y enviarnos el " +
          "número de autorización o de transferencia.",
      ),
      answer.customer_message,
    );
    await hotel().expectRow(payment, { used: 345, codreser: codreserOf(answer) });
    const settled = (await hotel().ledger(payment)).filter((entry) => entry.kind === "settled");
    assert.deepEqual(
      settled.map((entry) => entry.amount),
      [129_380, 129_370, 86_250],
    );

    // Without an amount the total is claimed, or what there is where that is enough for the deposit.
    const little = await hotel().payment(400);
    const partly = expectBooking(await hotel().makeBooking(hotel().body(little, hotel().stay(), THREE_JUNIORS)));
    assert.deepEqual(
      partly.bookings.map((it) => it.paid_amount),
      [150, 150, 100],
    );
    assert.equal(partly.balance_due, 290);
    await hotel().expectRow(little, { used: 400, codreser: codreserOf(partly) });

    const less = await hotel().payment(344.99);
    const body = hotel().body(less, hotel().stay(), THREE_JUNIORS);
    expectProblem(await hotel().makeBooking(body), 422, "payment_short", {
      available_amount: 344.99,
      required_amount: 345,
      missing_amount: 0.01,
    });
    await hotel().expectRow(less, { used: 0, codreser: null });
  } finally {
    await hotel().load(await settings());
  }
});

test("validation raises `used` once; booking sets the codes and the local time and does not raise it again", async () => {
  const payment = await hotel().payment(900, { bank: true });
  const wa_id = hotel().waId();
  const validation = await hotel().call("POST", "/v1/tools/validate_bank_transfer", {
    as: "assistant",
    body: {
      transfer_id: payment.reference,
      payment_amount: 690,
      payment_maker_name: payment.payment_maker_name,
      wa_id,
    },
  });
  assert.equal(validation.status, 200, validation.text);
  assert.equal(validation.json.success, true);
  assert.equal(validation.json.claimed_amount, 690);
  assert.equal(validation.json.available_amount, 210);
  assert.match(validation.json.claim, /^[0-9a-f]{32}$/);
  assert.equal(validation.json.expires_at.slice(0, 13), "2026-12-02T18", "a day ahead");
  assert.match(
    validation.json.customer_message,
    /^✅ Pago validado: apartamos \$690\.00 .*De su pago quedan libres \$210\.00\./,
  );
  const validated = await hotel().row(payment);
  assert.equal(cents(validated.used), 69_000);
  assert.equal(validated.codreser, null);
  assert.equal(validated.dateused, null);

  const body = hotel().body(payment, hotel().stay(), THREE_JUNIORS, { wa_id, payment_amount: 690 });
  const answer = expectBooking(await hotel().makeBooking(body));
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(answer) });
  const { dateused } = await hotel().row(payment);
  // The tests' clock began at noon of the hotel; UTC would say 18.
  assert.match(dateused, /^2026-12-01 12:\d\d:\d\d$/);
  assert.deepEqual(await hotel().kinds(payment), ["opened", "attached", "settled", "settled", "settled"]);
  const claims = new Set((await hotel().ledger(payment)).map((entry) => entry.claim));
  assert.deepEqual([...claims], [validation.json.claim], "the claim that was opened is the one that paid");
});

closingTests(hotel);
