// A MariaDB of the tests' own: Debian's server on a scratch folder and a socket in it, without any port.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const READY_MS_MAX = 30_000;
const END_MS_MAX = 15_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];

function program(name) {
  const found = FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(`there is no ${name}; bring it with: apt-get install mariadb-server-core mariadb-client-core`);
  }
  return found;
}

/** A value as SQL has it. */
export function literal(value) {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number") return String(value);
  return `'${String(value).replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** A running server. Whoever starts it ends it. */
export class MariaDb {
  static async start() {
    const server = new MariaDb();
    server.folder = await mkdtemp(join(tmpdir(), "posada-mariadb-"));
    server.socket = join(server.folder, "s");
    const { username } = userInfo();
    const data = ["--no-defaults", `--datadir=${join(server.folder, "data")}`, `--user=${username}`];
    try {
      await run(program("mariadb-install-db"), [
        ...data,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--skip-name-resolve",
      ]);
      server.args = [
        ...data,
        `--socket=${server.socket}`,
        `--pid-file=${join(server.folder, "pid")}`,
        `--log-error=${join(server.folder, "log")}`,
        "--skip-networking",
        "--max-connections=200",
        "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=32M",
      ];
      await server.restart();
    } catch (error) {
      await rm(server.folder, { recursive: true, force: true });
      throw error;
    }
    return server;
  }

  /** Starts it on its data, after `kill`. */
  async restart() {
    this.child = spawn(program("mariadbd"), this.args, { stdio: "ignore" });
    this.exited = once(this.child, "exit");
    const until = Date.now() + READY_MS_MAX;
    for (;;) {
      try {
        await this.query("SELECT 1", { database: "" });
        return;
      } catch (error) {
        if (Date.now() > until || this.child.exitCode !== null) {
          await this.kill();
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Where a gateway reaches it. */
  url(user, password = "") {
    return `mysql://${user}:${encodeURIComponent(password)}@localhost?socket=${encodeURIComponent(this.socket)}`;
  }

  /** Runs SQL as root, or as somebody else, and answers its lines. */
  async query(sql, { database = "hotel", user = "root", password = "" } = {}) {
    const options = ["--no-defaults", `--socket=${this.socket}`, `--user=${user}`, `--password=${password}`];
    const output = ["--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4"];
    const child = execFile(program("mariadb"), [...options, ...output, ...(database === "" ? [] : [database])], {
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (text) => (said.out += text));
    child.stderr.on("data", (text) => (said.err += text));
    child.stdin.on("error", () => {});
    child.stdin.end(sql);
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(said.err.trim());
    return said.out.split("\n").slice(0, -1);
  }

  /** Ends it as a crash would. */
  async kill() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
    await this.exited;
  }

  /** Ends it and removes its folder. */
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGTERM");
      const timer = setTimeout(() => this.child.kill("SIGKILL"), END_MS_MAX);
      await this.exited;
      clearTimeout(timer);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
