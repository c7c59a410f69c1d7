// What bookkeeping sees: payments as a list, and what does not agree. These cases are run on every store.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { cents, codreserOf, expectBooking, expectProblem, plus, room } from "./support.mjs";

const WAIT_MS = 20_000;

async function until(find, what) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await sleep(20);
  }
}

/** CSV read as RFC 4180 has it. */
export function readCsv(text) {
  const records = [];
  let fields = [];
  const next = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = next.exec(text); match; match = next.exec(text)) {
    fields.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] === "\r\n") {
      records.push(fields);
      fields = [];
    }
    if (next.lastIndex === text.length) break;
  }
  assert.deepEqual(fields, [], "the last line is ended");
  const [head, ...rows] = records;
  for (const row of rows) assert.equal(row.length, head.length, row.join("|"));
  return rows.map((row) => Object.fromEntries(row.map((field, i) => [head[i], field])));
}

/** Declares the cases for a hotel, which is there once tests run. */
export function bookkeepingCases(hotel) {
  const get = (path, query = {}, options = {}) =>
    hotel().call("GET", `/v1/staff/${path}?${new URLSearchParams(query)}`, { as: "staff", ...options });

  /** Every page of a list; `pick` what of each is wanted. */
  async function all(path, query = {}, pick = (json) => json.payments) {
    const found = [];
    let after;
    for (let page = 0; page < 200; page += 1) {
      const answer = await get(path, after === undefined ? query : { ...query, after });
      assert.equal(answer.status, 200, answer.text);
      found.push(...pick(answer.json));
      after = answer.json.next;
      if (after === undefined) return found;
    }
    return assert.fail("the list has no end");
  }

  const reconciled = async (payment) => {
    const [it, ...more] = await all("reconciliation", { reference: payment.reference });
    assert.deepEqual(more, []);
    return it;
  };
  const codes = (it) => it.differences.map((one) => one.code);
  const others = () => all("reconciliation", {}, (json) => json.others ?? []);
  const book = (payment, rooms, more) => hotel().makeBooking(hotel().body(payment, hotel().stay(), rooms, more));
  const ended = (booking) =>
    until(async () => {
      const [row] = await hotel().sql("SELECT state FROM bookings WHERE id = ?", booking);
      return row && row.state !== "in_progress";
    }, `the end of ${booking}`);

  /** The parts of a payment are its amount, to the cent. */
  function addsUp(it) {
    const parts = [it.external_amount, it.open_amount, it.attached_amount, it.settled_amount, it.free_amount];
    assert.equal(parts.reduce((sum, part) => sum + cents(part), 0), cents(it.amount), JSON.stringify(it));
  }

  for (const bank of [false, true]) {
    const kind = bank ? "bank transfer" : "card payment";
    const find = (more) =>
      hotel().call("POST", "/v1/tools/find_payment", {
        as: "assistant",
        body: { payment_method: bank ? "Depósito BAC" : "CompraClick", payment_amount: 431.17, payment_date: "2026-11-20", ...more },
      });

    test(`a ${kind} without its reference: staff see candidates, the assistant hears that there is one, and nothing is set aside`, async () => {
      const payer = bank ? "Íngrid PEÑA Ávila" : "Óscar NÚÑEZ Gómez";
      const known = bank ? "avila, peña ingrid" : "gomez, nuñez oscar";
      const payment = await hotel().payment(431.17, { bank, payer });
      const before = [await hotel().row(payment), await hotel().ledger(payment)];
      const found = await find({ payment_maker_name: known });
      assert.equal(found.status, 200, found.text);
      assert.equal(found.json.found, true);
      assert.ok(!found.text.includes(payment.reference), "which one it is is not told");
      assert.match(found.json.customer_message, /número de autorización o de la transferencia/);
      for (const wrong of [{ payment_amount: 431.18 }, { payment_date: "2026-11-19" }, { payment_maker_name: known.split(" ")[1] }]) {
        const answer = await find({ payment_maker_name: known, ...wrong });
        assert.deepEqual([answer.status, answer.json.found], [200, false], JSON.stringify(wrong));
      }
      const other = await find({ payment_method: bank ? "CompraClick" : "Depósito BAC", payment_maker_name: known });
      assert.equal(other.json.found, false, "paid otherwise");
      const search = { from: "2026-11-20", to: "2026-11-20", amount: "431.17", payment_maker_name: known };
      const [seen, ...more] = await all("payments", search);
      assert.deepEqual(more, []);
      assert.equal(seen[bank ? "transfer_id" : "authorization_number"], payment.reference);
      assert.deepEqual(await all("payments", { ...search, amount: "431.18" }), []);
      assert.deepEqual(await all("payments", { ...search, payment_maker_name: "nobody" }), []);
      // A second that fits: nobody can tell them apart.
      const second = await hotel().payment(431.17, { bank, payer: payer.toUpperCase() });
      assert.equal((await find({ payment_maker_name: known })).json.found, false);
      const both = await all("payments", { ...search, limit: "1" });
      const references = both.map((it) => it[bank ? "transfer_id" : "authorization_number"]);
      assert.deepEqual(references.sort(), [payment.reference, second.reference].sort());
      assert.deepEqual([await hotel().row(payment), await hotel().ledger(payment)], before, "nothing was changed");
    });
  }

  test("what is wrong with a search for a payment is named", async () => {
    const tool = (body) => hotel().call("POST", "/v1/tools/find_payment", { as: "assistant", body });
    expectProblem(await tool({}), 422, "invalid", {
      fields: ["payment_method", "payment_amount", "payment_date", "payment_maker_name"],
    });
    const right = { payment_method: "CompraClick", payment_amount: 1, payment_date: "2026-11-20", payment_maker_name: "Ana" };
    expectProblem(await tool({ ...right, payment_amount: 1.001, wa_id: "50370001234" }), 422, "invalid", {
      fields: ["payment_amount", "wa_id"],
    });
    expectProblem(await get("payments", { amount: "a lot" }), 422, "invalid", { fields: ["amount"] });
  });

  for (const bank of [false, true]) {
    const kind = bank ? "bank transfer" : "card payment";

    test(`a ${kind}: amount, used, claims, settled, free, and the rooms that it paid with their codes`, async () => {
      const payment = await hotel().payment(1000, { bank, used: 100, codreser: "HR19001" });
      const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 1)]));
      const tool = bank ? "validate_bank_transfer" : "validate_compraclick_payment";
      const reference = bank ? { transfer_id: payment.reference } : { authorization_number: payment.reference };
      const body = { ...reference, payment_amount: 200, wa_id: hotel().waId() };
      const claim = await hotel().call("POST", `/v1/tools/${tool}`, { as: "assistant", body });
      assert.equal(claim.status, 200, claim.text);
      await ended(answer.booking_id);
      const it = await reconciled(payment);
      addsUp(it);
      const { rooms, claims, ...rest } = it;
      assert.deepEqual(rest, {
        payment_method: payment.payment_method,
        ...reference,
        amount: 1000,
        currency: "USD",
        payment_maker_name: payment.payment_maker_name,
        payment_date: payment.payment_date,
        used: 558.75,
        codreser: `HR19001,${codreserOf(answer)}`,
        external_amount: 100,
        external_codes: "HR19001",
        open_amount: 200,
        attached_amount: 0,
        settled_amount: 258.75,
        free_amount: 441.25,
        difference: 0,
        differences: [],
      });
      assert.deepEqual(
        rooms,
        answer.bookings.map((one, i) => ({
          code: `HR${one.reserva}`,
          booking_id: answer.booking_id,
          line: i + 1,
          amount: one.paid_amount,
        })),
      );
      assert.deepEqual(claims, [
        { claim: claim.json.claim, state: "open", amount: 200, expires_at: claim.json.expires_at },
      ]);
      // The list has the same, without what others know.
      assert.deepEqual(await all("payments", { reference: payment.reference }), [it]);
    });

    test(`a ${kind} that the hotel's programs edit: what they did is named, and no longer once it is taken in`, async () => {
      const payment = await hotel().payment(900, { bank });
      const first = expectBooking(await book(payment, [room("Junior", 2)]));
      await ended(first.booking_id);
      assert.deepEqual((await reconciled(payment)).differences, []);
      await hotel().touch(payment, { used: 300, codreser: "HR77001" });
      const edited = await reconciled(payment);
      assert.deepEqual(codes(edited), ["used_above_ledger", "external_code", "code_missing"]);
      assert.equal(edited.difference, 127.5);
      assert.match(edited.differences[0].text, /used dice 300\.00 y el libro 172\.50/);
      const english = await get("reconciliation", { reference: payment.reference }, { language: "en" });
      assert.match(english.json.payments[0].differences[1].text, /^HR77001 is in codreser/);
      const flagged = await all("payments", { differences: "true", reference: payment.reference });
      assert.deepEqual(flagged.map(codes), [codes(edited)]);
      await hotel().touch(payment, { used: 0 });
      const lowered = await reconciled(payment);
      assert.deepEqual([codes(lowered)[0], lowered.difference], ["used_below_ledger", -172.5]);
      await hotel().touch(payment, { used: 300, codreser: `HR77001,${codreserOf(first)}` });
      const second = expectBooking(await book(payment, [room("Junior", 1)]));
      await ended(second.booking_id);
      const taken = await reconciled(payment);
      assert.deepEqual([taken.differences, taken.external_amount, taken.external_codes], [[], 127.5, "HR77001"]);
      addsUp(taken);
    });
  }

  test("a room that its booking does not have any more, and one that no payment paid for", async () => {
    const payment = await hotel().payment(700);
    const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 1)]));
    await ended(answer.booking_id);
    assert.deepEqual(await others(), []);
    const [first, second] = answer.bookings.map((it) => it.reserva);
    // The registry is what the hotel's object and journals say; here it says something else.
    const set = (list) =>
      hotel().sql("UPDATE bookings SET codes = ? WHERE id = ?", JSON.stringify(list), answer.booking_id);
    await set([first]);
    const it = await reconciled(payment);
    assert.deepEqual(codes(it), ["not_booked"]);
    assert.equal(it.differences[0].booking_id, answer.booking_id);
    await set([first, second, "99001"]);
    const [unpaid, ...more] = await others();
    assert.deepEqual([unpaid.code, unpaid.booking_id, more], ["room_unpaid", answer.booking_id, []]);
    assert.match(unpaid.text, /99001/);
    await set([first, second]);
    assert.deepEqual([codes(await reconciled(payment)), await others()], [[], []]);
  });

  test("a room that staff cancel leaves nothing that does not agree", async () => {
    const payment = await hotel().payment(400);
    const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 1)]));
    await ended(answer.booking_id);
    const page = await get("reconciliation", { reference: payment.reference });
    assert.equal(page.json.reservations_compared, true);
    const path = `/v1/bookings/${answer.booking_id}/rooms/1`;
    assert.equal((await hotel().call("DELETE", path, { as: "staff" })).status, 200);
    await ended(answer.booking_id);
    const it = await until(async () => {
      const one = await reconciled(payment);
      return one.differences.length === 0 && one;
    }, "the registry follows");
    assert.deepEqual(it.rooms.map((one) => one.code), [`HR${answer.bookings[1].reserva}`]);
    assert.deepEqual(await others(), []);
  });

  test("the list is by date, newest first, page by page, and by method, reference and dates", async () => {
    const made = [];
    for (let i = 0; i < 7; i += 1) {
      const payment = await hotel().payment(50 + i, { bank: i % 2 === 0 });
      made.push(payment.reference);
    }
    const references = (list) => list.map((it) => it.authorization_number ?? it.transfer_id);
    const whole = await all("payments", { limit: "3" });
    assert.equal(new Set(references(whole)).size, whole.length, "none twice");
    assert.deepEqual(references(await all("payments", { limit: "100" })), references(whole));
    for (const reference of made) assert.ok(references(whole).includes(reference), reference);
    const dates = whole.map((it) => it.payment_date);
    assert.deepEqual(dates, [...dates].sort().reverse());
    const cards = await all("payments", { payment_method: "CompraClick" });
    assert.ok(cards.length > 0 && cards.every((it) => it.payment_method === "CompraClick"));
    const transfers = await all("payments", { payment_method: "Depósito BAC" });
    assert.equal(cards.length + transfers.length, whole.length);
    const day = "2026-11-20";
    assert.equal((await all("payments", { from: day, to: day })).length, whole.length);
    assert.deepEqual(await all("payments", { from: plus(day, 1) }), []);
    assert.deepEqual(await all("payments", { to: plus(day, -1) }), []);
    assert.deepEqual(await all("payments", { reference: "nothing" }), []);
    const one = await all("payments", { reference: made[0] });
    assert.deepEqual(references(one), [made[0]]);
    for (const it of whole.filter((one) => one.differences.length === 0)) addsUp(it);
  });

  test("the same as CSV: RFC 4180, amounts with a dot, no formula, all pages by its links", async () => {
    const payment = await hotel().payment(345);
    const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 2)]));
    await ended(answer.booking_id);
    await hotel().touch(payment, { codreser: `=HYPERLINK(1),${codreserOf(answer)}` });
    for (const path of ["payments", "reconciliation"]) {
      const asked = await get(path, { reference: payment.reference }, { headers: { accept: "text/csv" } });
      assert.equal(asked.status, 200, asked.text);
      assert.equal(asked.headers.get("content-type"), "text/csv; charset=utf-8; header=present");
      assert.match(asked.headers.get("content-disposition"), /^attachment/);
      const [line] = readCsv(asked.text);
      assert.deepEqual(
        [line.payment_method, line.reference, line.payment_maker_name, line.amount, line.used, line.settled_amount],
        ["CompraClick", payment.reference, payment.payment_maker_name, "345.00", "345.00", "345.00"],
      );
      assert.deepEqual([line.free_amount, line.difference, line.payment_date], ["0.00", "0.00", payment.payment_date]);
      assert.equal(line.codreser, `'=HYPERLINK(1),${codreserOf(answer)}`);
      assert.equal(line.rooms, answer.bookings.map((one) => `HR${one.reserva} 172.50`).join("; "));
      assert.equal(line.differences, "external_code");
      assert.match(line.reasons, /=HYPERLINK\(1\) está en codreser/);
    }
    await hotel().touch(payment, { codreser: codreserOf(answer) });
    const whole = await all("payments", { limit: "100" });
    const lines = [];
    let next = "/v1/staff/payments?limit=4&format=csv";
    while (next !== undefined) {
      const page = await hotel().call("GET", next, { as: "staff" });
      assert.equal(page.status, 200, page.text);
      const rows = readCsv(page.text);
      assert.ok(rows.length <= 4);
      lines.push(...rows);
      const link = /^<https?:\/\/[^/]+([^>]*)>; rel="next"$/.exec(page.headers.get("link") ?? "");
      next = link?.[1];
    }
    assert.deepEqual(
      lines.map((it) => [it.reference, it.amount, it.difference]),
      whole.map((it) => [it.authorization_number ?? it.transfer_id, it.amount.toFixed(2), it.difference.toFixed(2)]),
    );
  });

  test("what is asked wrong is named, and nobody but staff may ask", async () => {
    for (const path of ["payments", "reconciliation"]) {
      for (const [query, field] of [
        [{ payment_method: "Efectivo" }, "payment_method"],
        [{ from: "2026-13-01" }, "from"],
        [{ to: "tomorrow" }, "to"],
        [{ differences: "yes" }, "differences"],
        [{ limit: "0" }, "limit"],
        [{ limit: "101" }, "limit"],
        [{ format: "xlsx" }, "format"],
        [{ after: "x" }, "after"],
        [{ after: "r:x:" }, "after"],
      ]) {
        expectProblem(await get(path, query), 422, "invalid", { fields: [field] });
      }
      expectProblem(await hotel().call("GET", `/v1/staff/${path}`), 401, "unauthorized");
      expectProblem(await hotel().call("GET", `/v1/staff/${path}`, { as: "assistant" }), 403, "forbidden");
    }
    expectProblem(await get("payments", { after: "b:0:" }), 422, "invalid", { fields: ["after"] });
  });
}
