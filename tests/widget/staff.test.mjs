// The back-office page in Chromium against the Worker in workerd: what bookkeeping and reception see and do.

import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { readCsv } from "../e2e/bookkeeping-cases.mjs";
import { ended, unconfirmed } from "../e2e/halfway.mjs";
import { codreserOf, expectBooking, room } from "../e2e/support.mjs";
import { WORDS } from "../../www/site/staff/words.js";
import { fitsAcross, isRoomy, passesAxe } from "./staff-access.mjs";
import { DESKTOP, PHONE, assert, stage } from "./support.mjs";
import { Staff } from "./staff.mjs";

/** What the hotel has: payments of every kind, one that was edited, and cases. */
const has = {};
const it = stage({ prepare });
/** A payer whose name is markup, and would run if it were taken for that. */
const MARKUP = "<img src=x onerror=\"document.title='taken'\"> & <b>Iraheta</b>";

async function prepare({ hotel }) {
  const book = (payment, rooms, more) => hotel.makeBooking(hotel.body(payment, hotel.stay(), rooms, more));
  has.unconfirmed = await unconfirmed(hotel);
  has.second = await unconfirmed(hotel);
  has.paid = await hotel.payment(1000, { used: 100, codreser: "HR19001" });
  has.booked = expectBooking(await book(has.paid, [room("Junior", 2), room("Junior", 1)]));
  const claim = { authorization_number: has.paid.reference, payment_amount: 200, wa_id: hotel.waId() };
  await hotel.call("POST", "/v1/tools/validate_compraclick_payment", { as: "assistant", body: claim });
  has.edited = await hotel.payment(900, { bank: true });
  const edited = expectBooking(await book(has.edited, [room("Familiar", 3)]));
  await ended(hotel, edited.booking_id);
  await hotel.touch(has.edited, { used: 300, codreser: `${codreserOf(edited)},HR77001` });
  has.asking = expectBooking(await book(has.paid, [room("Junior", 1)]));
  await hotel.call("POST", `/v1/bookings/${has.asking.booking_id}/cancellation-request`, {
    as: has.asking.token,
    body: { reason: "Viene un huésped menos." },
  });
  has.marked = await hotel.payment(50);
  await hotel.sql("UPDATE compraclick SET payer = ? WHERE autorizacion = ?", MARKUP, has.marked.reference);
  for (let i = 0; i < 21; i += 1) await hotel.payment(60 + i);
  for (const { booking_id } of [has.booked, has.asking]) await ended(hotel, booking_id);
}

/** Goes through every screen and looks at each. */
async function walk(staff, name, look) {
  const w = staff.words;
  await staff.page.getByLabel(w.key).waitFor();
  await look(staff, `${name}-sign-in`);
  await staff.signIn("not the key of the staff");
  await staff.page.getByText(w.wrongKey).waitFor();
  await look(staff, `${name}-wrong-key`);
  await staff.signIn();
  await staff.heading(w.differences).waitFor();
  await staff.card(has.edited.reference).getByText(w.details).click();
  await look(staff, `${name}-differences`);
  await staff.open("payments");
  await staff.card(has.paid.reference).waitFor().catch(() => {});
  await look(staff, `${name}-payments`);
  await staff.search({ reference: "nothing" });
  await staff.page.getByText(w.noPayments, { exact: true }).first().waitFor();
  await look(staff, `${name}-none`);
  await staff.search({ reference: "" });
  await staff.open("cases");
  await staff.page.getByRole("button", { name: w.isBooked, exact: true }).first().click();
  await staff.page.getByText(w.needNote).waitFor();
  await look(staff, `${name}-cases`);
  await staff.context.setOffline(true);
  await staff.page.getByRole("button", { name: w.refresh }).click();
  await staff.page.getByText(w.offline).waitFor();
  await look(staff, `${name}-offline`);
  await staff.context.setOffline(false);
  await staff.page.getByRole("button", { name: w.retry }).click();
  await staff.page.getByRole("button", { name: w.isBooked, exact: true }).first().waitFor();
}

for (const language of ["es", "en"]) {
  for (const dark of [false, true]) {
    const device = (language === "es") === dark ? DESKTOP : PHONE;
    const name = `${language}-${dark ? "dark" : "light"}-${device === PHONE ? "phone" : "desk"}`;
    test(`axe finds nothing on any screen, targets are large: ${name}`, async () => {
      // axe is put into the page, which its policy forbids; the other tests are held to the policy.
      const staff = await Staff.visit(it, { device, language, dark, context: { bypassCSP: true } });
      await walk(staff, name, passesAxe);
      await staff.close();
    });
  }
}

test("at 320 px nothing scrolls sideways, and targets stay large", async () => {
  const staff = await Staff.visit(it, { device: { ...PHONE, viewport: { width: 320, height: 640 } } });
  await walk(staff, "narrow", async (who, screen) => {
    await isRoomy(who, screen);
    await fitsAcross(who, screen);
    await who.shot(`staff-${screen}`);
  });
  await staff.close();
});

test("the policy of the page is strict, and nothing of it is against it", async () => {
  const answer = await fetch(`${it.hotel.host.url}/staff`);
  const policy = answer.headers.get("content-security-policy");
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(answer.headers.get("x-frame-options"), "DENY");
  assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
  const staff = await Staff.visit(it);
  const said = [];
  staff.page.on("console", (message) => said.push(message.text()));
  await staff.signIn();
  await staff.heading(staff.words.differences).waitFor();
  await staff.open("payments");
  await staff.open("cases");
  await staff.open("figures");
  await staff.page.locator(".plot svg").first().waitFor();
  assert.deepEqual(said.filter((text) => /policy|trusted/i.test(text)), []);
  await staff.close();
});

test("the key stays in the tab: not in the address, not in other storage, gone when signed out", async () => {
  const staff = await Staff.visit(it);
  const { words: w } = staff;
  await staff.page.getByRole("button", { name: w.signIn }).click();
  await staff.page.getByText(w.noKey).waitFor();
  await staff.signIn(it.hotel.host.keys.assistant);
  await staff.page.getByText(w.wrongRole).waitFor();
  const kept = () => staff.page.evaluate(() => [sessionStorage.getItem("posada-staff-key"), localStorage.length, document.cookie, location.href]);
  assert.equal((await kept())[0], null);
  await staff.signIn();
  await staff.heading(w.differences).waitFor();
  const [key, local, cookie, url] = await kept();
  assert.deepEqual([key, local, cookie], [it.hotel.host.keys.staff, 0, ""]);
  assert.ok(!url.includes(key));
  await staff.page.reload();
  await staff.heading(w.differences).waitFor();
  await staff.page.getByRole("button", { name: w.signOut }).click();
  await staff.page.getByLabel(w.key).waitFor();
  assert.equal((await kept())[0], null);
  await staff.page.reload();
  await staff.page.getByLabel(w.key).waitFor();
  await staff.close();
});

test("differences come first, each with its reason, and the bar says what the figures say", async () => {
  const staff = await Staff.visit(it);
  await staff.signIn();
  await staff.heading(staff.words.differences).waitFor();
  const card = staff.card(has.edited.reference);
  const faults = await card.locator(".faults li").allTextContents();
  assert.match(faults[0], /^La columna used dice 300\.00 y el libro 258\.75/);
  assert.match(faults[1], /^HR77001 está en codreser/);
  const label = await card.getByRole("img").getAttribute("aria-label");
  assert.equal(label, "Liquidado: $258.75, Apartado: $0.00, Otros programas: $41.25, Libre: $600.00");
  const grows = await card.locator(".piece").evaluateAll((all) => all.map((piece) => Number(piece.style.flexGrow)));
  assert.deepEqual(grows, [25_875, 0, 4_125, 60_000], "what another program used is not free, known to the ledger or not");
  assert.equal(await staff.page.locator("article").count(), 1, "payments that agree are not shown");
  await staff.page.getByRole("button", { name: "English" }).click();
  await card.getByText("HR77001 is in codreser").waitFor();
  assert.equal(await staff.page.evaluate(() => document.documentElement.lang), "en");
  await staff.close();
});

test("payments: the rooms that each paid, filters, more, and text is text", async () => {
  const staff = await Staff.visit(it, { language: "en" });
  await staff.signIn();
  await staff.open("payments");
  const { words: w } = staff;
  const shown = () => staff.page.locator("article").count();
  assert.equal(await shown(), 20);
  await staff.page.getByRole("button", { name: w.more }).click();
  await staff.page.waitForFunction(() => document.querySelectorAll("article").length > 20);
  assert.equal(await staff.page.evaluate(() => document.activeElement.tagName), "H3", "reading goes on at the first new one");
  await staff.search({ reference: has.paid.reference });
  const card = staff.card(has.paid.reference);
  const rooms = await card.locator(".rooms b").allTextContents();
  const all = [...has.booked.bookings, ...has.asking.bookings].map((one) => `HR${one.reserva}`);
  assert.deepEqual(rooms.sort(), all.sort());
  assert.match(await card.textContent(), /\$200\.00 for a guest, until/);
  assert.equal(await shown(), 1);
  await staff.search({ reference: has.marked.reference });
  await staff.card(has.marked.reference).getByText(w.details).click();
  assert.ok(await staff.page.getByText(MARKUP).isVisible());
  assert.equal(await staff.page.locator("main img, main b").count(), 0);
  await staff.search({ reference: "", payment_method: "Depósito BAC" });
  assert.ok((await staff.page.locator("h3").allTextContents()).every((text) => text.startsWith("Depósito BAC")));
  await staff.search({ payment_method: "", differences: true });
  assert.equal(await shown(), 1);
  await staff.search({ differences: false });
  await staff.close();
});

test("all payments are downloaded as CSV, whatever is shown", async () => {
  const staff = await Staff.visit(it);
  await staff.signIn();
  for (const [section, name] of [["differences", "posada-reconciliation.csv"], ["payments", "posada-payments.csv"]]) {
    await staff.open(section);
    const [download] = await Promise.all([
      staff.page.waitForEvent("download"),
      staff.page.getByRole("button", { name: staff.words.download }).click(),
    ]);
    assert.equal(download.suggestedFilename(), name);
    const text = await readFile(await download.path(), "utf8");
    const lines = readCsv(text.replace("\ufeff", ""));
    const [{ n }] = await it.hotel.sql("SELECT (SELECT count(*) FROM compraclick) + (SELECT count(*) FROM bac) AS n");
    assert.equal(lines.length, n);
    const edited = lines.find((line) => line.reference === has.edited.reference);
    assert.deepEqual([edited.used, edited.difference, edited.settled_amount], ["300.00", "41.25", "258.75"]);
  }
  await staff.close();
});

test("where everything agrees it says so", async () => {
  const codreser = (await it.hotel.row(has.edited)).codreser.split(",")[0];
  await it.hotel.touch(has.edited, { used: 258.75, codreser });
  const staff = await Staff.visit(it);
  await staff.signIn();
  await staff.page.getByText(staff.words.agree).first().waitFor();
  await staff.shot("staff-agree");
  await staff.close();
});

test("a case is resolved by keyboard alone, with a note, and is gone", async () => {
  const staff = await Staff.visit(it);
  const { page, words: w } = staff;
  const type = async (text) => page.keyboard.type(text);
  /** Goes on until what has the focus is this. */
  const reach = async (what, is) => {
    for (let i = 0; i < 80; i += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(is, what)) return;
    }
    assert.fail(`${what} is not reached`);
  };
  const named = (name) => document.activeElement.textContent.trim() === name || document.activeElement.labels?.[0]?.textContent === name;
  await page.getByLabel(w.key).waitFor();
  if (!(await page.evaluate(named, w.key))) await reach(w.key, named);
  await type(it.hotel.host.keys.staff);
  await page.keyboard.press("Enter");
  await staff.heading(w.differences).waitFor();
  await reach(w.cases, named);
  await page.keyboard.press("Enter");
  const open = page.getByRole("button", { name: w.isNotBooked, exact: true });
  await open.first().waitFor();
  const cases = await open.count();
  const first = await page.locator("article", { has: open }).first().textContent();
  assert.match(first, /Xiomara Quijano/);
  await reach(w.note, named);
  await type("Hablé con recepción: no está.");
  await reach(w.isNotBooked, named);
  await page.keyboard.press("Enter");
  await page.getByText(w.resolved).first().waitFor();
  assert.equal(await open.count(), cases - 1);
  const row = await ended(it.hotel, has.unconfirmed.booking);
  assert.equal(row.state, "partly_booked");
  await staff.close();
});

test("a reservation that was found is booked under its code, and what is wrong with it is said", async () => {
  const staff = await Staff.visit(it);
  await staff.signIn();
  await staff.open("cases");
  const { page, words: w } = staff;
  const button = page.getByRole("button", { name: w.isBooked, exact: true });
  const form = page.locator("form", { has: button }).first();
  await form.getByLabel(w.note).fill("Está con otro código.");
  await form.getByRole("button", { name: w.isBooked, exact: true }).click();
  await form.getByText(w.needFound).waitFor();
  await form.getByLabel(w.foundCode).fill("HR,1");
  await form.getByRole("button", { name: w.isBooked, exact: true }).click();
  await form.getByText(`No se guardó: ${w.wrong["found.reserva"]}`).waitFor();
  await form.getByLabel(w.foundCode).fill("88001");
  await form.getByRole("button", { name: w.isBooked, exact: true }).click();
  await page.getByText(w.resolved).first().waitFor();
  const row = await ended(it.hotel, has.second.booking);
  assert.deepEqual([row.state, JSON.parse(row.codes)[1]], ["booked", "88001"]);
  await staff.close();
});

test("what a guest asks to cancel is cancelled, and its money is free", async () => {
  const staff = await Staff.visit(it, { language: "en" });
  await staff.signIn();
  await staff.open("cases");
  const { page, words: w } = staff;
  const form = page.locator("form", { has: page.getByRole("button", { name: w.cancelRooms }) });
  assert.match(await form.textContent(), /Asks to cancel: Room 1\. Viene un huésped menos\./);
  const asked = [];
  const answer = (how) => page.once("dialog", (dialog) => asked.push(dialog.message()) && dialog[how]());
  answer("dismiss");
  await form.getByRole("button", { name: w.cancelRooms }).click();
  assert.match(asked[0], /^You are about to cancel: Room 1\. .* cannot be taken back\. Cancel\?$/);
  assert.equal((await it.hotel.call("GET", `/v1/bookings/${has.asking.booking_id}`, { as: "staff" })).json.outcome, "booked");
  answer("accept");
  await form.getByRole("button", { name: w.cancelRooms }).click();
  await page.getByText(w.resolved).first().waitFor();
  assert.equal(await page.getByRole("button", { name: w.cancelRooms }).count(), 0);
  const row = await it.hotel.row(has.paid);
  assert.ok(!row.codreser.includes(has.asking.bookings[0].reserva));
  await staff.open("cases");
  await page.getByText(w.noCases).first().waitFor();
  await staff.shot("staff-no-cases");
  await staff.close();
});

test("loading is shown, a system that fails is said and tried again, and a key that ended asks for another", async () => {
  const staff = await Staff.visit(it);
  const { page, words: w } = staff;
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await page.route("**/v1/staff/reconciliation*", async (route) => { await held; await route.continue(); });
  await staff.signIn();
  await page.getByText(w.loading).first().waitFor();
  assert.equal(await page.locator("[aria-busy=true]").count(), 1);
  await staff.shot("staff-loading");
  go();
  await staff.heading(w.differences).waitFor();
  await page.route("**/v1/staff/cases*", (route) => route.fulfill({ status: 503, json: { code: "payments_unavailable" } }));
  await page.getByRole("link", { name: w.cases }).click();
  await page.getByText(w.busy).waitFor();
  await page.unroute("**/v1/staff/cases*");
  await page.getByRole("button", { name: w.retry }).click();
  await staff.heading(w.cases).waitFor();
  await page.evaluate(() => sessionStorage.setItem("posada-staff-key", "an old key of the staff"));
  await page.getByRole("button", { name: w.refresh }).click();
  await page.getByText(w.wrongKey).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem("posada-staff-key")), null);
  await staff.close();
});

test("both languages say the same things", () => {
  const shape = (value) =>
    typeof value === "string" ? [...value.matchAll(/\{\w+\}/g)].map(([name]) => name).sort() : Object.entries(value).map(([name, one]) => [name, shape(one)]);
  assert.deepEqual(shape(WORDS.es), shape(WORDS.en));
});

test("afterwards no log line says who somebody is", () => it.hotel.checkLogs());
