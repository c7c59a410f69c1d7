// A bank's file at the back office: what spreadsheets in Latin America write is read, and of two readings none is taken.

import { test } from "node:test";

import { dateOf, orderIn, orderOf, readAll, sumOf, tableOf } from "../../www/site/staff/bank-read.js";
import { rowsOf, textOf } from "../../www/site/staff/bank-text.js";
import { room } from "../e2e/support.mjs";
import { passesAxe } from "./staff-access.mjs";
import { DESKTOP, PHONE, assert, stage } from "./support.mjs";
import { Staff } from "./staff.mjs";

const it = stage();

/** Opens the screen of a bank's file, as from the payments. */
async function at(options) {
  const staff = await Staff.at(it, "payments", options);
  await staff.page.getByRole("link", { name: staff.words.bank.title }).click();
  await staff.heading(staff.words.bank.title).waitFor();
  return staff;
}

const choose = (staff, bytes, name = "movimientos.csv") =>
  staff.page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(bytes) });

const latin = (text) => Buffer.from(text, "latin1");

/** A statement as a bank's page exports it by way of Excel in El Salvador. */
const STATEMENT = [
  "Estado de cuenta;;;;",
  "Cuenta 200123456;;;;",
  "Fecha;Referencia;Descripción;Débitos;Créditos",
  '20/11/2026;="00771001";"Núñez; Íngrid";;$1,234.50',
  "05/11/2026;771002;Comisión mensual;5.00;",
  "06/11/2026;7.71003E+11;Iraheta;;10.00",
  "06/11/2026;771004;Iraheta;;1,000",
  "15/12/2026;771005;Peña Ibáñez;;1.050,00",
].join("\r\n");

test("sums are read as people write them, none of two readings is taken, and what went out is no payment", () => {
  const read = {
    690: "690", "690.5": "690.5", "690,50": "690.50", "1,234.50": "1234.50", "1.234,50": "1234.50", "$1,234.50": "1234.50", "US$ 1,234.50": "1234.50",
    "1 234,50": "1234.50", "1,234,567.00": "1234567.00", "100.00 USD": "100.00",
  };
  for (const [text, amount] of Object.entries(read)) assert.deepEqual(sumOf(text, "USD"), { amount }, text);
  for (const text of ["", "0.00", "-25.00", "(25.00)", "25.00-", "-$5.00", "$-5.00", "$ -"]) assert.deepEqual(sumOf(text, "USD"), {}, text);
  const refused = {
    "1,234": "amountTwice", "1.234": "amountTwice", "12.345": "amountTwice", "1,23,456.00": "amount", "1.234.50": "amount", "€100.00": "amountSign",
    "EUR 5": "amountSign", "25.00 DB": "amountSign", "1.2E+5": "amountSign", mil: "amountSign",
  };
  for (const [text, fault] of Object.entries(refused)) assert.deepEqual(sumOf(text, "USD"), { fault }, text);
  assert.deepEqual(sumOf("€100,00", "EUR"), { amount: "100.00" });
});

test("a date is read by what its file says of the order of day and month, and else not", () => {
  const read = (cells) => cells.map((cell) => dateOf(cell, orderOf(cells))).map((one) => one.date ?? one.fault);
  assert.deepEqual(read(["20/11/2026", "05/04/2026", "1-2-2026"]), ["2026-11-20", "2026-04-05", "2026-02-01"]);
  assert.deepEqual(read(["11/20/2026", "05/04/2026"]), ["2026-11-20", "2026-05-04"]);
  assert.deepEqual(read(["05/04/2026", "05/05/2026", "2026-11-20"]), ["dateTwice", "2026-05-05", "2026-11-20"]);
  assert.deepEqual(read(["20/11/2026", "11/21/2026", "05/04/2026"]), ["dateMixed", "dateMixed", "dateMixed"]);
  assert.deepEqual(read(["20-nov-2026", "20 de noviembre de 2026", "2026-11-20 14:35:00", "20/11/2026 2:35 p. m."]), Array(4).fill("2026-11-20"));
  assert.deepEqual(read(["31/02/2026", "20/11/26", "", "20112026", "46000"]), Array(5).fill("date"));
});

test("a file is read in its own encoding, and one whose letters are not known is not", () => {
  const text = "Fecha;Créditos\n20/11/2026;1,00 Ñandú";
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  for (const [bytes, encoding] of [[Buffer.from(`\ufeff${text}`), "UTF-8"], [Buffer.from(text), "UTF-8"], [latin(text), "Windows-1252"], [utf16, "UTF-16"]]) {
    const found = textOf(new Uint8Array(bytes));
    assert.deepEqual([found.encoding, rowsOf(found.text)[0].cells], [encoding, ["Fecha", "Créditos"]]);
  }
  const code = (bytes) => {
    try {
      rowsOf(textOf(new Uint8Array(bytes)).text);
    } catch (error) {
      return error.code;
    }
    return "read";
  };
  // "Núñez" in the code page of MS-DOS, and in that of Mac.
  assert.equal(code(Buffer.from([0x4e, 0xa3, 0xa4, 0x65, 0x7a, 0x3b, 0x31])), "encoding");
  assert.equal(code(Buffer.from([0x4d, 0x87, 0x72, 0x71, 0x75, 0x65, 0x7a, 0x3b, 0x31])), "encoding");
  assert.equal(code(Buffer.from("PK\u0003\u0004 a;b")), "workbook");
  assert.equal(code(Buffer.from("<html><table>")), "workbook");
  assert.equal(code(Buffer.from("")), "noRows");
  assert.equal(code(Buffer.from("uno\ndos\n")), "noRows");
  assert.equal(code(Buffer.from('a;b\n"c;d\n')), "unclosed");
});

test("every line is read, left out or refused, by its number in the file", () => {
  const table = tableOf(rowsOf(textOf(new Uint8Array(latin(STATEMENT))).text));
  const how = { columns: table.columns, method: "Depósito BAC", currency: "USD", order: orderIn(table, table.columns) };
  const { taken, none, refused, ahead } = readAll(table, how, "2026-12-01");
  const lines = (rows) => rows.map(({ line }) => line);
  assert.deepEqual([lines(taken), lines(none), lines(ahead)], [[4, 8], [5], [8]]);
  assert.deepEqual(refused.map(({ line, faults }) => [line, faults]), [[6, ["referenceRounded"]], [7, ["amountTwice"]]]);
  assert.deepEqual(taken[0].payment, {
    payment_method: "Depósito BAC", transfer_id: "00771001", amount: 1234.5, currency: "USD", payment_maker_name: "Núñez; Íngrid", payment_date: "2026-11-20",
  });
  const of = (text) => readAll(tableOf(rowsOf(text)), { ...how, columns: tableOf(rowsOf(text)).columns, order: "dmy" }, undefined);
  const twice = of("Fecha,Referencia,Monto,Nombre\n20/11/2026,77,5.00,A\n21/11/2026,78,6.00,B\n22/11/2026,77,7.00,C\n");
  assert.deepEqual([lines(twice.taken), lines(twice.refused)], [[3], [2, 4]]);
  // A column says of each sum whether it came in.
  const sided = of("Fecha,Tipo,Documento,Monto,Nombre\n20/11/2026,C,77,5.00,A\n21/11/2026,D,78,6.00,B\n");
  assert.deepEqual([lines(sided.taken), lines(sided.none)], [[2], [3]]);
  const foreign = of("Fecha,Referencia,Monto,Moneda,Nombre,Forma de pago\n20/11/2026,77,5.00,EUR,A,compraclick\n20/11/2026,78,5.00,$,A,Efectivo\n20/11/2026,79,€5.00,USD,A,deposito bac\n");
  assert.deepEqual(foreign.taken.map(({ payment }) => [payment.currency, payment.authorization_number]), [["EUR", "77"]]);
  assert.deepEqual(foreign.refused.map(({ faults }) => faults), [["method"], ["amountSign"]]);
});

test("a bank's statement is looked at as it was read, and what is not read is said by line; the rest is saved", async () => {
  const staff = await at();
  const { page, words: { bank } } = staff;
  await choose(staff, latin(STATEMENT));
  await page.getByText("leídas como Windows-1252").waitFor();
  await page.locator(".notice", { hasText: bank.needColumns.split(":")[0] }).waitFor();
  await page.locator("select[name=payment_method]").selectOption("Depósito BAC");
  assert.equal(await page.locator("#summary").textContent(), "2 pagos, $2,284.50, del 20 nov 2026 al 15 dic 2026.");
  assert.equal(await page.evaluate(() => document.activeElement.name), "payment_method", "the focus stays");
  assert.deepEqual(await page.locator(".faults li").allTextContents(), [`Línea 6: ${bank.faults.referenceRounded}`, `Línea 7: ${bank.faults.amountTwice}`]);
  await page.locator(".ahead", { hasText: "1 pago tiene una fecha futura: línea 8." }).waitFor();
  const cells = await page.locator("tbody tr").first().locator("th, td").allTextContents();
  assert.deepEqual(cells, ["4", "20 nov 2026", "$1,234.50", "00771001", "Núñez; Íngrid", "20/11/2026 · $1,234.50"]);
  // Another language, another screen and back: what was chosen stays.
  await page.getByRole("button", { name: "English" }).click();
  await page.locator("#summary", { hasText: "2 payments" }).waitFor();
  await page.getByRole("button", { name: "Español" }).click();
  await staff.open("cases");
  await page.goBack();
  await page.getByRole("button", { name: "Guardar 2 pagos" }).click();
  await page.locator(".notice.good", { hasText: "2 nuevos, 0 corregidos, 0 que ya estaban. 1 tiene una fecha futura." }).waitFor();
  const rows = await it.hotel.sql("SELECT id, amount_cents, payer, paid_on FROM bac WHERE id LIKE '%77100_' ORDER BY paid_on");
  assert.deepEqual(rows, [
    { id: "00771001", amount_cents: 123_450, payer: "Núñez; Íngrid", paid_on: "2026-11-20" },
    { id: "771005", amount_cents: 105_000, payer: "Peña Ibáñez", paid_on: "2026-12-15" },
  ]);
  assert.equal(await page.getByText("leídas como").count(), 0, "the file is done with");
  await staff.close();
});

test("dates that can be read in two ways are asked about, and nothing is shown before", async () => {
  const staff = await at({ language: "en" });
  const { page, words: { bank } } = staff;
  await choose(staff, "Fecha,Referencia,Nombre,Monto,Método\n05/04/2026,772001,Ana Flores,100.00,CompraClick\n05/05/2026,772002,Ana Flores,200.00,CompraClick\n");
  await page.locator(".notice", { hasText: bank.needOrder }).waitFor();
  assert.equal(await page.locator("table").count(), 0);
  assert.equal(await page.getByText("Month/day/year: 05/04/2026 is May 4, 2026").count(), 1);
  await page.getByLabel("Day/month/year: 05/04/2026 is Apr 5, 2026").check();
  await page.getByRole("button", { name: "Save 2 payments" }).click();
  await page.locator(".notice.good").waitFor();
  const rows = await it.hotel.sql("SELECT paid_on FROM compraclick WHERE autorizacion LIKE '77200_' ORDER BY autorizacion");
  assert.deepEqual(rows, [{ paid_on: "2026-04-05" }, { paid_on: "2026-05-05" }]);
  await staff.close();
});

test("columns by names of a bank's own are chosen, and the API's own file needs nothing", async () => {
  const staff = await at({ language: "en" });
  const { page, words: { bank } } = staff;
  await choose(staff, "Día;Folio;Quién;Cuánto\n20/11/2026;773001;Ana Flores;1.100,00\n");
  await page.locator(".notice", { hasText: bank.needColumns.split(":")[0] }).waitFor();
  for (const [name, column] of [["date", "Día"], ["reference", "Folio"], ["name", "Quién"], ["amount", "Cuánto"], ["payment_method", "CompraClick"]]) {
    await page.locator(`select[name=${name}]`).selectOption({ label: column });
  }
  await page.locator("#summary", { hasText: "1 payment, $1,100.00" }).waitFor();
  const head = "payment_method,authorization_number,transfer_id,amount,currency,payment_maker_name,payment_date";
  await choose(staff, `\ufeff${head}\r\nCompraClick,773002,,690.00,USD,"Iraheta, W",2026-11-20\r\nDepósito BAC,,773003,5.5,USD,W,2026-11-24\r\n`);
  await page.locator("#summary", { hasText: "2 payments, $695.50" }).waitFor();
  await staff.close();
});

test("what the system refuses is said by line, and nothing of it was saved", async () => {
  const payment = await it.hotel.payment(690);
  await it.hotel.makeBooking(it.hotel.body(payment, it.hotel.stay(), [room("Junior", 2)]));
  const staff = await at();
  const { page, words: { bank } } = staff;
  const head = "fecha,autorización,nombre,monto,método de pago";
  await choose(staff, `${head}\n20/11/2026,774001,Ana,50.00,CompraClick\n\n20/11/2026,${payment.reference},Ana,100.00,CompraClick\n`);
  await page.getByRole("button", { name: "Guardar 2 pagos" }).click();
  await page.getByText(bank.notSaved).waitFor();
  const told = await page.locator(".wrong li").allTextContents();
  assert.deepEqual(told, [bank.notSaved, "Línea 4: ya se usaron 172.50 de ese pago, y el monto del archivo es menor."]);
  assert.deepEqual(await it.hotel.sql("SELECT * FROM compraclick WHERE autorizacion = '774001'"), []);
  // Where the payments are the hotel's own, nobody is signed out for it.
  await page.route("**/v1/staff/payments", (route) => route.fulfill({ status: 403, json: { code: "forbidden", detail: "elsewhere" } }));
  await page.getByRole("button", { name: "Guardar 2 pagos" }).click();
  await page.getByText(bank.ownDatabase).waitFor();
  await staff.close();
});

test("a file that is none is said to be none, and who signs in next does not see another's", async () => {
  const staff = await at();
  const { page, words: { bank, signOut, key } } = staff;
  await choose(staff, "PK\u0003\u0004", "banco.xlsx");
  await page.getByText(`banco.xlsx: ${bank.unreadable.workbook}`).waitFor();
  await choose(staff, latin(STATEMENT));
  await page.getByText("leídas como").waitFor();
  await page.getByRole("button", { name: signOut }).click();
  await page.getByLabel(key).waitFor();
  await staff.signIn();
  await staff.heading(bank.title).waitFor();
  assert.equal(await page.getByText("leídas como").count(), 0);
  await staff.close();
});

for (const language of ["es", "en"]) {
  for (const dark of [false, true]) {
    const device = (language === "es") === dark ? DESKTOP : PHONE;
    const name = `bank-${language}-${dark ? "dark" : "light"}-${device === PHONE ? "phone" : "desk"}`;
    test(`axe finds nothing on a file that was read: ${name}`, async () => {
      const staff = await at({ device, language, dark, context: { bypassCSP: true } });
      const { page } = staff;
      await passesAxe(staff, `${name}-empty`);
      await choose(staff, latin(STATEMENT));
      await page.locator("select[name=payment_method]").waitFor();
      await passesAxe(staff, `${name}-chosen`);
      await page.locator("select[name=payment_method]").selectOption("Depósito BAC");
      await page.locator("#summary").waitFor();
      await passesAxe(staff, `${name}-read`);
      await choose(staff, "Fecha;Referencia;Nombre;Monto\n05/04/2026;775001;Ana;10.00\n");
      await page.locator("select[name=payment_method]").selectOption("CompraClick");
      await page.locator("input[type=radio]").first().waitFor();
      await passesAxe(staff, `${name}-order`);
      await staff.close();
    });
  }
}

test("afterwards no log line says who somebody is", () => it.hotel.checkLogs());
