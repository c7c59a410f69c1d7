// node crates/bench/load.mjs --posada DIR --contender DIR --www DIR [--rounds N]
//
// Processor time a request, and latencies: a quote with bodies that are all different; a Rust Worker that makes the same
// call to an object and signs a constant; "hello" in JavaScript and in Rust; a whole booking of three rooms; cold starts.
// Each runs in a workerd of its own, without anything between; they take turns. Prints one JSON document.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile, cp } from "node:fs/promises";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import workerd from "workerd";

import { make } from "../../xtask/own/make.mjs";

const { values } = parseArgs({
  options: { posada: { type: "string" }, contender: { type: "string" }, www: { type: "string" }, rounds: { type: "string", default: "36" } },
});
const ROUNDS = Number(values.rounds);
/** Requests a round, how many at once, and rounds that do not count. */
const REQUESTS = 300;
const AT_ONCE = 4;
const WARM_UP = 3;
/** Bookings a round, one after the other, and their rounds. */
const BOOKINGS = 12;
const BOOKING_ROUNDS = 12;
const COLD_STARTS = 7;
/** Linux counts processor time in these. */
const TICK_MS = 10;

const STAFF = "bench-staff-".repeat(4);
const ASSISTANT = "bench-assistant-".repeat(4);
const digest = (key) => createHash("sha256").update(key).digest("hex");
const env = { PATH: process.env.PATH, STAFF_KEYS: digest(STAFF), ASSISTANT_KEYS: digest(ASSISTANT), SIGNING_KEY: "s".repeat(64) };

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

class Server {
  agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  static async start(folder, config, path) {
    const it = new Server();
    it.port = await freePort();
    const started = performance.now();
    const data = await mkdtemp(join(folder, "data-"));
    const directories = config.includes('"files"') ? ["--directory-path", `files=${join(folder, "posada/www")}`] : [];
    it.child = spawn(workerd.default ?? workerd, ["serve", join(folder, config.includes('"files"') ? "posada/posada.capnp" : `${path.slice(1)}.capnp`), "--socket-addr", `http=127.0.0.1:${it.port}`, "--directory-path", `data=${data}`, ...directories, "--experimental"], { env, stdio: "ignore" });
    for (;;) {
      const status = await it.call("GET", path).then((answer) => answer.status, () => 0);
      if (status === 200) break;
      if (performance.now() - started > 20_000) throw new Error(`${path} does not answer`);
      await new Promise((wake) => setTimeout(wake, 1));
    }
    it.coldMs = performance.now() - started;
    it.coldCpuMs = await it.cpuMs();
    return it;
  }

  async cpuMs() {
    const stat = await readFile(`/proc/${this.child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  call(method, path, body, headers = {}) {
    return new Promise((settle, reject) => {
      const sent = body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const call = request({ port: this.port, host: "127.0.0.1", method, path, agent: this.agent, headers: { ...sent, ...headers } }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => settle({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
        response.once("error", reject);
      });
      call.once("error", reject);
      call.end(body);
    });
  }

  async stop() {
    this.agent.destroy();
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }
}

const day = (n) => new Date(Date.UTC(2027, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
let count = 0;
/** A question that was not asked before. */
function quote() {
  const n = (count += 1);
  const party = { adults: 4 + (n % 9), children_0_5: n % 3, children_6_10: (n >> 2) % 3 };
  return JSON.stringify({ check_in_date: day(n % 360), check_out_date: day((n % 360) + 1 + (n % 3)), package_type: n % 2 ? "Hospedaje" : "Todo incluido", party });
}

async function batch(server, ask, requests, atOnce, latencies, behindMs) {
  let left = requests;
  const before = await server.cpuMs();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left > 0) {
      left -= 1;
      const started = performance.now();
      await ask(server);
      latencies.push(performance.now() - started);
    }
  }));
  // What is done behind the answers is their cost as well.
  await new Promise((wake) => setTimeout(wake, behindMs));
  return (await server.cpuMs()) - before;
}

const percentile = (sorted, percent) => sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
function summary(cpuMs, requests, latencies) {
  const sorted = [...latencies].sort((a, b) => a - b);
  return { cpu_us: (cpuMs * 1_000) / requests, p50_ms: percentile(sorted, 50), p95_ms: percentile(sorted, 95), p99_ms: percentile(sorted, 99), requests };
}

const alone = (name, worker) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .main), (name = "data", disk = (writable = true))], sockets = [(name = "http", http = (), service = "main")]);
const main :Workerd.Worker = (compatibilityDate = "2026-04-01", ${worker});
`;

const folder = await mkdtemp(join(tmpdir(), "posada-load-"));
const servers = [];
try {
  await make({ bundle: resolve(values.posada), www: resolve(values.www), out: join(folder, "posada") });
  const file = join(folder, "posada/posada.capnp");
  // No pages before the Worker.
  const config = (await readFile(file, "utf8")).replace('http = (), service = "front")', 'http = (), service = "posada")');
  await writeFile(file, config);
  await cp(resolve(values.contender), join(folder, "contender"), { recursive: true });
  const modules = `modules = [(name = "index.js", esModule = embed "contender/index.js"), (name = "index_bg.wasm", wasm = embed "contender/index_bg.wasm")],
    durableObjectNamespaces = [(className = "PropertyObject", uniqueKey = "contender", enableSql = true)], durableObjectStorage = (localDisk = "data"),
    bindings = [(name = "PROPERTY", durableObjectNamespace = "PropertyObject")]`;
  const rust = alone("contender", modules);
  await writeFile(join(folder, "hello.capnp"), rust);
  await writeFile(join(folder, "hello.mjs"), `export default { fetch: () => new Response("hello") };\n`);
  const js = alone("js", `modules = [(name = "hello.mjs", esModule = embed "hello.mjs")]`);
  await writeFile(join(folder, "js.capnp"), js);

  const kinds = { posada: [config, "/healthz"], rust: [rust, "/hello"], js: [js, "/js"] };
  const cold = {};
  for (let i = 0; i < COLD_STARTS; i += 1) {
    for (const [name, [text, path]] of Object.entries(kinds)) {
      const server = await Server.start(folder, text, path);
      (cold[name] ??= []).push([server.coldMs, server.coldCpuMs]);
      await server.stop();
    }
  }
  const median = (list) => percentile([...list].sort((a, b) => a - b), 50);
  const coldStarts = Object.fromEntries(Object.entries(cold).map(([name, all]) => [name, { ms: median(all.map(([ms]) => ms)), cpu_ms: median(all.map(([, cpu]) => cpu)) }]));

  const start = async (name) => {
    const server = await Server.start(folder, ...kinds[name]);
    servers.push(server);
    return server;
  };
  // What bookings leave behind (objects that end, code that is compiled again) is not to be a quote's cost.
  const [quoting, booking, signing, rustServer, jsServer] = [await start("posada"), await start("posada"), await start("rust"), await start("rust"), await start("js")];
  const staff = { authorization: `Bearer ${STAFF}` };
  const must = (answer, what) => {
    if (answer.status !== 200) throw new Error(`${what}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const hotel = JSON.parse(await readFile(new URL("../../demo/hotel.json", import.meta.url), "utf8"));
  for (const row of hotel.tariff) row.to = "2029-12-31";
  for (const server of [quoting, booking]) must(await server.call("PUT", "/v1/staff/settings", JSON.stringify(hotel), staff), "settings");
  const payments = Array.from({ length: (BOOKING_ROUNDS + WARM_UP) * BOOKINGS }, (_, i) => ({ payment_method: "CompraClick", authorization_number: String(500_000 + i), amount: 5_000, currency: "USD", payment_maker_name: "N N", payment_date: "2026-01-20" }));
  must(await booking.call("PUT", "/v1/staff/payments", JSON.stringify({ payments }), staff), "payments");

  let booked = 0;
  const room = (adults) => ({ bungalow_type: "Junior", adults, children_0_5: 0, children_6_10: 0 });
  const book = async (server) => {
    const n = (booked += 1) - 1;
    const body = {
      customer_name: "N N", email: "n@n.example", city: "N", dui_passport: "1", nationality: "N", wa_id: `5037${1_000_000 + n}`, check_in_date: day(400 + n),
      check_out_date: day(401 + n), package_type: "Hospedaje", bookings: [room(3), room(3), room(2)], payment_method: "CompraClick",
      authorization_number: String(500_000 + n), payment_maker_name: "N N",
    };
    const answer = must(await server.call("POST", "/v1/tools/make_booking", JSON.stringify(body), { authorization: `Bearer ${ASSISTANT}` }), "booking");
    if (!answer.text.includes('"outcome":"booked"')) throw new Error(answer.text);
  };
  const contenders = [
    ["quote", quoting, async (it) => must(await it.call("POST", "/v1/quotes", quote()), "quote"), REQUESTS, AT_ONCE],
    ["signed constant, Rust", signing, async (it) => must(await it.call("POST", "/signed", quote()), "signed"), REQUESTS, AT_ONCE],
    ["hello, Rust", rustServer, async (it) => must(await it.call("GET", "/hello"), "hello"), REQUESTS, AT_ONCE],
    ["hello, JavaScript", jsServer, async (it) => must(await it.call("GET", "/js"), "hello"), REQUESTS, AT_ONCE],
    ["booking of three rooms", booking, book, BOOKINGS, 1],
  ];
  const totals = Object.fromEntries(contenders.map(([name]) => [name, { cpu: 0, requests: 0, latencies: [] }]));
  const measure = async (list, rounds) => {
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      // The order turns, so that none is always after the same one.
      for (let i = 0; i < list.length; i += 1) {
        const [name, server, ask, requests, atOnce] = list[(i + round) % list.length];
        const latencies = [];
        const cpu = await batch(server, ask, requests, atOnce, latencies, atOnce === 1 ? 500 : 20);
        if (round < WARM_UP) continue;
        const total = totals[name];
        total.cpu += cpu;
        total.requests += requests;
        total.latencies.push(...latencies);
      }
    }
  };
  // Short ones take turns quickly, so that the machine is the same for each; a booking and what follows it is long.
  await measure(contenders.slice(0, -1), ROUNDS);
  await measure(contenders.slice(-1), BOOKING_ROUNDS);
  const measured = Object.fromEntries(Object.entries(totals).map(([name, it]) => [name, summary(it.cpu, it.requests, it.latencies)]));
  process.stdout.write(`${JSON.stringify({ measured, cold: coldStarts })}\n`);
} finally {
  for (const server of servers) await server.stop().catch(() => {});
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}
