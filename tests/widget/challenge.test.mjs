// Turnstile on a hotel's own page: the page of docs/widget.md, with a stand-in for Cloudflare's script and for siteverify,
// both on this machine; the element, the Worker and the booking are real.

import { createServer } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";

import { ROOT } from "../../xtask/host/host.mjs";
import { siteverify } from "../e2e/siteverify.mjs";
import { everyColour } from "./access.mjs";
import { Guest, PHONE, assert, stage } from "./support.mjs";

const SECRET = "1x0000000000000000000000000000000AA-in-the-browser";
const verifier = await siteverify(SECRET);
const { asked, good } = verifier;

const pages = createServer((request, response) => response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...policy() }).end(html));
pages.listen(0, "127.0.0.1");
await once(pages, "listening");
const elsewhere = `http://127.0.0.1:${pages.address().port}`;

const it = stage({
  vars: {
    TURNSTILE_SECRET: SECRET, TURNSTILE_VERIFY_URL: verifier.url, ALLOWED_ORIGINS: elsewhere,
  },
});
after(() => {
  verifier.close();
  pages.close();
});

/** Cloudflare's script as its documentation has it, but for the challenge: the next token of the test answers at once. */
const SCRIPT = `
  globalThis.rendered = [];
  globalThis.turnstile = {
    render(place, options) {
      const holder = document.querySelector(place);
      if (!holder || !options.sitekey) throw new Error("nowhere to render, or no key");
      const id = "cf-" + rendered.length;
      rendered.push({ id, action: options.action });
      holder.append(Object.assign(document.createElement("p"), { id, textContent: "challenge" }));
      nextToken().then((token) => (token ? options.callback(token) : options["error-callback"]("300030")));
      return id;
    },
    remove(id) { document.getElementById(id).remove(); },
  };`;

let html = "";
const policy = () => ({
  "content-security-policy": `default-src 'none'; script-src ${it.hotel.host.url} https://challenges.cloudflare.com 'wasm-unsafe-eval' 'unsafe-inline'; connect-src ${it.hotel.host.url}; frame-src https://challenges.cloudflare.com`,
});

/** The hotel's page: the two lines of the element, and the example of the documentation. */
async function page(language, stay) {
  const docs = await readFile(join(ROOT, "docs/widget.md"), "utf8");
  const [, section] = /\n## Turnstile\n([\s\S]*?)\n## /.exec(docs) ?? assert.fail("docs/widget.md speaks of Turnstile");
  const [, example] = /```html\n([\s\S]*?)```/.exec(section) ?? assert.fail("it has an example");
  const host = it.hotel.host.url;
  const asks = `lang="${language}" adults="2" check-in="${stay.check_in_date}" check-out="${stay.check_out_date}"`;
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Hotel</title>
    <script type="module" src="${host}/w/1/posada-booking.js"></script>
    <main><h1>Hotel</h1><posada-booking api="${host}" ${asks}></posada-booking>${example}</main></html>`;
}

/** A guest at the form of that page; `tokens` are what the challenges answer, one after the other. */
async function atDetails({ language, tokens, script = SCRIPT, ...more }) {
  const stay = it.hotel.stay(1);
  html = await page(language, stay);
  const given = [...tokens];
  const guest = await Guest.visit(it, {
    language,
    ...more,
    prepare: async (who) => {
      who.page.goto = ((go) => () => go(elsewhere))(who.page.goto.bind(who.page));
      who.policy = [];
      who.page.on("console", (line) => /Content Security Policy/.test(line.text()) && who.policy.push(line.text()));
      await who.context.exposeFunction("nextToken", () => given.shift() ?? "");
      await who.context.route("https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit", (route) =>
        script === null ? route.abort() : route.fulfill({ contentType: "text/javascript", body: script }),
      );
    },
  });
  await guest.button(guest.words.seeRooms).click();
  await guest.button(guest.words.next).click();
  await guest.heading(guest.words.details).waitFor();
  guest.left = given;
  return guest;
}

const message = (guest) => guest.element.locator(".message");
let count = 0;
function token(isGood = true) {
  count += 1;
  const text = `0.browser-${count}`;
  if (isGood) good.set(text, null);
  return text;
}
const rowsOf = (payment) => it.hotel.sql("SELECT id, state FROM bookings WHERE reference = ?", payment.reference);
const NOT_A_PERSON = { es: /^No pudimos comprobar que usted es una persona\./, en: /^We could not verify that you are a person\./ };
const NOT_NOW = { es: /^En este momento no podemos atender su solicitud\. No se hizo ningún cambio/, en: /^We cannot attend to your request right now\. Nothing was changed/ };

for (const language of ["es", "en"]) {
  test(`the challenge is passed and the guest books, in ${language}`, async () => {
    const payment = await it.hotel.payment(172.5);
    const first = token();
    const guest = await atDetails({ language, tokens: [first] });
    await guest.fill(payment);
    await guest.button(guest.words.book).click();
    await guest.heading(guest.words.done).waitFor();
    assert.deepEqual([asked.at(-1).response, asked.at(-1).secret], [first, SECRET]);
    assert.deepEqual(await guest.page.evaluate(() => rendered), [{ id: "cf-0", action: "book" }]);
    assert.equal(await guest.page.locator("#person p").count(), 0, "the challenge is gone from the page");
    const code = (await guest.element.locator(".code").textContent()).trim();
    await it.hotel.expectRow(payment, { used: 172.5, codreser: code });
    assert.deepEqual(guest.policy, []);
    await guest.close();
  });

  test(`a refused token is said, and with a new one the guest books once, in ${language}`, async () => {
    const payment = await it.hotel.payment(172.5);
    const [bad, fresh] = [token(false), token()];
    const guest = await atDetails({ language, tokens: [bad, "", fresh], device: PHONE });
    await guest.fill(payment);
    await guest.button(guest.words.book).click();
    await message(guest).getByText(NOT_A_PERSON[language]).waitFor();
    assert.equal(await guest.element.getByLabel(guest.words.authorization, { exact: true }).inputValue(), payment.reference, "what was entered is still there");
    assert.deepEqual(await it.hotel.ledger(payment), []);
    assert.deepEqual(await rowsOf(payment), []);
    await everyColour(guest, `challenge-refused-${language}`);
    // The challenge itself fails: no token, the same words, nothing asked of siteverify.
    const before = asked.length;
    await message(guest).getByRole("button", { name: guest.words.retry }).click();
    await guest.page.waitForFunction(() => rendered.length === 2);
    await message(guest).getByText(NOT_A_PERSON[language]).waitFor();
    assert.equal(asked.length, before);
    await message(guest).getByRole("button", { name: guest.words.retry }).click();
    await guest.heading(guest.words.done).waitFor();
    assert.deepEqual(asked.slice(-2).map(({ response }) => response), [bad, fresh], "each try has a token of its own");
    assert.equal(guest.left.length, 0);
    const code = (await guest.element.locator(".code").textContent()).trim();
    await it.hotel.expectRow(payment, { used: 172.5, codreser: code });
    assert.equal((await rowsOf(payment)).length, 1, "one booking");
    await guest.close();
  });

  test(`while siteverify cannot be asked nothing is booked, and that is said, in ${language}`, async () => {
    const payment = await it.hotel.payment(172.5);
    const guest = await atDetails({ language, tokens: [token(), token(), token()] });
    await guest.fill(payment);
    const faults = [(response) => response.destroy(), (response) => response.writeHead(503).end("{}")];
    for (const [i, fault] of faults.entries()) {
      verifier.broken = fault;
      const before = asked.length;
      await guest.button(guest.words.book).click();
      await guest.page.waitForFunction((n) => rendered.length === n, i + 1);
      await message(guest).getByText(NOT_NOW[language]).waitFor();
      assert.equal(asked.length, before + 1);
      assert.deepEqual(await it.hotel.ledger(payment), []);
      assert.deepEqual(await rowsOf(payment), []);
    }
    await everyColour(guest, `challenge-unreachable-${language}`);
    verifier.broken = undefined;
    await message(guest).getByRole("button", { name: guest.words.retry }).click();
    await guest.heading(guest.words.done).waitFor();
    assert.equal((await rowsOf(payment)).length, 1);
    await guest.close();
  });
}

test("where Cloudflare's script cannot be loaded the guest is told, and nothing is booked", async () => {
  const payment = await it.hotel.payment(172.5);
  const guest = await atDetails({ language: "es", tokens: [], script: null });
  await guest.fill(payment);
  const before = asked.length;
  await guest.button(guest.words.book).click();
  await message(guest).getByText(NOT_A_PERSON.es).waitFor();
  assert.equal(asked.length, before);
  assert.deepEqual(await it.hotel.ledger(payment), []);
  assert.deepEqual(await rowsOf(payment), []);
  await guest.close();
});

for (const language of ["es", "en"]) {
  test(`a challenge that fails with an error is told as one, and may be tried again, in ${language}`, async () => {
    const payment = await it.hotel.payment(172.5);
    const guest = await atDetails({ language, tokens: [token()] });
    await guest.fill(payment);
    const sent = [];
    guest.page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/v1/bookings") && sent.push(request));
    await guest.page.evaluate(() => {
      const element = document.querySelector("posada-booking");
      const works = element.challenge;
      const fails = [() => Promise.reject(new Error("300030")), () => { throw new TypeError("turnstile is not defined"); }];
      element.challenge = () => (fails.shift() ?? works)();
    });
    await guest.button(guest.words.book).click();
    for (let i = 0; i < 2; i += 1) {
      await message(guest).getByText(NOT_A_PERSON[language]).waitFor();
      await guest.heading(guest.words.details).waitFor();
      assert.equal(sent.length, 0, "nothing was sent without it");
      if (i === 0) await everyColour(guest, `challenge-failed-${language}`);
      await message(guest).getByRole("button", { name: guest.words.retry }).click();
    }
    await guest.heading(guest.words.done).waitFor();
    assert.equal((await rowsOf(payment)).length, 1);
    await guest.close();
  });
}

test("a challenge that fails while an answer is lost: the booking may be there, and is not given up", async () => {
  const payment = await it.hotel.payment(172.5);
  const guest = await atDetails({ language: "es", tokens: [token(), token()] });
  await guest.fill(payment);
  await guest.page.evaluate(() => {
    const element = document.querySelector("posada-booking");
    const works = element.challenge;
    globalThis.tries = 0;
    element.challenge = () => ((globalThis.tries += 1) === 2 ? Promise.reject(new Error("300030")) : works());
  });
  let lost = 0;
  await guest.page.route("**/v1/bookings", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort();
  });
  await guest.button(guest.words.book).click();
  await guest.page.waitForFunction(() => globalThis.tries === 2);
  assert.equal(await guest.page.evaluate(() => document.querySelector("posada-booking").step), "booking");
  await message(guest).getByText("No pague de nuevo").waitFor();
  await guest.heading(guest.words.done).waitFor();
  assert.equal((await rowsOf(payment)).length, 1);
  await guest.close();
});

test("an answer that was lost is asked for again, and is the same booking", async () => {
  const payment = await it.hotel.payment(172.5);
  const guest = await atDetails({ language: "es", tokens: [token(), token()] });
  await guest.fill(payment);
  let lost = 0;
  await guest.page.route("**/v1/bookings", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort();
  });
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  assert.equal(lost, 1);
  assert.equal((await rowsOf(payment)).length, 1);
  const code = (await guest.element.locator(".code").textContent()).trim();
  await it.hotel.expectRow(payment, { used: 172.5, codreser: code });
  await guest.close();
});

test("neither the secret nor a token is in the log", () => {
  for (const line of it.hotel.lines) assert.ok(!line.includes(SECRET) && !line.includes("0.browser-"), line);
  it.hotel.checkLogs();
});
