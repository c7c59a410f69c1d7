// The back office while it waits, where there is nothing, and where something fails: axe in both languages and both looks.

import { test } from "node:test";

import { expectBooking, room } from "../e2e/support.mjs";
import { fitsAcross, isRoomy, passesAxe } from "./staff-access.mjs";
import { DESKTOP, PHONE, assert, stage } from "./support.mjs";
import { Staff } from "./staff.mjs";

const it = stage();
const SECTIONS = ["differences", "payments", "cases", "figures"];
const asked = { differences: "reconciliation", payments: "payments", cases: "cases", figures: "metrics" };

const looks = ["es", "en"].flatMap((language) =>
  [false, true].map((dark) => ({ language, dark, device: (language === "es") === dark ? DESKTOP : PHONE })),
);

/** Opens a section without waiting for what it shows. */
async function begin(staff, section) {
  await staff.page.getByRole("link", { name: staff.words[section], exact: true }).click();
}

/** While the route of a section is kept waiting. */
async function whileWaiting(staff, section, look) {
  const address = `**/v1/staff/${asked[section]}*`;
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await staff.page.route(address, async (route) => {
    await held;
    await route.continue();
  });
  await begin(staff, section);
  await staff.page.getByText(staff.words.loading).first().waitFor();
  await look();
  go();
  await staff.page.waitForFunction(() => document.querySelector(".wait") === null);
  await staff.page.unroute(address);
}

/** Where the route of a section fails. */
async function whileFailing(staff, section, { status, code, text }, look) {
  const address = `**/v1/staff/${asked[section]}*`;
  await staff.page.route(address, (route) => route.fulfill({ status, contentType: "application/problem+json", json: { code, detail: "What cannot be done." } }));
  await staff.page.goto(`${it.hotel.host.url}/staff#${section === "cases" ? "payments" : "cases"}`);
  await staff.page.waitForFunction(() => document.querySelector(".wait") === null);
  await begin(staff, section);
  await staff.page.getByText(text).waitFor();
  await look();
  await staff.page.unroute(address);
}

/** Goes through all states. */
async function walk(staff, name, look) {
  const { page, words: w } = staff;
  await page.getByRole("button", { name: w.signIn }).click();
  await page.getByText(w.noKey).waitFor();
  await look(staff, `${name}-no-key`);
  await staff.signIn(it.hotel.host.keys.assistant);
  await page.getByText(w.wrongRole).waitFor();
  await look(staff, `${name}-wrong-role`);
  await staff.signIn();
  await page.getByRole("heading", { name: w.agree }).waitFor();
  await look(staff, `${name}-agree`);
  for (const section of [...SECTIONS.slice(1), SECTIONS[0]]) {
    await whileWaiting(staff, section, () => look(staff, `${name}-loading-${section}`));
    await staff.heading(w[section]).waitFor();
    if (section === "payments") await page.getByText(w.noPayments, { exact: true }).first().waitFor();
    if (section === "cases") await page.getByRole("heading", { name: w.noCases }).waitFor();
    await look(staff, `${name}-nothing-${section}`);
  }
  for (const section of SECTIONS) {
    const busy = { status: 503, code: "storage_unavailable", text: w.busy };
    await whileFailing(staff, section, busy, () => look(staff, `${name}-busy-${section}`));
  }
  await whileFailing(staff, "payments", { status: 422, code: "invalid", text: "What cannot be done." }, () => look(staff, `${name}-refused`));
}

for (const { language, dark, device } of looks) {
  const name = `state-${language}-${dark ? "dark" : "light"}-${device === PHONE ? "phone" : "desk"}`;
  test(`axe finds nothing while it waits, has nothing or fails: ${name}`, async () => {
    const staff = await Staff.visit(it, { device, language, dark, context: { bypassCSP: true } });
    await walk(staff, name, passesAxe);
    await staff.close();
  });
}

test("at 320 px nothing of that scrolls sideways", async () => {
  const staff = await Staff.visit(it, { device: { ...PHONE, viewport: { width: 320, height: 640 } } });
  await walk(staff, "state-narrow", async (who, screen) => {
    await isRoomy(who, screen);
    await fitsAcross(who, screen);
  });
  await staff.close();
});

for (const { language, dark, device } of looks) {
  const name = `state-${language}-${dark ? "dark" : "light"}`;
  test(`axe finds nothing where a case was resolved, or could not be: ${name}`, async () => {
    const { hotel } = it;
    const payment = await hotel.payment(500);
    const booked = expectBooking(await hotel.makeBooking(hotel.body(payment, hotel.stay(), [room("Junior", 2)])));
    await hotel.call("POST", `/v1/bookings/${booked.booking_id}/cancellation-request`, { as: booked.token, body: {} });
    const staff = await Staff.visit(it, { device, language, dark, context: { bypassCSP: true } });
    const { page, words: w } = staff;
    await staff.signIn();
    await staff.heading(w.differences).waitFor();
    await staff.open("cases");
    await page.getByLabel(w.note).fill("Hablé con el huésped.");
    await page.route("**/resolve", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", json: { code: "uncertain", detail: "The answer was lost." } }));
    await page.getByRole("button", { name: w.keepRooms }).click();
    await page.getByText("The answer was lost.").waitFor();
    await passesAxe(staff, `${name}-not-resolved`);
    await page.unroute("**/resolve");
    await page.getByRole("button", { name: w.keepRooms }).click();
    await page.locator(".notice.good").waitFor();
    assert.equal(await page.locator(".notice.good").textContent(), w.resolved);
    await passesAxe(staff, `${name}-resolved`);
    await page.evaluate(() => sessionStorage.setItem("posada-staff-key", "an old key of the staff"));
    await page.getByRole("button", { name: w.refresh }).click();
    await page.getByText(w.wrongKey).waitFor();
    await passesAxe(staff, `${name}-key-ended`);
    await staff.close();
  });
}

test("afterwards no log line says who somebody is", () => it.hotel.checkLogs());
