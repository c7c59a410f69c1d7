// A guest whose letters are half as large again, by the browser's own setting, on a small phone.

import { test } from "node:test";

import { fitsAcross } from "./access.mjs";
import { Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage();

/** Nothing of the screen is cut off at its side, and nothing lies over its neighbour in the calendar. */
async function isWhole(guest, screen) {
  await guest.shot(`large-${screen}`);
  const over = await guest.page.evaluate(() => {
    const root = document.querySelector("posada-booking").shadowRoot;
    const edge = root.querySelector(".page").getBoundingClientRect().right;
    const outside = [...root.querySelectorAll(".page *:not(.sr)")].filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > edge + 1 && !one.closest(".sr"));
    return outside.map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 20)}`);
  });
  assert.deepEqual(over, [], `cut off on ${screen}`);
  await fitsAcross(guest, screen);
}

for (const language of ["es", "en"]) {
  test(`letters half as large again, 360 px wide, in ${language}`, async () => {
    const stay = it.hotel.stay(2);
    const payment = await it.hotel.payment(2_000);
    const guest = await Guest.visit(it, {
      language, device: { ...PHONE, viewport: { width: 360, height: 740 } }, query: { adults: "9", children: "4,9", "check-in": stay.check_in_date, "check-out": stay.check_out_date },
      prepare: ({ page }) => page.addInitScript(() => addEventListener("DOMContentLoaded", () => { document.documentElement.style.fontSize = "150%"; })),
    });
    await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote);
    await isWhole(guest, `stay-${language}`);
    await guest.button(guest.words.seeRooms).tap();
    await guest.heading(guest.words.rooms).waitFor();
    await guest.element.locator(".guest").first().evaluate((one) => one.click());
    await guest.element.locator("summary").evaluateAll((all) => all.forEach((one) => one.click()));
    await isWhole(guest, `rooms-${language}`);
    await guest.button(guest.words.next).tap();
    await guest.heading(guest.words.details).waitFor();
    await guest.button(guest.words.book).tap();
    await guest.element.locator(".message").waitFor();
    await isWhole(guest, `details-${language}`);
    await guest.fill(payment);
    await guest.button(guest.words.book).tap();
    await guest.heading(guest.words.done).waitFor();
    await guest.element.locator("summary").evaluateAll((all) => all.forEach((one) => one.click()));
    await isWhole(guest, `done-${language}`);
    await guest.close();
  });
}
