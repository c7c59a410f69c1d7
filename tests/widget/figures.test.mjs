// The back office's figures in Chromium: what is drawn is what the route answers, and that is what was done.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { readCsv } from "../e2e/bookkeeping-cases.mjs";
import { ended } from "../e2e/halfway.mjs";
import { expectBooking, expectProblem, room } from "../e2e/support.mjs";
import { History, latencies, quantile, stepsOf } from "../../www/site/staff/measures.js";
import { ticks } from "../../www/site/staff/chart.js";
import { fitsAcross, isRoomy, passesAxe } from "./staff-access.mjs";
import { DESKTOP, PHONE, assert, stage } from "./support.mjs";
import { Staff } from "./staff.mjs";

const HOUR_MS = 3_600_000;
const it = stage();
const LOOKS = ["es", "en"].flatMap((language) => [false, true].map((dark) => ({ language, dark })));

const at = (section, options) => Staff.at(it, section, options);

/** What the route answers for the days that the page shows. */
async function told(query) {
  const answer = await it.hotel.call("GET", `/v1/staff/metrics?${new URLSearchParams(query)}`, { as: "staff" });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

const card = (staff, title) => staff.page.locator("section.card", { has: staff.page.getByRole("heading", { name: title, exact: true }) });

/** What a chart shows, read from where its marks are: the value of each step of each series. */
async function drawn(staff, title) {
  const chart = card(staff, title).locator(".plot svg");
  await chart.waitFor();
  return chart.evaluate((svg) => {
    const { end, height } = svg.dataset;
    const found = {};
    const put = (mark, value) => {
      found[mark.dataset.series] ??= {};
      found[mark.dataset.series][mark.dataset.step] = Math.round(value * 1000) / 1000;
    };
    const of = (pixels) => (pixels / Number(height)) * Number(end);
    const base = Number(svg.querySelector(".base").getAttribute("y1"));
    for (const mark of svg.querySelectorAll("rect.mark")) put(mark, of(Number(mark.getAttribute("height"))));
    for (const dot of svg.querySelectorAll("circle.dot")) put(dot, of(base - Number(dot.getAttribute("cy"))));
    return found;
  });
}

/** The table of a card, as people would copy it. */
async function tableOf(staff, title) {
  const details = card(staff, title).locator("details");
  await details.evaluate((it) => { it.open = true; });
  return details.locator("tr").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
}

const close = (a, b, what) => assert.ok(Math.abs(a - b) <= Math.max(0.02, Math.abs(b) * 0.01), `${what}: ${a} is drawn for ${b}`);

/** Every value has its mark, as high as it is, and there is no other: a column is there where it is not 0, a point where it is known. */
function same(shown, rows, what, isKnown = (value) => value > 0) {
  for (const [which, values] of rows.entries()) {
    const marks = shown[which] ?? {};
    const expected = values.map((value, i) => [String(i), value]).filter(([, value]) => isKnown(value));
    assert.deepEqual(Object.keys(marks).sort(), expected.map(([i]) => i).sort(), `${what}, series ${which}`);
    for (const [i, value] of expected) close(marks[i], value, `${what}, series ${which}, step ${i}`);
  }
  assert.ok(Object.keys(shown).every((which) => Number(which) < rows.length), `${what} has ${rows.length} series`);
}

test("before anything happened it says so", async () => {
  for (const { language, dark } of LOOKS) {
    const staff = await at("figures", { language, dark, context: { bypassCSP: true } });
    await staff.page.getByRole("heading", { name: staff.words.figure.none }).waitFor();
    assert.ok(await staff.page.getByRole("button", { name: staff.words.download }).isDisabled());
    await passesAxe(staff, `figures-none-${language}-${dark ? "dark" : "light"}`);
    await staff.close();
  }
});

test("bookings are made, in part and not, over two days", async () => {
  const { hotel } = it;
  const book = async (rooms, outcome, { stay = hotel.stay() } = {}) => {
    const payment = await hotel.payment(5_000);
    const answer = await hotel.makeBooking(hotel.body(payment, stay, rooms));
    await ended(hotel, expectBooking(answer, outcome).booking_id);
    return answer.json;
  };
  const juniors = (n) => Array.from({ length: n }, () => room("Junior", 1));
  for (let i = 0; i < 3; i += 1) await book(juniors(2), "booked");
  const stay = hotel.stay();
  await book(juniors(4), "booked", { stay });
  await book(juniors(3), "partly_booked", { stay });
  await book([room("Familiar", 2)], "booked");
  const refuse = async (amount, code, status) => {
    const payment = await hotel.payment(amount);
    expectProblem(await hotel.makeBooking(hotel.body(payment, hotel.stay(), [room("Junior", 2)])), status, code);
    await new Promise((wake) => setTimeout(wake, 300));
  };
  await refuse(100, "payment_short", 422);
  await refuse(50, "payment_short", 422);
  await hotel.host.scheduled();
  await hotel.later(26 * HOUR_MS);
  for (let i = 0; i < 2; i += 1) await book(juniors(3), "booked");
  const asking = await book(juniors(1), "booked");
  await hotel.call("POST", `/v1/bookings/${asking.booking_id}/cancellation-request`, { as: asking.token, body: {} });
  for (let i = 0; i < 2; i += 1) {
    const payment = await hotel.payment(200);
    const body = { authorization_number: payment.reference, payment_amount: 50, wa_id: hotel.waId() };
    assert.equal((await hotel.call("POST", "/v1/tools/validate_compraclick_payment", { as: "assistant", body })).status, 200);
  }
  const missing = { authorization_number: hotel.unique("55"), payment_amount: 50, wa_id: hotel.waId() };
  assert.equal((await hotel.call("POST", "/v1/tools/validate_compraclick_payment", { as: "assistant", body: missing })).status, 202);
  await hotel.touch(await hotel.payment(70), { used: 20, codreser: null });
  await hotel.host.scheduled();
});

test("what is drawn is what the route answers, and what was done", async () => {
  const staff = await at("figures");
  const { words: w } = staff;
  const { figure } = w;
  const { today } = (await it.hotel.call("GET", "/v1/property")).json;
  const answer = await told({ from: new Date(Date.parse(today) - 6 * 24 * HOUR_MS).toISOString().slice(0, 10), to: today, step: "day" });
  const history = new History(answer);
  assert.equal(history.steps.length, 7);
  await card(staff, figure.bookings).locator("rect.mark").first().waitFor();

  const outcomes = ["booked", "partly_booked", "not_booked", "needs_staff"].map((outcome) => history.counted("posada_bookings_total", { outcome }));
  assert.deepEqual(outcomes[0].slice(-2), [5, 3]);
  assert.deepEqual(outcomes[1].slice(-2), [1, 0]);
  same(await drawn(staff, figure.bookings), outcomes, figure.bookings);
  const table = await tableOf(staff, figure.bookings);
  assert.deepEqual(table[0], [figure.when.day, ...Object.values(figure.outcomes)]);
  assert.equal(table.length, 8);
  for (const [i, [, ...cells]] of table.slice(1).entries()) assert.deepEqual(cells.map(Number), outcomes.map((values) => values[i]));

  const failed = history.kinds("posada_rooms_failed_total", "reason").map((reason) => history.counted("posada_rooms_failed_total", { reason }));
  const rooms = await drawn(staff, figure.rooms);
  same({ 0: rooms[0] }, [history.counted("posada_rooms_booked_total")], figure.rooms);
  const heights = Object.keys(rooms).slice(1).flatMap((which) => Object.values(rooms[which])).sort();
  for (const [i, value] of failed.flat().filter((value) => value > 0).sort().entries()) close(heights[i], value, "rooms that failed");

  const several = history.counted("posada_bookings_total", { rooms: "several" });
  const all = history.counted("posada_bookings_total", { rooms: "several", outcome: "booked" });
  const rates = several.map((n, i) => (n > 0 ? all[i] / n : undefined));
  const rate = (await drawn(staff, figure.success))[0];
  assert.deepEqual(Object.keys(rate).map(Number), [5, 6]);
  for (const i of [5, 6]) close(rate[i], rates[i], figure.success);
  const tile = staff.page.locator(".tiles > div");
  const total = (values) => values.reduce((sum, value) => sum + value, 0);
  assert.equal(await tile.nth(0).locator("b").textContent(), String(total(history.counted("posada_bookings_total"))));
  assert.match(await tile.nth(1).textContent(), new RegExp(`${total(all)} de ${total(several)}`));

  const gauges = [["posada_bookings_open", {}], ["posada_rooms_held", {}], ["posada_claims", { state: "open" }], ["posada_claims", { state: "attached" }], ["posada_pending_payments", {}]];
  const highest = gauges.map(([metric, labels]) => history.highest(metric, labels));
  assert.deepEqual([highest[2].at(-1), highest[4].at(-1), highest[2].at(-3)], [2, 1, undefined]);
  same(await drawn(staff, figure.waiting), highest, figure.waiting, (value) => value !== undefined);
  same(await drawn(staff, figure.cases), [history.highest("posada_cases", { kind: "cancellation_requested" })], figure.cases);

  const refused = history.counted("posada_bookings_refused_total", { problem: "payment_short" });
  assert.deepEqual(refused.slice(-2), [2, 0]);
  same(await drawn(staff, figure.refused), [refused], figure.refused);
  const days = await tableOf(staff, figure.refused);
  assert.deepEqual(days[0], [figure.when.day, figure.problems.payment_short]);
  assert.deepEqual(days.slice(1).map(([, n]) => Number(n)), refused);
  const { calls, median } = latencies(history.fallen("posada_payment_call_seconds", { operation: "claim" }));
  const claims = card(staff, figure.paymentCalls).locator("tbody tr", { hasText: figure.operations.claim }).first().locator("td");
  assert.equal(await claims.nth(0).textContent(), String(calls));
  const text = await claims.nth(1).textContent();
  const [, shown, unit] = /^([\d.]+) (ms|s)$/.exec(text.replace("\u00a0", " ")) ?? assert.fail(text);
  const seconds = Number(shown) / (unit === "ms" ? 1000 : 1);
  assert.ok(Math.abs(seconds - median) <= median * 0.06, `${text} for ${median} s`);
  await staff.close();
});

test("a step is chosen by keys or pointer, and read out", async () => {
  const staff = await at("figures", { language: "en" });
  const { figure } = staff.words;
  const plot = staff.page.getByRole("slider", { name: figure.bookings });
  await plot.locator("rect.mark").first().waitFor();
  const read = async () => [await plot.getAttribute("aria-valuetext"), await card(staff, figure.bookings).locator(".when").textContent()];
  const [whole] = await read();
  assert.match(whole, /All booked: 8\. In part: 1\./);
  await staff.page.getByRole("button", { name: staff.words.download }).focus();
  await staff.page.keyboard.press("Tab");
  assert.equal(await plot.evaluate((it) => document.activeElement === it), true, "it is next by the keyboard");
  await staff.page.keyboard.press("End");
  const [text, when] = await read();
  assert.match(text, /All booked: 3\. In part: 0\. Nothing booked: 0\. Needs help: 0$/);
  assert.ok(text.startsWith(when) && when !== "");
  await staff.page.keyboard.press("ArrowLeft");
  assert.match((await read())[0], /All booked: 5\. In part: 1\./);
  await staff.page.keyboard.press("Home");
  assert.equal(await plot.getAttribute("aria-valuenow"), "0");
  await staff.page.keyboard.press("Escape");
  assert.equal((await read())[0], whole);
  const box = await plot.boundingBox();
  await staff.page.mouse.move(box.x + box.width - 20, box.y + 60);
  assert.match((await read())[0], /All booked: 3\./);
  await staff.page.mouse.move(box.x, box.y - 60);
  assert.equal((await read())[0], whole);
  await staff.close();
});

test("other days: today by the hour, thirty days, a year by the month; and the file", async () => {
  const staff = await at("figures");
  const { figure } = staff.words;
  const choose = async (name) => {
    const answered = staff.page.waitForResponse((response) => response.url().includes("/v1/staff/metrics"));
    await staff.page.getByRole("button", { name: figure.ranges[name], exact: true }).click();
    const answer = await (await answered).json();
    await staff.page.waitForFunction((text) => document.querySelector("#live").textContent === text, `Cifras de ${figure.ranges[name]}`);
    assert.equal(await staff.page.locator(".ranges [aria-pressed=true]").textContent(), figure.ranges[name]);
    return new History(answer);
  };
  for (const [name, steps, booked] of [["today", 24, 3], ["month", 30, 8], ["year", 12, 8]]) {
    const history = await choose(name);
    assert.equal(history.steps.length, steps, name);
    const outcomes = ["booked", "partly_booked", "not_booked"].map((outcome) => history.counted("posada_bookings_total", { outcome }));
    assert.equal(outcomes[0].reduce((sum, value) => sum + value, 0), booked);
    same(await drawn(staff, figure.bookings), outcomes, name);
    await staff.shot(`figures-${name}`);
  }
  const [download] = await Promise.all([staff.page.waitForEvent("download"), staff.page.getByRole("button", { name: staff.words.download }).click()]);
  assert.equal(download.suggestedFilename(), "posada-figures.csv");
  const lines = readCsv((await readFile(await download.path(), "utf8")).replace("\ufeff", ""));
  const booked = lines.filter((line) => line.metric === "posada_bookings_total" && line.labels === "rooms=several outcome=booked");
  assert.deepEqual(booked.map((line) => Number(line.value)).reduce((sum, value) => sum + value), 6);
  await staff.close();
});

for (const { language, dark } of LOOKS) {
  const device = (language === "es") === dark ? DESKTOP : PHONE;
  const name = `figures-${language}-${dark ? "dark" : "light"}-${device === PHONE ? "phone" : "desk"}`;
  test(`axe finds nothing, with every table open: ${name}`, async () => {
    const staff = await at("figures", { device, language, dark, context: { bypassCSP: true } });
    await staff.page.locator("rect.mark").first().waitFor();
    await passesAxe(staff, name);
    await staff.page.evaluate(() => { for (const it of document.querySelectorAll("details")) it.open = true; });
    await passesAxe(staff, `${name}-tables`);
    await staff.close();
  });
}

test("at 320 px nothing scrolls sideways", async () => {
  const staff = await at("figures", { device: { ...PHONE, viewport: { width: 320, height: 640 } } });
  await staff.page.locator("rect.mark").first().waitFor();
  await staff.page.evaluate(() => { for (const it of document.querySelectorAll("details")) it.open = true; });
  await isRoomy(staff, "narrow");
  await fitsAcross(staff, "narrow");
  await staff.shot("figures-narrow");
  await staff.close();
});

test("what cannot be had is said and tried again", async () => {
  const staff = await at("figures");
  const { page, words: w } = staff;
  await page.route("**/v1/staff/metrics*", (route) => route.fulfill({ status: 503, json: { code: "storage_unavailable" } }));
  await page.getByRole("button", { name: w.refresh }).click();
  await page.getByText(w.busy).waitFor();
  await page.unroute("**/v1/staff/metrics*");
  await page.getByRole("button", { name: w.retry }).click();
  await page.locator("rect.mark").first().waitFor();
  await staff.close();
});

test("quantiles are those of Prometheus, ticks are round", () => {
  const bounds = [0, 0.1, 0.5, 1, Infinity];
  const of = (...counts) => counts.map((count, i) => ({ above: bounds[i], most: bounds[i + 1], count }));
  for (const [counts, q, expected] of [
    [[0, 0, 0, 0], 0.5, undefined], [[10, 0, 0, 0], 0.5, 0.05], [[5, 5, 0, 0], 0.5, 0.1], [[5, 10, 5, 0], 0.5, 0.3], [[0, 0, 0, 3], 0.5, 1], [[0, 0, 4, 0], 0.95, 0.975],
    [[90, 0, 10, 0], 0.95, 0.75],
  ]) {
    const found = quantile(of(...counts), q);
    assert.ok(found === expected || Math.abs(found - expected) < 1e-9, `${counts} at ${q}: ${found}, not ${expected}`);
  }
  for (const [highest, isWhole, expected] of [
    [0, true, [0, 1]], [1, true, [0, 1]], [3, true, [0, 1, 2, 3]], [7, true, [0, 2, 4, 6, 8]], [10, true, [0, 5, 10]], [23, true, [0, 10, 20, 30]],
    [1, false, [0, 0.25, 0.5, 0.75, 1]], [0.05, false, [0, 0.02, 0.04, 0.06]],
  ]) {
    assert.deepEqual(ticks(highest, isWhole).map((it) => Math.round(it * 1e6) / 1e6), expected, `${highest}`);
  }
  assert.equal(stepsOf({ from: "2027-03-27", to: "2027-03-29", step: "hour" }).length, 72);
  assert.deepEqual(stepsOf({ from: "2027-12-30", to: "2028-02-01", step: "month" }), ["2027-12", "2028-01", "2028-02"]);
});

test("afterwards no log line says who somebody is", () => it.hotel.checkLogs());
