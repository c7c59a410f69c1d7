// The built posada-gateway before a MariaDB with the hotel's tables, as a user who has the documented grants and
// nothing else.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { ROOT } from "./host.mjs";
import { MariaDb, literal } from "./mariadb.mjs";
import { collector } from "./test-logs.mjs";

const run = promisify(execFile);

const READY_MS_MAX = 20_000;
const END_MS_MAX = 15_000;
const PROFILE = process.env.POSADA_GATEWAY_PROFILE ?? "debug";
const BINARY = join(resolve(ROOT, process.env.CARGO_TARGET_DIR ?? "target"), PROFILE, "posada-gateway");
const KEY = "a key between these two programs";
const USER = "posada";
const PASSWORD = "a password of the tests";

/** The hotel's tables: made by its programs, each a little different, as they are in a hotel. */
const TABLES = `
  CREATE DATABASE hotel CHARACTER SET utf8mb4;
  USE hotel;
  CREATE TABLE compraclick (
    autorizacion VARCHAR(20) NOT NULL UNIQUE, monto DECIMAL(12,2) NOT NULL, moneda CHAR(3) NOT NULL DEFAULT 'USD',
    nombre VARCHAR(120) NOT NULL, fecha DATE NOT NULL, correo VARCHAR(120),
    used DECIMAL(12,2) DEFAULT 0, codreser VARCHAR(255) DEFAULT NULL, dateused DATETIME DEFAULT NULL
  ) ENGINE = InnoDB;
  CREATE TABLE bac (
    id INT NOT NULL PRIMARY KEY AUTO_INCREMENT, valor DOUBLE NOT NULL, divisa VARCHAR(10) NOT NULL DEFAULT 'USD',
    ordenante VARCHAR(120) NOT NULL, fecha_pago DATETIME, used DOUBLE NOT NULL DEFAULT 0,
    codreser VARCHAR(60) NOT NULL DEFAULT '', dateused VARCHAR(19) NOT NULL DEFAULT ''
  ) ENGINE = InnoDB;
`;

export const SETTINGS = `
listen = "127.0.0.1:0"
database = "hotel"
connections_max = 10

[compraclick]
table = "compraclick"
key = "autorizacion"
amount = "monto"
payer = "nombre"
date = "fecha"
currency = "moneda"
used = "used"
codreser = "codreser"
dateused = "dateused"

[bac]
table = "bac"
key = "id"
amount = "valor"
payer = "ordenante"
date = "fecha_pago"
currency = "divisa"
used = "used"
codreser = "codreser"
dateused = "dateused"
`;

/** What the hotel's columns are called. */
export const COLUMNS = {
  compraclick: { key: "autorizacion", amount: "monto", currency: "moneda", payer: "nombre", date: "fecha" },
  bac: { key: "id", amount: "valor", currency: "divisa", payer: "ordenante", date: "fecha_pago" },
};

/** A gateway with its database. */
export class Gateway {
  /** Starts both. `log` is given the gateway's lines. */
  static async start({ log = () => {} } = {}) {
    const gateway = new Gateway();
    if (!existsSync(BINARY)) {
      throw new Error(`there is no ${BINARY}; build it with: cargo build --package posada-gateway`);
    }
    gateway.log = log;
    gateway.key = KEY;
    gateway.database = await MariaDb.start();
    try {
      await gateway.database.query(TABLES, { database: "" });
      gateway.settings = join(gateway.database.folder, "gateway.toml");
      await writeFile(gateway.settings, SETTINGS);
      await gateway.command("root", "migrate");
      const grants = await gateway.command("root", "grants", `--user=${USER}`);
      await gateway.database.query(
        `CREATE USER ${USER}@localhost IDENTIFIED BY ${literal(PASSWORD)}; ${grants.stdout}`,
      );
      await gateway.restart();
    } catch (error) {
      await gateway.database.stop();
      throw error;
    }
    return gateway;
  }

  environment(user) {
    const url = this.database.url(user, user === USER ? PASSWORD : "");
    return { ...process.env, POSADA_GATEWAY_DATABASE: url, POSADA_GATEWAY_KEY: KEY };
  }

  /** Runs one of its commands as a user of the database. */
  command(user, name, ...more) {
    return run(BINARY, [name, `--settings=${this.settings}`, ...more], { env: this.environment(user) });
  }

  /** Runs SQL with no more than the gateway may. */
  asGateway(sql) {
    return this.database.query(sql, { user: USER, password: PASSWORD });
  }

  /** Starts the gateway again at its old address, after `end` or `kill`. */
  async restart() {
    const listen = this.url === undefined ? [] : [`--listen=${new URL(this.url).host}`];
    this.child = spawn(BINARY, ["serve", `--settings=${this.settings}`, ...listen], {
      env: this.environment(USER),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.exited = once(this.child, "exit");
    let said = "";
    const collect = collector("gateway");
    createInterface({ input: this.child.stderr }).on("line", (line) => {
      collect(line);
      said += `${line}\n`;
      this.log(line);
    });
    this.url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the gateway did not start")), READY_MS_MAX);
      createInterface({ input: this.child.stdout }).on("line", (line) => {
        clearTimeout(timer);
        resolve(line.replace(/^ready /, ""));
      });
      this.child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}: ${said}`)));
      this.child.once("error", reject);
    });
  }

  /** The vars that point a Worker at it. */
  vars() {
    return { PAYMENTS_URL: this.url, PAYMENTS_KEY: KEY };
  }

  /** Asks the gateway to end, and answers how it did. */
  async end(signal = "SIGTERM") {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), END_MS_MAX);
    const [code, by] = await this.exited;
    clearTimeout(timer);
    return code ?? by;
  }

  /** Ends both. */
  async stop() {
    await this.end();
    await this.database.stop();
  }

  /** A payment that has come in, written by the hotel's own program. */
  async put(table, { reference, amount, currency = "USD", payer, date }) {
    const names = COLUMNS[table];
    const columns = [names.key, names.amount, names.currency, names.payer, names.date].join(", ");
    const values = [reference, amount, currency, payer, date].map(literal).join(", ");
    await this.database.query(`INSERT INTO ${table} (${columns}) VALUES (${values})`);
  }

  /** What one of the hotel's programs does to a row. */
  async touch(table, reference, changes) {
    const set = Object.entries(changes).map(([name, value]) => `${name} = ${literal(value)}`);
    const where = `${COLUMNS[table].key} = ${literal(reference)}`;
    await this.database.query(`UPDATE ${table} SET ${set.join(", ")} WHERE ${where}`);
  }

  /** The rows of a table, or the one of a reference, as the other store has them. */
  async rows(table, reference) {
    const { key, amount } = COLUMNS[table];
    const where = reference === undefined ? "" : ` WHERE ${key} = ${literal(reference)}`;
    const lines = await this.database.query(
      `SELECT JSON_OBJECT('reference', CAST(${key} AS CHAR), 'used', used, 'codreser', NULLIF(codreser, ''),
         'dateused', NULLIF(CAST(dateused AS CHAR), ''), 'amount_cents', CAST(ROUND(${amount} * 100) AS SIGNED))
       FROM ${table}${where}`,
    );
    return lines.map((line) => JSON.parse(line));
  }

  /** A payment's ledger, oldest first. */
  async ledger(method, reference) {
    const lines = await this.database.query(
      `SELECT entry FROM posada_ledger WHERE method = ${literal(method)} AND reference = ${literal(reference)} ORDER BY seq`,
    );
    return lines.map((line) => JSON.parse(line));
  }
}
