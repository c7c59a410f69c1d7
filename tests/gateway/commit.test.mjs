// Between gateway and database: a commit that is carried out and answered as an error, and what hotels' tables and servers
// are like elsewhere.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Gateway } from "../../xtask/host/gateway.mjs";
import { AT, RULES } from "./rules.mjs";

const COMMIT = Buffer.from("\x03COMMIT");
/** What a server says that was told to break off. */
const INTERRUPTED = (() => {
  const said = Buffer.from("\xff\x25\x05#70100Query execution was interrupted", "latin1");
  return Buffer.concat([Buffer.from([said.length, 0, 0, 1]), said]);
})();

let gateway;
let between;
/** How many commits are still to be answered as if they had been broken off. */
let broken = 0;

/** A program between gateway and database, at a socket of its own. */
function listen(path, target) {
  const server = createServer((client) => {
    const database = connect(target);
    let lies = false;
    client.on("data", (data) => {
      if (broken > 0 && data.subarray(4).equals(COMMIT)) {
        broken -= 1;
        lies = true;
      }
      database.write(data);
    });
    database.on("data", (data) => {
      client.write(lies ? INTERRUPTED : data);
      lies = false;
    });
    for (const [one, other] of [
      [client, database],
      [database, client],
    ]) {
      one.on("close", () => other.destroy());
      one.on("error", () => other.destroy());
    }
  });
  server.listen(path);
  return server;
}

before(async () => {
  gateway = await Gateway.start();
  const { database } = gateway;
  // Of how many decimals a division has, another server may know less.
  await database.query("SET GLOBAL div_precision_increment = 0");
  const path = join(database.folder, "between");
  between = listen(path, database.socket);
  await once(between, "listening");
  const url = database.url.bind(database);
  database.url = (...who) => url(...who).replace(encodeURIComponent(database.socket), encodeURIComponent(path));
  await gateway.end();
  await gateway.restart();
});
after(async () => {
  await gateway?.stop();
  between?.close();
});

async function call(operation, body) {
  const response = await fetch(`${gateway.url}/v1/payments/${operation}`, {
    method: "POST",
    headers: { authorization: `Bearer ${gateway.key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

const claim = (authorization_number, n, amount) =>
  call("claim", {
    payment_method: "CompraClick",
    authorization_number,
    at_ms: AT,
    rules: RULES,
    claim: n.toString(16).padStart(32, "0"),
    holder: "guest:50370000001",
    amount,
  });

const put = (reference) =>
  gateway.put("compraclick", { reference, amount: 500, payer: "Wenceslao Iraheta", date: "2026-11-20" });

test("a commit that was carried out and answered as an error is found to be done", async () => {
  await put("A1");
  broken = 1;
  const { status, json } = await claim("A1", 1, 123.45);
  assert.deepEqual([broken, status, json.claimed_amount], [0, 200, 123.45]);
  assert.equal((await gateway.ledger("CompraClick", "A1")).length, 1);
  const [{ used }] = await gateway.rows("compraclick", "A1");
  assert.equal(used, 123.45, "to the cent, whatever the server divides to");
});

test("a reference that the hotel's program wrote with blanks behind it is the same payment", async () => {
  await put("B7 ");
  const { status, json } = await claim("B7", 3, 50);
  assert.deepEqual([status, json.claimed_amount], [200, 50]);
  const listed = await call("list", { entries_since_ms: 0, reference: "B7", payment_method: "CompraClick" });
  assert.equal(listed.status, 200, JSON.stringify(listed.json));
  const [{ payment, ledger }] = listed.json.payments;
  assert.deepEqual([payment.authorization_number, payment.used, ledger.length], ["B7", 50, 1]);
});
