// The money: validation and booking on the hotel's tables, with rows that other programs use as well. These cases are
// run on every store.

import assert from "node:assert/strict";
import { test } from "node:test";

import { cents, codreserOf, expectBooking, expectProblem, room, settings } from "./support.mjs";

/** Declares the cases for a hotel, which is there once tests run. */
export function paymentCases(hotel) {
  /** Validates `amount` of a payment for a guest. */
  function validate(payment, amount, wa_id, options = {}) {
    const tool = payment.table === "bac" ? "validate_bank_transfer" : "validate_compraclick_payment";
    const reference =
      payment.table === "bac" ? { transfer_id: payment.reference } : { authorization_number: payment.reference };
    const body = { ...reference, payment_amount: amount, payment_maker_name: payment.payment_maker_name, wa_id };
    return hotel().call("POST", `/v1/tools/${tool}`, { as: "assistant", body, ...options });
  }

  const book = async (payment, rooms, more) => hotel().makeBooking(hotel().body(payment, hotel().stay(), rooms, more));

  test("two bookings on one authorisation: both lists of codes are kept", async () => {
    const payment = await hotel().payment(1000);
    const first = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 1)]));
    const second = expectBooking(await book(payment, [room("Familiar", 4), room("Junior", 1)]));
    await hotel().expectRow(payment, { used: 690, codreser: `${codreserOf(first)},${codreserOf(second)}` });
  });

  test("two bookings at once on one authorisation with enough for both, and with enough for one", async () => {
    for (const [amount, outcomes] of [
      [690, [200, 200]],
      [400, [200, 422]],
    ]) {
      const payment = await hotel().payment(amount);
      const answers = await Promise.all([1, 2].map(() => book(payment, [room("Junior", 2), room("Junior", 2)])));
      assert.deepEqual(answers.map((answer) => answer.status).sort(), outcomes, answers.map((it) => it.text).join("\n"));
      const booked = answers.filter((answer) => answer.status === 200).map((answer) => expectBooking(answer));
      const row = await hotel().row(payment);
      assert.equal(row.used, 345 * booked.length);
      assert.deepEqual(row.codreser.split(",").sort(), booked.flatMap((it) => codreserOf(it).split(",")).sort());
      for (const refused of answers.filter((answer) => answer.status === 422)) {
        expectProblem(refused, 422, "payment_short", { available_amount: 55, required_amount: 345, missing_amount: 290 });
      }
    }
  });

  test("a row that had `used` and codes before keeps both in front", async () => {
    const payment = await hotel().payment(500, { used: 155, codreser: "HR19001, HR19002" });
    const short = await book(payment, [room("Junior", 3), room("Junior", 3)]);
    expectProblem(short, 422, "payment_short", { available_amount: 345, required_amount: 517.5, missing_amount: 172.5 });
    assert.deepEqual(await hotel().ledger(payment), [], "a refusal writes nothing");

    const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 2)]));
    await hotel().expectRow(payment, { used: 500, codreser: `HR19001,HR19002,${codreserOf(answer)}` });
    const [external, ...rest] = await hotel().ledger(payment);
    assert.deepEqual([external.kind, external.amount, external.codes], ["external", 155_000, "HR19001,HR19002"]);
    assert.deepEqual(
      rest.map((entry) => entry.kind),
      ["attached", "settled", "settled"],
    );
  });

  test("a row that other programs change between validation and booking", async () => {
    const payment = await hotel().payment(1000);
    const wa_id = hotel().waId();
    assert.equal((await validate(payment, 345, wa_id)).status, 200);
    // Reception books by hand: 200 more are used, and a code is written.
    await hotel().touch(payment, { used: 545, codreser: "HR20777" });
    const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 2)], { wa_id }));
    await hotel().expectRow(payment, { used: 545, codreser: `HR20777,${codreserOf(answer)}` });
    assert.deepEqual(await hotel().kinds(payment), ["opened", "external", "attached", "settled", "settled"]);
    // And 455 are left, not 655.
    const rest = await validate(payment, 455.01, hotel().waId());
    expectProblem(rest, 422, "payment_short", { available_amount: 455, missing_amount: 0.01 });
    assert.equal((await validate(payment, 455, hotel().waId())).json.available_amount, 0);
    // Another program overwrites the column, as one does that knows of no list: its code is one more, ours stay.
    await hotel().touch(payment, { codreser: "HR20888" });
    assert.equal((await validate(payment, 455, hotel().waId())).status, 409);
    await hotel().touch(payment, { used: 900 });
    const again = expectBooking(await book(payment, [room("Junior", 1)]));
    await hotel().expectRow(payment, { used: 986.25, codreser: `HR20888,${codreserOf(answer)},${codreserOf(again)}` });
  });

  test("a program that sets `used` and the codes back gives no money twice", async () => {
    const payment = await hotel().payment(400);
    const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 2)]));
    await hotel().touch(payment, { used: 0, codreser: null });
    expectProblem(await book(payment, [room("Junior", 1)]), 422, "payment_short", { available_amount: 55 });
    assert.equal((await validate(payment, 55, hotel().waId())).status, 200);
    await hotel().expectRow(payment, { used: 400, codreser: codreserOf(answer) });
  });

  test("a payment that is too small, unknown, exhausted or in another currency", async () => {
    const small = await hotel().payment(100);
    const short = expectProblem(await book(small, [room("Junior", 2)]), 422, "payment_short", {
      success: false,
      available_amount: 100,
      required_amount: 172.5,
      missing_amount: 72.5,
    });
    assert.match(short.customer_message, /Su pago cubre \$100\.00 de \$172\.50\. Faltan \$72\.50\./);

    // Less was said than is needed, though the payment has more.
    const enough = await hotel().payment(1000);
    expectProblem(await book(enough, [room("Junior", 2)], { payment_amount: 100 }), 422, "payment_short", {
      available_amount: 100,
      required_amount: 172.5,
      missing_amount: 72.5,
    });

    const unknown = { ...small, reference: "000000" };
    expectProblem(await book(unknown, [room("Junior", 2)]), 404, "payment_not_found");

    const exhausted = await hotel().payment(300, { used: 300 });
    const used = expectProblem(await book(exhausted, [room("Junior", 2)]), 409, "payment_used");
    assert.match(used.customer_message, /^Ese pago ya está aplicado\./);

    const euros = await hotel().payment(1000, { currency: "EUR" });
    const foreign = expectProblem(await book(euros, [room("Junior", 2)]), 422, "payment_currency");
    assert.match(foreign.customer_message, /Su pago está en EUR y el hotel cobra en USD\./);

    const bank = await hotel().payment(100, { bank: true });
    const transfer = expectProblem(
      await book({ ...bank, reference: "nadie-77" }, [room("Junior", 2)]),
      404,
      "payment_not_found",
    );
    assert.match(transfer.customer_message, /la transferencia nadie-77/);
    for (const payment of [small, exhausted, euros, bank]) assert.deepEqual(await hotel().ledger(payment), []);
  });

  test("a wrong method is refused with the list of those there are", async () => {
    const payment = await hotel().payment(500);
    for (const payment_method of ["Efectivo", "compraclick", "Deposito BAC"]) {
      const answer = await book({ ...payment }, [room("Junior", 2)], { payment_method });
      const json = expectProblem(answer, 422, "invalid");
      const fault = json.fields.find((it) => it.field === "payment_method");
      assert.match(fault.message, /CompraClick.*Depósito BAC/);
    }
  });

  test("validating again with the same amount is the same claim, with another amount the same claim changed", async () => {
    const payment = await hotel().payment(1000);
    const wa_id = hotel().waId();
    const first = await validate(payment, 300, wa_id);
    const same = await validate(payment, 300, wa_id);
    assert.equal(same.json.claim, first.json.claim);
    assert.equal(cents((await hotel().row(payment)).used), 30_000);
    assert.deepEqual(await hotel().kinds(payment), ["opened"]);
    const more = await validate(payment, 1000, wa_id);
    assert.equal(more.json.claim, first.json.claim);
    assert.equal(more.json.available_amount, 0);
    const less = await validate(payment, 345, wa_id);
    assert.equal(less.json.claim, first.json.claim);
    assert.deepEqual(await hotel().kinds(payment), ["opened", "changed", "changed"]);

    const other = hotel().waId();
    expectProblem(await validate(payment, 655.01, other), 422, "payment_short", {
      success: false,
      available_amount: 655,
      missing_amount: 0.01,
    });
    const theirs = await validate(payment, 655, other);
    assert.notEqual(theirs.json.claim, first.json.claim);
    await hotel().expectRow(payment, { used: 1000, codreser: null });

    // Each booking uses its own guest's claim; nobody's is left for a third.
    expectProblem(await book(payment, [room("Junior", 1)]), 409, "payment_used");
    const foreign = await book(payment, [room("Junior", 2), room("Junior", 2)], {
      wa_id: other,
      claim: first.json.claim,
    });
    expectProblem(foreign, 404, "payment_not_found");
    const booked = expectBooking(
      await book(payment, [room("Junior", 2), room("Junior", 2)], { wa_id, claim: first.json.claim }),
    );
    await hotel().expectRow(payment, { used: 1000, codreser: codreserOf(booked) });
  });

  test("fifty validations at once set aside no more than there is", async () => {
    const payment = await hotel().payment(1000);
    const answers = await Promise.all(Array.from({ length: 50 }, () => validate(payment, 86.25, hotel().waId())));
    const granted = answers.filter((answer) => answer.status === 200);
    assert.equal(granted.length, 11, "11 x 86.25 = 948.75");
    assert.equal(new Set(granted.map((answer) => answer.json.claim)).size, 11);
    for (const answer of answers.filter((it) => it.status !== 200)) {
      expectProblem(answer, 422, "payment_short", { available_amount: 51.25, missing_amount: 35 });
    }
    await hotel().expectRow(payment, { used: 948.75, codreser: null });
  });

  test("what a booking does not need of its claim is free again", async () => {
    const payment = await hotel().payment(1000);
    const wa_id = hotel().waId();
    assert.equal((await validate(payment, 900, wa_id)).status, 200);
    const answer = expectBooking(await book(payment, [room("Junior", 2)], { wa_id }));
    await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(answer) });
    // More than the total is never claimed.
    const most = expectBooking(await book(payment, [room("Junior", 2)], { payment_amount: 800 }));
    assert.equal(most.bookings[0].paid_amount, 172.5);
    await hotel().expectRow(payment, { used: 345, codreser: `${codreserOf(answer)},${codreserOf(most)}` });
  });

  test("codes that would not fit the payment's row are refused before any room is booked", async () => {
    const payment = await hotel().payment(5000, {
      codreser: Array.from({ length: 30 }, (_, i) => `HR190${10 + i}`).join(","),
    });
    const stay = hotel().stay();
    const answer = await hotel().makeBooking(hotel().body(payment, stay, [room("Junior", 2), room("Junior", 2)]));
    expectProblem(answer, 422, "codreser_full");
    assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 3 });
    assert.deepEqual(await hotel().ledger(payment), []);
  });

  test("codes keep the prefix that they were linked with, whatever the hotel calls its new ones", async (t) => {
    t.after(async () => hotel().load(await settings()));
    const payment = await hotel().payment(1000);
    const [first] = expectBooking(await book(payment, [room("Junior", 2)])).bookings;
    await hotel().load(
      await settings((document) => {
        document.reservation_code_prefix = "PX";
      }),
    );
    const second = expectBooking(await book(payment, [room("Junior", 2)]));
    assert.ok(second.customer_message.includes(`\nCódigo de reserva: PX${second.bookings[0].reserva}\n`));
    await hotel().expectRow(payment, { used: 345, codreser: `HR${first.reserva},PX${second.bookings[0].reserva}` });
  });

  test("the ledger is append-only", async () => {
    const payment = await hotel().payment(500);
    expectBooking(await book(payment, [room("Junior", 2)]));
    for (const change of ["update", "delete"]) {
      await assert.rejects(hotel().store.tamper(payment, change), /append-only/);
    }
  });
}
