// A server of one's own: workerd alone, as docs/deploy.md says, and its backup put back elsewhere.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";

import wrangler from "wrangler";

import { ROOT } from "../../xtask/host/host.mjs";
import { headerRules, make } from "../../xtask/own/make.mjs";
import { signatureOf } from "./signed.mjs";

const digest = (key) => createHash("sha256").update(key).digest("hex");
const keys = { staff: randomBytes(32).toString("hex"), assistant: randomBytes(32).toString("hex") };
const secrets = { STAFF_KEYS: digest(keys.staff), ASSISTANT_KEYS: digest(keys.assistant), SIGNING_KEY: randomBytes(32).toString("hex") };
const signer = { digest: secrets.ASSISTANT_KEYS, secret: randomBytes(32).toString("hex") };
secrets.SIGNATURE_SECRETS = `${signer.digest}:${signer.secret}`;

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posada-own-"));
  const config = wrangler.unstable_readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  await make({ bundle: dirname(resolve(ROOT, config.main)), www: resolve(ROOT, config.assets.directory), out: join(folder, "posada") });
});
after(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Runs the server on these data until `use` is through; it ends as a crash would. */
async function running(data, use, env = secrets) {
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(join(folder, "posada/posada"), [address, data], {
    env: { PATH: process.env.PATH, WORKERD: join(ROOT, "node_modules/.bin/workerd"), ...env }, stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => said.push(part));
  const ended = once(child, "exit");
  const call = async (method, path, { as, body, headers = {} } = {}) => {
    const response = await fetch(`http://${address}${path}`, {
      method, body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
      headers: { ...(as ? { authorization: `Bearer ${keys[as] ?? as}` } : {}), ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: /json/.test(response.headers.get("content-type")) ? JSON.parse(text) : undefined };
  };
  try {
    for (let tries = 0; ; tries += 1) {
      const answer = await call("GET", "/healthz").catch(() => undefined);
      if (answer !== undefined) break;
      if (tries > 200) assert.fail(Buffer.concat(said).toString());
      await new Promise((wake) => setTimeout(wake, 50));
    }
    return await use(call);
  } finally {
    child.kill("SIGKILL");
    await ended;
    await assert.rejects(fetch(`http://${address}/healthz`), "what was killed is workerd itself");
  }
}

const plus = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const stay = { check_in_date: plus(20), check_out_date: plus(21) };
const room = { bungalow_type: "Junior", adults: 2, children_0_5: 0, children_6_10: 0 };
const body = {
  ...stay, customer_name: "Xiomara Quijano", email: "x@correo-inventado.example", city: "Chalchuapa", dui_passport: "04815162-3",
  nationality: "Salvadoreña", package_type: "Hospedaje", bookings: [room, room, room], payment_method: "CompraClick",
  authorization_number: "445566", payment_maker_name: "Xiomara Quijano", wa_id: "50370001234",
};
let booked;
let signed;

test("workerd alone serves the API and the pages, and books three rooms", async () => {
  await running(join(folder, "data"), async (call) => {
    assert.deepEqual((await call("GET", "/healthz")).json, { status: "ok" });
    const early = await call("GET", "/v1/property");
    assert.deepEqual([early.status, early.json.code], [503, "storage_unavailable"]);
    assert.match(early.json.detail, /no hotel was loaded yet \(PUT \/v1\/staff\/settings/, "what to do next");
    const hotel = await readFile(join(ROOT, "demo/hotel.json"), "utf8");
    assert.equal((await call("PUT", "/v1/staff/settings", { as: "staff", body: hotel })).status, 200);
    const csv = "payment_method,authorization_number,transfer_id,amount,currency,payment_maker_name,payment_date\nCompraClick,445566,,517.50,USD,Xiomara Quijano,2026-01-24\n";
    assert.equal((await call("PUT", "/v1/staff/payments", { as: "staff", body: csv, headers: { "content-type": "text/csv" } })).status, 200);
    const answer = await call("POST", "/v1/tools/make_booking", { as: "assistant", body });
    booked = answer.json;
    assert.equal(booked.outcome, "booked", answer.text);
    assert.equal(booked.bookings.length, 3);
    assert.equal((await call("GET", "/v1/staff/cases")).status, 401);
    assert.deepEqual((await call("POST", "/v1/staff/sweep", { as: "staff" })).json.failed, []);
    signed = signatureOf({ as: signer, method: "POST", target: "/v1/tools/check_availability?x=%7E", body: "{}" });
    const isSigned = (await call("POST", "/v1/tools/check_availability?x=%7E", { body: "{}", headers: signed })).json;
    assert.deepEqual([isSigned.code, isSigned.fields.length > 0], ["invalid", true], "who signs is let in, and told what is wrong");

    const page = await call("GET", "/");
    assert.match(page.text, /<posada-booking>/);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(page.headers.get("x-frame-options"), "DENY");
    const script = await call("GET", "/w/1/posada-booking.js");
    assert.equal(script.headers.get("access-control-allow-origin"), "*");
    assert.equal(script.headers.get("cache-control"), "public, max-age=300");
    assert.match(script.headers.get("content-type"), /^text\/javascript/);
    assert.equal((await call("GET", "/v1/tools")).status, 200, "the Worker has its own files");
    for (const path of ["/_headers", "/..%2f..%2fposada.capnp", "/%2e%2e/posada.capnp", "/w", "/w/1"]) assert.equal((await call("GET", path)).status, 404, path);
  });
});

test("after a crash everything is there, and a restored copy of its data is the same hotel", async () => {
  const look = async (call) => {
    const answer = await call("GET", `/v1/bookings/${booked.booking_id}`, { as: booked.token });
    assert.equal(answer.json?.outcome, "booked", answer.text);
    assert.deepEqual(answer.json.bookings, booked.bookings);
    const again = await call("POST", "/v1/tools/make_booking", { as: "assistant", body });
    assert.deepEqual(again.json.bookings, booked.bookings, "the same request is the same booking");
    const { json } = await call("GET", `/v1/availability?${new URLSearchParams(stay)}`);
    assert.deepEqual(json.rooms.map((it) => it.free), [2, 3]);
    const reconciled = await call("GET", "/v1/staff/payments", { as: "staff" });
    assert.match(reconciled.text, /445566/);
    const replayed = await call("POST", "/v1/tools/check_availability?x=%7E", { body: "{}", headers: signed });
    assert.deepEqual([replayed.status, replayed.json.fields[0].field], [401, "Posada-Nonce"], "a signed request is taken once");
    assert.match((await call("GET", "/metrics", { as: "staff" })).text, /posada_bookings_total\{rooms="several",outcome="booked"\} 1\n/);
  };
  await running(join(folder, "data"), look);
  // The backup of docs/deploy.md: the folder, while the server is stopped.
  await cp(join(folder, "data"), join(folder, "backup"), { recursive: true });
  await rm(join(folder, "data"), { recursive: true });
  await cp(join(folder, "backup"), join(folder, "elsewhere"), { recursive: true });
  await running(join(folder, "elsewhere"), look);
});

test("a wrong setting is named, and nothing is served", async () => {
  await running(join(folder, "none"), async (call) => {
    const answer = await call("GET", "/healthz");
    assert.equal(answer.status, 503);
    assert.deepEqual(answer.json.faults, ["STAFF_KEYS must be set"]);
    assert.equal((await call("GET", "/v1/property")).status, 503);
  }, { ...secrets, STAFF_KEYS: "" });
});

test("rules of headers are read as Cloudflare reads them", () => {
  assert.deepEqual(headerRules("# x\n/*\n  A: 1: 2\n/b\n  ! A\n  B: 3\n"), [
    { pattern: "/*", unset: [], set: [["A", "1: 2"]] },
    { pattern: "/b", unset: ["A"], set: [["B", "3"]] },
  ]);
});
