// node xtask/host/serve.mjs [--port N] [--persist DIR] [--fresh] [--settings FILE] [--payments FILE]
//                           [--bundle DIR] [--var NAME=VALUE]... [--env NAME]... [--no-stdin]
//
// Starts the Worker, loads the hotel's settings and payments by the staff routes and then writes
// `ready http://127.0.0.1:PORT` to standard output; log lines go to standard error. Without --persist
// the data live in a temporary folder that is removed at the end.
//
// Each line of standard input is a question to the hotel's tables, such as
// {"id": 1, "sql": "SELECT used FROM compraclick WHERE autorizacion = ?", "params": ["123456"]}
// and is answered by a line {"id": 1, "rows": [...]} or {"id": 1, "error": "..."}.
// {"id": 2, "kill": true} ends workerd as a crash would, and {"id": 3, "start": true} starts it again with the same
// port and data; {"id": 4, "start": true, "var": {"NAME": "VALUE"}} with other vars from then on. Both answer
// {"id": 2, "rows": []}.
// It ends with standard input (unless --no-stdin) or at SIGINT and SIGTERM, which miniflare sees to, and
// workerd with it.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { startHost } from "./host.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    persist: { type: "string" },
    fresh: { type: "boolean", default: false },
    settings: { type: "string" },
    payments: { type: "string" },
    bundle: { type: "string" },
    var: { type: "string", multiple: true, default: [] },
    env: { type: "string", multiple: true, default: [] },
    "no-stdin": { type: "boolean", default: false },
  },
});

/** As often as wrangler.toml says. */
const SWEEP_MS = 300_000;

let host;
let how;
let ending;
// The ends of workerd that were asked for.
const killed = new WeakSet();

/** Ends workerd, then this process. */
function end(code) {
  ending ??= (async () => {
    await host?.stop();
    process.exit(code);
  })();
  return ending;
}

function fail(error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return end(1);
}

// Listened to from the beginning: who started this may go away while workerd is starting.
const lines = options["no-stdin"] ? undefined : createInterface({ input: process.stdin });
lines?.once("close", () => end(0));

/** Loads a JSON document by a staff route. */
async function put(route, file) {
  const response = await fetch(`${host.url}${route}`, {
    method: "PUT",
    headers: { "content-type": "application/json", authorization: `Bearer ${host.keys.staff}` },
    body: await readFile(file),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`PUT ${route} with ${file} answered ${response.status}: ${answer}`);
}

async function start() {
  host = await startHost(how);
  const { exited } = host;
  exited.then(() => killed.has(exited) || ending || fail("workerd has ended"));
}

/** What a question asks for. */
async function carryOut({ sql, params = [], kill, start: again, var: vars }) {
  if (kill) {
    killed.add(host.exited);
    await host.kill();
    return [];
  }
  if (again) {
    how = { ...how, port: host.port, persist: host.persist, vars: { ...how.vars, ...vars } };
    await start();
    return [];
  }
  const { results } = await host.d1.prepare(sql).bind(...params).all();
  return results;
}

async function ask(line) {
  if (line.trim() === "") return;
  let question;
  let answer;
  try {
    question = JSON.parse(line);
    answer = { id: question.id, rows: await carryOut(question) };
  } catch (error) {
    answer = { id: question?.id ?? null, error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** The variables of these names that the environment has. */
function fromEnvironment(names) {
  const has = (name) => process.env[name] !== undefined;
  return Object.fromEntries(names.filter(has).map((name) => [name, process.env[name]]));
}

function parseVar(text) {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`--var wants NAME=VALUE, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

try {
  // Only what a host keeps there: the folder is of the caller's choosing.
  if (options.fresh && options.persist !== undefined) await rm(join(options.persist, "v3"), { recursive: true, force: true });
  how = {
    port: Number(options.port),
    persist: options.persist,
    bundle: options.bundle,
    vars: { ...fromEnvironment(options.env), ...Object.fromEntries(options.var.map(parseVar)) },
    testNow: process.env.POSADA_TEST_NOW || undefined,
  };
  await start();
  if (ending) {
    await host.stop();
  } else {
    if (options.settings !== undefined) await put("/v1/staff/settings", options.settings);
    if (options.payments !== undefined) await put("/v1/staff/payments", options.payments);
    process.stdout.write(`ready ${host.url}\n`);
    // Nobody else runs the sweeper on this machine.
    setInterval(() => host.scheduled().catch(() => {}), SWEEP_MS).unref();
    let asked = Promise.resolve();
    lines?.on("line", (line) => {
      asked = asked.then(() => ask(line));
    });
  }
} catch (error) {
  await fail(error);
}
