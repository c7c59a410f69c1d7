// Loading: what is missing, forbidden or late, on the hotel's own site and on others.

import { createServer } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";

import { ROOT } from "../../xtask/host/host.mjs";
import { DESKTOP, Guest, PHONE, assert, stage } from "./support.mjs";

const other = createServer((request, response) => {
  const [html, headers] = pages.get(request.url) ?? ["", {}];
  response.writeHead(html ? 200 : 404, { "content-type": "text/html; charset=utf-8", ...headers }).end(html);
});
const pages = new Map();
other.listen(0, "127.0.0.1");
await once(other, "listening");
const elsewhere = `http://127.0.0.1:${other.address().port}`;
const it = stage({ vars: { ALLOWED_ORIGINS: `https://hotel.example, ${elsewhere}` } });
after(() => other.close());

const asked = (guest, path) => {
  const seen = [];
  guest.page.on("request", (request) => new URL(request.url()).pathname === path && seen.push(request.method()));
  return seen;
};

/** A page of another origin that has the README's snippet, made to speak to this hotel. */
async function snippet() {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, html] = /```html\n(<script type="module"[\s\S]*?)```/.exec(readme) ?? assert.fail("README.md has a snippet");
  return html.replaceAll("https://HOST", it.hotel.host.url);
}

async function quotes(guest, stay, total) {
  await guest.chooseDates(stay.check_in_date, stay.check_out_date);
  await guest.page.waitForFunction((amount) => document.querySelector("posada-booking").quote?.total_amount === amount, total);
}

test("the README's snippet works on an empty page of another origin", async () => {
  const stay = it.hotel.stay(1);
  const payment = await it.hotel.payment(172.5);
  pages.set("/snippet", [`<!doctype html><meta charset="utf-8"><title>x</title>${await snippet()}`, {}]);
  const guest = await Guest.visit(it, { prepare: (who) => { who.page.goto = ((go) => () => go(`${elsewhere}/snippet`))(who.page.goto.bind(who.page)); } });
  await quotes(guest, stay, 172.5);
  await guest.button(guest.words.seeRooms).click();
  await guest.button(guest.words.next).click();
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  assert.equal((await it.hotel.row(payment)).used, 172.5);
  await guest.close();
});

test("an origin that is not on the list is told nothing", async () => {
  const headers = { origin: "https://elsewhere.example" };
  const answer = await it.hotel.call("GET", "/v1/property", { headers });
  assert.equal(answer.headers.get("access-control-allow-origin"), null);
  const preflight = await it.hotel.call("OPTIONS", "/v1/bookings", { headers: { ...headers, "access-control-request-method": "POST" } });
  assert.equal(preflight.headers.get("access-control-allow-origin"), null);
  const allowed = await it.hotel.call("OPTIONS", "/v1/bookings", { headers: { origin: "https://hotel.example", "access-control-request-method": "POST" } });
  assert.equal(allowed.status, 200);
  assert.equal(allowed.headers.get("access-control-allow-origin"), "https://hotel.example");
  assert.match(allowed.headers.get("access-control-allow-headers"), /Idempotency-Key/);
  const staff = await it.hotel.call("GET", "/v1/staff/settings", { headers: { origin: "https://hotel.example" }, mayFail: true });
  assert.equal(staff.headers.get("access-control-allow-origin"), null, "only what guests use");
});

test("the documented policy lets the element work, with the pinned address and its integrity", async () => {
  const stay = it.hotel.stay(1);
  const host = it.hotel.host.url;
  const docs = await readFile(join(ROOT, "docs/widget.md"), "utf8");
  const [, policy] = /```\nContent-Security-Policy: ([^`]+)\n```/.exec(docs) ?? assert.fail("docs/widget.md has a policy");
  const { version, integrity } = await (await fetch(`${host}/w/1/files.json`)).json();
  const html = `<!doctype html><meta charset="utf-8"><title>x</title>
    <script type="module" src="${host}/w/${version}/posada-booking.js" integrity="${integrity}" crossorigin="anonymous"></script>
    <posada-booking api="${host}" lang="es"></posada-booking>`;
  pages.set("/policy", [html, { "content-security-policy": policy.replace(/\s+/g, " ").replaceAll("https://HOST", host) }]);
  const guest = await Guest.visit(it, { prepare: (who) => {
    who.page.goto = ((go) => () => go(`${elsewhere}/policy`))(who.page.goto.bind(who.page));
    who.refused = [];
    who.page.on("console", (line) => /Content Security Policy/.test(line.text()) && who.refused.push(line.text()));
  } });
  await quotes(guest, stay, 172.5);
  assert.equal(await guest.page.evaluate(() => new Promise((resolve) => document.querySelector("posada-booking").ready().then(() => resolve(true)))), true);
  assert.deepEqual(guest.refused, []);
  await guest.close();
});

test("with WebAssembly forbidden by policy it quotes through the API, and warns once", async () => {
  const stay = it.hotel.stay(1);
  const host = it.hotel.host.url;
  pages.set("/forbidden", [`<!doctype html><meta charset="utf-8"><title>x</title><script type="module" src="${host}/w/1/posada-booking.js"></script>
    <posada-booking api="${host}"></posada-booking>`, { "content-security-policy": `script-src ${host}; connect-src ${host}` }]);
  const warnings = [];
  const guest = await Guest.visit(it, { prepare: (who) => {
    who.page.goto = ((go) => () => go(`${elsewhere}/forbidden`))(who.page.goto.bind(who.page));
    who.page.on("console", (line) => line.type() === "warning" && /posada-booking/.test(line.text()) && warnings.push(line.text()));
  } });
  const asks = asked(guest, "/v1/quotes");
  await quotes(guest, stay, 172.5);
  assert.ok(asks.includes("POST"));
  await guest.button(guest.words.more + guest.words.adults).click();
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 258.75);
  assert.equal(warnings.length, 1);
  await guest.close();
});

test("where the WebAssembly answers 404 it quotes through the API, and tells the page", async () => {
  const stay = it.hotel.stay(1);
  const guest = await Guest.visit(it, { prepare: (who) => who.page.route("**/w/1/quotes-*.wasm", (route) => route.fulfill({ status: 404 })) });
  const asks = asked(guest, "/v1/quotes");
  await quotes(guest, stay, 172.5);
  assert.ok(asks.includes("POST"));
  assert.match(await guest.page.locator("#events").textContent(), /posada-loaderror.*wasm/);
  await guest.close();
});

test("WebAssembly with other bytes is not used", async () => {
  const stay = it.hotel.stay(1);
  const guest = await Guest.visit(it, { prepare: (who) => who.page.route("**/w/1/quotes-*.wasm", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length - 1] ^= 1;
    await route.fulfill({ response, body });
  }) });
  await quotes(guest, stay, 172.5);
  const events = await guest.page.locator("#events").textContent();
  assert.match(events, /posada-loaderror.*wasm/);
  assert.match(events, /"local":false/);
  await guest.close();
});

test("a later module with other bytes is not used, and the guest is told within 5 s", async () => {
  const guest = await Guest.visit(it, { prepare: (who) => who.page.route("**/w/1/later-*.js*", (route) => route.fulfill({ body: "globalThis.wrong = true", contentType: "text/javascript", headers: { "access-control-allow-origin": "*" } })) });
  const stay = it.hotel.stay(1);
  await guest.chooseDates(stay.check_in_date, stay.check_out_date);
  await guest.element.locator(".message").waitFor({ timeout: 5_000 });
  assert.equal(await guest.page.evaluate(() => globalThis.wrong), undefined);
  await guest.page.unroute("**/w/1/later-*.js*");
  await guest.button(guest.words.retry).click();
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 172.5);
  await guest.close();
});

for (const [what, fail] of [["answers 503", (route) => route.fulfill({ status: 503, body: "busy" })], ["cannot be reached", (route) => route.abort("internetdisconnected")]]) {
  test(`where the API ${what} there is a message and a retry within 5 s, and nothing is lost`, async () => {
    const stay = it.hotel.stay(1);
    const guest = await Guest.visit(it, { device: PHONE, prepare: (who) => who.page.route("**/v1/**", fail) });
    await guest.element.locator(".message").waitFor({ timeout: 5_000 });
    await guest.shot(`start-${what.replaceAll(" ", "-")}`);
    await guest.page.unroute("**/v1/**");
    await guest.button(guest.words.retry).tap();
    await guest.chooseDates(stay.check_in_date, stay.check_out_date, (target) => target.tap());
    await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 172.5);
    await guest.button(guest.words.seeRooms).tap();
    await guest.page.route("**/v1/**", fail);
    await guest.button(guest.words.next).tap();
    await guest.element.locator(".message").waitFor({ timeout: 5_000 });
    assert.equal(await guest.total(), "$172.50");
    await guest.page.unroute("**/v1/**");
    await guest.button(guest.words.retry).tap();
    await guest.heading(guest.words.details).waitFor();
    await guest.close();
  });
}

test("a price is there within 5 s where the API never answers its first question", async () => {
  const guest = await Guest.visit(it, { prepare: (who) => who.page.route("**/v1/property", () => {}, { times: 1 }) });
  await guest.element.locator(".message").waitFor({ timeout: 5_000 });
  await guest.button(guest.words.retry).click();
  await guest.element.locator(".day").first().waitFor();
  await guest.close();
});

for (const [name, device] of [["phone", PHONE], ["desk", DESKTOP]]) {
  test(`nothing moves while the demo page loads, on a ${name}`, async () => {
    const guest = await Guest.visit(it, { device, path: "/", prepare: (who) => who.page.addInitScript(() => {
      globalThis.shift = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value; }).observe({ type: "layout-shift", buffered: true });
    }) });
    await guest.element.locator(".day").first().waitFor();
    await guest.element.evaluate((element) => element.ready());
    await guest.page.waitForTimeout(500);
    await guest.shot(`demo-${name}`);
    const stay = it.hotel.stay(1);
    await quotes(guest, stay, 172.5);
    await guest.page.waitForTimeout(700);
    const shift = await guest.page.evaluate(() => globalThis.shift);
    assert.ok(shift <= 0.02, `layout shift ${shift}`);
    await guest.close();
  });
}

test("without JavaScript the link is there", async () => {
  const guest = await Guest.visit(it, { path: "/", context: { javaScriptEnabled: false } });
  await guest.page.locator("posada-booking a").waitFor();
  assert.match(await guest.page.locator("posada-booking a").getAttribute("href"), /\/reservar$/);
  await guest.context.close();
});
