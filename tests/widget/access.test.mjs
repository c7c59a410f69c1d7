// Everyone can use it: axe (WCAG 2.2 AA) on every screen, in both languages, light and dark, at both sizes; targets of 44
// px; 320 px, 200 % zoom; labels, live regions, reduced motion.

import { test } from "node:test";

import { every, fitsAcross, isRoomy } from "./access.mjs";
import { DESKTOP, Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage({ settings: undefined });
/** Goes through every screen and looks at each. */
async function walk(guest, name, look, { isRefused = true } = {}) {
  const stay = it.hotel.stay(2);
  const payment = await it.hotel.payment(2000);
  const w = guest.words;
  await guest.element.locator(".day").first().waitFor();
  await guest.ready();
  await look(guest, `${name}-empty`);
  await guest.chooseDates(stay.check_in_date, stay.check_out_date);
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote);
  await look(guest, `${name}-stay`);
  await guest.button(w.seeRooms).click();
  await guest.element.locator(".guest").first().click();
  for (const summary of await guest.element.locator("summary").all()) await summary.click();
  await look(guest, `${name}-rooms`);
  await guest.element.locator(".guest").first().click();
  // Adults one by one to the next room, until a rule is broken.
  for (let i = 0; i < 6 && (await guest.element.locator(".bad").count()) === 0; i += 1) {
    await guest.element.locator("#room0 .guest").first().focus();
    await guest.page.keyboard.press("ArrowRight");
  }
  assert.ok((await guest.element.locator(".bad").count()) > 0);
  await look(guest, `${name}-rule`);
  await guest.element.locator(".proposal").first().click();
  await guest.button(w.next).click();
  await guest.heading(w.details).waitFor();
  await guest.button(w.book).click();
  await guest.element.locator(".message").waitFor();
  await look(guest, `${name}-missing`);
  // Five wrong tries of one client in a day are all that the hotel takes.
  if (isRefused) {
    await guest.fill({ ...payment, payment_date: "2026-11-19" });
    await guest.button(w.book).click();
    await guest.element.locator(".message .button").waitFor();
    await look(guest, `${name}-refused`);
  }
  await guest.fill(payment);
  // Answers are kept back, so that the screen in between can be looked at.
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await guest.page.route("**/v1/bookings", async (route) => { await held; await route.continue(); });
  await guest.button(w.book).click();
  await guest.element.locator(".lines").waitFor();
  await look(guest, `${name}-booking`);
  go();
  await guest.heading(w.done).waitFor();
  for (const summary of await guest.element.locator("summary").all()) await summary.click();
  await look(guest, `${name}-done`);
}

const PARTY = { adults: "5", children: "4,9" };
for (const language of ["es", "en"]) {
  for (const dark of [false, true]) {
    const device = (language === "es") === dark ? DESKTOP : PHONE;
    const name = `${language}-${dark ? "dark" : "light"}-${device === PHONE ? "phone" : "desk"}`;
    test(`axe finds nothing on any screen, targets are large: ${name}`, async () => {
      const guest = await Guest.visit(it, { device, language, dark, query: PARTY });
      await walk(guest, name, every);
      await guest.close();
    });
  }
}

test("at 320 px nothing scrolls sideways, and targets stay large", async () => {
  const guest = await Guest.visit(it, { device: { ...PHONE, viewport: { width: 320, height: 640 } }, query: PARTY });
  await walk(guest, "narrow", async (who, screen) => {
    await isRoomy(who, screen);
    await fitsAcross(who, screen);
    await who.shot(`access-${screen}`);
  }, { isRefused: false });
  await guest.close();
});

test("at 200 % zoom everything is there", async () => {
  // A window of 1280 px at 200 % has 640 px of its own.
  const guest = await Guest.visit(it, { device: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }, language: "en", query: PARTY });
  await walk(guest, "zoom", async (who, screen) => fitsAcross(who, screen), { isRefused: false });
  await guest.close();
});

test("what changes is said, once, and then no longer", async () => {
  const stay = it.hotel.stay(1);
  const guest = await Guest.visit(it, { query: { "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote);
  await guest.button("Agregar: Adultos").click();
  const status = guest.element.getByRole("status");
  await guest.page.waitForTimeout(60);
  assert.equal((await status.textContent()).trim(), "3 huéspedes. Total $258.75.");
  await guest.page.waitForTimeout(4_300);
  assert.equal((await status.textContent()).trim(), "");
  await guest.close();
});

test("who asks for less motion gets none", async () => {
  const guest = await Guest.visit(it, {});
  await guest.element.locator(".day").first().waitFor();
  await guest.ready();
  const { all, moving } = await guest.page.evaluate(() => {
    const all = [...document.querySelector("posada-booking").shadowRoot.querySelectorAll("*")];
    const moving = all.filter((element) => {
      const style = getComputedStyle(element);
      return style.animationName !== "none" || style.transitionDuration.split(",").some((time) => parseFloat(time) > 0);
    });
    return { all: all.length, moving: moving.length };
  });
  assert.ok(all > 30, `${all} elements are looked at`);
  assert.equal(moving, 0);
  await guest.close();
});

test("what has the focus can be seen, and is not under the bar", async () => {
  const guest = await Guest.visit(it, { device: { viewport: { width: 390, height: 640 } }, query: PARTY });
  await guest.element.locator(".day").first().waitFor();
  await guest.ready();
  let seen = 0;
  for (let i = 0; i < 16; i += 1) {
    await guest.page.keyboard.press("Tab");
    const at = await guest.page.evaluate(() => {
      const root = document.querySelector("posada-booking").shadowRoot;
      const target = root.activeElement;
      if (!target || target.closest(".bar")) return null;
      const box = target.getBoundingClientRect();
      const bar = root.querySelector(".bar").getBoundingClientRect();
      const outlined = target.type === "radio" ? target.closest("label") : target;
      return { outline: getComputedStyle(outlined).outlineWidth, hidden: box.top < 0 || (box.bottom > bar.top + 1 && box.top < bar.bottom), name: target.className };
    });
    if (!at) continue;
    seen += 1;
    assert.notEqual(at.outline, "0px", at.name);
    assert.equal(at.hidden, false, `${at.name} is hidden`);
  }
  assert.ok(seen >= 5);
  await guest.close();
});
