// workerd is killed while orders are under way in the hotel's own system, and started again on the same data. Both
// sides are compared: no room was reserved twice, and none that nobody knows of.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Outside, closingOutside, until } from "./outside.mjs";
import { codreserOf, expectBooking, room } from "./support.mjs";

const THREE = [room("Junior", 3), room("Junior", 3), room("Junior", 2)];
const LATENCY_MS = 150;
let it;
const outside = () => it;

before(async () => {
  it = await Outside.open({ sandbox: { latencyMs: LATENCY_MS }, vars: { POSADA_TEST_API_DEADLINE_MS: "2000" } });
});
after(async () => it?.close());

async function restart() {
  await outside().hotel.host.kill();
  await outside().hotel.start();
}

/** Starts a booking and kills workerd once `isTime`; answers the booking after the restart, when it has ended. */
async function killedWhen(isTime, asked) {
  const { api, hotel } = outside();
  const last = (await api.log()).at(-1)?.seq ?? 0;
  const begun = new Set(hotel.events("started").map((event) => event.booking_id));
  const key = hotel.unique("crash-");
  const lost = hotel.book(asked.body, { as: "assistant", key }).catch(() => undefined);
  const entries = () => {
    const id = hotel.events("started").find((event) => !begun.has(event.booking_id))?.booking_id;
    return id === undefined ? [] : hotel.events("appended", id).flatMap((event) => event.entries);
  };
  await until(async () => isTime(entries(), await api.log(last)), "the moment has come", 2);
  await restart();
  assert.equal(await lost, undefined, "the caller heard nothing");
  return outside().ended(await hotel.book(asked.body, { as: "assistant", key }));
}

const orders = (log) => log.filter((entry) => entry.route === "book").length;
for (const [what, isTime, faults = []] of [
  ["while the orders are under way", (entries) => entries.includes("held")],
  [
    "after the orders were carried out and before their answers came",
    (entries, log) => entries.includes("held") && orders(log) >= 1,
    [{ route: "book", fault: { kind: "latency", ms: 700, after_commit: true } }],
  ],
  [
    "when some rooms are confirmed and another is not",
    (entries) => [1, 2].includes(entries.filter((entry) => entry === "confirmed").length),
    [{ route: "book", match: { line: 1 }, fault: { kind: "latency", ms: 800 } }],
  ],
  [
    "while lost answers are looked up",
    (entries) => entries.includes("outcome_unknown"),
    [{ route: "book", times: 3, fault: { kind: "lost_answer" } }],
  ],
]) {
  test(`killed ${what}: the booking ends with each room reserved once`, async () => {
    const { api, hotel } = outside();
    const asked = await outside().asked(THREE);
    await api.faults(...faults);
    // What is written in the log is written when it is answered, and a commit before its answer in the list.
    const due = isTime.length < 2 ? isTime : (entries) => entries.includes("held") && waited();
    let since;
    const waited = () => Date.now() - (since ??= Date.now()) > LATENCY_MS + 150;
    const booked = expectBooking(await killedWhen(due, asked));
    await api.clearFaults();
    const living = await outside().living(asked.stay);
    assert.deepEqual(
      living.map((its) => [its.reserva, its.room_number]).sort(),
      booked.bookings.map((its) => [its.reserva, its.room]).sort(),
    );
    assert.equal(living.length, 3);
    await hotel.expectRow(asked.payment, { used: 690, codreser: codreserOf(booked) });
    assert.deepEqual(await hotel.kinds(asked.payment), ["attached", "settled", "settled", "settled"]);
  });
}

test("killed three times while twelve bookings are at other steps each, with answers lost by chance", async () => {
  const { api, hotel } = outside();
  await api.faults(
    { route: "book", chance: 0.2, fault: { kind: "lost_answer" } },
    { route: "book", chance: 0.1, fault: { kind: "cut" } },
    { route: "lookup", chance: 0.2, fault: { kind: "cut" } },
    { route: "book", chance: 0.1, fault: { kind: "late_commit", ms: 600 } },
  );
  const bookings = [];
  for (let i = 0; i < 12; i += 1) bookings.push({ ...(await outside().asked(THREE)), key: hotel.unique("storm-") });
  for (const round of [0, 1, 2]) {
    const lost = bookings.slice(4 * round, 4 * round + 4).map(async ({ body, key }, i) => {
      await sleep(60 * i);
      await hotel.book(body, { as: "assistant", key }).catch(() => undefined);
    });
    await sleep(250 + 120 * round);
    await restart();
    await Promise.all(lost);
  }
  for (const { body, key, stay, payment } of bookings) {
    const booked = expectBooking(await outside().ended(await hotel.book(body, { as: "assistant", key })));
    const living = await outside().living(stay);
    assert.deepEqual(
      living.map((its) => [its.reserva, its.room_number]).sort(),
      booked.bookings.map((its) => [its.reserva, its.room]).sort(),
    );
    assert.equal(living.length, 3);
    await hotel.expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  }
  await api.clearFaults();
});

closingOutside(outside, test);
