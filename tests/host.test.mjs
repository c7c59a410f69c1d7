// The host that the other end-to-end tests stand on: what it starts, keeps and leaves behind.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ensureDevVars, KEYS } from "../xtask/host/dev-vars.mjs";
import { clockOffsetMs, ROOT, startHost } from "../xtask/host/host.mjs";
import { applyMigrations, splitStatements } from "../xtask/host/migrations.mjs";

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posada-test-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("the Worker answers, and stop leaves neither a process nor a folder", async () => {
  const host = await startHost({ log: false });
  try {
    const response = await fetch(`${host.url}/healthz`);
    assert.equal(response.status, 200);
    assert.ok(alive(host.workerdPid));
    for (const key of Object.values(host.keys)) assert.match(key, /^[0-9a-f]{32,}$/);
  } finally {
    await host.stop();
  }
  assert.ok(!alive(host.workerdPid));
  assert.ok(!existsSync(host.persist));
});

test("what D1 holds survives a kill and a restart", async () => {
  const persist = join(folder, "killed");
  const first = await startHost({ persist, log: false });
  await first.d1.prepare("CREATE TABLE kept (n INTEGER)").run();
  await first.d1.prepare("INSERT INTO kept VALUES (?)").bind(42).run();
  await first.kill();
  assert.ok(!alive(first.workerdPid));

  const second = await startHost({ persist, log: false });
  try {
    assert.equal(await second.d1.prepare("SELECT n FROM kept").first("n"), 42);
  } finally {
    await second.stop();
  }
  assert.ok(existsSync(persist), "a folder of the caller's own stays");
});

test("two hosts at once know their own workerd", async () => {
  const hosts = await Promise.all([startHost({ log: false }), startHost({ log: false })]);
  try {
    assert.notEqual(hosts[0].workerdPid, hosts[1].workerdPid);
    await hosts[0].kill();
    assert.equal((await fetch(`${hosts[1].url}/healthz`)).status, 200);
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
  }
});

test("migrations are applied once, in the order of their names, all of a file or nothing", async () => {
  const host = await startHost({ log: false });
  const migrations = await mkdtemp(join(folder, "migrations-"));
  const write = (name, sql) => writeFile(join(migrations, name), sql);
  const applied = async () =>
    (await host.d1.prepare("SELECT name FROM d1_migrations WHERE name LIKE '9%' ORDER BY id").all()).results.map((row) => row.name);
  try {
    await write("9002_fill.sql", "INSERT INTO notes (text) VALUES ('a;b -- not a comment');\n");
    await write(
      "9001_create.sql",
      `-- A comment; with a semicolon.
       CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
       CREATE TABLE log (note_id INTEGER);
       CREATE TRIGGER noted AFTER INSERT ON notes BEGIN
         INSERT INTO log VALUES (CASE WHEN new.id > 0 THEN new.id ELSE 0 END);
         UPDATE notes SET text = text || '!' WHERE id = new.id;
       END;`,
    );
    await applyMigrations(host.d1, migrations);
    await applyMigrations(host.d1, migrations);
    assert.deepEqual(await applied(), ["9001_create.sql", "9002_fill.sql"]);
    assert.equal(await host.d1.prepare("SELECT text FROM notes").first("text"), "a;b -- not a comment!");
    assert.equal(await host.d1.prepare("SELECT count(*) AS n FROM log").first("n"), 1);

    await write("9003_broken.sql", "CREATE TABLE half (n INTEGER); INSERT INTO nowhere VALUES (1);");
    await assert.rejects(applyMigrations(host.d1, migrations), /9003_broken\.sql/);
    assert.deepEqual(await applied(), ["9001_create.sql", "9002_fill.sql"]);
    assert.equal(await host.d1.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'half'").first("n"), 0);
  } finally {
    await host.stop();
  }
});

test("scripts are split at the semicolons that end a statement", () => {
  const cases = [
    ["", []],
    ["  ;; \n", []],
    ["SELECT 1", ["SELECT 1"]],
    ["SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]],
    ["SELECT ';'; SELECT 2", ["SELECT ';'", "SELECT 2"]],
    ["SELECT 'it''s;'; /* a; b */ SELECT \"x;y\"", ["SELECT 'it''s;'", 'SELECT "x;y"']],
    ["CREATE TABLE t (\"end\" TEXT);", ['CREATE TABLE t ("end" TEXT)']],
    [
      "CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END; SELECT 3;",
      ["CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END", "SELECT 3"],
    ],
  ];
  for (const [script, statements] of cases) assert.deepEqual(splitStatements(script), statements, script);
});

test("the keys are made once and what a person wrote stays", async () => {
  const path = join(folder, "dev.vars");
  await Promise.all([ensureDevVars(path), ensureDevVars(path)]);
  const first = await readFile(path, "utf8");
  for (const key of KEYS) assert.match(first, new RegExp(`^${key}=[0-9a-f]{64}$`, "m"));
  assert.equal((await stat(path)).mode & 0o077, 0, "others may not read it");
  await ensureDevVars(path);
  assert.equal(await readFile(path, "utf8"), first);

  await writeFile(path, "STAFF_KEY=mine");
  await ensureDevVars(path);
  const second = await readFile(path, "utf8");
  assert.match(second, /^STAFF_KEY=mine$/m);
  assert.match(second, /^ASSISTANT_KEY=[0-9a-f]{64}$/m);
  assert.doesNotMatch(second, /NOTIFY/, "nobody is notified");
  await ensureDevVars(path, { notifies: true });
  const [, secret] = (await readFile(path, "utf8")).match(/^NOTIFY_SECRET=whsec_(\S+)$/m);
  assert.equal(Buffer.from(secret, "base64").length, 32);

  await writeFile(path, "NOTIFY_URL=http://127.0.0.1:1/");
  await ensureDevVars(path);
  assert.match(await readFile(path, "utf8"), /^NOTIFY_SECRET=whsec_\S+$/m);
});

test("a test's instant becomes an offset of the clock", () => {
  assert.equal(clockOffsetMs("2025-08-20T06:00:00Z", Date.UTC(2025, 7, 20)), 6 * 3_600_000);
  assert.equal(clockOffsetMs(1_000, 4_000), -3_000);
  assert.equal(clockOffsetMs("1000", 4_000), -3_000);
  assert.throws(() => clockOffsetMs("tomorrow", 0), /POSADA_TEST_NOW/);
});

test("who waits for a value is not woken by a notification that belongs to an earlier one", async () => {
  const cell = new Int32Array(new SharedArrayBuffer(8));
  const late = new Worker(
    `const { workerData: cell } = require("node:worker_threads");
     for (let i = 0; i < 20; i += 1) { Atomics.notify(cell, 0); Atomics.wait(cell, 1, 0, 5); }
     Atomics.store(cell, 0, 1);
     Atomics.notify(cell, 0);`,
    { eval: true, workerData: cell },
  );
  Atomics.wait(cell, 0, 0);
  assert.equal(Atomics.load(cell, 0), 1);
  assert.equal(Atomics.wait(cell, 0, 1, 1), "timed-out");
  await new Promise((ended) => late.once("exit", ended));
});

test("serve.mjs says when it is ready, answers questions in SQL and ends with its input", async () => {
  const child = spawn(process.execPath, [join(ROOT, "xtask/host/serve.mjs")], { stdio: ["pipe", "pipe", "ignore"] });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => (await lines.next()).value;
    const [, url] = (await next()).match(/^ready (http:\/\/127\.0\.0\.1:\d+)$/);
    child.stdin.write('{"id":1,"sql":"SELECT ? + 1 AS n","params":[1]}\n{"id":2,"sql":"SELEC"}\n');
    assert.deepEqual(JSON.parse(await next()), { id: 1, rows: [{ n: 2 }] });
    const failed = JSON.parse(await next());
    assert.equal(failed.id, 2);
    assert.match(failed.error, /syntax error/);
    const touch = "INSERT INTO compraclick (autorizacion, amount_cents, currency, payer) VALUES ('1', 2, 'USD', 'X')";
    child.stdin.write(`{"id":3,"sql":${JSON.stringify(touch)}}\n{"id":4,"kill":true}\n`);
    assert.deepEqual(JSON.parse(await next()), { id: 3, rows: [] });
    assert.deepEqual(JSON.parse(await next()), { id: 4, rows: [] });
    await assert.rejects(fetch(`${url}/healthz`));
    child.stdin.write('{"id":5,"start":true}\n{"id":6,"sql":"SELECT amount_cents FROM compraclick"}\n');
    assert.deepEqual(JSON.parse(await next()), { id: 5, rows: [] });
    assert.deepEqual(JSON.parse(await next()), { id: 6, rows: [{ amount_cents: 2 }] }, "the data outlive the kill");
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    child.stdin.end();
    const code = await new Promise((ended) => child.once("exit", ended));
    assert.equal(code, 0);
    await assert.rejects(fetch(`${url}/healthz`));
  } finally {
    child.kill("SIGTERM");
  }
});
