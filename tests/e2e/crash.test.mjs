// workerd is killed while rooms are being booked, and started again on the same data: every booking ends, with no room
// and no cent twice.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Hotel, closingTests, codreserOf, expectBooking, expectProblem, room } from "./support.mjs";

/** The embedded book takes so long over line 1, twice as long over line 2, and none at all over line 0. */
const slow = { POSADA_TEST_BOOK_LATENCY_MS: "800" };
const quick = { POSADA_TEST_BOOK_LATENCY_MS: "40" };
const WAIT_MS = 30_000;

/** The moments at which workerd is killed: what is written down of the booking then, and how slow the book is. */
const MOMENTS = {
  "right after the payment was claimed": { vars: slow, is: (entries) => entries.includes("claimed") },
  "between the first and the second room": { vars: slow, is: (entries) => count(entries, "confirmed") === 1 },
  "between the second and the third room": { vars: slow, is: (entries) => count(entries, "confirmed") === 2 },
  "right after the last room, before the payment is settled": {
    vars: quick,
    is: (entries) => count(entries, "confirmed") === 3,
  },
};

const count = (entries, kind) => entries.filter((entry) => entry === kind).length;

let it;
const hotel = () => it;
/** The bookings that were interrupted, by the moment. */
const crashes = {};

// One kill after another, so that all of them go on while the next ones are interrupted, and are interrupted again.
before(async () => {
  it = await Hotel.open({ vars: slow });
  for (const [moment, when] of Object.entries(MOMENTS)) {
    await restart(when.vars);
    crashes[moment] = await killWhen(when, moment);
    await hotel().start(when.vars);
  }
  await restart(quick);
});
after(async () => it?.close());

/** Waits until `find` finds something. */
async function until(find, what) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await sleep(5);
  }
}

/** Kills workerd and starts it with these vars. */
async function restart(vars) {
  await hotel().host.kill();
  await hotel().start(vars);
}

function threeRooms(payment, stay) {
  return hotel().body(payment, stay, [room("Junior", 3), room("Junior", 3), room("Junior", 2)]);
}

/**
 * Starts a booking of three rooms and kills workerd as soon as `is` says so of what is written down of it. A moment
 * that was missed, because this machine had other things to do, is waited for with another booking.
 */
async function killWhen({ vars, is: isTime }, what, triesLeft = 3) {
  const payment = await hotel().payment(690);
  const stay = hotel().stay();
  const body = threeRooms(payment, stay);
  const key = hotel().unique("crash-");
  const since = hotel().events("started").length;
  const written = () => {
    const booking_id = hotel().events("started")[since]?.booking_id;
    return (
      booking_id &&
      hotel()
        .events("appended", booking_id)
        .flatMap((event) => event.entries)
    );
  };
  const killed = new Promise((resolve) => {
    hotel().onLine = () => {
      const entries = written();
      if (entries === undefined || !isTime(entries)) return;
      hotel().onLine = undefined;
      resolve(hotel().host.kill());
    };
  });
  const heard = hotel()
    .book(body, { as: "assistant", key })
    .then(
      (answer) => answer.json,
      () => undefined,
    );
  await Promise.race([
    killed,
    sleep(WAIT_MS, undefined, { ref: false }).then(() => assert.fail(`waited in vain: ${what}`)),
  ]);
  const crash = { payment, stay, body, key, heard: await heard, entries: written() };
  crash.booking_id = hotel().events("started")[since].booking_id;
  if ((crash.entries.includes("settled") || !isTime(crash.entries)) && triesLeft > 1) {
    await hotel().start(vars);
    return killWhen({ vars, is: isTime }, what, triesLeft - 1);
  }
  return crash;
}

/** After the restart the booking goes on by itself, and is the same to whoever asks again. */
async function expectFinished({ payment, stay, body, key, booking_id }) {
  const answer = await until(async () => {
    const asked = await hotel().call("GET", `/v1/bookings/${booking_id}`, { as: "staff" });
    assert.ok([200, 202].includes(asked.status), asked.text);
    return asked.json.outcome !== "in_progress" && asked;
  }, "it has ended");
  const booked = expectBooking(answer);
  assert.deepEqual(
    booked.bookings.map((line) => [line.room, line.adults, line.paid_amount]),
    [
      ["54", 3, 258.75],
      ["56", 3, 258.75],
      ["57", 2, 172.5],
    ],
  );
  assert.equal(new Set(booked.bookings.map((line) => line.reserva)).size, 3);
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  assert.deepEqual(await hotel().kinds(payment), ["attached", "settled", "settled", "settled"]);
  assert.deepEqual(await hotel().free(stay), { Junior: 2, Familiar: 3 });
  const again = expectBooking(await hotel().book(body, { as: "assistant", key }));
  assert.equal(again.booking_id, booking_id);
  assert.deepEqual(again.bookings, booked.bookings);
}

for (const moment of Object.keys(MOMENTS)) {
  test(`killed ${moment}, a booking goes on by itself`, async () => {
    const crash = crashes[moment];
    assert.equal(crash.heard, undefined, "the caller heard nothing");
    assert.equal(count(crash.entries, "settled"), 0, "it was under way");
    await expectFinished(crash);
  });
}

test("killed while eight bookings are each at another step, three times over", async () => {
  const bookings = [];
  for (let i = 0; i < 24; i += 1) {
    const payment = await hotel().payment(690);
    const stay = hotel().stay();
    bookings.push({ payment, stay, body: threeRooms(payment, stay), key: hotel().unique("storm-") });
  }
  for (const round of [0, 1, 2]) {
    const lost = bookings.slice(8 * round, 8 * round + 8).map(async ({ body, key }, i) => {
      await sleep(25 * i);
      await hotel()
        .book(body, { as: "assistant", key })
        .catch(() => undefined);
    });
    await sleep(100 + 60 * round);
    await restart(quick);
    await Promise.all(lost);
  }
  // Whoever hears nothing asks again with the same key: what was accepted has gone on, what was not begins now.
  const answers = await Promise.all(bookings.map(({ body, key }) => hotel().book(body, { as: "assistant", key })));
  for (const [i, answer] of answers.entries()) {
    const { payment, stay } = bookings[i];
    const booked = expectBooking(answer);
    assert.equal(booked.bookings.length, 3);
    await hotel().expectRow(payment, { used: 690, codreser: codreserOf(booked) });
    assert.deepEqual(await hotel().kinds(payment), ["attached", "settled", "settled", "settled"]);
    assert.deepEqual(await hotel().free(stay), { Junior: 2, Familiar: 3 });
  }
  const codes = answers.flatMap((answer) => answer.json.bookings.map((line) => line.reserva));
  assert.equal(new Set(codes).size, 72);
});

test("holds that expired while workerd was down are taken anew, and money is set aside until the end", async () => {
  await restart(slow);
  const crash = await killWhen(MOMENTS["between the first and the second room"], "the first room is booked");
  hotel().testNow += 3_600_000;
  await hotel().start(quick);
  await expectFinished(crash);
});

/** How long "no" is not believed after a call that a kill left under way. */
const DOUBT_MS = 20_000;

/** A payment that takes long to read: other programs have touched it often. */
async function slowPayment(amount) {
  const payment = await hotel().payment(amount);
  await hotel().sql(
    `INSERT INTO ledger (method, reference, seq, entry)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
     SELECT ?1, ?2, i, json_object('seq', i, 'operation', 'external:' || i, 'at', 0, 'kind', 'external',
                                   'amount', 0, 'codes', '') FROM n`,
    payment.payment_method,
    payment.reference,
  );
  return payment;
}

test("killed while it claims a payment that is too small, a booking is refused and doubts no longer", async () => {
  await restart(quick);
  const payment = await slowPayment(100);
  const body = threeRooms(payment, hotel().stay());
  const key = hotel().unique("short-");
  const since = hotel().events("started").length;
  const lost = hotel()
    .book(body, { as: "assistant", key })
    .catch(() => undefined);
  const { booking_id } = await until(() => hotel().events("started")[since], "it is taken in");
  const written = () =>
    hotel()
      .events("appended", booking_id)
      .flatMap((event) => event.entries);
  // What is logged is on the disk a moment later.
  await sleep(50);
  assert.deepEqual(written(), ["requested"]);
  await restart(quick);
  await lost;
  // Nobody asks: only its alarm makes it go on, and between two alarms the platform forgets the object.
  const begun = Date.now();
  while (!written().includes("refused") && Date.now() - begun < 3 * DOUBT_MS) await sleep(200);
  assert.ok(written().includes("refused"), JSON.stringify(written()));
  assert.ok(written().includes("deferred"), "the claim was in doubt");
  expectProblem(await hotel().book(body, { as: "assistant", key }), 422, "payment_short");
  await hotel().expectRow(payment, { used: 0, codreser: null });
});

closingTests(hotel);
