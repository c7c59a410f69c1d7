// Guests dragged by mouse and by finger, and the code that the reception scans.

import { test } from "node:test";

import jsQR from "jsqr";

import { DESKTOP, Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage();

/** A guest who sees eight adults in rooms. */
async function atRooms(device) {
  const stay = it.hotel.stay(1);
  const guest = await Guest.visit(it, { device, query: { adults: "8", "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.button(guest.words.seeRooms).click();
  await guest.element.locator(".guest").first().waitFor();
  return guest;
}

const shown = (guest) => guest.element.locator(".room").evaluateAll((rooms) => rooms.map((room) => room.querySelectorAll(".guest").length));
const middle = async (locator) => {
  const { x, y, width, height } = await locator.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
};

async function drops(guest, { press, move, release }, name) {
  const scrolled = () => guest.page.evaluate(() => scrollY);
  const [before, start] = [await shown(guest), await scrolled()];
  const from = await middle(guest.element.locator("#room0 .guest").first());
  const to = await middle(guest.element.locator("#room1 .head"));
  await press(from);
  for (let step = 1; step <= 8; step += 1) {
    await move({ x: from.x + ((to.x - from.x) * step) / 8, y: from.y + ((to.y - from.y) * step) / 8 });
  }
  assert.equal(await guest.element.locator("#room1.over").count(), 1, "where it would be put is shown");
  assert.equal(await scrolled(), start, "the page stays where it is");
  await guest.shot(`drag-${name}`);
  await release(to);
  await guest.page.waitForFunction((n) => document.querySelector("posada-booking").shadowRoot.querySelectorAll("#room0 .guest").length === n, before[0] - 1);
  const after = await shown(guest);
  assert.deepEqual(after, [before[0] - 1, before[1] + 1, ...before.slice(2)]);
  assert.equal(await guest.element.locator(".lifted, .over, .moves").count(), 0, "nothing is left lifted, and no menu opens");
  // Dropped where it was, nothing changes.
  const own = await middle(guest.element.locator("#room1 .guest").first());
  await press(own);
  await move({ x: own.x + 20, y: own.y + 4 });
  await release({ x: own.x + 20, y: own.y + 4 });
  assert.deepEqual(await shown(guest), after);
}

test("by mouse a guest is dragged to another room", async () => {
  const guest = await atRooms(DESKTOP);
  const { mouse } = guest.page;
  await drops(guest, {
    press: async ({ x, y }) => { await mouse.move(x, y); await mouse.down(); },
    move: ({ x, y }) => mouse.move(x, y),
    release: () => mouse.up(),
  }, "mouse");
  // A click that is none of a drag still opens the menu.
  await guest.element.locator("#room0 .guest").first().click();
  assert.equal(await guest.element.locator(".moves").count(), 1);
  await guest.close();
});

test("by finger a guest is dragged after a moment's rest, and a quick finger scrolls", async () => {
  const guest = await atRooms({ ...PHONE, viewport: { width: 390, height: 700 } });
  const session = await guest.context.newCDPSession(guest.page);
  const touch = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  await guest.element.locator("#room0").evaluate((room) => room.scrollIntoView({ block: "start", behavior: "instant" }));
  const scrolled = () => guest.page.evaluate(() => scrollY);
  await drops(guest, {
    press: async (at) => { await touch("touchStart", [at]); await guest.page.waitForTimeout(350); },
    move: (at) => touch("touchMove", [at]),
    release: () => touch("touchEnd", []),
  }, "finger");
  const [before, start] = [await shown(guest), await scrolled()];
  const from = await middle(guest.element.locator("#room1 .guest").first());
  await touch("touchStart", [from]);
  for (let step = 1; step <= 6; step += 1) await touch("touchMove", [{ x: from.x, y: from.y - 25 * step }]);
  await touch("touchEnd", []);
  await guest.page.waitForTimeout(300);
  assert.ok((await scrolled()) > start, "the page scrolls");
  assert.deepEqual(await shown(guest), before);
  await guest.close();
});

test("the codes can be scanned", async () => {
  const payment = await it.hotel.payment(1_500);
  const guest = await atRooms(DESKTOP);
  await guest.button(guest.words.next).click();
  await guest.heading(guest.words.details).waitFor();
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  await guest.heading(guest.words.done).waitFor();
  const codes = (await guest.element.locator(".code").allTextContents()).map((text) => text.trim()).join(", ");
  const qr = guest.element.getByRole("img", { name: `QR: ${codes}` });
  await guest.shot("qr");
  const png = (await qr.screenshot()).toString("base64");
  const { data, width, height } = await guest.page.evaluate(async (bytes) => {
    const png = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([png], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    const pixels = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
    return { data: [...pixels.data], width: pixels.width, height: pixels.height };
  }, png);
  assert.equal(jsQR(Uint8ClampedArray.from(data), width, height)?.data, codes);
  await guest.close();
});
