// node tests/hostile/run.mjs [--requests N] [--seed S]
//
// Sends hostile requests to the built Worker in workerd, and checks that none is answered 5xx, that neither D1 nor any
// Durable Object holds anything else afterwards, and that it is still the same process that answers.
//
// What is not HTTP never reaches a Worker: workerd itself, or what routes files before the Worker, refuses it, some of it
// with 500 or 501. So what is answered 5xx is sent to a Worker that says "ok" to everything as well, in a host that is the
// same in all else; only where that answers is it a failure.

import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { startHost } from "../../xtask/host/host.mjs";
import { withObjects } from "../e2e/objects.mjs";
import { Hotel, expectBooking, room } from "../e2e/support.mjs";
import { Chance, hostile } from "./generate.mjs";

/** No request waits longer for its answer. */
const ANSWER_MS_MAX = 20_000;
const AT_ONCE = 8;

/** Sends bytes on a connection of their own, and answers the status, or 0 where the connection was closed without one. */
async function exchange(port, bytes) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const parts = [];
  let length = 0;
  socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error("no answer in time")));
  socket.on("data", (part) => {
    if (length < 4_096) parts.push(part);
    length += part.length;
  });
  socket.write(bytes);
  // What is not whole waits for more: the other side hears that there is none.
  const half = setTimeout(() => socket.end(), 300);
  const failure = await once(socket, "close").then(() => undefined, (error) => error);
  clearTimeout(half);
  socket.destroy();
  const text = Buffer.concat(parts).toString("latin1");
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  if (status === undefined && failure?.message === "no answer in time") throw failure;
  return { status: Number(status ?? 0), text };
}

/** A host that is the same in all but the Worker, which says "ok". */
async function startBare() {
  const bundle = await mkdtemp(join(tmpdir(), "posada-bare-"));
  const classes = ["BookingObject", "PropertyObject", "PendingPaymentObject"].map((name) => `export class ${name} {}\n`).join("");
  await writeFile(join(bundle, "index.js"), `${classes}export default { fetch: () => new Response("ok") };\n`);
  // The smallest module there is.
  await writeFile(join(bundle, "index_bg.wasm"), Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  const host = await startHost({ bundle, log: false });
  return { port: host.port, stop: () => host.stop().then(() => rm(bundle, { recursive: true, force: true })) };
}

/** Every table of D1. */
async function tables(hotel) {
  const names = await hotel.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name");
  const all = {};
  for (const { name } of names) all[name] = await hotel.sql(`SELECT * FROM ${name} ORDER BY 1, 2`);
  return JSON.stringify(all);
}

/** Every table of every object; objects that hold nothing are as if they were not there. */
async function objects(hotel) {
  const all = {};
  for (const name of await readdir(join(hotel.persist, "v3/do"))) {
    await withObjects(hotel, name.replace(/^posada-/, ""), (file, db) => {
      const names = db.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name");
      const held = Object.fromEntries(names.map((it) => [it.name, db.all(`SELECT * FROM ${it.name} ORDER BY 1, 2`)]));
      if (Object.values(held).some((rows) => rows.length > 0)) all[`${name}/${file}`] = held;
    });
  }
  return JSON.stringify(all);
}

/** The resident memory of a process, in MB. */
async function memory(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1_024);
}

/**
 * Runs the attack and answers what was seen; throws where a promise is broken.
 *
 * @param {{requests: number, seed: number, say?: (line: string) => void}} options
 */
export async function attack({ requests, seed, say = () => {} }) {
  const hotel = await Hotel.open();
  const bare = await startBare();
  try {
    const barePort = bare.port;
    const wa_id = hotel.waId();
    const payment = await hotel.payment(5_000);
    const stay = hotel.stay();
    const booked = expectBooking(await hotel.makeBooking(hotel.body(payment, stay, [room("Junior", 2), room("Junior", 2), room("Familiar", 2)], { wa_id })));
    // The registry's row and the alarm follow behind the answer.
    await new Promise((wake) => setTimeout(wake, 1_500));
    await hotel.host.stop();
    const before = await objects(hotel);
    if (!before.includes(booked.booking_id)) throw new Error("the objects are read");
    await hotel.start();
    const tablesBefore = await tables(hotel);
    if (!tablesBefore.includes(booked.booking_id)) throw new Error("the tables are read");

    const settings = JSON.parse(await readFile(new URL("../../demo/hotel.json", import.meta.url), "utf8"));
    const about = { keys: hotel.host.keys, token: booked.token, booking: booked.booking_id, payment: payment.reference, dates: hotel.stay(), settings };
    const chance = new Chance(seed);
    const { workerdPid, port } = hotel.host;
    const memoryBefore = await memory(workerdPid);
    let gone = false;
    hotel.host.exited.then(() => (gone = true));
    const seen = new Map();
    const failures = [];
    let sent = 0;
    const started = Date.now();
    const client = async () => {
      while (sent < requests && failures.length < 20 && !gone) {
        const number = (sent += 1);
        const { kind, bytes } = hostile(chance, about);
        const { status, text } = await exchange(port, bytes);
        const isOfWorkerd = status >= 500 && (await exchange(barePort, bytes)).status === status;
        const key = `${kind} ${isOfWorkerd ? "workerd's " : ""}${status}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        if (status >= 500 && !isOfWorkerd) failures.push({ number, kind, status, sent: bytes.toString("latin1").slice(0, 600), text: text.slice(0, 600) });
        if (number % 2_000 === 0) say(`hostile: ${number} of ${requests} requests, ${Math.round((Date.now() - started) / 1_000)} s`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    if (failures.length > 0) throw new Error(`seed ${seed}: answered 5xx: ${JSON.stringify(failures.slice(0, 5), undefined, 1)}`);
    if (gone) throw new Error(`seed ${seed}: workerd has ended`);
    if ((await hotel.call("GET", "/healthz")).status !== 200) throw new Error("it does not answer any more");
    const asked = await hotel.call("GET", `/v1/bookings/${booked.booking_id}`, { as: booked.token });
    if (asked.json?.outcome !== "booked") throw new Error("the booking is not what it was");
    const memoryAfter = await memory(workerdPid);
    if ((await tables(hotel)) !== tablesBefore) throw new Error(`seed ${seed}: a table of D1 is another`);
    hotel.checkLogs();
    await hotel.host.stop();
    if ((await objects(hotel)) !== before) throw new Error(`seed ${seed}: an object holds something else`);
    return { sent, seen: new Map([...seen].sort()), memoryBefore, memoryAfter, seconds: (Date.now() - started) / 1_000 };
  } finally {
    await bare.stop();
    await hotel.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { requests: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } } });
  const [requests, seed] = [Number(values.requests), Number(values.seed)];
  const found = await attack({ requests, seed, say: (line) => process.stderr.write(`${line}\n`) });
  for (const [what, count] of found.seen) process.stdout.write(`${what.padEnd(26)}${String(count).padStart(8)}\n`);
  process.stdout.write(`${found.sent} hostile requests of seed ${seed} in ${found.seconds.toFixed(0)} s: no 5xx, no change in any table, the same process; `);
  process.stdout.write(`its memory ${found.memoryBefore} MB before, ${found.memoryAfter} MB after. (Status 0: closed without an answer.)\n`);
}
