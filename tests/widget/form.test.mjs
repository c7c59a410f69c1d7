// The form without JavaScript: quotes, books, keeps what was entered, and never runs what it shows.

import { createRequire } from "node:module";
import { test } from "node:test";

import { Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage();
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

async function visit(language = "es") {
  const context = { javaScriptEnabled: false };
  const guest = await Guest.visit(it, { device: PHONE, language, path: "/reservar", context });
  return guest;
}

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) await page.locator(`input[name=${name}]:not([type=radio])`).fill(String(value));
}

function details(payment) {
  const { customer_name, email, phone_number, city, dui_passport, nationality } = it.hotel.guest();
  const person = { customer_name, email, phone_number, city, dui_passport, nationality };
  return { ...person, reference: payment.reference, payment_maker_name: payment.payment_maker_name, amount: payment.amount, date: payment.payment_date };
}

for (const language of ["es", "en"]) {
  test(`quotes and books without JavaScript, in ${language}`, async () => {
    const payment = await it.hotel.payment(690, { bank: language === "en" });
    const { page, ...guest } = await visit(language);
    await page.locator("posada-booking a").waitFor({ timeout: 1 }).catch(() => {});
    await fill(page, { ...it.hotel.stay(2), adults: 4 });
    await page.getByRole("button").click();
    await page.getByText("$690.00").first().waitFor();
    await page.screenshot({ path: `${process.env.POSADA_SHOTS ?? "/tmp"}/reservar-${language}.png`, fullPage: true });
    await fill(page, { ...details(payment), amount: "1.00" });
    if (language === "en") await page.getByLabel("Depósito BAC").check();
    await page.getByRole("button").click();
    await page.getByText(language === "es" ? "No encontramos" : "could not find").first().waitFor();
    assert.equal(await page.locator("input[name=customer_name]").inputValue(), it.hotel.guest().customer_name, "nothing is lost");
    await fill(page, { amount: "$690.00" });
    await page.getByRole("button").click();
    await page.getByText(/HR\d+/).first().waitFor();
    const row = await it.hotel.row(payment);
    assert.equal(row.used, 690);
    const codes = row.codreser;
    // Sent again it is the same booking.
    await page.reload();
    await page.getByText(/HR\d+/).first().waitFor();
    assert.equal((await it.hotel.row(payment)).codreser, codes);
    await guest.context.close();
  });
}

test("what does not fit is said, and the form is there again", async () => {
  const { page, context } = await visit();
  await fill(page, { ...it.hotel.stay(1), adults: 60 });
  await page.getByRole("button").click();
  await page.locator(".message").getByText("no cabe").waitFor();
  assert.equal(await page.locator("input[name=adults]").inputValue(), "60");
  await context.close();
});

test("what is sent is shown as text", async () => {
  const script = `"><script>alert(1)</script>`;
  for (const [method, body] of [["GET", undefined], ["POST", new URLSearchParams({ customer_name: script, bookings: script, quote: script }).toString()]]) {
    const query = method === "GET" ? `?${new URLSearchParams({ check_in_date: script, package_type: script, adults: script, lang: script })}` : "";
    const headers = body ? { "content-type": "application/x-www-form-urlencoded" } : {};
    const answer = await it.hotel.call(method, `/reservar${query}`, { body, headers });
    assert.equal(answer.status, 200);
    assert.ok(!answer.text.includes("<script"), answer.text);
    assert.match(answer.headers.get("content-security-policy"), /default-src 'none'/);
  }
  const other = await it.hotel.call("DELETE", "/reservar");
  assert.equal(other.status, 405);
});

test("axe finds nothing on the form", async () => {
  for (const dark of [false, true]) {
    const guest = await Guest.visit(it, { device: PHONE, dark, path: "/reservar", context: { bypassCSP: true } });
    await guest.page.addScriptTag({ path: AXE });
    const found = await guest.page.evaluate(async () => (await globalThis.axe.run()).violations.map((one) => `${one.id}: ${one.nodes[0].html}`));
    assert.deepEqual(found, []);
    await guest.close();
  }
});
