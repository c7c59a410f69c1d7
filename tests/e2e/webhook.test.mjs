// The hotel's programs are told how a booking ended: signed, again until they have it, and never in the guest's way.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Receiver, newSecret } from "./receiver.mjs";
import { Hotel, closingTests, expectBooking, room } from "./support.mjs";

const WAIT_MS = 30_000;
const HOUR_MS = 3_600_000;

let it;
let receiver;
const hotel = () => it;
before(async () => {
  receiver = await Receiver.open();
  it = await Hotel.open({ vars: receiver.vars });
});
after(async () => {
  await it?.close();
  await receiver?.close();
});

async function until(find, what) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await sleep(20);
  }
}

async function bookTwo(more = {}, options = {}) {
  const payment = more.payment ?? (await hotel().payment(500));
  delete more.payment;
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 1)], more);
  const begun = Date.now();
  const answer = await hotel().makeBooking(body, options);
  return { body, payment, answer, booking: answer.json.booking_id, tookMs: Date.now() - begun };
}

/** How telling stands, as staff see it. */
async function notification(booking) {
  return (await hotel().call("GET", `/v1/bookings/${booking}`, { as: "staff" })).json.notification;
}

const standsAt = (booking, state) =>
  until(async () => {
    const seen = await notification(booking);
    return seen.state === state && seen;
  }, `the notification is ${state}`);

/** Starts workerd anew with its clock so much later. */
async function later(ms) {
  await hotel().host.kill();
  hotel().testNow += ms;
  await hotel().start();
}

test("what ended is told once, signed, with all that the assistant tells the guest", async () => {
  const { body, answer, booking } = await bookTwo({}, { language: "en" });
  const answered = expectBooking(answer);
  const [delivery] = await receiver.told(booking);
  assert.equal(delivery.error, undefined, "the signature holds");
  assert.deepEqual([delivery.method, delivery.url], ["POST", "/hooks?of=hotel"]);
  assert.equal(delivery.headers["content-type"], "application/json");
  assert.equal(delivery.id, `${booking}-1`);
  const { type, timestamp, data, ...others } = delivery.event;
  assert.deepEqual([type, others], ["booking.finished", {}]);
  assert.ok(Math.abs(Date.parse(timestamp) - hotel().now()) < 60_000, timestamp);
  const { token, ...said } = answered;
  assert.equal(typeof token, "string");
  assert.deepEqual(data, { ...said, sequence: 1, wa_id: body.wa_id }, "what the assistant was answered, without token");
  assert.match(data.customer_message, /2 rooms/);
  for (const secret of [body.dui_passport, body.email, body.customer_name, token]) {
    assert.ok(!delivery.text.includes(secret), "no document, no address, no token");
  }
  await standsAt(booking, "delivered");
  await sleep(700);
  assert.equal(receiver.of(booking).length, 1, "once is enough");
});

test("a signature of another body or another secret does not hold", async () => {
  const [delivery] = receiver.deliveries;
  const { Webhook } = await import("standardwebhooks");
  const { headers, text } = delivery;
  assert.throws(() => new Webhook(receiver.secret).verify(text.replace("booked", "lost"), headers));
  assert.throws(() => new Webhook(newSecret()).verify(text, headers));
  const earlier = { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 1) };
  assert.throws(() => new Webhook(receiver.secret).verify(text, earlier));
});

test("what staff cancel later is told under the next number", async () => {
  const { booking } = await bookTwo();
  await standsAt(booking, "delivered");
  for (const [sequence, outcome] of [
    [2, "partly_booked"],
    [3, "not_booked"],
  ]) {
    const path = `/v1/bookings/${booking}${sequence === 2 ? "/rooms/1" : ""}`;
    const answer = expectBooking(await hotel().call("DELETE", path, { as: "staff" }), outcome);
    const { id, event } = (await receiver.told(booking, sequence)).at(-1);
    assert.deepEqual([id, event.type], [`${booking}-${sequence}`, "booking.finished"]);
    assert.deepEqual([event.data.sequence, event.data.outcome], [sequence, outcome]);
    assert.deepEqual(event.data.bookings, answer.bookings);
  }
  assert.equal((await standsAt(booking, "delivered")).sequence, 3);
});

test("of n rooms with one to be told there are at most n+5 appends", async () => {
  const { booking } = await bookTwo();
  await standsAt(booking, "delivered");
  const appends = hotel().events("appended", booking);
  assert.ok(appends.length <= 2 + 5, `${appends.length} appends`);
  assert.equal(appends.flatMap((event) => event.entries).filter((kind) => kind === "notified").length, 1);
});

test("the guest does not wait for a receiver that is slow, and it is told again with the same id", async (t) => {
  t.after(() => (receiver.answer = 204));
  const held = [];
  receiver.answer = (response) => held.push(response);
  const { answer, booking, tookMs } = await bookTwo();
  expectBooking(answer);
  assert.ok(tookMs < 8_000, `${tookMs} ms`);
  await receiver.told(booking, 1);
  assert.deepEqual(await notification(booking), { sequence: 1, state: "pending" });
  // Neither the deadline of 10 s nor the first delay of 5 s is made shorter for tests.
  receiver.answer = 204;
  const [first, second] = await receiver.told(booking, 2);
  assert.deepEqual([second.id, second.text], [first.id, first.text]);
  assert.notEqual(second.headers["webhook-timestamp"], first.headers["webhook-timestamp"]);
  await standsAt(booking, "delivered");
  for (const response of held) response.destroy();
});

test("errors and redirects are no delivery", async (t) => {
  t.after(() => (receiver.answer = 204));
  receiver.answer = (response) => {
    response.writeHead(307, { location: `${new URL("/elsewhere", receiver.url)}` }).end();
  };
  const redirected = await bookTwo();
  await receiver.told(redirected.booking, 1);
  receiver.answer = (response) => response.writeHead(500).end("x".repeat(1_000_000));
  const failed = await bookTwo();
  await receiver.told(failed.booking, 1);
  receiver.answer = 204;
  for (const { booking } of [redirected, failed]) {
    const [first, second] = await receiver.told(booking, 2);
    assert.equal(second.id, first.id);
    assert.equal(second.error, undefined);
    await standsAt(booking, "delivered");
  }
  const elsewhere = receiver.deliveries.filter(({ url }) => url === "/elsewhere");
  assert.equal(elsewhere.length, 0, "it goes nowhere but where it was sent");
});

test("killed between the end and the delivery, it is told after the restart with the same id", async (t) => {
  t.after(() => (receiver.answer = 204));
  const killed = new Promise((resolve) => {
    receiver.answer = () => resolve(hotel().host.kill());
  });
  const payment = await hotel().payment(500);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)]);
  const lost = hotel()
    .makeBooking(body)
    .catch(() => undefined);
  await killed;
  await lost;
  const [first] = receiver.deliveries.slice(-1);
  receiver.answer = 204;
  await hotel().start();
  const booking = first.event.data.booking_id;
  const [, second] = await receiver.told(booking, 2);
  assert.deepEqual([second.id, second.text, second.error], [first.id, first.text, undefined]);
  await standsAt(booking, "delivered");
  assert.equal(expectBooking(await hotel().makeBooking(body)).booking_id, booking, "and is the same to who asks again");
});

test("a receiver that is down for days is tried on and on, and given up in writing", async (t) => {
  const port = receiver.port;
  await receiver.close();
  t.after(async () => {
    receiver.server.removeAllListeners("error");
    await receiver.listen(port);
  });
  const { answer, booking } = await bookTwo();
  expectBooking(answer);
  const tries = () => hotel().events("step", booking).filter((event) => event.step === "notify").length;
  await until(() => tries() === 1, "the first try");
  for (let n = 2; n <= 10; n += 1) {
    assert.equal((await notification(booking)).state, "pending");
    await later(25 * HOUR_MS);
    // Whoever asks wakes the object.
    await until(async () => (await notification(booking)) && tries() === n, `try ${n}`);
  }
  const seen = await standsAt(booking, "given_up");
  assert.equal(seen.error, "not delivered in 10 tries");
  const entries = hotel().events("appended", booking).flatMap((event) => event.entries);
  assert.equal(entries.at(-1), "notify_given_up");
  assert.equal(receiver.of(booking).length, 0);
});

test("410 ends it at once, and Retry-After is heeded", async (t) => {
  t.after(() => (receiver.answer = 204));
  receiver.answer = 410;
  const gone = await bookTwo();
  const seen = await standsAt(gone.booking, "given_up");
  assert.deepEqual(seen, { sequence: 1, state: "given_up", error: "410" });
  receiver.answer = (response) => response.writeHead(503, { "retry-after": "3600" }).end();
  const asked = await bookTwo();
  await receiver.told(asked.booking, 1);
  receiver.answer = 204;
  await sleep(6_500);
  assert.equal(receiver.of(asked.booking).length, 1, "not after five seconds");
  await later(HOUR_MS);
  await notification(asked.booking);
  await receiver.told(asked.booking, 2);
  assert.equal(receiver.of(gone.booking).length, 1);
});

test("staff are called where they are needed", async () => {
  // The codes fit when the payment is claimed; before it is settled another program fills the column.
  const payment = await hotel().payment(500);
  await hotel().host.kill();
  await hotel().start({ ...receiver.vars, POSADA_TEST_BOOK_LATENCY_MS: "1500" });
  const booked = bookTwo({ payment });
  await until(
    () =>
      hotel()
        .events("appended")
        .some(({ entries, booking_id }) => entries.includes("held") && receiver.of(booking_id).length === 0 && isNew(booking_id)),
    "rooms are held",
  );
  await hotel().touch(payment, { codreser: `X${"1".repeat(240)}` });
  const { answer, booking } = await booked;
  expectBooking(answer, "needs_staff");
  const [delivery] = await receiver.told(booking);
  assert.equal(delivery.event.type, "booking.needs_staff");
  assert.deepEqual(delivery.event.data.staff_reasons, ["codreser_full"]);
  assert.equal(delivery.event.data.outcome, "needs_staff");
  await standsAt(booking, "delivered");
  await hotel().host.kill();
  await hotel().start();
});

/** Whether the booking's last entries are not its end. */
function isNew(booking) {
  const entries = hotel().events("appended", booking).flatMap((event) => event.entries);
  return !entries.includes("settled");
}

test("while secrets change both sign; without an address nobody is told", async () => {
  await hotel().host.kill();
  const next = newSecret();
  await hotel().start({ ...receiver.vars, NOTIFY_SECRET: `${next} ${receiver.secret}` });
  const both = await bookTwo();
  const [delivery] = await receiver.told(both.booking);
  assert.equal(delivery.error, undefined);
  const { Webhook } = await import("standardwebhooks");
  new Webhook(next).verify(delivery.text, delivery.headers);
  // Killed before that is written down, it would be told once more.
  await standsAt(both.booking, "delivered");
  await hotel().host.kill();
  await hotel().start({});
  const quiet = await bookTwo();
  expectBooking(quiet.answer);
  assert.equal(await notification(quiet.booking), undefined);
  await sleep(500);
  assert.deepEqual(receiver.of(quiet.booking), []);
  const steps = hotel().events("step", quiet.booking).map((event) => event.step);
  assert.ok(!steps.includes("notify"));
});

test("a request that is refused is not told", async () => {
  await hotel().host.kill();
  await hotel().start();
  const before = receiver.deliveries.length;
  const { answer } = await bookTwo({ payment: { ...(await hotel().payment(500)), reference: "999999" } });
  assert.equal(answer.status, 404, answer.text);
  await sleep(500);
  assert.equal(receiver.deliveries.length, before);
});

closingTests(hotel);
