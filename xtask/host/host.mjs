// Starts the built Worker in workerd on this machine, with what wrangler.toml binds to it.
//
// For tests, `cargo xtask demo` and `cargo xtask dev`. Not `wrangler dev`, which watches, rebuilds and
// takes its time; the options come from the same wrangler.toml, so that the two cannot drift apart.

import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import "./waiting.mjs";
import { Log, LogLevel, Miniflare } from "miniflare";

import { ensureDevVars } from "./dev-vars.mjs";
import { applyMigrations } from "./migrations.mjs";
import { collector } from "./test-logs.mjs";

// Read when wrangler is imported: it would report usage, and write to the standard output of its caller.
process.env.WRANGLER_SEND_METRICS ??= "false";
process.env.WRANGLER_LOG ??= "error";

/** The repository's root folder. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const READY_TIMEOUT_MS = 30_000;

// Temporary folders of hosts that still run. At SIGINT and SIGTERM miniflare ends workerd and then this
// process at once, so only what is done synchronously at exit is done.
const temporaryFolders = new Set();
process.once("exit", () => {
  for (const folder of temporaryFolders) removeFolder(folder);
});

/**
 * A running Worker.
 *
 * @typedef {object} Host
 * @property {string} url where it answers, such as `http://127.0.0.1:8787`
 * @property {number} port
 * @property {{assistant: string, staff: string, signing: string}} keys
 * @property {string} persist the folder that keeps its Durable Objects and its D1
 * @property {import("@cloudflare/workers-types").D1Database} d1 the hotel's tables
 * @property {() => Promise<void>} scheduled does what the clock does in a deployment: runs the Worker's scheduled part
 * @property {number} workerdPid
 * @property {Promise<void>} exited resolves when workerd has ended, for whatever reason
 * @property {() => Promise<void>} stop ends workerd (also after `kill`) and, where the folder was a temporary one, removes it
 * @property {() => Promise<void>} kill ends workerd as a crash would (SIGKILL) and keeps the folder
 */

/**
 * Starts the Worker and waits until `/healthz` answers.
 *
 * @param {object} [options]
 * @param {number} [options.port] 0 picks a free one
 * @param {string} [options.persist] folder that keeps the data; without one, a temporary folder is
 *   used and removed by `stop()`
 * @param {Record<string, string>} [options.vars] added to the vars of wrangler.toml and .dev.vars
 * @param {string | number} [options.testNow] the instant that the Worker shall take for now: RFC 3339
 *   or milliseconds since 1970
 * @param {string} [options.bundle] folder of the built Worker, instead of the one in wrangler.toml
 * @param {boolean} [options.limits] whether requests are limited as wrangler.toml says; else a machine that sends
 *   them all by itself is not held up
 * @param {false | ((line: string) => void)} [options.log] where the Worker's log lines go; standard
 *   error unless told otherwise
 * @returns {Promise<Host>}
 */
export async function startHost({ port = 0, persist, vars = {}, testNow, bundle, limits = false, log = writeToStderr } = {}) {
  const notifies = vars.NOTIFY_URL !== undefined && vars.NOTIFY_SECRET === undefined;
  await ensureDevVars(join(ROOT, ".dev.vars"), { notifies });
  const { name, main, workerOptions, migrationsDir } = await readWranglerToml();
  const bundleFolder = bundle === undefined ? dirname(main) : resolve(ROOT, bundle);
  if (!existsSync(join(bundleFolder, "index.js"))) {
    throw new Error(`there is no Worker in ${bundleFolder}; build it with: cargo xtask build`);
  }
  const bindings = { ...workerOptions.bindings, ...vars };
  const keys = { assistant: bindings.ASSISTANT_KEY, staff: bindings.STAFF_KEY, signing: bindings.SIGNING_KEY };
  hashKeys(bindings);
  if (!limits) for (const it of Object.values(workerOptions.ratelimits ?? {})) it.simple.limit = Number.MAX_SAFE_INTEGER;
  if (testNow !== undefined) bindings.POSADA_TEST_CLOCK_OFFSET_MS = String(clockOffsetMs(testNow, Date.now()));

  const temporary = persist === undefined;
  const folder = temporary ? mkdtempSync(join(tmpdir(), "posada-")) : resolve(persist);
  if (temporary) temporaryFolders.add(folder);
  else mkdirSync(folder, { recursive: true });
  const discard = () => {
    if (temporaryFolders.delete(folder)) removeFolder(folder);
  };

  const collect = collector("workerd");
  const { modulesRules, ...bound } = workerOptions;
  const { miniflare, workerd, url } = await startMiniflare({
    ...bound,
    name,
    bindings,
    rootPath: ROOT,
    modulesRoot: bundleFolder,
    modules: [
      { type: "ESModule", path: join(bundleFolder, "index.js") },
      { type: "CompiledWasm", path: join(bundleFolder, "index_bg.wasm") },
    ],
    host: "127.0.0.1",
    port,
    // Where wrangler keeps it, so that `wrangler d1 ... --persist-to` sees the same data.
    defaultPersistRoot: join(folder, "v3"),
    // Anything else would fetch an example of request.cf from the network.
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: ({ message }) => {
      collect(message);
      // miniflare refuses a handler that returns something, and `log` may.
      if (log) log(message);
    },
  }).catch((error) => {
    discard();
    throw error;
  });

  const exited = once(workerd, "exit").then(() => undefined);
  let disposal;
  const dispose = () => (disposal ??= miniflare.dispose());
  const stop = async () => {
    await dispose();
    discard();
  };
  const kill = async () => {
    workerd.kill("SIGKILL");
    await exited;
    await dispose();
  };
  try {
    const d1 = await miniflare.getD1Database("DB");
    await applyMigrations(d1, migrationsDir);
    await answers(`${url}/healthz`);
    return {
      url,
      port: Number(new URL(url).port),
      keys,
      persist: folder,
      d1,
      scheduled: async () => {
        const worker = await miniflare.getWorker();
        await worker.scheduled({ cron: "*/5 * * * *" });
      },
      workerdPid: workerd.pid,
      exited,
      stop,
      kill,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The Worker is given callers' keys as digests, as in a deployment. */
function hashKeys(bindings) {
  for (const role of ["ASSISTANT", "STAFF"]) {
    const { [`${role}_KEY`]: key } = bindings;
    delete bindings[`${role}_KEY`];
    bindings[`${role}_KEYS`] ??= createHash("sha256").update(key).digest("hex");
  }
}

/** How far the Worker's clock is to run ahead of the real one (or behind: negative) to show `testNow`. */
export function clockOffsetMs(testNow, realNowMs) {
  const text = String(testNow).trim();
  const instant = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(instant)) {
    throw new Error(`POSADA_TEST_NOW is neither RFC 3339 nor milliseconds since 1970: ${text}`);
  }
  return Math.round(instant - realNowMs);
}

async function readWranglerToml() {
  const wrangler = await import("wrangler");
  const path = join(ROOT, "wrangler.toml");
  const config = wrangler.unstable_readConfig({ config: path }, { hideWarnings: true });
  // Without the pages, where only the Worker was built, it answers as well.
  if (config.assets?.directory) mkdirSync(resolve(ROOT, config.assets.directory), { recursive: true });
  const { workerOptions, main } = wrangler.unstable_getMiniflareWorkerOptions(config);
  return {
    name: config.name,
    main: resolve(ROOT, main),
    workerOptions,
    migrationsDir: resolve(ROOT, config.d1_databases[0].migrations_dir ?? "migrations"),
  };
}

/** Starts miniflare and finds its workerd among the new child processes: it does not say which one it is. */
async function startMiniflare(options) {
  const children = [];
  const context = new AsyncLocalStorage();
  const listener = ({ process: child }) => {
    // Two hosts may be starting at once in one process; each takes its own children only.
    if (context.getStore() === children) children.push(child);
  };
  subscribe("child_process", listener);
  let miniflare;
  try {
    miniflare = context.run(children, () => new Miniflare(options));
    const { origin: url } = await miniflare.ready;
    const workerd = children.find((child) => basename(child.spawnfile ?? "").startsWith("workerd"));
    if (workerd === undefined) throw new Error("miniflare started no workerd");
    return { miniflare, workerd, url };
  } catch (error) {
    await miniflare?.dispose();
    throw error;
  } finally {
    unsubscribe("child_process", listener);
  }
}

async function answers(url) {
  let deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      const response = await fetch(url);
      const text = await response.text();
      if (response.ok) return;
      // What of its settings is wrong does not change by waiting.
      if (response.status === 503) deadline = 0;
      throw new Error(`${url} answered ${response.status}: ${text}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

function removeFolder(folder) {
  // workerd has been told to end, but may still be writing.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}

function writeToStderr(line) {
  process.stderr.write(`${line}\n`);
}
