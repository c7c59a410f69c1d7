// The browser's Back, which on a phone is pressed without a thought: one step back in the element, then away from the page.

import { createServer } from "node:http";
import { once } from "node:events";
import { after, test } from "node:test";

import { Guest, PHONE, assert, stage } from "./support.mjs";

/** A page of the hotel's own with a router that keeps its state in the browser's history and draws anew on `popstate`. */
const site = createServer((request, response) => {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><meta charset="utf-8"><title>x</title><script type="module" src="${it.hotel.host.url}/w/1/posada-booking.js"></script>
    <script>
      globalThis.heard = [];
      history.replaceState({ route: "book", index: 7 }, "");
      addEventListener("popstate", (event) => heard.push(event.state));
    </script><a href="#more">more</a>
    <posada-booking api="${it.hotel.host.url}" ${new URL(request.url, "http://x").searchParams.get("more")}></posada-booking><ol id="events"></ol><p id="more">More</p>`);
});
site.listen(0, "127.0.0.1");
await once(site, "listening");
const elsewhere = `http://127.0.0.1:${site.address().port}/`;
const it = stage({ vars: { ALLOWED_ORIGINS: elsewhere.slice(0, -1) } });
after(() => site.close());

const stepOf = (guest) => guest.page.evaluate(() => document.querySelector("posada-booking").step);
const isAt = (guest, step) => guest.page.waitForFunction((name) => document.querySelector("posada-booking")?.step === name, step);

/** A guest who came from another page; on the hotel's own page with the router where `more` says what its element has. */
async function arrive({ more, ...options } = {}) {
  const stay = it.hotel.stay(1);
  const guest = await Guest.visit(it, {
    ...options, query: { "check-in": stay.check_in_date, "check-out": stay.check_out_date },
    prepare: async ({ page }) => {
      await page.goto(`${it.hotel.host.url}/reservar`);
      const dates = `check-in="${stay.check_in_date}" check-out="${stay.check_out_date}"`;
      if (more !== undefined) page.goto = ((go) => () => go(`${elsewhere}?${new URLSearchParams({ more: `${dates} ${more}` })}`))(page.goto.bind(page));
    },
  });
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote);
  return guest;
}

async function toDetails(guest) {
  await guest.button(guest.words.seeRooms).click();
  await guest.button(guest.words.next).click();
  await guest.heading(guest.words.details).waitFor();
}

/** That Back leaves the page now. */
async function leaves(guest) {
  await guest.page.goBack();
  await guest.page.waitForURL("**/reservar");
}

test("Back goes a step back, keeps what was typed, and leaves from the first step", async () => {
  const guest = await arrive({ device: PHONE });
  const { page } = guest;
  const address = page.url();
  await toDetails(guest);
  await guest.element.getByLabel("Ciudad", { exact: true }).fill("Suchitoto");
  await page.goBack();
  await guest.heading(guest.words.rooms).waitFor();
  assert.ok(await guest.element.locator("h2").evaluate((heading) => heading === heading.getRootNode().activeElement), "the focus goes along");
  const top = await guest.element.locator("h2").evaluate((heading) => heading.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 844, `the heading is in view, at ${top}`);
  await page.goForward();
  await guest.heading(guest.words.details).waitFor();
  assert.equal(await guest.element.getByLabel("Ciudad", { exact: true }).inputValue(), "Suchitoto");
  await page.goBack();
  await isAt(guest, "rooms");
  await page.goBack();
  await isAt(guest, "stay");
  assert.equal(page.url(), address);
  await toDetails(guest);
  assert.equal(await guest.element.getByLabel("Ciudad", { exact: true }).inputValue(), "Suchitoto");
  await guest.button("Atrás").click();
  await isAt(guest, "rooms");
  await guest.button("Atrás").click();
  await isAt(guest, "stay");
  await guest.eventsAreAsDescribed();
  await page.waitForFunction(() => !history.state?.posada);
  await leaves(guest);
  await page.goForward();
  await isAt(guest, "stay");
  await guest.close();
});

test("Forward does not bring back a price of other rooms", async () => {
  const guest = await arrive();
  await toDetails(guest);
  await guest.page.goBack();
  await isAt(guest, "rooms");
  await guest.page.goBack();
  await isAt(guest, "stay");
  await guest.button(guest.words.more + guest.words.adults).click();
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote?.total_amount === 258.75);
  await guest.page.goForward();
  await isAt(guest, "rooms");
  assert.equal(await guest.total(), "$258.75");
  await guest.page.goForward();
  await guest.page.waitForFunction(() => history.state.posada === 1);
  assert.equal(await stepOf(guest), "rooms");
  await guest.button(guest.words.next).click();
  await guest.heading(guest.words.details).waitFor();
  assert.equal(await guest.total(), "$258.75");
  await guest.close();
});

test("two quick presses of the element's own Back do not leave the page", async () => {
  const guest = await arrive();
  await toDetails(guest);
  await guest.element.evaluate(async (element) => {
    for (let i = 0; i < 2; i += 1) {
      element.shadowRoot.querySelector(".bar .button").click();
      await Promise.resolve();
      await Promise.resolve();
    }
  });
  await guest.page.waitForFunction(() => history.state?.posada === 0);
  assert.equal(await stepOf(guest), "stay");
  await guest.eventsAreAsDescribed();
  await leaves(guest);
  await guest.context.close();
});

test("after a reload Back still goes a step back", async () => {
  const guest = await arrive();
  await toDetails(guest);
  await guest.page.reload();
  await guest.heading(guest.words.details).waitFor();
  await guest.ready();
  await guest.page.goBack();
  await guest.heading(guest.words.rooms).waitFor();
  await guest.close();
});

test("while it is booked Back does not go to the form; once it is booked Back leaves", async () => {
  const payment = await it.hotel.payment(172.5);
  const guest = await arrive();
  await toDetails(guest);
  await guest.fill(payment);
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await guest.page.route("**/v1/bookings", async (route) => { await held; await route.continue(); });
  await guest.button(guest.words.book).click();
  await guest.element.locator(".lines").waitFor();
  await guest.page.goBack();
  await guest.page.waitForTimeout(200);
  assert.equal(await stepOf(guest), "booking");
  go();
  await guest.heading(guest.words.done).waitFor();
  await guest.page.waitForFunction(() => history.state?.posada === 0);
  await guest.eventsAreAsDescribed();
  await leaves(guest);
  await guest.page.goForward();
  await guest.heading(guest.words.done).waitFor();
  assert.equal((await it.hotel.row(payment)).used, 172.5);
  await guest.close();
});

test("the router of the hotel's page finds its own state at every entry, and its own entries move nothing here", async () => {
  const guest = await arrive({ more: "" });
  const { page } = guest;
  await toDetails(guest);
  const { posada, ...state } = await page.evaluate(() => history.state);
  assert.deepEqual([posada, state], [2, { route: "book", index: 7 }]);
  // Something that the page opens and Back closes, and a link within the page.
  await page.evaluate(() => history.pushState({ route: "menu", index: 8 }, ""));
  await page.goBack();
  await page.waitForFunction(() => heard.length === 1);
  assert.equal(await stepOf(guest), "details");
  await page.getByRole("link", { name: "more" }).click();
  await page.waitForURL("**#more");
  await page.getByRole("link", { name: "more" }).click();
  await page.waitForTimeout(100);
  assert.equal(await stepOf(guest), "details", "a link within the page is no step back");
  await page.goBack();
  await page.waitForFunction(() => !location.hash);
  await page.goBack();
  await isAt(guest, "rooms");
  await guest.button("Atrás").click();
  await isAt(guest, "stay");
  await page.waitForFunction(() => history.state.posada === 0);
  const states = await page.evaluate(() => heard.filter(Boolean));
  assert.ok(states.length >= 3);
  for (const { posada: _, ...it } of states) assert.deepEqual(it, { route: "book", index: 7 }, "wherever the guest goes the router finds its state");
  // Taken out of the page, it has no say any more.
  await toDetails(guest);
  await page.evaluate(() => document.querySelector("posada-booking").remove());
  await page.goBack();
  await page.waitForFunction(() => history.state.posada === 1);
  await page.goBack();
  await page.goBack();
  await page.waitForURL("**/reservar");
  await guest.context.close();
});

test("with `no-history` the page's history is left alone", async () => {
  const guest = await arrive({ more: "no-history" });
  const length = await guest.page.evaluate(() => history.length);
  await toDetails(guest);
  assert.equal(await guest.page.evaluate(() => history.length), length);
  await leaves(guest);
  await guest.context.close();
});
