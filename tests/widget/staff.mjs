// Somebody of the staff at the back-office page, in a browser profile of their own.

import { join } from "node:path";

import { WORDS } from "../../www/site/staff/words.js";
import { DESKTOP, SHOTS, assert, collectConsole } from "./support.mjs";

export class Staff {
  static async visit({ browser, hotel }, { device = DESKTOP, language = "es", dark = false, context = {} } = {}) {
    const staff = new Staff();
    staff.hotel = hotel;
    staff.words = WORDS[language];
    const locale = staff.words.locale;
    staff.context = await browser.newContext({ ...device, locale, colorScheme: dark ? "dark" : "light", reducedMotion: "reduce", ...context });
    staff.page = await staff.context.newPage();
    collectConsole(staff.page);
    staff.errors = [];
    staff.page.on("pageerror", (error) => staff.errors.push(String(error)));
    staff.page.setDefaultTimeout(15_000);
    await staff.page.goto(`${hotel.host.url}/staff`);
    return staff;
  }

  /** Somebody who is signed in and has a section open. */
  static async at(stage, section, options) {
    const staff = await Staff.visit(stage, options);
    await staff.signIn();
    await staff.heading(staff.words.differences).waitFor();
    await staff.open(section);
    return staff;
  }

  async signIn(key = this.hotel.host.keys.staff) {
    await this.page.getByLabel(this.words.key).fill(key);
    await this.page.getByRole("button", { name: this.words.signIn }).click();
  }

  heading(text) {
    return this.page.getByRole("heading", { name: text, level: 2 });
  }

  /** Opens a section and waits until it is there. */
  async open(section) {
    await this.page.getByRole("link", { name: this.words[section], exact: true }).click();
    await this.heading(this.words[section]).waitFor();
    await this.page.waitForFunction(() => document.querySelector(".wait") === null);
  }

  card(reference) {
    return this.page.locator("article", { has: this.page.getByRole("heading", { name: reference }) });
  }

  /** Fills filters in and searches. */
  async search(values) {
    const form = this.page.locator("form.filters");
    for (const [name, value] of Object.entries(values)) {
      const input = form.locator(`[name=${name}]`);
      if (name === "payment_method") await input.selectOption(value);
      else if (typeof value === "boolean") await input.setChecked(value);
      else await input.fill(value);
    }
    const answered = this.page.waitForResponse((response) => response.url().includes("/v1/staff/payments"));
    await form.getByRole("button", { name: this.words.filter }).click();
    await answered;
    await this.page.waitForFunction(() => document.querySelector(".wait") === null);
  }

  async shot(name) {
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  }

  async close() {
    assert.deepEqual(this.errors, [], "no script failed");
    await this.context.close();
  }
}
