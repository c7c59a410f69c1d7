// Several payments over one booking: a deposit, and what is paid further towards the rest, to the cent. These cases are
// run on every store, at a hotel that asks for a deposit of 30 %.

import assert from "node:assert/strict";
import { test } from "node:test";

import { cents, codreserOf, expectBooking, expectProblem, room, settings } from "./support.mjs";

const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];

/** The hotel's settings. */
export const withDeposit = () =>
  settings((document) => {
    document.deposit_percent = 30;
  });

/** What the cases do with a hotel, which is there once tests run. */
export function furtherHotel(hotel) {
  const it = {
    /** A booking of three rooms (690.00) for which so much was paid. */
    async deposited(amount, { bank = true, more = {} } = {}) {
      const payment = await hotel().payment(amount, { bank });
      const wa_id = hotel().waId();
      const body = hotel().body(payment, hotel().stay(), THREE, { wa_id, payment_amount: amount, ...more });
      const booked = expectBooking(await hotel().makeBooking(body));
      assert.equal(booked.balance_due, 690 - amount);
      assert.match(booked.customer_message, /Saldo pendiente: \$.*CompraClick o Depósito BAC/s);
      return { payment, wa_id, booked, path: `/v1/bookings/${booked.booking_id}` };
    },
    pay: ({ path, wa_id }, payment, { amount, as = "assistant", key = hotel().unique("pay-"), more = {}, ...options } = {}) =>
      hotel().call("POST", `${path}/payments`, {
        as: as ?? undefined,
        key: key ?? undefined,
        body: { ...hotel().paidBy(payment, amount), ...(as === "assistant" ? { wa_id } : {}), ...more },
        ...options,
      }),
    look: ({ path }) => hotel().call("GET", path, { as: "staff" }),
    /** What the rooms were paid, in cents. */
    paid: (answer) => answer.bookings.map((line) => cents(line.paid_amount)),
  };
  return it;
}

/** Declares the cases. */
export function furtherCases(hotel) {
  const it = furtherHotel(hotel);

  test("a deposit by transfer and the rest by CompraClick: every room is paid to the cent, and cancelling gives both back", async () => {
    const booking = await it.deposited(211.01);
    const { booked, payment } = booking;
    const rest = await hotel().payment(600);
    const key = hotel().unique("rest-");
    const answer = expectBooking(await it.pay(booking, rest, { key }));
    assert.deepEqual(it.paid(answer), [25_875, 25_875, 17_250]);
    assert.equal(answer.balance_due, 0);
    assert.doesNotMatch(answer.customer_message, /Saldo pendiente/);
    const codes = codreserOf(booked);
    await hotel().expectRow(payment, { used: 211.01, codreser: codes });
    await hotel().expectRow(rest, { used: 478.99, codreser: codes });

    // Said again, it is the same; with the key and another body it is not; and there is nothing left to pay.
    expectBooking(await it.pay(booking, rest, { key }));
    expectProblem(await it.pay(booking, rest, { key, amount: 1 }), 422, "key_reused");
    const due = expectProblem(await it.pay(booking, rest), 409, "nothing_due");
    assert.match(due.customer_message, /^En su reservación no queda nada por pagar;/);
    assert.deepEqual(await hotel().kinds(rest), ["attached", "settled", "settled", "settled"]);

    const one = expectBooking(await hotel().call("DELETE", `${booking.path}/rooms/2`, { as: "staff" }), "partly_booked");
    assert.deepEqual([it.paid(one), one.total_amount, one.balance_due], [[25_875, 17_250], 431.25, 0]);
    const [first, , third] = booked.bookings;
    const left = `HR${first.reserva},HR${third.reserva}`;
    const used = await Promise.all([payment, rest].map(async (of) => (await hotel().row(of)).used));
    assert.equal(cents(used[0]) + cents(used[1]), 43_125, "the second room's share of both is free");
    for (const of of [payment, rest]) assert.equal((await hotel().row(of)).codreser, left);
    expectBooking(await hotel().call("DELETE", booking.path, { as: "staff" }), "not_booked");
    for (const of of [payment, rest]) {
      await hotel().expectRow(of, { used: 0, codreser: null });
    }
    // Of what was cancelled nobody is told that it is paid.
    const none = expectProblem(await it.pay(booking, rest), 409, "nothing_due");
    assert.doesNotMatch(none.customer_message, /pagada/);
  });

  test("the assistant's tool: validated, then taken for the balance; said again it is the same", async () => {
    const booking = await it.deposited(211.01);
    const rest = await hotel().payment(478.99);
    const { payment_method: _, payment_maker_name, ...reference } = hotel().paidBy(rest);
    const tool = (name, body) => hotel().call("POST", `/v1/tools/${name}`, { as: "assistant", body });
    const { wa_id } = booking;
    const validated = await tool("validate_compraclick_payment", { ...reference, payment_amount: 478.99, wa_id });
    assert.equal(validated.status, 200, validated.text);
    const body = { booking_id: booking.booked.booking_id, ...hotel().paidBy(rest), payment_amount: null, wa_id };
    expectProblem(await tool("pay_balance", { ...body, wa_id: hotel().waId() }), 404, "not_found", { success: false });
    expectProblem(await tool("pay_balance", { ...body, force_process: true }), 422, "invalid", { fields: ["force_process"] });
    expectProblem(await tool("pay_balance", { wa_id }), 422, "invalid", {
      fields: ["booking_id", "payment_method", "payment_maker_name"],
    });
    assert.equal((await it.look(booking)).json.balance_due, 478.99, "nothing was changed");
    for (let n = 0; n < 2; n += 1) {
      const answer = expectBooking(await tool("pay_balance", body));
      assert.deepEqual([it.paid(answer), answer.balance_due], [[25_875, 25_875, 17_250], 0]);
      assert.doesNotMatch(answer.customer_message, /Saldo pendiente/);
    }
    assert.deepEqual(await hotel().kinds(rest), ["opened", "attached", "settled", "settled", "settled"]);
    await hotel().expectRow(rest, { used: 478.99, codreser: codreserOf(booking.booked) });
    const more = await hotel().payment(100);
    expectProblem(await tool("pay_balance", { ...body, ...hotel().paidBy(more) }), 409, "nothing_due");
  });

  test("many payments add up, the last one is taken no further than to the balance", async () => {
    const booking = await it.deposited(207);
    let left = 48_300;
    for (const amount of [0.01, 100.5, 133.33]) {
      const answer = expectBooking(await it.pay(booking, await hotel().payment(200), { amount }));
      left -= cents(amount);
      assert.equal(cents(answer.balance_due), left);
      const paid = it.paid(answer);
      assert.equal(paid.reduce((sum, it) => sum + it), 69_000 - left);
      assert.ok(paid.every((it, i) => it <= cents(answer.bookings[i].amount)));
    }
    const last = await hotel().payment(1000, { bank: true });
    const answer = expectBooking(await it.pay(booking, last, { amount: 900 }));
    assert.equal(answer.balance_due, 0);
    await hotel().expectRow(last, { used: left / 100, codreser: codreserOf(answer) });
  });

  test("the same payment may pay further, and its codes stand there once", async () => {
    const payment = await hotel().payment(690);
    const wa_id = hotel().waId();
    const body = hotel().body(payment, hotel().stay(), THREE, { wa_id, payment_amount: 300 });
    const booked = expectBooking(await hotel().makeBooking(body));
    const booking = { wa_id, path: `/v1/bookings/${booked.booking_id}` };
    expectBooking(await it.pay(booking, payment, { amount: 100 }));
    const answer = expectBooking(await it.pay(booking, payment));
    assert.equal(answer.balance_due, 0);
    const row = await hotel().row(payment);
    assert.deepEqual([row.used, row.codreser], [690, codreserOf(booked)]);
    expectBooking(await hotel().call("DELETE", booking.path, { as: "staff" }), "not_booked");
    assert.equal((await hotel().row(payment)).used, 0);
    hotel().foreign.add(`${payment.payment_method}/${payment.reference}`);
  });

  test("what is refused changes nothing, and its key may try again", async () => {
    const booking = await it.deposited(345);
    const key = hotel().unique("again-");
    const short = await hotel().payment(300);
    const told = expectProblem(await it.pay(booking, short, { key }), 422, "payment_short", {
      available_amount: 300,
      required_amount: 345,
      missing_amount: 45,
    });
    assert.match(told.customer_message, /^Su pago cubre \$300\.00 de \$345\.00\. Faltan \$45\.00\. Díganos si desea abonar/);
    expectProblem(await it.pay(booking, await hotel().payment(345, { used: 345 }), { key }), 409, "payment_used");
    expectProblem(await it.pay(booking, await hotel().payment(345, { currency: "EUR" }), { key }), 422, "payment_currency");
    expectProblem(await it.pay(booking, hotel().expected(345), { key }), 404, "payment_not_found");
    assert.deepEqual(await hotel().ledger(short), []);
    assert.equal((await it.look(booking)).json.balance_due, 345);
    assert.equal(expectBooking(await it.pay(booking, short, { key, amount: 300 })).balance_due, 45);
  });

  test("who may: the guest by the token and evidence, the assistant for its guest, staff", async () => {
    const booking = await it.deposited(345);
    const payment = await hotel().payment(400);
    const { token } = booking.booked;
    const evidence = (date, amount = 400) => ({ more: { payment_evidence: { amount, date } } });
    expectProblem(await it.pay(booking, payment, { as: null }), 401, "unauthorized");
    expectProblem(await it.pay(booking, payment, { as: token }), 422, "invalid", { fields: ["payment_evidence"] });
    expectProblem(await it.pay(booking, payment, { as: token, ...evidence("2026-11-19") }), 404, "payment_not_found");
    expectProblem(await it.pay({ ...booking, wa_id: hotel().waId() }, payment), 404, "not_found");
    expectProblem(await it.pay({ ...booking, wa_id: undefined }, payment), 422, "invalid", { fields: ["wa_id"] });
    expectProblem(await it.pay(booking, payment, { more: { force_process: true } }), 403, "force_not_allowed");
    expectProblem(await it.pay(booking, payment, { key: null }), 422, "invalid", { fields: ["Idempotency-Key"] });
    const other = await it.deposited(345);
    expectProblem(await it.pay(booking, payment, { as: other.booked.token, ...evidence("2026-11-20") }), 404, "not_found");
    const path = `/v1/bookings/${"0".repeat(32)}`;
    expectProblem(await it.pay({ ...booking, path }, payment, { as: "staff" }), 404, "not_found");
    assert.deepEqual(await hotel().ledger(payment), []);
    const answer = expectBooking(await it.pay(booking, payment, { as: token, amount: 45, ...evidence("2026-11-20") }));
    assert.equal(answer.balance_due, 300);
    assert.equal(expectBooking(await it.pay(booking, payment, { as: "staff" })).balance_due, 0);
  });

  test("a token is no way to guess payments: five wrong ones close it", async () => {
    const booking = await it.deposited(345);
    const { token } = booking.booked;
    const options = (ip) => ({ as: token, ip, more: { payment_evidence: { amount: 1, date: "2026-11-20" } } });
    const payment = await hotel().payment(400);
    for (let n = 0; n < 5; n += 1) {
      expectProblem(await it.pay(booking, payment, options(`192.0.2.${60 + n}`)), 404, "payment_not_found");
    }
    expectProblem(await it.pay(booking, payment, options("192.0.2.70")), 429, "too_many_requests");
  });

  test("ten at once under one key pay once, and of two keys at once no more than the balance is taken", async () => {
    const booking = await it.deposited(345);
    const payment = await hotel().payment(1000);
    const key = hotel().unique("once-");
    const same = await Promise.all(Array.from({ length: 10 }, () => it.pay(booking, payment, { key, amount: 45 })));
    for (const answer of same) assert.equal(expectBooking(answer).balance_due, 300);
    assert.deepEqual(await hotel().kinds(payment), ["attached", "settled", "settled", "settled"]);
    const others = [await hotel().payment(300), await hotel().payment(300)];
    const answers = await Promise.all(others.map((of) => it.pay(booking, of)));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409], answers.map((it) => it.text).join("\n"));
    assert.equal((await it.look(booking)).json.balance_due, 0);
    const used = await Promise.all(others.map(async (of) => cents((await hotel().row(of)).used)));
    assert.deepEqual(used.sort(), [0, 30_000]);
  });

  test("a claim that was validated before is what is taken", async () => {
    const booking = await it.deposited(345);
    const payment = await hotel().payment(345);
    const validated = await hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
      as: "assistant",
      body: { authorization_number: payment.reference, payment_amount: 345, wa_id: booking.wa_id },
    });
    const { claim } = validated.json;
    const foreign = await it.deposited(345);
    expectProblem(await it.pay(foreign, payment, { more: { claim } }), 404, "payment_not_found");
    expectBooking(await it.pay(booking, payment, { more: { claim } }));
    assert.deepEqual(await hotel().kinds(payment), ["opened", "attached", "settled", "settled", "settled"]);
  });
}
