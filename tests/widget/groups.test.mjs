// Large groups, as they are on a phone: many rooms in a few words, and a form that is reached without much scrolling.

import { test } from "node:test";

import { settings } from "../e2e/values.mjs";
import { everyColour, fitsAcross } from "./access.mjs";
import { Guest, PHONE, assert, stage } from "./support.mjs";

const SMALL = { ...PHONE, viewport: { width: 360, height: 740 } };
const it = stage({
  settings: await settings((hotel) => {
    hotel.room_types[0].rooms = Array.from({ length: 30 }, (_, at) => String(100 + at));
    return hotel;
  }),
});

/** A guest with a price for so many, in so many rooms where they are said. */
async function priced({ language, adults, children = "", rooms = 0 }) {
  const stay = it.hotel.stay(2);
  const query = { adults: String(adults), children, "check-in": stay.check_in_date, "check-out": stay.check_out_date };
  const guest = await Guest.visit(it, { language, device: SMALL, query });
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote);
  if (rooms) {
    const spin = guest.spin(language === "es" ? "Habitaciones" : "Rooms");
    await spin.focus();
    await guest.page.keyboard.press("Home");
    for (let i = 0; i < rooms; i += 1) await guest.page.keyboard.press("ArrowUp");
    await guest.page.waitForFunction((n) => document.querySelector("posada-booking").quote?.rooms.length === n, rooms);
  }
  return guest;
}

const detail = (guest) => guest.element.locator(".sum small").innerText();

for (const [language, cases] of [
  ["es", [
    [{ adults: 2, rooms: 1 }, "1 habitación: 2 huéspedes"],
    [{ adults: 8, rooms: 3 }, "3 habitaciones: 3 + 3 + 2"],
    [{ adults: 10, rooms: 5 }, "5 habitaciones: 2 + 2 + 2 + 2 + 2"],
    [{ adults: 58, rooms: 20 }, "20 habitaciones: 18 con 3 huéspedes y 2 con 2"],
    [{ adults: 60, rooms: 20 }, "20 habitaciones: 3 huéspedes en cada una"],
    [{ adults: 7, rooms: 6 }, "6 habitaciones: 1 con 2 huéspedes y 5 con 1"],
    [{ adults: 12, rooms: 12 }, "12 habitaciones: 1 huésped en cada una"],
  ]],
  ["en", [
    [{ adults: 8, rooms: 3 }, "3 rooms: 3 + 3 + 2"],
    [{ adults: 58, rooms: 20 }, "20 rooms: 18 with 3 guests and 2 with 2"],
    [{ adults: 60, rooms: 20 }, "20 rooms: 3 guests in each"],
  ]],
]) {
  test(`many rooms are said as people say them, few one by one, in ${language}`, async () => {
    for (const [asked, said] of cases) {
      const guest = await priced({ language, ...asked });
      const nights = language === "es" ? " · 2 noches" : " · 2 nights";
      assert.equal(await detail(guest), said + nights);
      await guest.button(guest.words.seeRooms).tap();
      await guest.heading(guest.words.rooms).waitFor();
      assert.equal(await detail(guest), said, "beside the total");
      assert.equal(await guest.element.locator(".proposal small").first().innerText(), said, "and in the proposal");
      await fitsAcross(guest, said);
      await guest.close();
    }
  });
}

for (const [language, name, group] of [
  ["es", "a wedding party of 40", { adults: 36, children: "2,4,7,9" }],
  ["en", "a school class", { adults: 4, children: "6,7,7,8,8,8,9,9,10,10,11,12,13,14" }],
]) {
  test(`${name} books, in ${language}`, async () => {
    const guest = await priced({ language, ...group });
    await guest.shot(`group-stay-${language}`);
    await guest.button(guest.words.seeRooms).tap();
    await guest.heading(guest.words.rooms).waitFor();
    await everyColour(guest, `group-rooms-${language}`);
    const rooms = await guest.element.locator(".room").count();
    const total = await guest.page.evaluate(() => document.querySelector("posada-booking").quote.total_amount);
    await guest.button(guest.words.next).tap();
    await guest.heading(guest.words.details).waitFor();
    await everyColour(guest, `group-details-${language}`);
    const lines = await guest.element.locator(".summary li").allInnerTexts();
    assert.ok(lines.some((line) => /^[23] × (Bungalow Familiar|Family bungalow): /.test(line)), `rooms that are alike are one line: ${lines}`);
    assert.ok(lines.length < rooms, `${lines.length} lines for ${rooms} rooms`);
    const payment = await it.hotel.payment(total);
    await guest.fill(payment);
    await guest.button(guest.words.book).tap();
    await guest.heading(guest.words.done).waitFor({ timeout: 30_000 });
    await everyColour(guest, `group-done-${language}`);
    assert.equal(await guest.element.locator(".code").count(), rooms);
    assert.equal((await it.hotel.row(payment)).used, total);
    await guest.close();
  });
}
