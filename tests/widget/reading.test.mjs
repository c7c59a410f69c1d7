// What guests read, and where: amounts that can be paid, one room spoken of as one, answers next to what was pressed.

import { test } from "node:test";

import { Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage();
const NARROW = { ...PHONE, viewport: { width: 360, height: 740 } };
const junior = { bungalow_type: "Junior", adults: 1, children_0_5: 0, children_6_10: 0 };

/** Whether all of it is in the window. */
const isInView = (locator) => locator.evaluate((element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
});

for (const [language, rounded] of [["es", /redondeadas al centavo/], ["en", /rounded to the cent/]]) {
  test(`no amount has a third decimal, and where rates are rounded that is said, in ${language}`, async () => {
    const stay = it.hotel.stay(3);
    const guest = await Guest.visit(it, { language, query: { adults: "3", children: "9", "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
    await guest.button(guest.words.seeRooms).waitFor();
    const text = () => guest.element.evaluate((element) => element.shadowRoot.querySelector(".page").innerText);
    assert.match(await text(), /\$43\.13/);
    assert.doesNotMatch(await text(), /\d\.\d{3}/);
    await guest.button(guest.words.seeRooms).click();
    await guest.element.locator(".breakdown summary").first().click();
    assert.match(await text(), /3 adult(o|)s × \$86\.25 \+ 1 [^×]+ × \$43\.13/);
    assert.match(await text(), rounded);
    assert.doesNotMatch(await text(), /\d\.\d{3}/);
    await guest.close();
  });
}

test("where no rate is rounded nothing is said of it", async () => {
  const stay = it.hotel.stay(1);
  const guest = await Guest.visit(it, { query: { adults: "2", "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.button(guest.words.seeRooms).click();
  await guest.element.locator(".breakdown summary").first().click();
  await guest.element.getByText("2 adultos × $86.25").waitFor();
  assert.equal(await guest.element.getByText("redondeadas al centavo").count(), 0);
  await guest.close();
});

test("a day's price is never less than what is asked for, and its name has it to the cent", async () => {
  const guest = await Guest.visit(it, { language: "en" });
  await guest.day("2026-12-05").locator("small").getByText("$173").waitFor();
  assert.match(await guest.day("2026-12-05").locator(".sr").textContent(), /from \$172\.50$/);
  await guest.element.getByText("Lowest price per night for 2 adults, rounded up.").waitFor();
  await guest.close();
});

for (const language of ["es", "en"]) {
  test(`the calendar stays where it is while days are chosen and given up again, in ${language}`, async () => {
    const stay = it.hotel.stay(2);
    const guest = await Guest.visit(it, { device: NARROW, language });
    await guest.ready();
    const places = () => guest.element.evaluate(({ shadowRoot }) => [".calendar", ".who"].map((name) => scrollY + shadowRoot.querySelector(name).getBoundingClientRect().top));
    const before = await places();
    for (const date of [stay.check_in_date, stay.check_out_date]) {
      await guest.day(date).tap();
      await guest.page.waitForTimeout(100);
      assert.deepEqual(await places(), before);
    }
    await guest.button(language === "es" ? "Borrar fechas" : "Clear dates").tap();
    await guest.page.waitForTimeout(100);
    assert.deepEqual(await places(), before);
    assert.equal(await guest.element.locator(".end").count(), 0);
    assert.ok(await guest.page.evaluate(() => document.querySelector("posada-booking").shadowRoot.activeElement?.dataset.day), "the focus is in the calendar");
    await guest.close();
  });
}

test("nights without rooms in between: it is said where the day was pressed", async () => {
  const { hotel } = it;
  const answer = await hotel.makeBooking(hotel.body(await hotel.payment(9_000), { check_in_date: "2027-03-10", check_out_date: "2027-03-12" },
    [...Array(5).fill(junior), ...Array(3).fill({ ...junior, bungalow_type: "Familiar" })]));
  assert.equal(answer.json.outcome, "booked", answer.text);
  const guest = await Guest.visit(it, { device: NARROW });
  await guest.chooseDates("2027-03-09", "2027-03-14", (target) => target.tap());
  const message = guest.element.locator(".message");
  await message.getByText("Hay noches sin habitaciones entre esas fechas.").waitFor();
  assert.ok(await isInView(message), "without scrolling");
  await guest.close();
});

test("a group that does not fit: it is said where the button was pressed", async () => {
  const stay = it.hotel.stay(1);
  const guest = await Guest.visit(it, { device: NARROW, query: { adults: "35", "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote);
  await guest.button("Agregar: Adultos").tap();
  const said = guest.element.locator(".bar").getByText("Su grupo no cabe");
  await said.waitFor();
  assert.ok(await isInView(said), "without scrolling");
  assert.equal(await guest.button(guest.words.seeRooms).isEnabled(), false);
  await guest.close();
});

test("the price of other dates is not shown while the new one is not known", async () => {
  const [stay, other] = [it.hotel.stay(1), it.hotel.stay(2)];
  const guest = await Guest.visit(it, { device: NARROW, query: { "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 172.5);
  let answer;
  await guest.page.route("**/v1/availability?*", async (route) => {
    await new Promise((resolve) => { answer = resolve; });
    return route.abort();
  });
  await guest.chooseDates(other.check_in_date, other.check_out_date);
  await guest.element.getByText("Calculando…").waitFor();
  assert.equal(await guest.total(), "…");
  assert.equal(await guest.button(guest.words.seeRooms).isEnabled(), false);
  while (!answer) await guest.page.waitForTimeout(20);
  answer();
  await guest.element.locator(".message").waitFor();
  assert.equal(await guest.total(), "");
  assert.equal(await guest.button(guest.words.seeRooms).isEnabled(), false);
  await guest.page.unroute("**/v1/availability?*");
  await guest.button(guest.words.retry).click();
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 345);
  assert.equal(await guest.total(), "$345.00");
  await guest.close();
});

for (const [language, one, many] of [["es", "Presente este código en recepción.", "Presente estos códigos en recepción."],
  ["en", "Show this code at reception.", "Show these codes at reception."]]) {
  test(`one room is spoken of as one, and several as several, in ${language}`, async () => {
    for (const [adults, says, total] of [["2", one, 172.5], ["8", many, 690]]) {
      const stay = it.hotel.stay(1);
      const guest = await Guest.visit(it, { language, query: { adults, "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
      await guest.button(guest.words.seeRooms).click();
      await guest.button(guest.words.next).click();
      await guest.fill(await it.hotel.payment(total));
      await guest.button(guest.words.book).click();
      await guest.heading(guest.words.done).waitFor();
      await guest.element.getByText(says).waitFor();
      await guest.close();
    }
  });
}

test("the hotel's page without JavaScript has a link to the form, and no room kept for what will not come", async () => {
  for (const path of ["/", "/widget.html"]) {
    const guest = await Guest.visit(it, { device: NARROW, path, context: { javaScriptEnabled: false } });
    const { height } = await guest.element.boundingBox();
    assert.ok(height < 200, `${path}: ${height} px`);
    if (path === "/") {
      assert.equal(await guest.page.locator("#language").isVisible(), false, "a button that does nothing is not shown");
      const links = guest.page.getByRole("link", { name: "Reservar habitaciones" });
      assert.equal(await links.count(), 1);
      await links.click();
      await guest.page.waitForURL("**/reservar");
    }
    await guest.context.close();
  }
});
