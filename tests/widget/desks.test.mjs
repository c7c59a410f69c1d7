// The back office with two people at two desks, and what they write and read there: amounts, the hotel's clock, files.

import { test } from "node:test";

import { ended, unconfirmed } from "../e2e/halfway.mjs";
import { expectBooking, room } from "../e2e/support.mjs";
import { amountOf } from "../../www/site/staff/money.js";
import { assert, stage } from "./support.mjs";
import { Staff } from "./staff.mjs";

const it = stage();
const at = (section, options) => Staff.at(it, section, options);

async function asking(rooms) {
  const { hotel } = it;
  const body = hotel.body(await hotel.payment(1000), hotel.stay(), rooms);
  const booked = expectBooking(await hotel.makeBooking(body));
  await ended(hotel, booked.booking_id);
  return { ...booked, ask: (lines) => hotel.call("POST", `/v1/bookings/${booked.booking_id}/cancellation-request`, { as: booked.token, body: { rooms: lines } }) };
}

const outcome = async ({ booking_id }) => (await it.hotel.call("GET", `/v1/bookings/${booking_id}`, { as: "staff" })).json.outcome;

test("what somebody else resolved meanwhile is said, and the list is as it is then", async () => {
  const { booking } = await unconfirmed(it.hotel);
  const [one, two] = [await at("cases"), await at("cases", { language: "en" })];
  const answer = (staff) => staff.page.locator("article", { hasText: booking });
  await answer(one).getByLabel(one.words.note).fill("No está en el sistema.");
  await answer(one).getByRole("button", { name: one.words.isNotBooked, exact: true }).click();
  await one.page.getByText(one.words.resolved).first().waitFor();
  await answer(two).getByLabel(two.words.note).fill("It is there.");
  await answer(two).getByLabel(two.words.foundCode).fill("88021");
  await answer(two).getByRole("button", { name: two.words.isBooked, exact: true }).click();
  await two.page.locator(".notice.bad", { hasText: two.words.elsewhere }).waitFor();
  assert.equal(await answer(two).count(), 0);
  assert.equal(await outcome({ booking_id: booking }), "partly_booked");
  for (const staff of [one, two]) await staff.close();
});

test("a request that changed, or that somebody closed, cancels nothing", async () => {
  const booked = await asking([room("Junior", 2), room("Junior", 1)]);
  await booked.ask([1]);
  const [one, two] = [await at("cases"), await at("cases")];
  const { words: w } = one;
  const of = (staff) => staff.page.locator("article", { hasText: booked.booking_id });
  for (const staff of [one, two]) staff.page.on("dialog", (dialog) => dialog.accept());
  await of(two).getByLabel(w.note).fill("Llamé: se queda con la habitación.");
  await of(two).getByRole("button", { name: w.keepRooms }).click();
  await two.page.getByText(w.resolved).first().waitFor();
  await of(one).getByRole("button", { name: w.cancelRooms }).click();
  await one.page.locator(".notice.bad", { hasText: w.elsewhere }).waitFor();
  assert.equal(await outcome(booked), "booked");
  await booked.ask([2]);
  await one.open("cases");
  await one.page.getByRole("button", { name: w.refresh }).click();
  await of(one).getByText(/Pide cancelar: Habitación 2/).waitFor();
  await booked.ask([1]);
  await of(one).getByRole("button", { name: w.cancelRooms }).click();
  await one.page.locator(".notice.bad", { hasText: w.elsewhere }).waitFor();
  assert.equal(await outcome(booked), "booked");
  await of(one).getByText(/Pide cancelar: Habitación 1, Habitación 2/).waitFor();
  await of(one).getByRole("button", { name: w.cancelRooms }).click();
  await one.page.locator(".notice.good", { hasText: w.resolved }).waitFor();
  assert.equal(await outcome(booked), "not_booked");
  for (const staff of [one, two]) await staff.close();
});

test("a case of which something is left is not called resolved", async () => {
  const { booking } = await unconfirmed(it.hotel);
  const { json } = await it.hotel.call("POST", `/v1/bookings/${booking}/cancellation-request`, { as: "staff", body: { rooms: [1] } });
  assert.deepEqual(json.cancellation_requested, [1]);
  const staff = await at("cases");
  const { words: w } = staff;
  const card = staff.page.locator("article", { hasText: booking });
  const form = card.locator("form", { has: staff.page.getByRole("button", { name: w.isNotBooked, exact: true }) });
  await form.getByLabel(w.note).fill("No está en el sistema.");
  await form.getByRole("button", { name: w.isNotBooked, exact: true }).click();
  await staff.page.locator(".notice.good", { hasText: w.stillOpen }).waitFor();
  await card.getByText(/Pide cancelar: Habitación 1/).waitFor();
  await staff.close();
});

test("what was found is told in words: what a guest was to hear of a payment, and a reservation that is nobody's", async () => {
  const { hotel } = it;
  // As the Worker writes them down; tests/e2e/pending and sweep have it do so.
  const data = {
    payment_method: "CompraClick", authorization_number: "551177", claim: "22d4e3b9f3559826982474007995110b", claimed_amount: 1345.5, available_amount: 0,
    expires_at: "2026-12-02T18:00:00Z", payment_amount: 1345.5, wa_id: "50370001234", customer_message: "✅ Pago validado: apartamos $1,345.50 para usted.\nResérvelo cuando guste.",
  };
  const put = (kind, subject, detail) =>
    hotel.sql("INSERT INTO findings (kind, subject, detail, found_ms) VALUES (?, ?, ?, ?)", kind, subject, JSON.stringify(detail), hotel.now());
  await put("payment_notice_given_up", "one", { type: "payment.found", error: "answered 500", data });
  await put("stray_reservation", "two", { reserva: "99002", room: "57", reference: `${"b".repeat(32)}-0-1` });
  const [one, two] = [await at("cases"), await at("cases", { language: "en" })];
  const facts = (staff, text) =>
    staff.page
      .locator("article", { hasText: text })
      .locator(".facts > div")
      .evaluateAll((all) => Object.fromEntries(all.map((it) => [...it.children].map((cell) => cell.textContent.replace(/[\u202f\u00a0]/g, " ")))));
  const told = await facts(one, "551177");
  assert.deepEqual(told, {
    Aviso: "El pago llegó", "Error, para quien opera el sistema": "answered 500", "Forma de pago": "CompraClick", "Autorización": "551177",
    "Número de lo apartado": data.claim, Apartado: "$1,345.50", Libre: "$0.00", "Apartado hasta": "2 dic 2026, 12:00 p. m.", "Monto pedido": "$1,345.50",
    WhatsApp: data.wa_id, "Mensaje para el huésped": data.customer_message,
  });
  assert.deepEqual(await facts(two, "99002"), { "Reservation code": "99002", Room: "57", "The reservation's reference": `${"b".repeat(32)}-0-1` });
  await one.shot("staff-noted");
  // At two desks again: what is no booking's says itself that it was closed.
  for (const [staff, said] of [[one, one.words.resolved], [two, two.words.elsewhere]]) {
    const card = staff.page.locator("article", { hasText: "99002" });
    await card.getByLabel(staff.words.note).fill("Cancelada a mano.");
    await card.getByRole("button", { name: staff.words.resolve }).click();
    await staff.page.locator(".notice", { hasText: said }).waitFor();
  }
  for (const staff of [one, two]) await staff.close();
});

test("instants are the hotel's, whatever the clock of who reads them", async () => {
  const { hotel } = it;
  const payment = await hotel.payment(300);
  const body = { authorization_number: payment.reference, payment_amount: 200, wa_id: hotel.waId() };
  const { json: claim } = await hotel.call("POST", "/v1/tools/validate_compraclick_payment", { as: "assistant", body });
  // The hotel is at UTC-6 all year.
  const expires = new Date(Date.parse(claim.expires_at) - 6 * 3_600_000);
  const told = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(expires);
  for (const timezoneId of ["Asia/Tokyo", "America/El_Salvador"]) {
    const staff = await at("payments", { language: "en", context: { timezoneId } });
    const text = await staff.card(payment.reference).textContent();
    assert.ok(text.includes(`$200.00 for a guest, until ${told}`), `${timezoneId}: ${text}`);
    await staff.close();
  }
});

test("an amount is looked for as it is written, and what is none is said in the reader's language", async () => {
  const payment = await it.hotel.payment(1234.5);
  const staff = await at("payments");
  const { page, words: w } = staff;
  for (const amount of ["1234.5", "$1,234.50", "1.234,50", "USD 1,234.50"]) {
    await staff.search({ amount });
    assert.deepEqual(await page.locator("article h3").allTextContents(), [`CompraClick ${payment.reference}`], amount);
  }
  const form = page.locator("form.filters");
  await form.locator("[name=amount]").fill("mil");
  await form.getByRole("button", { name: w.filter }).click();
  await form.getByText(w.badAmount).waitFor();
  assert.equal(await form.locator("[name=amount]").getAttribute("aria-invalid"), "true");
  assert.equal(await page.locator("article").count(), 1, "what was found stays");
  await staff.search({ amount: "" });
  assert.equal(await form.getByText(w.badAmount).count(), 0);
  await staff.close();
});

test("what is looked for is found behind many payments, and how many are shown is not how many there are", async () => {
  await it.hotel.sql(
    `INSERT INTO compraclick (autorizacion, amount_cents, currency, payer, paid_on)
     WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
     SELECT 'M' || i, 4321, 'USD', 'Muchos Pagos', '2026-11-25' FROM n`,
  );
  const staff = await at("payments");
  const { page, words: w } = staff;
  const count = page.locator(".count");
  assert.equal(await count.textContent(), "Se muestran 20 pagos; puede haber más.");
  await staff.search({ amount: "$1,234.50" });
  await page.locator("article").first().waitFor();
  assert.equal(await page.locator("article").count(), 1);
  assert.equal(await count.textContent(), "1 pago");
  await staff.search({ amount: "7.77" });
  await page.getByText(w.noPayments, { exact: true }).first().waitFor();
  await staff.search({ amount: "" });
  await staff.close();
});

test("where the reservation system could not be asked it is not said that it agrees", async () => {
  const staff = await at("payments");
  const { page, words: w } = staff;
  await page.route("**/v1/staff/reconciliation*", async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    await route.fulfill({ response, json: { ...json, payments: [], others: [], reservations_compared: false } });
  });
  await staff.open("differences");
  await page.getByRole("heading", { name: w.agreeElse }).waitFor();
  assert.ok(await page.getByText(w.notCompared, { exact: true }).first().isVisible());
  assert.equal(await page.getByText(w.agree, { exact: true }).count(), 0);
  await staff.close();
});

test("amounts are read as people write them", () => {
  const read = { 690: "690", "690.5": "690.5", "690,50": "690.50", "$690.00": "690.00", "1,000": "1000", "12,345,678.90": "12345678.90", "1.234,5": "1234.5", "US$ 5": "5", "5 USD": "5" };
  for (const [text, amount] of Object.entries(read)) assert.equal(amountOf(text), amount, text);
  for (const text of ["", "abc", "-5", "1.234", "1,23,456", "12.345", "1e3", "1 000", ".5", "5.", "690.555"]) assert.equal(amountOf(text), undefined, text);
});

test("who signs in next does not see whom the last one looked for", async () => {
  const staff = await at("payments");
  const { page, words: w } = staff;
  await staff.search({ payment_maker_name: "Wenceslao Iraheta" });
  await page.getByRole("button", { name: w.signOut }).click();
  await page.getByLabel(w.key).waitFor();
  await staff.signIn();
  await staff.heading(w.payments).waitFor();
  assert.equal(await page.locator("[name=payment_maker_name]").inputValue(), "");
  await staff.close();
});

test("payments that are too many for one file are no file, and it is said", async () => {
  const staff = await at("payments");
  const { page, words: w } = staff;
  let pages = 0;
  await page.route("**/v1/staff/payments*", async (route) => {
    if (route.request().headers().accept !== "text/csv") return route.continue();
    pages += 1;
    const link = `<${it.hotel.host.url}/v1/staff/payments?after=${pages}>; rel="next"`;
    return route.fulfill({ status: 200, contentType: "text/csv", headers: { link }, body: "reference\r\n1\r\n" });
  });
  let files = 0;
  page.on("download", () => { files += 1; });
  await page.getByRole("button", { name: w.download }).click();
  await page.getByText(w.tooLong).waitFor();
  assert.equal(files, 0);
  await staff.close();
});

test("afterwards no log line says who somebody is", () => it.hotel.checkLogs());
