// What goes wrong on the way, and what the guest is told and offered then.

import { test } from "node:test";

import { settings } from "../e2e/values.mjs";
import { everyColour } from "./access.mjs";
import { Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage();

/** A guest at the form, with a stay of one night; `adults` in the rooms that are proposed. */
async function atDetails({ adults = "2", language = "es", stay = it.hotel.stay(1), ...more } = {}) {
  const guest = await Guest.visit(it, { language, query: { adults, "check-in": stay.check_in_date, "check-out": stay.check_out_date }, ...more });
  guest.stay = stay;
  await guest.button(guest.words.seeRooms).click();
  await guest.button(guest.words.next).click();
  await guest.heading(guest.words.details).waitFor();
  return guest;
}

const message = (guest) => guest.element.locator(".message");
const isInFocus = (guest, selector) => guest.element.evaluate((element, name) => element.shadowRoot.activeElement?.matches(name) ?? false, selector);

/** Takes rooms of the stay away, as another guest would. */
async function occupy(stay, rooms) {
  const payment = await it.hotel.payment(5_000);
  const answer = await it.hotel.makeBooking(it.hotel.body(payment, stay, rooms));
  assert.equal(answer.json.outcome, "booked", answer.text);
}
const junior = { bungalow_type: "Junior", adults: 1, children_0_5: 0, children_6_10: 0 };
const familiar = { ...junior, bungalow_type: "Familiar" };

for (const language of ["es", "en"]) {
  test(`a part can be had: booked and not booked apart, in ${language}`, async () => {
    const payment = await it.hotel.payment(1_500);
    const guest = await atDetails({ adults: "12", language });
    await occupy(guest.stay, [familiar, familiar]);
    await guest.fill(payment);
    await guest.button(guest.words.book).click();
    await guest.heading(guest.words.partly).waitFor();
    await everyColour(guest, `partly-${language}`);
    const booked = await guest.element.locator(".line.ok").count();
    const failed = await guest.element.locator(".line.bad").count();
    assert.ok(booked >= 1 && failed >= 1, `${booked} booked, ${failed} not`);
    assert.equal((await guest.element.locator(".code").count()), booked);
    const letter = await guest.element.locator(".letter").textContent();
    assert.ok(letter.includes("$"), "what is left of the payment is said");
    const events = await guest.page.locator("#events").textContent();
    assert.ok(events.includes("posada-partial"));
    await guest.button(language === "es" ? "Quedarme con estas" : "Keep these").click();
    await guest.element.getByText(language === "es" ? "De acuerdo: su habitación" : "All right: the room that").waitFor();
    const question = language === "es" ? "¿Desea" : "Shall we";
    assert.ok(letter.includes(question), "other rooms are offered");
    const answered = await guest.element.locator(".letter").textContent();
    assert.ok(!answered.includes(question), "what was answered is not asked any more");
    assert.ok(answered.includes("$690.00") && answered.includes("HR"), "all else is still said");
    await guest.page.waitForFunction(() => document.querySelector("posada-booking").shadowRoot.activeElement?.className === "kept");
    await guest.page.reload();
    await guest.heading(guest.words.partly).waitFor();
    assert.ok(!(await guest.element.locator(".letter").textContent()).includes(question), "nor after a reload");
    await guest.close();
  });
}

test("a part can be had: other rooms are offered for the rest, and taken with one press", async () => {
  const payment = await it.hotel.payment(1_500);
  const guest = await atDetails({ adults: "12" });
  await occupy(guest.stay, [familiar, familiar]);
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.partly).waitFor();
  const [first] = await guest.element.locator(".code").allTextContents();
  await everyColour(guest, "offer");
  await guest.button("Reservar estas por $690.00").click();
  await guest.heading(guest.words.done).waitFor();
  const codes = (await guest.element.locator(".code").allTextContents()).map((text) => text.trim());
  assert.equal(codes.length, 4, "the rooms of both bookings");
  assert.equal(codes[0], first.trim());
  const row = await it.hotel.row(payment);
  assert.equal(row.used, 1_035);
  assert.deepEqual(row.codreser.split(","), codes);
  assert.match(await guest.element.locator(".totals").textContent(), /\$1,035\.00/);
  await everyColour(guest, "offer-taken");
  await guest.close();
});

test("rooms that were offered are gone, too: they are offered no more, and the booked ones stay", async () => {
  const payment = await it.hotel.payment(1_500);
  const guest = await atDetails({ adults: "12", device: PHONE });
  await occupy(guest.stay, [familiar, familiar]);
  await guest.fill(payment);
  await guest.button(guest.words.book).tap();
  await guest.heading(guest.words.partly).waitFor();
  await occupy(guest.stay, Array(5).fill(junior));
  await guest.button("Reservar estas por $690.00").tap();
  await message(guest).getByText("No quedan Bungalows Junior").waitFor();
  assert.ok(await isInFocus(guest, ".message"), "what happened is what is read next");
  assert.equal(await guest.element.locator(".offer").count(), 0);
  assert.ok(!(await guest.element.locator(".letter").textContent()).includes("¿Desea"));
  assert.equal(await guest.element.locator(".code").count(), 1);
  for (const name of ["Buscar otra", "Quedarme con estas"]) assert.ok(await guest.button(name).isVisible(), name);
  assert.equal((await it.hotel.row(payment)).used, 345);
  await guest.close();
});

test("what was offered costs more meanwhile: it is said, and taken at that price", async () => {
  const { hotel } = it;
  const payment = await hotel.payment(1_500);
  await hotel.load(await settings((document) => ({ ...document, quote_ttl_ms: 2_500 })));
  const guest = await atDetails({ adults: "12" });
  await occupy(guest.stay, [familiar, familiar]);
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.button("Reservar estas por $690.00").waitFor();
  await hotel.load(await settings((document) => ({ ...document, tariff: document.tariff.map((row) => ({ ...row, adult: "90.00" })) })));
  await guest.page.waitForTimeout(2_600);
  await guest.button("Reservar estas por $690.00").click();
  await message(guest).getByText("El precio cambió de $690.00 a $720.00. Revise y confirme.").waitFor();
  await guest.button("Reservar estas por $720.00").click();
  await guest.heading(guest.words.done).waitFor();
  assert.equal((await hotel.row(payment)).used, 345 + 720);
  await hotel.load(await settings());
  await guest.close();
});

test("the price changed while rooms were looked at: it is said where it is seen", async () => {
  const { hotel } = it;
  const stay = hotel.stay(1);
  const guest = await Guest.visit(it, { device: { ...PHONE, viewport: { width: 360, height: 640 } }, query: { adults: "8", "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.button(guest.words.seeRooms).tap();
  await guest.heading(guest.words.rooms).waitFor();
  await hotel.load(await settings((document) => ({ ...document, tariff: document.tariff.map((row) => ({ ...row, adult: "90.00" })) })));
  await guest.button(guest.words.next).tap();
  await message(guest).getByText("El precio cambió de $690.00 a $720.00.").waitFor();
  assert.ok(await isInFocus(guest, ".message"));
  const [shown, bar] = await Promise.all([message(guest).boundingBox(), guest.element.locator(".bar").boundingBox()]);
  assert.ok(shown.y >= 0 && shown.y + shown.height <= bar.y + 1, "and not under the bar");
  await hotel.load(await settings());
  await guest.close();
});

test("where a part is still to be paid, how is in view", async () => {
  const { hotel } = it;
  await hotel.load(await settings((document) => ({ ...document, deposit_percent: 30 })));
  const payment = await hotel.payment(60);
  const guest = await atDetails();
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  assert.ok(await guest.element.getByText("Puede pagarlo con CompraClick o Depósito BAC").isVisible());
  await hotel.load(await settings());
  await guest.close();
});

test("whether the codes were copied is seen", async () => {
  const payment = await it.hotel.payment(500);
  const guest = await atDetails({ context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  await guest.button("Copiar código").click();
  await guest.button("Copiado").waitFor();
  const [code] = await guest.element.locator(".code").allTextContents();
  assert.equal(await guest.page.evaluate(() => navigator.clipboard.readText()), code.trim());
  await guest.button("Copiar código").waitFor();
  await guest.page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error("denied")); });
  await guest.button("Copiar código").click();
  await guest.button("No se pudo copiar").waitFor();
  await guest.close();
});

test("a part can be had: another search is for those without a room", async () => {
  const payment = await it.hotel.payment(1_500);
  const guest = await atDetails({ adults: "12" });
  await occupy(guest.stay, [familiar, familiar]);
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.partly).waitFor();
  await guest.button("Buscar otra").click();
  await guest.heading("¿Quiénes vienen?").waitFor();
  const adults = Number(await guest.spin("Adultos").textContent());
  assert.ok(adults >= 1 && adults < 12, `${adults} adults have no room yet`);
  await guest.close();
});

for (const [language, says, accept] of [
  ["es", "El precio cambió de $172.50 a $180.00. Revise y confirme.", "Aceptar $180.00 y reservar"],
  ["en", "The price changed from $172.50 to $180.00. Please review and confirm.", "Accept $180.00 and book"],
]) {
  test(`the price changed after the quote had expired: it is said, and accepted, in ${language}`, async () => {
    const { hotel } = it;
    await hotel.load(await settings((document) => ({ ...document, quote_ttl_ms: 1_000 })));
    const payment = await hotel.payment(200);
    const guest = await atDetails({ language });
    const dearer = await settings((document) => ({ ...document, tariff: document.tariff.map((row) => ({ ...row, adult: "90.00" })) }));
    await hotel.load(dearer);
    // The page is kept from renewing it by itself.
    await guest.page.route("**/v1/quotes", (route) => route.abort());
    await guest.page.waitForTimeout(1_100);
    await guest.fill(payment);
    await guest.button(guest.words.book).click();
    await message(guest).getByText(says).waitFor();
    await everyColour(guest, `price-changed-${language}`);
    await guest.button(accept).click();
    await guest.heading(guest.words.done).waitFor();
    assert.equal((await hotel.row(payment)).used, 180);
    await hotel.load(await settings());
    await guest.close();
  });
}

test("a quote that expires while the guest writes is renewed, and that is said", async () => {
  const { hotel } = it;
  await hotel.load(await settings((document) => ({ ...document, quote_ttl_ms: 2_000 })));
  const guest = await atDetails();
  const dearer = await settings((document) => ({ ...document, tariff: document.tariff.map((row) => ({ ...row, adult: "90.00" })) }));
  await hotel.load(dearer);
  await message(guest).getByText("La cotización venció. La actualizamos: revise el total.").waitFor();
  assert.equal(await guest.total(), "$180.00");
  await hotel.load(await settings());
  await guest.close();
});

test("a quote that is renewed at the same price calls nobody away from the field that they write in", async () => {
  const { hotel } = it;
  await hotel.load(await settings((document) => ({ ...document, quote_ttl_ms: 2_000 })));
  const guest = await atDetails({ device: PHONE });
  const city = guest.element.getByLabel("Ciudad", { exact: true });
  await city.tap();
  await guest.page.keyboard.type("Suchi");
  await message(guest).getByText("La cotización venció. La actualizamos: revise el total.").waitFor();
  await guest.page.keyboard.type("toto");
  assert.equal(await city.inputValue(), "Suchitoto");
  await hotel.load(await settings());
  await guest.close();
});

for (const [language, said, own, hint] of [
  ["es", "Revise este dato: teléfono", "Revise este dato.", "código de país"],
  ["en", "Please check this: phone number", "Check this.", "country code"],
]) {
  test(`what is filled in and cannot be read is not called missing, in ${language}`, async () => {
    const payment = await it.hotel.payment(500);
    const guest = await atDetails({ language, device: PHONE });
    await guest.fill(payment, { [guest.words.phone]: "123" });
    await guest.button(guest.words.book).tap();
    await message(guest).waitFor();
    const field = guest.element.locator(".field", { hasText: guest.words.phone });
    assert.equal(await field.locator("em").innerText(), own);
    assert.match(await message(guest).innerText(), new RegExp(`${said} \\(.*${hint}`), "how it is written is said");
    await message(guest).getByRole("link", { name: guest.words.phone }).tap();
    assert.ok(await isInFocus(guest, "#phone_number"));
    await guest.page.keyboard.press("Control+A");
    await guest.page.keyboard.type("7766-5544");
    await guest.button(guest.words.book).tap();
    await guest.heading(guest.words.done).waitFor();
    await guest.close();
  });
}

test("the same booked again is asked about, and made only where that is wanted", async () => {
  const payment = await it.hotel.payment(500);
  const guest = await atDetails();
  const { stay } = guest;
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  await guest.button(guest.words.again).click();
  await guest.chooseDates(stay.check_in_date, stay.check_out_date);
  await guest.button(guest.words.seeRooms).click();
  await guest.button(guest.words.next).click();
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.button("Reservar otra igual").click();
  await guest.heading(guest.words.done).waitFor();
  assert.equal((await it.hotel.row(payment)).codreser.split(",").length, 2);
  await guest.close();
});

test("the rooms are gone: it is said, and others are chosen", async () => {
  const payment = await it.hotel.payment(500);
  const guest = await atDetails({ language: "en" });
  await occupy(guest.stay, Array(5).fill(junior));
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.button("Change rooms").waitFor();
  assert.match(await message(guest).textContent(), /No Junior bungalows? (are|is) left|left/i);
  await guest.shot("room-gone");
  await guest.button("Change rooms").click();
  await guest.heading(guest.words.rooms).waitFor();
  await guest.element.getByText("Family bungalow").first().waitFor();
  await guest.button(guest.words.next).click();
  await guest.heading(guest.words.details).waitFor();
  assert.equal(await guest.element.getByLabel("Full name", { exact: true }).inputValue(), it.hotel.guest().customer_name, "nothing is lost");
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  await guest.close();
});

test("the payment is refused: what is wrong is said, and put right", async () => {
  const payment = await it.hotel.payment(500);
  const guest = await atDetails();
  await guest.fill(payment, { "Número de autorización": "999999" });
  await guest.button(guest.words.book).click();
  await message(guest).getByText("No encontramos la autorización 999999").waitFor();
  await guest.shot("payment-refused");
  const short = await it.hotel.payment(100);
  await guest.fill(short);
  await guest.button(guest.words.book).click();
  await message(guest).getByText("Su pago cubre $100.00 de $172.50. Faltan $72.50.").waitFor();
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  assert.equal((await it.hotel.row(short)).used, 0);
  await guest.close();
});

test("the network goes and comes back while booking: one booking, nothing lost", async () => {
  const payment = await it.hotel.payment(500);
  const guest = await atDetails({ device: PHONE });
  await guest.fill(payment);
  await guest.context.setOffline(true);
  await guest.button(guest.words.book).tap();
  await message(guest).getByText("Sin conexión.").waitFor({ timeout: 5_000 });
  const said = await guest.element.evaluate((element) => element.shadowRoot.querySelector(".page").textContent);
  assert.equal(said.split("No pague de nuevo").length, 2, "it is said, once");
  await guest.shot("offline");
  await guest.context.setOffline(false);
  await guest.heading(guest.words.done).waitFor();
  assert.equal((await it.hotel.row(payment)).used, 172.5);
  await guest.close();
});

test("the answer is lost on the way: it is asked for again under the same key", async () => {
  const payment = await it.hotel.payment(500);
  const keys = [];
  let lost = 0;
  const guest = await atDetails();
  await guest.page.route("**/v1/bookings", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (lost === 0) {
      lost += 1;
      await route.fetch();
      return route.abort("connectionreset");
    }
    return route.continue();
  });
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.equal((await it.hotel.row(payment)).used, 172.5);
  await guest.close();
});

test("a double tap books once", async () => {
  const payment = await it.hotel.payment(500);
  const guest = await atDetails({ device: PHONE });
  await guest.fill(payment);
  const sent = [];
  guest.page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/v1/bookings") && sent.push(request));
  await guest.button(guest.words.book).evaluate((button) => { button.click(); button.click(); });
  await guest.heading(guest.words.done).waitFor();
  assert.equal(sent.length, 1);
  const row = await it.hotel.row(payment);
  assert.equal(row.codreser.split(",").length, 1);
  await guest.close();
});

test("a reload in mid-booking goes on with the same booking", async () => {
  const payment = await it.hotel.payment(500);
  const guest = await atDetails({ language: "en" });
  await guest.fill(payment);
  const keys = [];
  await guest.page.route("**/v1/bookings", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length === 1) {
      // It arrives, but the page is gone before its answer.
      await route.fetch();
      return;
    }
    await route.continue();
  });
  await guest.button(guest.words.book).click();
  await guest.element.locator(".lines").waitFor();
  await guest.page.waitForFunction(() => sessionStorage.length > 0);
  while (keys.length === 0) await guest.page.waitForTimeout(20);
  await guest.page.waitForTimeout(300);
  await guest.page.reload();
  await guest.heading(guest.words.done).waitFor();
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.equal((await it.hotel.row(payment)).codreser.split(",").length, 1);
  await guest.close();
});

test("a reload before booking brings everything back", async () => {
  const guest = await atDetails({ adults: "5" });
  await guest.element.getByLabel("Ciudad", { exact: true }).fill("Suchitoto");
  await guest.page.reload();
  await guest.heading(guest.words.details).waitFor();
  assert.equal(await guest.element.getByLabel("Ciudad", { exact: true }).inputValue(), "Suchitoto");
  await guest.button("Atrás").click();
  await guest.heading(guest.words.rooms).waitFor();
  await guest.button("Atrás").click();
  assert.equal(await guest.spin("Adultos").textContent(), "5");
  await guest.close();
});

test("what guests and hotels write is shown as text", async () => {
  const { hotel } = it;
  await hotel.load(await settings((document) => {
    document.room_types[0].name = { es: "<img src=x onerror=alert(1)>", en: "<b>Junior</b>" };
    return document;
  }));
  const guest = await atDetails();
  assert.equal(await guest.element.locator("img").count(), 0);
  await guest.element.getByText("<img src=x").first().waitFor();
  await hotel.load(await settings());
  await guest.close();
});

