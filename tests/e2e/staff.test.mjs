// What staff load: settings with every fault named, and payments that may come in any number of times.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  Hotel,
  closingTests,
  codreserOf,
  expectBooking,
  expectProblem,
  room,
  settings,
  sharedHotel,
} from "./support.mjs";

const hotel = sharedHotel();
const put = (path, body, options = {}) => hotel().call("PUT", path, { as: "staff", body, ...options });
const putPayments = (payments) => put("/v1/staff/payments", { payments });
const csv = (text) => put("/v1/staff/payments", text, { headers: { "content-type": "text/csv; charset=utf-8" } });

/** A payment as it comes in. */
function incoming(reference, more = {}) {
  return {
    payment_method: "CompraClick",
    authorization_number: reference,
    amount: 690,
    currency: "USD",
    payment_maker_name: "Wenceslao Iraheta Dubón",
    payment_date: "2026-11-20",
    ...more,
  };
}

test("settings with faults are refused with every fault named, and nothing changes", async () => {
  const before = await hotel().sql("SELECT version, document FROM settings");
  const stay = hotel().stay();
  const wrong = await settings((document) => {
    delete document.name;
    document.currency = "JPY";
    document.deposit_percent = 0;
    document.room_types[1].rooms[2] = "54";
    document.room_types[0].max_adults = "three";
    document.tariff[0].adult = 86.25;
    document.tariff[1].room_type = "Suite";
    document.surprise = true;
  });
  const answer = await put("/v1/staff/settings", wrong);
  const json = expectProblem(answer, 422, "invalid");
  const places = json.fields.map((fault) => fault.field);
  for (const place of [
    "/name",
    "/currency",
    "/deposit_percent",
    "/room_types/1/rooms/2",
    "/room_types/0/max_adults",
    "/tariff/0/adult",
    "/tariff/1/room_type",
    "/surprise",
  ]) {
    assert.ok(places.includes(place), `${place} is among ${places}`);
  }
  assert.equal(new Set(places).size, places.length, "each once");

  const equals = await settings((document) => {
    document.tariff.push({ ...document.tariff[0], adult: "1.00" });
  });
  assert.match(expectProblem(await put("/v1/staff/settings", equals), 422, "invalid").fields[0].field, /^\/tariff/);
  for (const [body, status, code] of [
    ["{", 400, "bad_json"],
    ["", 400, "bad_json"],
    ["[]", 422, "invalid"],
    [Buffer.from([0x7b, 0xff, 0x7d]), 400, "bad_json"],
    [" ".repeat(1024 * 1024 + 1), 413, "too_large"],
  ]) {
    const refused = await put("/v1/staff/settings", body, { headers: { "content-type": "application/json" } });
    expectProblem(refused, status, code);
  }
  assert.deepEqual(await hotel().sql("SELECT version, document FROM settings"), before);
  assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 3 });
});

test("a hotel without settings says that it cannot be asked yet, and can once they are loaded", async () => {
  const fresh = await Hotel.open({ load: false });
  try {
    for (const path of ["/v1/property", "/v1/availability?check_in_date=2027-01-01&check_out_date=2027-01-02"]) {
      const answer = await fresh.call("GET", path, { mayFail: true });
      expectProblem(answer, 503, "storage_unavailable");
      assert.match(answer.headers.get("retry-after"), /^\d+$/);
    }
    assert.equal((await fresh.call("GET", "/healthz")).status, 200);
    // Payments may come before the settings.
    await fresh.payment(100);
    await fresh.load(await settings());
    assert.equal((await fresh.call("GET", "/v1/property")).status, 200);
  } finally {
    await fresh.close();
  }
});

test("settings may be loaded again, and take effect at once", async () => {
  const document = await settings();
  const [first, second] = [await hotel().load(document), await hotel().load(document)];
  assert.deepEqual(second, first);
  assert.deepEqual([first.room_types, first.rooms, first.tariff_rows], [2, 8, 2]);
  const stay = hotel().stay();
  await hotel().load(
    await settings((it) => {
      it.room_types[0].rooms.push("60");
    }),
  );
  assert.deepEqual(await hotel().free(stay), { Junior: 6, Familiar: 3 });
  await hotel().load(document);
  assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 3 });
});

test("a room that is taken out of the settings keeps its reservations", async (t) => {
  t.after(async () => hotel().load(await settings()));
  const payment = await hotel().payment(1000);
  const stay = hotel().stay();
  const body = hotel().body(payment, stay, [room("Familiar", 2)]);
  const booked = expectBooking(await hotel().makeBooking(body));
  assert.equal(booked.bookings[0].room, "12");
  const without = await settings((it) => {
    it.room_types[1].rooms.shift();
  });
  assert.equal((await put("/v1/staff/settings?rooms_removed=12", without)).status, 200);
  assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 2 });
  assert.equal(expectBooking(await hotel().makeBooking(body)).bookings[0].room, "12");
});

test("payments come in as JSON, again and again", async () => {
  const payments = [
    incoming("881001"),
    incoming("881002", { amount: 12.5 }),
    {
      payment_method: "Depósito BAC",
      transfer_id: "991001",
      amount: 345,
      currency: "USD",
      payment_maker_name: "Wenceslao Iraheta Dubón",
      payment_date: "2026-11-21",
    },
  ];
  assert.deepEqual((await putPayments(payments)).json, { received: 3, added: 3, changed: 0 });
  assert.deepEqual((await putPayments(payments)).json, { received: 3, added: 0, changed: 0 });
  assert.deepEqual((await putPayments([...payments, incoming("881003")])).json, { received: 4, added: 1, changed: 0 });
  assert.deepEqual((await putPayments([incoming("881001", { amount: 700 }), payments[1]])).json, {
    received: 2,
    added: 0,
    changed: 1,
  });
  const [row] = await hotel().sql("SELECT * FROM compraclick WHERE autorizacion = '881001'");
  assert.deepEqual(row, {
    autorizacion: "881001",
    amount_cents: 70_000,
    currency: "USD",
    payer: "Wenceslao Iraheta Dubón",
    paid_on: "2026-11-20",
    used: 0,
    codreser: null,
    dateused: null,
  });
  const [bank] = await hotel().sql("SELECT amount_cents, paid_on FROM bac WHERE id = '991001'");
  assert.deepEqual(bank, { amount_cents: 34_500, paid_on: "2026-11-21" });
});

test("payments come in as CSV, again and again", async () => {
  const head = "payment_method,authorization_number,transfer_id,amount,currency,payment_maker_name,payment_date";
  const text =
    `\ufeff${head}\r\nCompraClick,882001,,690.00,USD,"Iraheta Dubón, Wenceslao",2026-11-20\r\n` +
    "Depósito BAC,,992001,1035.5,USD,Wenceslao Iraheta,2026-11-24\r\n";
  assert.deepEqual((await csv(text)).json, { received: 2, added: 2, changed: 0 });
  assert.deepEqual((await csv(text)).json, { received: 2, added: 0, changed: 0 });
  const [row] = await hotel().sql("SELECT amount_cents, payer FROM compraclick WHERE autorizacion = '882001'");
  assert.deepEqual(row, { amount_cents: 69_000, payer: "Iraheta Dubón, Wenceslao" });
  const semicolons =
    "payment_method;transfer_id;amount;currency;payment_maker_name;payment_date\nDepósito BAC;992002;10.00;USD;Wenceslao;2026-11-24\n";
  assert.deepEqual((await csv(semicolons)).json, { received: 1, added: 1, changed: 0 });

  for (const [broken, fields] of [
    [
      `${head}\nCompraClick,882003,,6x0,USD,W,2026-11-20\nEfectivo,1,,1,usd,W,20/11/2026\n`,
      ["payments[0].amount", "payments[1].payment_method", "payments[1].currency", "payments[1].payment_date"],
    ],
    [`${head}\nCompraClick,"882003,,1,USD,W,2026-11-20\n`, ["body"]],
    ["", ["body"]],
  ]) {
    const answer = await csv(broken);
    const json = expectProblem(answer, 422, "invalid");
    assert.deepEqual(json.fields.map((fault) => fault.field).sort(), [...fields].sort(), answer.text);
  }
  assert.deepEqual(await hotel().sql("SELECT * FROM compraclick WHERE autorizacion = '882003'"), [], "all or none");
});

test("a payment that is dated after the hotel's day is taken, and the answer says so", async () => {
  // 18:00 UTC on 1 December is noon of that day there, and so it is the day after in Tokyo only.
  const answer = await putPayments([
    incoming("884001", { payment_date: "2026-12-01" }),
    incoming("884002", { payment_date: "2026-12-02" }),
  ]);
  assert.deepEqual(answer.json, {
    received: 2,
    added: 2,
    changed: 0,
    warnings: [{ field: "payments[1].payment_date", message: "is after the hotel's date" }],
  });
  const [row] = await hotel().sql("SELECT paid_on FROM compraclick WHERE autorizacion = '884002'");
  assert.equal(row.paid_on, "2026-12-02");
});

test("`used` is never touched, and no payment is made smaller than what is used of it", async () => {
  const payment = await hotel().payment(690);
  const booked = expectBooking(await hotel().makeBooking(hotel().body(payment, hotel().stay(), [room("Junior", 2)])));
  const again = (more) => putPayments([incoming("881009"), incoming(payment.reference, more)]);
  assert.equal((await again({})).status, 200);
  await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(booked) });
  const refused = await again({ amount: 172.49 });
  const json = expectProblem(refused, 422, "invalid", { fields: ["payments[1].amount"] });
  assert.match(json.fields[0].message, /172\.50/);
  const euros = expectProblem(await again({ currency: "EUR" }), 422, "invalid", { fields: ["payments[1].currency"] });
  assert.equal(euros.fields[0].message, "is not that of the 172.50 used of it");
  assert.equal((await hotel().row(payment)).currency, "USD");
  assert.deepEqual((await again({ amount: 172.5 })).json, { received: 2, added: 0, changed: 1 });
  await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(booked) });
  expectProblem(
    await hotel().makeBooking(hotel().body(payment, hotel().stay(), [room("Junior", 1)])),
    409,
    "payment_used",
  );
  for (const field of ["used", "codreser", "dateused"]) {
    expectProblem(await again({ [field]: 0 }), 422, "invalid", { fields: [`payments[1].${field}`] });
  }
});

test("payments with faults are refused with every fault named, and none of the file is taken", async () => {
  const answer = await putPayments([
    incoming("883001"),
    incoming("883002", { amount: -1, currency: "dollars" }),
    { ...incoming("883003"), transfer_id: "1" },
    { ...incoming("883004"), payment_date: "2026-02-30", payment_maker_name: "" },
    incoming("883001"),
    7,
  ]);
  const json = expectProblem(answer, 422, "invalid");
  assert.deepEqual(
    json.fields.map((fault) => fault.field),
    [
      "payments[1].amount",
      "payments[1].currency",
      "payments[2].transfer_id",
      "payments[3].payment_maker_name",
      "payments[3].payment_date",
      "payments[4].authorization_number",
      "payments[5]",
    ],
  );
  assert.match(json.fields[5].message, /payments\[0\]/, "the payment that stands there twice");
  assert.deepEqual(await hotel().sql("SELECT * FROM compraclick WHERE autorizacion LIKE '88300_'"), []);
});

closingTests(hotel);
