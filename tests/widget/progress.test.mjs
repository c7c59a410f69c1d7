// A booking room by room: told by the server's events, and asked for where they cannot be had.

import { after, before, test } from "node:test";

import { Outside, until } from "../e2e/outside.mjs";
import { Guest, assert, stage } from "./support.mjs";

/** How long the reservation system takes for each room, by its line: rooms come one after the other. */
const LATENCY_MS = { 0: 800, 1: 2_300, 2: 3_800 };

const it = stage({ open: false });
before(async () => {
  it.outside = await Outside.open();
  it.hotel = it.outside.hotel;
});
after(() => it.outside.close());

/** A guest who books three rooms, with what the page asks of the booking; calls `look` with how many are booked. */
async function books({ prepare } = {}) {
  const { hotel, outside } = it;
  const stay = hotel.stay(1);
  const payment = await hotel.payment(1_500);
  const guest = await Guest.visit(it, { query: { adults: "12", "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await prepare?.(guest);
  const asked = [];
  guest.page.on("request", (request) => {
    const match = /\/v1\/bookings\/[^/]+(\/events)?$/.exec(request.url());
    if (match && request.method() === "GET") asked.push(match[1] ? "events" : "booking");
  });
  await guest.button(guest.words.seeRooms).click();
  await guest.button(guest.words.next).click();
  await guest.heading(guest.words.details).waitFor();
  await guest.fill(payment);
  await outside.api.clearFaults();
  for (const [line, ms] of Object.entries(LATENCY_MS)) {
    await outside.api.faults({ id: `line-${line}`, route: "book", match: { line: Number(line) }, fault: { kind: "latency", ms, after_commit: true } });
  }
  await guest.button(guest.words.book).click();
  const seen = [];
  const lines = guest.element.locator("ol.lines .line.ok");
  const done = guest.heading(guest.words.done);
  await until(async () => {
    const count = await lines.count();
    if (count > 0 && seen.at(-1) !== count) {
      seen.push(count);
      await guest.shot(`progress-${count}`);
    }
    return done.isVisible();
  }, "the booking has ended", 30);
  await outside.api.clearFaults();
  const row = await hotel.row(payment);
  assert.equal(row.used, 1_035);
  assert.equal(row.codreser.split(",").length, 3);
  await guest.close();
  return { asked, seen };
}

test("by the server's events: each room is shown as it is booked, without asking every second", async () => {
  const { asked, seen } = await books();
  assert.deepEqual(seen.slice(0, 2), [1, 2], "one room, then another, before all of them");
  assert.equal(asked.filter((what) => what === "events").length, 1, asked.join());
  // Once for each event of the server; the fallback would also ask each second.
  assert.ok(asked.filter((what) => what === "booking").length <= 9, asked.join());
});

test("where the events cannot be had it asks each second, and shows the same", async () => {
  const prepare = (guest) => guest.page.route("**/events", (route) => route.abort());
  const { asked, seen } = await books({ prepare });
  assert.deepEqual(seen.slice(0, 2), [1, 2], "one room, then another, before all of them");
  assert.ok(asked.filter((what) => what === "booking").length >= 2, asked.join());
});
