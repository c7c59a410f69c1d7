// Turnstile: where its secret is set the public books only with a token that siteverify vouches for; a server on this
// machine answers in its place, as Cloudflare documents it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { siteverify } from "./siteverify.mjs";
import { Hotel, closingTests, expectBooking, expectProblem, room } from "./support.mjs";

const SECRET = "1x0000000000000000000000000000000AA-of-this-test";
const verifier = await siteverify(SECRET);
const { asked, good } = verifier;

let it;
const hotel = () => it;
before(async () => {
  it = await Hotel.open({ vars: { TURNSTILE_SECRET: SECRET, TURNSTILE_VERIFY_URL: verifier.url } });
});
after(async () => {
  await it?.close();
  verifier.close();
});

let count = 0;
const token = (isGood = true) => {
  count += 1;
  const text = `0.turnstile-${count}`;
  if (isGood) good.set(text, null);
  return text;
};
const passed = (text) => ({ headers: text === undefined ? {} : { "cf-turnstile-response": text }, ip: "203.0.113.80" });

async function request() {
  const payment = await hotel().payment(172.5);
  return { payment, body: hotel().publicBody(payment, hotel().stay(), [room("Junior", 2)]) };
}

test("with a token the public books, and again with the same one for the same booking alone", async () => {
  const { payment, body } = await request();
  const key = hotel().unique("key");
  const text = token();
  const first = expectBooking(await hotel().book(body, { key, ...passed(text) }));
  const question = asked.at(-1);
  assert.equal(question.secret, SECRET);
  assert.equal(question.response, text);
  assert.equal(question.remoteip, "203.0.113.80");
  assert.match(question.idempotency_key, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(expectBooking(await hotel().book(body, { key, ...passed(text) })), first, "an answer that was lost");
  await hotel().expectRow(payment, { used: 172.5, codreser: `HR${first.bookings[0].reserva}` });

  const other = await request();
  expectProblem(await hotel().book(other.body, passed(text)), 403, "challenge_failed");
  assert.deepEqual(await hotel().ledger(other.payment), []);
});

test("without a good token nothing is done, and the guest is told", async () => {
  const { payment, body } = await request();
  for (const text of [undefined, token(false), "x".repeat(2_049)]) {
    const before = asked.length;
    const problem = expectProblem(await hotel().book(body, passed(text)), 403, "challenge_failed", {
      fields: ["Cf-Turnstile-Response"],
    });
    assert.match(problem.customer_message, /Vuelva a cargar la página/);
    assert.equal(asked.length - before, text?.startsWith("0.") ? 1 : 0);
  }
  assert.deepEqual(await hotel().ledger(payment), []);
  const rows = await hotel().sql("SELECT count(*) AS n FROM evidence_failures");
  assert.equal(rows[0].n, 0, "nor is an attempt counted");
});

test("while the verification fails nobody of the public books", async () => {
  const { payment, body } = await request();
  for (const fault of [
    (response) => response.writeHead(500).end("{}"),
    (response) => response.writeHead(200).end("not JSON"),
    (response) => response.writeHead(200).end('{"success":"true"}'),
    (response) => response.writeHead(503).end('{"success":true}'),
    (response) => response.destroy(),
    (response) => response.writeHead(200).end(" ".repeat(20_000) + '{"success":true}'),
    (response) => response.writeHead(302, { location: "/elsewhere" }).end('{"success":true}'),
  ]) {
    verifier.broken = fault;
    const answer = await hotel().book(body, { ...passed(token()), mayFail: true });
    assert.ok([403, 503].includes(answer.status), answer.text);
  }
  verifier.broken = undefined;
  assert.deepEqual(await hotel().ledger(payment), []);
  expectBooking(await hotel().book(body, passed(token())));
});

test("assistant and staff need none, nor do questions; the form without JavaScript cannot book", async () => {
  const before = asked.length;
  for (const as of ["assistant", "staff"]) {
    const payment = await hotel().payment(172.5);
    expectBooking(await hotel().book(hotel().body(payment, hotel().stay(), [room("Junior", 2)]), { as }));
  }
  assert.equal((await hotel().quote({ ...hotel().stay(), package_type: "Hospedaje", party: { adults: 2 } })).status, 200);
  const { payment, body } = await request();
  const form = new URLSearchParams({
    ...Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === "string")),
    bookings: JSON.stringify(body.bookings),
    reference: payment.reference,
    amount: String(payment.amount),
    date: payment.payment_date,
  });
  const page = await hotel().call("POST", "/reservar", {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });
  assert.match(page.text, /No pudimos comprobar que usted es una persona/);
  assert.deepEqual(await hotel().ledger(payment), []);
  assert.equal(asked.length, before);
});

test("neither the secret nor a token is in the log", () => {
  for (const line of hotel().lines) assert.ok(!line.includes(SECRET) && !line.includes("0.turnstile-"), line);
});

closingTests(hotel);
