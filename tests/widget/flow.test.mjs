// The whole way from dates to confirmation: by mouse, by touch and by keyboard alone, in both languages.

import { test } from "node:test";

import { DESKTOP, Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage();

/** From the payment's row: the booking is real, and paid for to the cent. */
async function isPaid(payment, used, rooms) {
  const row = await it.hotel.row(payment);
  assert.equal(row.used, used);
  assert.equal(row.codreser.split(",").length, rooms);
  return row.codreser.split(",");
}

async function codesOf(guest) {
  return (await guest.element.locator(".code").allTextContents()).map((text) => text.trim());
}

for (const language of ["es", "en"]) {
  test(`by mouse on a desk, in ${language}`, async () => {
    const stay = it.hotel.stay(2);
    const payment = await it.hotel.payment(948.75);
    const guest = await Guest.visit(it, { device: DESKTOP, language });
    await guest.chooseDates(stay.check_in_date, stay.check_out_date);
    for (let i = 0; i < 3; i += 1) await guest.button(guest.words.more + guest.words.adults).click();
    for (let i = 0; i < 2; i += 1) await guest.button(guest.words.more + guest.words.children).click();
    await guest.element.locator(".ages select").nth(0).selectOption("4");
    await guest.element.locator(".ages select").nth(1).selectOption("9");
    await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 948.75);
    assert.equal(await guest.total(), "$948.75");
    await guest.shot(`stay-desk-${language}`);
    await guest.button(guest.words.seeRooms).click();
    await guest.heading(guest.words.rooms).waitFor();
    await guest.shot(`rooms-desk-${language}`);
    await guest.button(guest.words.next).click();
    await guest.fill(payment);
    await guest.shot(`details-desk-${language}`);
    await guest.button(guest.words.book).click();
    await guest.heading(guest.words.done).waitFor();
    await guest.shot(`done-desk-${language}`);
    assert.deepEqual(await codesOf(guest), await isPaid(payment, 948.75, 2));
    assert.equal(await guest.page.evaluate(() => document.querySelector("posada-booking").step), "done");
    const kept = await guest.page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    assert.ok(!kept.includes("Xiomara") && !kept.includes("04815162"), "what was entered is forgotten");
    const events = await guest.page.locator("#events").textContent();
    for (const name of ["posada-ready", "posada-quote", "posada-progress", "posada-booked"]) assert.ok(events.includes(name), name);
    assert.equal(events.split("posada-booked").length, 2, "the end is told once");
    assert.ok(!events.includes("Xiomara") && !events.includes("correo"), "events name nobody");
    await guest.close();
  });

  test(`by touch on a phone, in ${language}`, async () => {
    const stay = it.hotel.stay(1);
    const payment = await it.hotel.payment(690);
    const guest = await Guest.visit(it, { device: PHONE, language });
    await guest.chooseDates(stay.check_in_date, stay.check_out_date, (target) => target.tap());
    for (let i = 0; i < 6; i += 1) await guest.button(guest.words.more + guest.words.adults).tap();
    await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 690);
    await guest.shot(`stay-phone-${language}`);
    await guest.button(guest.words.seeRooms).tap();
    const before = await guest.element.locator(".room").count();
    // A guest is moved by touch: to the other room, and back by undoing.
    const texts = () => guest.element.locator(".room > .note").allTextContents();
    const proposed = await texts();
    await guest.element.locator(".guest").first().tap();
    await guest.element.locator(".moves button").first().tap();
    assert.notDeepEqual(await texts(), proposed);
    await guest.shot(`rooms-phone-${language}`);
    await guest.element.getByRole("button", { name: language === "es" ? "Deshacer" : "Undo" }).tap();
    assert.deepEqual(await texts(), proposed);
    await guest.button(guest.words.next).tap();
    await guest.fill(payment);
    await guest.shot(`details-phone-${language}`);
    await guest.button(guest.words.book).tap();
    await guest.heading(guest.words.done).waitFor();
    await guest.shot(`done-phone-${language}`);
    assert.deepEqual(await codesOf(guest), await isPaid(payment, 690, before));
    await guest.close();
  });

  test(`by keyboard alone, in ${language}`, async () => {
    const stay = it.hotel.stay(2);
    const payment = await it.hotel.payment(690);
    const guest = await Guest.visit(it, { language });
    const { page } = guest;
    const press = async (key, times = 1) => { for (let i = 0; i < times; i += 1) await page.keyboard.press(key); };
    const focused = () => page.evaluate(() => {
      const at = document.activeElement?.shadowRoot?.activeElement;
      return at ? { day: at.dataset.day, text: at.textContent.trim(), role: at.getAttribute("role"), id: at.id, tag: at.tagName, label: at.getAttribute("aria-labelledby") ?? at.getAttribute("aria-label") } : {};
    });
    const tabTo = async (is, most = 40) => {
      for (let i = 0; i < most; i += 1) {
        await page.keyboard.press("Tab");
        const at = await focused();
        if (is(at)) return at;
      }
      assert.fail(`nothing of the kind after ${most} tabs: ${is}`);
    };
    await guest.day("2026-12-01").waitFor();
    await page.evaluate(() => document.querySelector("posada-booking").ready());
    await tabTo((at) => at.day !== undefined);
    // Today is where the grid is entered; weeks and days by arrows, months by Page Down.
    const days = Math.round((Date.parse(stay.check_in_date) - Date.parse("2026-12-01")) / 86_400_000);
    await press("ArrowDown", Math.floor(days / 7));
    await press("ArrowRight", days % 7);
    assert.equal((await focused()).day, stay.check_in_date);
    await press("Enter");
    await press("ArrowRight", 2);
    assert.equal((await focused()).day, stay.check_out_date);
    await press("Enter");
    await press("PageDown");
    assert.equal((await focused()).day.slice(0, 7), "2027-01");
    await press("PageUp");
    await tabTo((at) => at.role === "spinbutton");
    await press("ArrowUp", 2);
    assert.equal((await focused()).text, "4");
    await press("End");
    await press("Home");
    assert.equal((await focused()).text, "1");
    await press("ArrowUp", 3);
    await page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 690);
    await tabTo((at) => at.text === guest.words.seeRooms);
    await press("Enter");
    await guest.heading(guest.words.rooms).waitFor();
    await guest.page.waitForTimeout(50);
    assert.equal((await focused()).tag, "H2", "the focus goes along");
    await tabTo((at) => at.text === guest.words.next);
    await press("Enter");
    await guest.heading(guest.words.details).waitFor();
    const person = it.hotel.guest();
    const values = { customer_name: person.customer_name, email: person.email, phone_number: person.phone_number, city: person.city,
      dui_passport: person.dui_passport, nationality: person.nationality, authorization_number: payment.reference,
      payment_maker_name: payment.payment_maker_name, amount: "690.00" };
    for (const [id, value] of Object.entries(values)) {
      await tabTo((at) => at.id === id);
      await page.keyboard.type(value);
    }
    await tabTo((at) => at.id === "date");
    // In the order of the browser's own language, which is English here.
    await page.keyboard.type("11202026");
    await tabTo((at) => at.text === guest.words.book);
    await press("Enter");
    await guest.heading(guest.words.done).waitFor();
    await isPaid(payment, 690, 1);
    await guest.close();
  });
}

test("moving guests: every number shown is what the API answers for the same split", async () => {
  const stay = it.hotel.stay(3);
  const guest = await Guest.visit(it, { query: { adults: "6", children: "3,7,8", "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.button(guest.words.seeRooms).click();
  const shown = async () => {
    const quote = await guest.page.evaluate(() => document.querySelector("posada-booking").quote);
    const cards = await guest.element.locator(".head strong").allTextContents();
    return { quote, cards, total: await guest.total() };
  };
  const money = (amount) => new Intl.NumberFormat("es-SV", { style: "currency", currency: "USD" }).format(amount);
  let compared = 0;
  for (let i = 0; i < 12; i += 1) {
    const guests = guest.element.locator(".guest");
    await guests.nth((i * 5) % (await guests.count())).focus();
    await guest.page.keyboard.press(i % 3 === 2 ? "ArrowLeft" : "ArrowRight");
    const { quote, cards, total } = await shown();
    if (!quote) {
      assert.ok((await guest.element.locator(".bad").count()) > 0, "a broken rule is said");
      assert.ok(await guest.button(guest.words.next).isDisabled());
      continue;
    }
    const split = quote.rooms.map(({ nights, amount, extra_beds, ...room }) => room);
    const body = { ...stay, package_type: "Hospedaje", party: { adults: 6, children: [3, 7, 8] }, split, objective: quote.objective };
    const answer = (await it.hotel.call("POST", "/v1/quotes", { body })).json;
    assert.deepEqual(quote.rooms, answer.rooms);
    assert.deepEqual(cards, answer.rooms.map((room) => money(room.amount)));
    assert.equal(total, money(answer.total_amount));
    compared += 1;
  }
  assert.ok(compared >= 4, `${compared} splits were compared`);
  await guest.close();
});
