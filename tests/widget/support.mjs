// What the element's tests share: Chromium, a hotel in workerd, and a guest who goes from screen to screen.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

import { ROOT } from "../../xtask/host/host.mjs";
import { collector } from "../../xtask/host/test-logs.mjs";
import { manifest } from "../../www/manifest.mjs";
import { Hotel } from "../e2e/support.mjs";
import { plus } from "../e2e/values.mjs";

export { assert, plus };

export const SHOTS = process.env.POSADA_SHOTS ?? join(ROOT, "target/widget-shots");
const CHROMIUM = process.env.POSADA_CHROMIUM ?? "/usr/bin/chromium";

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
export const DESKTOP = { viewport: { width: 1280, height: 900 } };

/** The words that tests look for, in both languages. */
export const WORDS = {
  es: {
    adults: "Adultos", children: "Niños", more: "Agregar: ", seeRooms: "Ver habitaciones", next: "Continuar", book: "Reservar",
    done: "¡Reservación confirmada!", partly: "Reservamos una parte", retry: "Reintentar", details: "Sus datos y el pago", rooms: "Quién duerme dónde",
    name: "Nombre completo", email: "Correo electrónico", phone: "Teléfono", city: "Ciudad", document: "DUI o pasaporte",
    nationality: "Nacionalidad", authorization: "Número de autorización", payer: "A nombre de quién está el pago",
    paid: "Monto pagado", paidOn: "Fecha del pago", again: "Nueva reservación", locale: "es-SV",
  },
  en: {
    adults: "Adults", children: "Children", more: "Add: ", seeRooms: "See rooms", next: "Continue", book: "Book",
    done: "Booking confirmed!", partly: "We booked a part", retry: "Try again", details: "Your details and payment", rooms: "Who sleeps where",
    name: "Full name", email: "E-mail", phone: "Phone", city: "City", document: "ID or passport",
    nationality: "Nationality", authorization: "Authorisation number", payer: "Name on the payment",
    paid: "Amount paid", paidOn: "Date of payment", again: "New booking", locale: "en-US",
  },
};

/** A browser for all tests of a file, and a hotel, but where `open` is false: that one the file opens and closes. `prepare` is done with them. */
export function stage({ open = true, prepare, ...options } = {}) {
  const it = {};
  before(async () => {
    mkdirSync(SHOTS, { recursive: true });
    if (open) it.hotel = await Hotel.open(options);
    it.browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"],
    });
    await prepare?.(it);
  });
  after(async () => {
    await it.browser?.close();
    if (open) await it.hotel?.close();
  });
  return it;
}

/** Collects what a page says to the browser's console, which people send along when something fails. */
export function collectConsole(page) {
  const collect = collector("browser");
  page.on("console", (message) => collect(message.text()));
  page.on("pageerror", (error) => collect(String(error)));
}

/** A guest's page with the element, in a browser profile of its own. */
export class Guest {
  static async visit({ browser, hotel }, { device = DESKTOP, language = "es", dark = false, query = {}, path = "/widget.html", context = {}, prepare } = {}) {
    const guest = new Guest();
    guest.hotel = hotel;
    guest.language = language;
    guest.words = WORDS[language];
    guest.context = await browser.newContext({ ...device, locale: guest.words.locale, colorScheme: dark ? "dark" : "light", reducedMotion: "reduce", ...context });
    guest.page = await guest.context.newPage();
    collectConsole(guest.page);
    guest.errors = [];
    guest.page.on("pageerror", (error) => guest.errors.push(String(error)));
    guest.page.setDefaultTimeout(15_000);
    await prepare?.(guest);
    await guest.page.goto(`${hotel.host.url}${path}?${new URLSearchParams({ lang: language, ...query })}`);
    return guest;
  }

  get element() {
    return this.page.locator("posada-booking");
  }

  /** Waits until the element is defined and can quote. */
  ready() {
    return this.page.evaluate(async () => {
      await customElements.whenDefined("posada-booking");
      await document.querySelector("posada-booking").ready();
    });
  }

  button(name) {
    return this.element.getByRole("button", { name, exact: true });
  }

  /** Every event that the page wrote down has the details that the element's description gives it. */
  async eventsAreAsDescribed() {
    const [{ events }] = (await manifest()).modules[0].declarations;
    for (const line of await this.page.locator("#events li").allTextContents()) {
      const [, name, text] = /^(\S+) (.*)$/s.exec(line.trim());
      const [, members] = /^CustomEvent<\{(.*)\}>$/.exec(events.find((event) => event.name === name).type.text);
      const described = Object.fromEntries(members.split(", ").map((member) => member.split(": ")));
      const detail = JSON.parse(text);
      assert.deepEqual(Object.keys(detail).sort(), Object.keys(described).sort(), line);
      for (const [member, value] of Object.entries(detail)) {
        const type = described[member];
        assert.ok(type === typeof value || type.split(" | ").includes(JSON.stringify(value)), `${name}.${member} is ${type}: ${line}`);
      }
    }
  }

  async close() {
    assert.deepEqual(this.errors, [], "no script failed");
    await this.eventsAreAsDescribed();
    await this.context.close();
  }

  async shot(name) {
    // As high as the page, so that what sticks to the window's end is at the page's.
    const { width, height } = this.page.viewportSize();
    const all = await this.page.evaluate(() => document.documentElement.scrollHeight);
    await this.page.setViewportSize({ width, height: Math.max(height, all) });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
    await this.page.setViewportSize({ width, height });
  }

  day(date) {
    return this.element.locator(`[data-day="${date}"]`).first();
  }

  /** Chooses both days; turns the calendar's pages as far as needed. */
  async chooseDates(checkIn, checkOut, click = (target) => target.click()) {
    await this.element.locator(".day").first().waitFor();
    for (const date of [checkIn, checkOut]) {
      for (let i = 0; i < 24 && !(await this.day(date).isVisible().catch(() => false)); i += 1) {
        await click(this.element.locator(".turn.on"));
      }
      await click(this.day(date));
    }
  }

  async total() {
    return (await this.element.locator(".total").textContent()).trim();
  }

  spin(name) {
    return this.element.getByRole("spinbutton", { name });
  }

  async fill(payment, more = {}) {
    const w = this.words;
    const person = this.hotel.guest();
    const values = {
      [w.name]: person.customer_name, [w.email]: person.email, [w.phone]: person.phone_number, [w.city]: person.city,
      [w.document]: person.dui_passport, [w.nationality]: person.nationality, [w.authorization]: payment.reference,
      [w.payer]: payment.payment_maker_name, [w.paid]: String(payment.amount), [w.paidOn]: payment.payment_date, ...more,
    };
    for (const [label, value] of Object.entries(values)) await this.element.getByLabel(label, { exact: true }).fill(value);
  }

  heading(text) {
    return this.element.getByRole("heading", { name: text });
  }
}
