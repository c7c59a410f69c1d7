// A hotel's reservation system for end-to-end tests: the built posada-sandbox on a free port.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { ROOT } from "../../xtask/host/host.mjs";
import { collector } from "../../xtask/host/test-logs.mjs";

const READY_TIMEOUT_MS = 10_000;
const END_TIMEOUT_MS = 5_000;
const BINARY = join(resolve(ROOT, process.env.CARGO_TARGET_DIR ?? "target"), "debug/posada-sandbox");

/** A running reservation system; see `docs/reservation-api.md` for its API and `crates/sandbox/README.md` for the rest. */
export class Sandbox {
  /**
   * Starts it. Options: `key`, `settings` (a file), `journal` (a file), `latencyMs`, `firstCode`, `seed`, `listPage`,
   * `port`, `capabilities` (a list of names).
   */
  static async start(options = {}) {
    const sandbox = new Sandbox();
    sandbox.options = options;
    await sandbox.restart();
    return sandbox;
  }

  /** Starts it again on its old port, after `stop` or `kill`. Without a journal it knows nothing of before. */
  async restart() {
    if (!existsSync(BINARY)) {
      throw new Error(`there is no ${BINARY}; build it with: cargo build --package posada-sandbox`);
    }
    const { key, settings, journal, latencyMs, firstCode, seed, listPage, port, capabilities } = this.options;
    const named = {
      key,
      journal,
      seed,
      port: this.port ?? port,
      settings: settings ?? join(ROOT, "demo/hotel.json"),
      "latency-ms": latencyMs,
      "first-code": firstCode,
      "list-page": listPage,
      capabilities: capabilities?.join(","),
    };
    const given = Object.entries(named).filter(([, value]) => value !== undefined);
    const args = given.map(([name, value]) => `--${name}=${value}`);
    this.child = spawn(BINARY, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.exited = once(this.child, "exit");
    let said = "";
    const collect = collector("sandbox");
    createInterface({ input: this.child.stderr }).on("line", (line) => {
      collect(line);
      said += `${line}\n`;
    });
    this.url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the sandbox did not start")), READY_TIMEOUT_MS);
      createInterface({ input: this.child.stdout }).on("line", (line) => {
        clearTimeout(timer);
        resolve(line.replace(/^ready /, ""));
      });
      this.child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code}: ${said}`)));
      this.child.once("error", reject);
    });
    this.port = Number(new URL(this.url).port);
  }

  /** The vars that point a Worker at it. */
  vars() {
    const { key, capabilities } = this.options;
    return {
      RESERVATION_API_URL: this.url,
      ...(key === undefined ? {} : { RESERVATION_API_KEY: key }),
      ...(capabilities === undefined ? {} : { RESERVATION_API_CAPABILITIES: capabilities.join(",") }),
    };
  }

  /** Sends a request to a control route, and answers its JSON. */
  async control(method, path, body) {
    const response = await fetch(`${this.url}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /control/${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  /** Sets fault rules behind those that there are, and answers their ids. */
  async faults(...rules) {
    return (await this.control("POST", "faults", rules)).ids;
  }

  /** The rules, each with how many calls it was about (`seen`) and to how many it was applied (`applied`). */
  async rules() {
    return (await this.control("GET", "faults")).faults;
  }

  /** Takes all rules away, or the one of an id. */
  clearFaults(id) {
    return this.control("DELETE", id === undefined ? "faults" : `faults?id=${encodeURIComponent(id)}`);
  }

  /** What it did, after entry number `after`. */
  async log(after = 0) {
    return (await this.control("GET", `log?after=${after}`)).entries;
  }

  /** All reservations, oldest first, cancelled ones too. */
  async reservations() {
    return (await this.control("GET", "reservations")).reservations;
  }

  /** The nights that the front desk has. */
  async frontDesk() {
    return (await this.control("GET", "reservations")).front_desk;
  }

  /** The front desk takes a room, for those of the nights that are free. */
  take(room_number, check_in_date, check_out_date) {
    return this.control("POST", "front-desk", { action: "take", room_number, check_in_date, check_out_date });
  }

  /** The front desk gives a room back, for those of the nights that it has. */
  release(room_number, check_in_date, check_out_date) {
    return this.control("POST", "front-desk", { action: "release", room_number, check_in_date, check_out_date });
  }

  /** The front desk gives a reservation another code. */
  rename(reserva, to) {
    return this.control("POST", "rename", { reserva, to });
  }

  /** Changes what it can do: `{ lookup: false }` and the like. */
  async capabilities(changes) {
    return this.control("PUT", "capabilities", { ...(await this.control("GET", "capabilities")), ...changes });
  }

  /** How long every call takes at least. */
  latency(ms) {
    return this.control("PUT", "latency", { ms });
  }

  /** Forgets reservations, the front desk's nights, faults and late commits. */
  reset() {
    return this.control("POST", "reset");
  }

  /** Ends it; calls under way are given a moment. */
  async stop() {
    await this.end("SIGTERM");
  }

  /** Ends it as a crash would. */
  async kill() {
    await this.end("SIGKILL");
  }

  async end(signal) {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), END_TIMEOUT_MS);
    await this.exited;
    clearTimeout(timer);
  }
}
