// The form without JavaScript: quotes, books, keeps what was entered, and never runs what it shows.

import { createRequire } from "node:module";
import { test } from "node:test";

import { settings } from "../e2e/values.mjs";
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

const junior = { bungalow_type: "Junior", adults: 1, children_0_5: 0, children_6_10: 0 };
const familiar = { ...junior, bungalow_type: "Familiar" };

/** Takes rooms of the stay away, as another guest would. */
async function occupy(stay, rooms) {
  const answer = await it.hotel.makeBooking(it.hotel.body(await it.hotel.payment(5_000), stay, rooms));
  assert.equal(answer.json.outcome, "booked", answer.text);
}

/** A guest who has a price for a stay. */
async function quoted(language, stay, adults) {
  const guest = await visit(language);
  await fill(guest.page, { ...stay, adults });
  await guest.page.getByRole("button").click();
  await guest.page.locator("input[name=customer_name]").waitFor();
  return guest;
}

for (const [language, proposed, question, before, other] of [
  ["es", "Le proponemos", "¿", "Pague antes con CompraClick o por transferencia", "Cambiar fechas o huéspedes"],
  ["en", "We suggest", "?", "Pay beforehand by CompraClick or bank transfer", "Change dates or guests"],
]) {
  test(`what is proposed stays in view, nothing is asked that cannot be answered, and there is a way back, in ${language}`, async () => {
    const stay = it.hotel.stay(1);
    const { page, context } = await quoted(language, stay, 8);
    const text = () => page.locator("main").innerText();
    assert.ok((await text()).includes(proposed) && (await text()).includes("$690.00"));
    assert.ok(!(await text()).includes(question), await text());
    assert.ok((await text()).includes(before), "how to pay is said");
    await fill(page, { ...details(await it.hotel.payment(690)), amount: "much" });
    await page.getByRole("button").click();
    await page.getByText("690.00)").waitFor();
    assert.ok((await text()).includes(proposed) && (await text()).includes("$690.00"), "after a mistake, too");
    await page.getByRole("link", { name: other }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    assert.equal(await page.locator("input[name=adults]").count(), 1);
    await context.close();
  });
}

for (const [language, yes] of [["es", "Sí, reservarlas"], ["en", "Yes, book them"]]) {
  test(`other rooms that are offered can be had, for the same payment, in ${language}`, async () => {
    const stay = it.hotel.stay(1);
    const payment = await it.hotel.payment(1_100);
    const { page, context } = await quoted(language, stay, 12);
    await occupy(stay, [familiar, familiar]);
    await fill(page, details(payment));
    await page.getByRole("button").click();
    await page.getByText(/HR\d+/).first().waitFor();
    const { codreser: first, used } = await it.hotel.row(payment);
    assert.equal(used, 345);
    await page.getByRole("button", { name: yes }).click();
    await page.getByText(/HR\d+/).first().waitFor();
    const row = await it.hotel.row(payment);
    assert.equal(row.used, 1_035);
    const codes = row.codreser.split(",");
    assert.equal(codes[0], first);
    assert.equal(codes.length, 4);
    for (const code of codes.slice(1)) await page.getByText(code).waitFor();
    assert.equal(await page.getByRole("button").count(), 0);
    await page.getByRole("link", { name: language === "es" ? "Nueva reservación" : "New booking" }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), language, "in the language that was chosen");
    await context.close();
  });
}

for (const [language, said, percent] of [["es", "Para reservar basta con pagar el 30 % del total.", "%"], ["en", "To book it is enough to pay 30% of the total.", "%"]]) {
  test(`how much a deposit is, where a part is enough, and no word of one where it is not, in ${language}`, async () => {
    const { hotel } = it;
    const all = await quoted(language, hotel.stay(1), 2);
    assert.ok(!(await all.page.locator("main").innerText()).includes(percent));
    await all.context.close();
    await hotel.load(await settings((document) => ({ ...document, deposit_percent: 30 })));
    const { page, context } = await quoted(language, hotel.stay(1), 2);
    await page.getByText(said).waitFor();
    // 30 % of $172.50.
    await fill(page, details(await hotel.payment(51.75)));
    await page.getByRole("button").click();
    await page.getByText(/HR\d+/).first().waitFor();
    await hotel.load(await settings());
    await context.close();
  });
}

test("the price changed after the quote had expired: it is said, and taken by booking once more", async () => {
  const { hotel } = it;
  const payment = await hotel.payment(200);
  await hotel.load(await settings((document) => ({ ...document, quote_ttl_ms: 1_000 })));
  const { page, context } = await quoted("es", hotel.stay(1), 2);
  await hotel.load(await settings((document) => ({ ...document, tariff: document.tariff.map((row) => ({ ...row, adult: "90.00" })) })));
  await page.waitForTimeout(1_100);
  await fill(page, details(payment));
  await page.getByRole("button").click();
  await page.getByText("El precio cambió de $172.50 a $180.00. Revise y confirme.").waitFor();
  assert.equal(await page.getByText("Le proponemos").count(), 0, "the former price is not shown beside it");
  await page.getByRole("button").click();
  await page.getByText(/HR\d+/).first().waitFor();
  assert.equal((await hotel.row(payment)).used, 180);
  await hotel.load(await settings());
  await context.close();
});

test("the same booked again is asked about, and made only where that is wanted", async () => {
  const stay = it.hotel.stay(1);
  const payment = await it.hotel.payment(400);
  for (const button of ["Reservar", "Reservar otra igual"]) {
    const { page, context } = await quoted("es", stay, 2);
    await fill(page, details(payment));
    await page.getByRole("button").click();
    if (button !== "Reservar") {
      await page.getByText("Usted ya tiene esta misma reservación").waitFor();
      await page.getByRole("button", { name: button }).click();
    }
    await page.getByText(/HR\d+/).first().waitFor();
    await context.close();
  }
  assert.equal((await it.hotel.row(payment)).codreser.split(",").length, 2);
});

test("a token of the form's opens nothing but a booking that follows its own", async () => {
  const stay = it.hotel.stay(1);
  const payment = await it.hotel.payment(400);
  const { customer_name, email, phone_number, city, dui_passport, nationality } = it.hotel.guest();
  const quote = (await it.hotel.quote({ ...stay, package_type: "Hospedaje", party: { adults: 2, children: [] } })).json;
  const lines = quote.rooms.map(({ bungalow_type, adults, children_0_5, children_6_10 }) => ({ bungalow_type, adults, children_0_5, children_6_10 }));
  const { staff, assistant } = it.hotel.host.keys;
  for (const [token, follows] of [["0".repeat(32), "0".repeat(32)], [staff, "0".repeat(32)], [assistant, "0".repeat(32)], ["x\r\ny", "x"]]) {
    const body = new URLSearchParams({
      customer_name, email, phone_number, city, dui_passport, nationality, ...stay, package_type: "Hospedaje", quote: quote.quote, bookings: JSON.stringify(lines),
      payment_method: payment.payment_method, reference: payment.reference, payment_maker_name: payment.payment_maker_name, amount: payment.amount, date: payment.payment_date, token, follows,
    }).toString();
    const answer = await it.hotel.call("POST", "/reservar", { body, headers: { "content-type": "application/x-www-form-urlencoded" }, mayFail: false });
    assert.ok(answer.status < 500 && !/HR\d/.test(answer.text), `${token}: ${answer.status}`);
  }
  assert.equal((await it.hotel.row(payment)).used, 0);
});

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
