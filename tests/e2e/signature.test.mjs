// Requests that are signed instead of carrying a key: what is taken, what is refused, and that each is taken once.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { ROOT } from "../../xtask/host/host.mjs";
import { ACCESS } from "./access.mjs";
import { inBooking } from "./objects.mjs";
import { holder, secondsNow, sha256, signatureOf, signed, targetOf } from "./signed.mjs";
import { closingTests, expectBooking, expectProblem, plus, room, sharedHotel } from "./support.mjs";

const staff = holder("back-office");
const [assistant, other, reception, metrics] = ["assistant", "night", "reception", "metrics"].map(holder);
const vars = {
  // The keys that the tests' own calls have; the back office has no secret.
  STAFF_KEY: staff.key,
  ASSISTANT_KEY: assistant.key,
  STAFF_KEYS: `${staff.listed}, ${reception.listed} ${other.listed}`,
  ASSISTANT_KEYS: assistant.listed,
  METRICS_KEYS: metrics.listed,
  // A secret is exchanged without a gap: both are good.
  SIGNATURE_SECRETS: `${assistant.digest}:${randomBytes(32).toString("hex")}, ${assistant.signs}\n ${reception.signs} ${metrics.signs} ${other.signs}`,
  SIGNATURE_REQUIRED: `metrics, ${reception.listed}`,
};
const hotel = sharedHotel({ vars });

const HEADERS = ["posada-key", "posada-timestamp", "posada-nonce", "posada-signature"];
const send = async ({ method, path, body, headers }, { headers: others, ...more } = {}) => {
  const answer = await hotel().call(method, path, { body, headers: { ...headers, ...others }, ...more });
  if (answer.status === 200 && body?.startsWith?.("{")) hotel().remember(JSON.parse(body), answer);
  return answer;
};
const refused = (answer, header, what) => {
  expectProblem(answer, 401, "bad_signature", { fields: [header] });
  assert.equal(answer.headers.get("www-authenticate"), "Posada-Signature", what);
};
const nonces = async () => (await hotel().sql("SELECT COUNT(*) AS n FROM request_nonces"))[0].n;

const stayQuery = () => new URLSearchParams(hotel().stay());
const quoteBody = () => ({ ...hotel().stay(), package_type: "Hospedaje", party: { adults: 2, children: [4] } });
const payments = (reference) => ({
  payments: [
    { payment_method: "CompraClick", authorization_number: reference, amount: 100, currency: "USD", payment_maker_name: "Wenceslao Iraheta", payment_date: "2026-11-20" },
  ],
});
const known = async (reference) => (await hotel().sql("SELECT 1 FROM compraclick WHERE autorizacion = ?1", reference)).length;

test("a request that is signed is taken for its key's, which it does not carry", async () => {
  const before = await nonces();
  for (const [what, request] of [
    ["a tool", signed(assistant, "POST", "/v1/tools/quote_rooms", quoteBody())],
    ["a question without a body", signed(assistant, "GET", `/v1/availability?${stayQuery()}`)],
    ["a public route", signed(reception, "POST", "/v1/quotes", quoteBody())],
    ["a query of many characters", signed(reception, "GET", "/v1/staff/payments?payment_maker_name=Jos%C3%A9+N%c3%ba%C3%B1ez&limit=5&x=a%2Fb~*'()!;:@$,[]|")],
    ["an empty query", signed(reception, "GET", "/v1/staff/cases?")],
    ["a body beyond ASCII", signed(reception, "PUT", "/v1/staff/payments", payments("5501"))],
    ["a body of another type", signed(reception, "PUT", "/v1/staff/payments", "payment_method,authorization_number,amount,currency,payment_maker_name,payment_date\nCompraClick,5502,10,USD,Iraheta,2026-11-20\n", { type: "text/csv" })],
    ["metrics", signed(metrics, "GET", "/metrics")],
  ]) {
    const answer = await send(request);
    assert.equal(answer.status, 200, `${what}: ${answer.text}`);
    for (const { key } of [assistant, reception, metrics]) assert.ok(!JSON.stringify(request).includes(key), what);
  }
  assert.equal((await nonces()) - before, 8, "each is kept, once");
  // A body that comes in pieces is signed as one.
  const body = JSON.stringify(quoteBody());
  const { headers } = signed(assistant, "POST", "/v1/tools/quote_rooms", body);
  const pieces = ReadableStream.from([...Buffer.from(body)].map((byte) => new Uint8Array([byte])));
  assert.equal((await hotel().call("POST", "/v1/tools/quote_rooms", { body: pieces, headers })).status, 200);
  // What is wrong beside the signature is said as of every request.
  expectProblem(await send(signed(assistant, "GET", "/v1/staff/cases")), 403, "forbidden");
  expectProblem(await send(signed(metrics, "GET", "/v1/property")), 403, "forbidden");
  expectProblem(await send(signed(assistant, "POST", "/v1/tools/quote_rooms", "{}", { type: "text/plain" })), 415, "unsupported_media_type");
  expectProblem(await send(signed(assistant, "POST", "/v1/tools/quote_rooms", "{")), 400, "bad_json");
});

/** Changes of a request after it was signed, and what each is of. */
const ALTERED = [
  ["another method", (it) => ({ ...it, method: "GET" })],
  ["another path", (it) => ({ ...it, path: it.path.replace("payments", "settings") })],
  ["a query", (it) => ({ ...it, path: `${it.path}?limit=1` })],
  ["another body", (it) => ({ ...it, body: it.body.replace('"amount":100', '"amount":900') })],
  ["a body with a blank more", (it) => ({ ...it, body: `${it.body} ` })],
  ["no body", (it) => ({ ...it, body: "" })],
  ["another timestamp", (it) => ({ ...it, headers: { ...it.headers, "posada-timestamp": String(Number(it.headers["posada-timestamp"]) + 1) } })],
  ["another nonce", (it) => ({ ...it, headers: { ...it.headers, "posada-nonce": randomBytes(16).toString("hex") } })],
  ["another key", (it) => ({ ...it, headers: { ...it.headers, "posada-key": other.digest } })],
  ["another signature", (it) => ({ ...it, headers: { ...it.headers, "posada-signature": it.headers["posada-signature"].replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) } })],
  ["a secret of somebody else", (it) => ({ ...it, headers: { ...it.headers, "posada-signature": signatureOf({ as: { ...reception, secret: other.secret }, method: it.method, target: it.path, body: it.body, timestamp: it.headers["posada-timestamp"], nonce: it.headers["posada-nonce"] })["posada-signature"] } })],
  ["the digest for a secret", (it) => ({ ...it, headers: { ...it.headers, "posada-signature": signatureOf({ as: { ...reception, secret: reception.digest }, method: it.method, target: it.path, body: it.body, timestamp: it.headers["posada-timestamp"], nonce: it.headers["posada-nonce"] })["posada-signature"] } })],
  ["an empty secret", (it) => ({ ...it, headers: { ...it.headers, "posada-signature": signatureOf({ as: { ...reception, secret: "" }, method: it.method, target: it.path, body: it.body, timestamp: it.headers["posada-timestamp"], nonce: it.headers["posada-nonce"] })["posada-signature"] } })],
];

test("a request that is altered in any part is refused, and nothing is done", async () => {
  const before = await nonces();
  const said = new Set();
  for (const [i, [what, altered]] of ALTERED.entries()) {
    const reference = String(660_000 + i);
    const answer = await send(altered(signed(reception, "PUT", "/v1/staff/payments", payments(reference))));
    refused(answer, "Posada-Signature", what);
    said.add(answer.text);
    assert.equal(await known(reference), 0, what);
  }
  assert.equal(said.size, 1, "whatever it is, it is told alike");
  const query = signed(reception, "GET", "/v1/staff/payments?reference=5501");
  refused(await send({ ...query, path: "/v1/staff/payments?reference=5502" }), "Posada-Signature");
  assert.equal(await nonces(), before, "no nonce is used up by who cannot sign");
  // As it was signed it is taken.
  assert.equal((await send(signed(reception, "PUT", "/v1/staff/payments", payments("660000")))).status, 200);
  assert.equal(await known("660000"), 1);
});

/** Sends a request whose first line has this target as it is, which `fetch` would put right. */
const raw = (method, target, headers) =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(hotel().host.url);
    const call = request({ hostname, port, method, path: target, headers, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode, headers: new Headers(response.headers), text, json: JSON.parse(text) });
      });
    });
    call.on("error", reject);
    call.end();
  });

test("path and query are signed as they stand in the request's first line", async () => {
  for (const target of [
    "/v1/staff/cases?",
    "/v1/staff/cases?&&limit=&",
    "/v1/staff/cases?x=%7e%7E~&y=a+b%20c",
    "/v1/staff/cases?x={}|^`\\",
    "/v1/staff/cases?x=/../.&y=//",
    "/v1/staff/cases?x=http://elsewhere/y?z",
  ]) {
    const answer = await raw("GET", target, signatureOf({ as: reception, method: "GET", target }));
    assert.equal(answer.status, 200, `${target}: ${answer.text}`);
    const other = signatureOf({ as: reception, method: "GET", target: "/v1/staff/cases" });
    refused(await raw("GET", target, other), "Posada-Signature", target);
  }
  // What no address has is signed as an address has it.
  const signature = signatureOf({ as: reception, method: "GET", target: targetOf(`/v1/staff/cases?x='"<>`) });
  assert.equal((await raw("GET", `/v1/staff/cases?x='"<>`, signature)).status, 200);
});

test("a request of another time is refused", async () => {
  const at = (away) => send(signed(reception, "GET", "/v1/staff/cases", undefined, { timestamp: String(secondsNow() + away) }));
  for (const away of [-290, 0, 290]) assert.equal((await at(away)).status, 200, String(away));
  for (const away of [-310, 310, -86_400, 10 ** 9]) refused(await at(away), "Posada-Timestamp", String(away));
});

test("a request is taken once: again, at once, and after a restart", async () => {
  const request = signed(reception, "PUT", "/v1/staff/payments", payments("770001"));
  assert.equal((await send(request)).status, 200);
  refused(await send(request), "Posada-Nonce", "again");
  // The nonce is used up for this key, whatever else is signed.
  const nonce = request.headers["posada-nonce"];
  refused(await send(signed(reception, "GET", "/v1/staff/cases", undefined, { nonce })), "Posada-Nonce", "another request");
  assert.equal((await send(signed(other, "GET", "/v1/staff/cases", undefined, { nonce }))).status, 200, "another key has its own");

  const body = hotel().body(await hotel().payment(500), hotel().stay(), [room("Junior", 2)]);
  const parallel = signed(assistant, "POST", "/v1/tools/make_booking", body);
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(parallel)));
  assert.equal(answers.filter((it) => it.status === 200).length, 1, answers.map((it) => it.status).join(" "));
  for (const it of answers.filter((it) => it.status !== 200)) refused(it, "Posada-Nonce");

  const last = signed(reception, "GET", "/v1/staff/cases");
  assert.equal((await send(last)).status, 200);
  await hotel().host.kill();
  await hotel().start();
  refused(await send(last), "Posada-Nonce", "after a kill");
  refused(await send(request), "Posada-Nonce", "after a kill");
});

test("where signatures are demanded the key alone opens nothing, and elsewhere it does", async () => {
  const stay = hotel().stay();
  const address = { own: "0".repeat(32), none: "0".repeat(32), wa_id: "50370000001", stay: new URLSearchParams(stay), dates: new URLSearchParams({ from_date: stay.check_in_date, to_date: plus(stay.check_in_date, 2) }) };
  for (const { key } of [reception, metrics]) {
    for (const [route, path] of ACCESS.filter(([route]) => route !== "GET /healthz")) {
      const [method] = route.split(" ");
      const body = ["GET", "DELETE"].includes(method) ? undefined : {};
      refused(await hotel().call(method, path(address), { as: key, body }), "Posada-Signature", route);
    }
    refused(await hotel().call("POST", "/mcp", { as: key, body: {} }), "Posada-Signature");
  }
  for (const { key } of [staff, other]) assert.equal((await hotel().call("GET", "/v1/staff/cases", { as: key })).status, 200);
  assert.equal((await send(signed(other, "GET", "/v1/staff/cases"))).status, 200);
  // A key without a secret cannot sign, nor can one that is none.
  refused(await send(signed({ ...staff, secret: other.secret }, "GET", "/v1/staff/cases")), "Posada-Key");
  refused(await send(signed(holder("nobody"), "GET", "/v1/staff/cases")), "Posada-Key");
  // One caller is one: a key beside a signature is not taken.
  const both = signed(other, "GET", "/v1/staff/cases");
  refused(await hotel().call("GET", both.path, { as: other.key, headers: both.headers }), "Authorization");
});

test("signed, every route answers every role as it does for the bearer", async () => {
  const wa_id = hotel().waId();
  const body = hotel().body(await hotel().payment(500), hotel().stay(), [room("Junior", 2)], { wa_id });
  const own = expectBooking(await hotel().makeBooking(body)).booking_id;
  const dates = hotel().stay();
  const address = { own, none: "0".repeat(32), wa_id, stay: new URLSearchParams(dates), dates: new URLSearchParams({ from_date: dates.check_in_date, to_date: plus(dates.check_in_date, 2) }) };
  for (const [route, path, expected] of ACCESS) {
    const [method] = route.split(" ");
    const sent = ["GET", "DELETE"].includes(method) ? undefined : {};
    for (const [as, status] of [[metrics, expected[2]], [assistant, expected[3]], [reception, expected[4]]]) {
      const answer = await send(signed(as, method, path(address), sent));
      assert.equal(answer.status, status, `${route}: ${answer.text}`);
    }
  }
});

test("a header of another form is named", async () => {
  const before = await nonces();
  const { headers } = signed(reception, "GET", "/v1/staff/cases");
  const digits = "0a".repeat(32);
  for (const [name, title, wrong] of [
    ["posada-key", "Posada-Key", ["", "x", reception.digest.toUpperCase(), reception.digest.slice(1), `${reception.digest}0`, reception.key, `${reception.digest}, ${reception.digest}`, digits]],
    ["posada-timestamp", "Posada-Timestamp", ["", "now", "-1", "+1", "1e9", "0x10", `${secondsNow()}.5`, `${secondsNow()}000`, new Date().toISOString(), "9".repeat(400)]],
    ["posada-nonce", "Posada-Nonce", ["", "short", "a".repeat(65), "a".repeat(5_000), "with a blank here!", "quote'); DROP TABLE x;--", "señal-señal-señal-señal"]],
    ["posada-signature", "Posada-Signature", ["", "v1=", digits, `v2=${digits}`, `v1=${digits}0`, `v1=${digits.toUpperCase()}`, `v1=${digits},v1=${digits}`, `V1=${digits}`]],
  ]) {
    for (const value of wrong) {
      const encoded = Buffer.from(value).toString("latin1");
      refused(await hotel().call("GET", "/v1/staff/cases", { headers: { ...headers, [name]: encoded } }), title, value);
    }
    const { [name]: _, ...rest } = headers;
    refused(await hotel().call("GET", "/v1/staff/cases", { headers: rest }), title, "missing");
  }
  // One of them alone is a claim as well, and is not passed over.
  for (const name of HEADERS) {
    const answer = await hotel().call("GET", "/v1/property", { headers: { [name]: headers[name] } });
    expectProblem(answer, 401, "bad_signature");
  }
  assert.equal(await nonces(), before);
});

test("a booking sent again with another nonce is the same booking, and its key's digest is who cancelled", async () => {
  const payment = await hotel().payment(500);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 1)], { wa_id: null });
  const key = hotel().unique("signed");
  const book = () => {
    const request = signed(reception, "POST", "/v1/bookings", body);
    return send(request, { key });
  };
  const first = expectBooking(await book());
  const again = expectBooking(await book());
  assert.equal(again.booking_id, first.booking_id);
  assert.deepEqual(again.bookings, first.bookings);
  const rows = await hotel().sql("SELECT id FROM bookings WHERE reference = ?1", payment.reference);
  assert.equal(rows.length, 1);

  const cancelled = await send(signed(reception, "DELETE", `/v1/bookings/${first.booking_id}/rooms/1`));
  assert.equal(cancelled.status, 200, cancelled.text);
  await hotel().host.stop();
  const kept = await inBooking(hotel(), first.booking_id, (db) => db.all("SELECT entry FROM journal"));
  await hotel().start();
  const orders = kept.map((row) => JSON.parse(row.entry).entry.cancel_ordered).filter(Boolean);
  assert.equal(orders.length, 1);
  assert.ok(JSON.stringify(orders[0]).includes(reception.digest), JSON.stringify(orders[0]));
});

let client;
after(() => client?.close());

test("MCP is spoken signed, by the protocol's own client", async () => {
  client = new Client({ name: "test", version: "1" });
  const sign = (url, init) => {
    const target = targetOf(String(url));
    const headers = new Headers(init.headers);
    const signature = signatureOf({ as: assistant, method: init.method ?? "GET", target, body: init.body ?? "" });
    for (const [name, value] of Object.entries(signature)) headers.set(name, value);
    return fetch(url, { ...init, headers });
  };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${hotel().host.url}/mcp`), { fetch: sign }));
  const listed = (await client.listTools()).tools.map((it) => it.name);
  assert.ok(listed.includes("make_booking") && listed.includes("check_availability"), listed.join());
  const result = await client.callTool({ name: "check_availability", arguments: hotel().stay() });
  assert.equal(result.isError, false);
  assert.ok(result.structuredContent.rooms.length > 0);
  const message = { jsonrpc: "2.0", id: 1, method: "ping" };
  const once = signed(assistant, "POST", "/mcp", message);
  assert.equal((await send(once)).status, 200);
  refused(await send(once), "Posada-Nonce");
  refused(await send({ ...signed(assistant, "POST", "/mcp", message), body: JSON.stringify({ ...message, id: 2 }) }), "Posada-Signature");
  expectProblem(await send(signed(reception, "POST", "/mcp", message)), 403, "forbidden");
});

test("a signed body is held to the same limit, and a request that is too large is not used up", async () => {
  const before = await nonces();
  const large = JSON.stringify({ ...quoteBody(), filler: "x".repeat(70 * 1024) });
  expectProblem(await send(signed(assistant, "POST", "/v1/tools/quote_rooms", large)), 413, "too_large");
  const { headers } = signed(assistant, "POST", "/v1/tools/quote_rooms", large);
  const pieces = ReadableStream.from([Buffer.from(large.slice(0, 40_000)), Buffer.from(large.slice(40_000))]);
  expectProblem(await hotel().call("POST", "/v1/tools/quote_rooms", { body: pieces, headers }), 413, "too_large");
  assert.equal(await nonces(), before);
  // Settings and files of payments have their own.
  const some = `${" ".repeat(128 * 1024)}${JSON.stringify(payments("880001"))}`;
  const answer = await send(signed(reception, "PUT", "/v1/staff/payments", some));
  assert.equal(answer.status, 200, answer.text);
});

test("while it cannot be told whether a request was taken before, it is not taken", async () => {
  await hotel().sql("ALTER TABLE request_nonces RENAME TO away");
  try {
    const request = signed(reception, "PUT", "/v1/staff/payments", payments("990001"));
    const answer = await send(request, { mayFail: true });
    expectProblem(answer, 503, "storage_unavailable");
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
    assert.equal(await known("990001"), 0);
    // Who cannot sign is told so all the same, and who has another key is served.
    refused(await send({ ...request, body: "{}" }), "Posada-Signature");
    assert.equal((await hotel().call("GET", "/v1/staff/cases", { as: "staff" })).status, 200);
  } finally {
    await hotel().sql("ALTER TABLE away RENAME TO request_nonces");
  }
  assert.equal((await send(signed(reception, "PUT", "/v1/staff/payments", payments("990001")))).status, 200);
});

test("nonces that have expired are forgotten, a few at each request, and others are not", async () => {
  await hotel().sql("DELETE FROM request_nonces");
  const now = secondsNow();
  const put = (name, until) => hotel().sql("INSERT INTO request_nonces (key_id, nonce, kept_until_s) VALUES (?1, ?2, ?3)", reception.digest, name, until);
  for (let i = 0; i < 20; i += 1) await put(`expired-${String(i).padStart(16, "0")}`, now - 1 - i);
  await put("still-kept-0000000000", now + 60);
  for (const left of [20 + 1 - 8 + 1, 4 + 1 + 2, 0 + 1 + 3, 0 + 1 + 4]) {
    assert.equal((await send(signed(reception, "GET", "/v1/staff/cases"))).status, 200);
    assert.equal(await nonces(), left);
  }
  // A nonce is kept for as long as its request could be taken, and a minute more.
  const late = signed(reception, "GET", "/v1/staff/cases", undefined, { timestamp: String(secondsNow() + 200) });
  assert.equal((await send(late)).status, 200);
  const [row] = await hotel().sql("SELECT kept_until_s FROM request_nonces WHERE nonce = ?1", late.headers["posada-nonce"]);
  assert.equal(row.kept_until_s, Number(late.headers["posada-timestamp"]) + 360);
});

/** Runs a program with this text on its input. */
const run = (program, args, text, env) =>
  new Promise((resolve, reject) => {
    const child = execFile(program, args, { env: { PATH: process.env.PATH, ...env }, timeout: 30_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout),
    );
    child.stdin.end(text);
  });

test("the clients in the documentation sign, as they stand there", async () => {
  const text = await readFile(join(ROOT, "docs/signatures.md"), "utf8");
  const blocks = (language) => [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter((it) => it[1] === language).map((it) => it[2]);
  const [[setup, shell], [node]] = [blocks("sh"), blocks("js")];
  const made = await run("sh", ["-eu"], `${setup}\necho "$KEY $KEY_DIGEST $SECRET"`, {});
  const [key, digest, secret] = made.trim().split(" ");
  assert.equal(digest, sha256(key));
  assert.match(secret, /^[0-9a-f]{64}$/);
  const env = { POSADA_URL: hotel().host.url, POSADA_KEY_DIGEST: assistant.digest, POSADA_SECRET: assistant.secret };
  const said = await run("node", ["--input-type=module"], node, env);
  assert.match(said, /^200 \{/);
  const answered = JSON.parse(await run("sh", ["-eu"], shell, env));
  assert.equal(answered.rooms.length, 2, JSON.stringify(answered));
  // With another secret neither is taken.
  const wrong = { ...env, POSADA_SECRET: other.secret };
  assert.match(await run("node", ["--input-type=module"], node, wrong), /^401 \{.*bad_signature/);
  assert.equal(JSON.parse(await run("sh", ["-eu"], shell, wrong)).code, "bad_signature");
  // What stands there of a request is the first of the vectors.
  const { requests } = JSON.parse(await readFile(join(ROOT, "tests/vectors/signature.json"), "utf8"));
  for (const it of [requests[0].nonce, requests[0].signature, requests[0].body]) assert.ok(text.includes(it), it);
});

test("the committed vectors are what these tests sign", async () => {
  const { key, key_digest, secret, requests } = JSON.parse(await readFile(join(ROOT, "tests/vectors/signature.json"), "utf8"));
  assert.equal(sha256(key), key_digest);
  for (const { method, target, timestamp, nonce, body, signature } of requests) {
    const headers = signatureOf({ as: { digest: key_digest, secret }, method, target, body, timestamp, nonce });
    assert.equal(headers["posada-signature"], signature, target);
  }
});

test("no log line has a secret, a signature or a nonce, and what was refused is logged as that", () => {
  const lines = hotel().lines.join("\n");
  for (const { key, secret } of [staff, assistant, other, reception, metrics]) {
    assert.ok(!lines.includes(key) && !lines.includes(secret));
  }
  assert.ok(!/v1=[0-9a-f]{64}/.test(lines) && !lines.includes("expired-0"));
  assert.ok(hotel().events("request").some((it) => it.problem === "bad_signature" && it.status === 401));
});

closingTests(hotel);
