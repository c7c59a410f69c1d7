// The back office with a guest on the telephone: a booking found by its code, and nothing lost that was typed.

import { test } from "node:test";

import { ended, unconfirmed } from "../e2e/halfway.mjs";
import { codreserOf, expectBooking, room, settings } from "../e2e/support.mjs";
import { passesAxe } from "./staff-access.mjs";
import { DESKTOP, PHONE, assert, stage } from "./support.mjs";
import { Staff } from "./staff.mjs";

const it = stage({ prepare });
const at = (section, options) => Staff.at(it, section, options);
const has = {};

/** A booking of two rooms with a deposit by transfer and more by CompraClick, and one with a request to cancel. */
async function prepare({ hotel }) {
  await hotel.load(await settings((document) => { document.deposit_percent = 30; }));
  has.deposit = await hotel.payment(160, { bank: true });
  const body = hotel.body(has.deposit, hotel.stay(2), [room("Junior", 2), room("Junior", 1)]);
  has.booked = expectBooking(await hotel.makeBooking(body));
  has.more = await hotel.payment(100);
  const further = { ...hotel.paidBy(has.more, 100) };
  const paid = await hotel.call("POST", `/v1/bookings/${has.booked.booking_id}/payments`, { as: "staff", body: further, key: hotel.unique("more-") });
  assert.equal(paid.status, 200, paid.text);
  await hotel.payment(777);
  await ended(hotel, has.booked.booking_id);
}

async function asking() {
  const { hotel } = it;
  const booked = expectBooking(await hotel.makeBooking(hotel.body(await hotel.payment(1000), hotel.stay(), [room("Familiar", 2)])));
  await ended(hotel, booked.booking_id);
  const asked = await hotel.call("POST", `/v1/bookings/${booked.booking_id}/cancellation-request`, { as: booked.token, body: {} });
  assert.equal(asked.status, 200, asked.text);
  return booked;
}

const plain = (text) => text.replace(/[\u202f\u00a0]/g, " ");

/** Searches by a code and waits for what comes of it. */
async function find(staff, code) {
  const form = staff.page.locator("form.filters");
  await form.getByLabel(staff.words.codeFilter).fill(code);
  await form.getByRole("button", { name: staff.words.filter }).click();
  await staff.page.locator(".booking, .empty").first().waitFor();
  await staff.page.waitForFunction(() => document.querySelector(".wait") === null);
}

test("a code that a guest reads out leads to the booking, what is left to pay of it, and every payment of it", async () => {
  const staff = await at("payments");
  const { page, words: w } = staff;
  const [one, two] = has.booked.bookings.map((line) => line.reserva);
  for (const code of [`HR${one}`, two, `hr-${one}`, `HR ${two} `]) {
    await find(staff, code);
    assert.deepEqual(await page.locator("article h3").allTextContents(), [
      "Reservación de Xiomara Quijano de Zelaya", `Depósito BAC ${has.deposit.reference}`, `CompraClick ${has.more.reference}`,
    ]);
  }
  const booking = page.locator(".booking");
  const facts = await booking.locator(".facts > div").evaluateAll((all) => Object.fromEntries(all.map((div) => [...div.children].map((cell) => cell.textContent))));
  assert.deepEqual([facts[w.payment], plain(facts[w.total]), plain(facts[w.balance])], [
    `Depósito BAC ${has.deposit.reference}\nCompraClick ${has.more.reference}`, "$517.50", "$257.50",
  ]);
  await booking.getByText(w.history).click();
  assert.ok(await booking.getByText("Se pidió la reservación.").isVisible());
  await find(staff, "HR999999");
  await page.getByRole("heading", { name: "No hay una reservación con el código HR999999" }).waitFor();
  await staff.search({ code: "" });
  await staff.card(has.deposit.reference).waitFor();
  assert.equal(await page.locator(".booking").count(), 0);
  assert.equal((await it.hotel.row(has.more)).codreser, codreserOf(has.booked));
  await staff.close();
});

test("a payment that has not come in is said to be missing, beside the booking that waits for it", async () => {
  const { hotel } = it;
  const awaited = hotel.expected(500);
  const body = hotel.body(awaited, hotel.stay(), [room("Junior", 1)], { force_process: true });
  const booked = expectBooking(await hotel.makeBooking(body, { as: "staff" }));
  await ended(hotel, booked.booking_id);
  const staff = await at("payments", { language: "en" });
  await find(staff, `HR${booked.bookings[0].reserva}`);
  await staff.page.getByText(`CompraClick ${awaited.reference}: that payment is not in the table of payments`).waitFor();
  await staff.close();
});

test("a note that was written before rooms are cancelled is in the booking's journal", async () => {
  const booked = await asking();
  const staff = await at("cases");
  const { page, words: w } = staff;
  const card = page.locator("article", { hasText: booked.booking_id });
  page.on("dialog", (dialog) => dialog.accept());
  await card.getByLabel(w.note).fill("Llamó la huésped: enfermó su hija.");
  await card.getByRole("button", { name: w.cancelRooms }).click();
  await page.locator(".notice.good", { hasText: w.resolved }).waitFor();
  const { json } = await it.hotel.call("GET", `/v1/staff/bookings/${booked.booking_id}`, { as: "staff", language: "es" });
  const texts = json.journal.map(({ text }) => text);
  const noted = texts.indexOf("Nota del personal: Llamó la huésped: enfermó su hija.");
  assert.ok(noted > 0 && noted < texts.indexOf("Se ordenó cancelar: habitaciones 1."), JSON.stringify(texts));
  assert.equal(await page.evaluate(() => sessionStorage.getItem("posada-staff-drafts")), "{}", "what was sent is done with");
  await staff.close();
});

test("what is half typed stays through a refresh, another case, another language and a reload, and goes with who typed it", async () => {
  const { booking } = await unconfirmed(it.hotel);
  const other = await asking();
  const staff = await at("cases");
  const { page, words: w } = staff;
  const of = (id) => page.locator("article", { hasText: id });
  const typed = async (words = w) => [await of(booking).getByLabel(words.note).inputValue(), await of(booking).getByLabel(words.foundCode).inputValue()];
  await of(booking).getByLabel(w.note).fill("Pregunté en el sistema;");
  await of(booking).getByLabel(w.foundCode).fill("8803");
  const left = ["Pregunté en el sistema;", "8803"];
  await page.getByRole("button", { name: w.refresh }).click();
  await page.waitForFunction(() => document.querySelector(".wait") === null);
  assert.deepEqual(await typed(), left, "after a refresh");
  await of(other.booking_id).getByLabel(w.note).fill("Se queda.");
  await of(other.booking_id).getByRole("button", { name: w.keepRooms }).click();
  await page.locator(".notice.good", { hasText: w.resolved }).waitFor();
  assert.deepEqual(await typed(), left, "after another case");
  await page.getByRole("button", { name: "English" }).click();
  await staff.heading("Cases").waitFor();
  await page.waitForFunction(() => document.querySelector(".wait") === null);
  const english = { note: "Note: what you found and did", foundCode: "Reservation code" };
  assert.deepEqual(await typed(english), left, "in another language");
  await page.getByRole("button", { name: "Español" }).click();
  await page.reload();
  await of(booking).getByLabel(w.note).waitFor();
  assert.deepEqual(await typed(), left, "after a reload");
  // Half a search as well.
  await staff.open("payments");
  await page.locator("[name=reference]").fill("5500");
  await page.getByRole("button", { name: "English" }).click();
  await staff.heading("Payments").waitFor();
  assert.equal(await page.locator("[name=reference]").inputValue(), "5500");
  await page.getByRole("button", { name: "Español" }).click();
  await staff.heading(w.payments).waitFor();
  await page.getByRole("button", { name: w.signOut }).click();
  await page.getByLabel(w.key).waitFor();
  await staff.signIn();
  await staff.heading(w.payments).waitFor();
  assert.equal(await page.locator("[name=reference]").inputValue(), "");
  await staff.open("cases");
  assert.deepEqual(await typed(), ["", ""]);
  await staff.close();
});

for (const language of ["es", "en"]) {
  for (const dark of [false, true]) {
    const device = (language === "es") === dark ? DESKTOP : PHONE;
    const name = `reception-${language}-${dark ? "dark" : "light"}-${device === PHONE ? "phone" : "desk"}`;
    test(`axe finds nothing on a booking that was looked up: ${name}`, async () => {
      const staff = await at("payments", { device, language, dark, context: { bypassCSP: true } });
      await find(staff, `HR${has.booked.bookings[0].reserva}`);
      await staff.page.getByText(staff.words.history).click();
      await passesAxe(staff, name);
      await find(staff, "HR999999");
      await passesAxe(staff, `${name}-none`);
      await staff.close();
    });
  }
}

test("afterwards no log line says who somebody is", () => it.hotel.checkLogs());
