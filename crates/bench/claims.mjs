// Claims per second on each store of payments. Prints a JSON document a line.

import { Gateway } from "../../xtask/host/gateway.mjs";
import { startHost } from "../../xtask/host/host.mjs";
import { readFile } from "node:fs/promises";

const PAYMENTS = 200;
const CLAIMS = 600;
const AT_ONCE = 16;
const NOW = "2026-12-01T18:00:00Z";

async function post(url, key, body, method = "POST") {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const json = await response.json();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${JSON.stringify(json)}`);
  return json;
}

/** Makes so many claims, so many at once, and answers how many a second. */
async function measure(claim, atOnce) {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let n = next++; n < CLAIMS; n = next++) await claim(n);
    }),
  );
  return CLAIMS / ((performance.now() - started) / 1_000);
}

const reference = (n) => String(1_000_000 + n);
const hex = (n) => n.toString(16).padStart(32, "0");
const payment = (n) => ({
  payment_method: "CompraClick",
  authorization_number: reference(n),
  amount: 100_000,
  currency: "USD",
  payment_maker_name: "A B",
  payment_date: "2026-11-20",
});
const RULES = {
  ...{ currency: "USD", reservation_code_prefix: "HR", reservation_code_length_max: 10 },
  ...{ codreser_length_max: 255, claim_ttl_ms: 86_400_000, utc_offset_minutes: -360 },
};

/** Every claim is another guest's; `references` says on which payment. The ranges do not meet. */
async function run(store, claim) {
  let from = 0;
  for (const [about, atOnce, payments] of [
    ["one at a time", 1, PAYMENTS],
    [`${AT_ONCE} at once`, AT_ONCE, PAYMENTS],
    [`${AT_ONCE} at once on one payment`, AT_ONCE, 1],
  ]) {
    const first = from;
    const perSecond = await measure((n) => claim(first + n, reference(n % payments)), atOnce);
    from += CLAIMS;
    console.log(JSON.stringify({ store, about, per_second: perSecond }));
  }
}

async function throughWorker(store, vars, load) {
  const host = await startHost({ vars, testNow: NOW, log: false });
  try {
    const settings = JSON.parse(await readFile(new URL("../../demo/hotel.json", import.meta.url), "utf8"));
    await post(`${host.url}/v1/staff/settings`, host.keys.staff, settings, "PUT");
    await load(host);
    await run(store, (n, authorization_number) =>
      post(`${host.url}/v1/tools/validate_compraclick_payment`, host.keys.assistant, {
        ...{ authorization_number, payment_amount: 10, payment_maker_name: "A B" },
        wa_id: String(50_370_000_000 + n),
      }),
    );
  } finally {
    await host.stop();
  }
}

const all = Array.from({ length: PAYMENTS }, (_, n) => payment(n));
await throughWorker("D1, through the Worker", {}, (host) =>
  post(`${host.url}/v1/staff/payments`, host.keys.staff, { payments: all }, "PUT"),
);
const gateway = await Gateway.start();
try {
  const rows = all.map((it) => `('${it.authorization_number}', ${it.amount}, 'A B', '2026-11-20')`).join(", ");
  const insert = `INSERT INTO compraclick (autorizacion, monto, nombre, fecha) VALUES ${rows}`;
  await gateway.database.query(insert);
  await throughWorker("MariaDB, through Worker and gateway", gateway.vars(), () => {});
  await gateway.database.query(`TRUNCATE compraclick; TRUNCATE posada_ledger; ${insert}`);
  await run("MariaDB, at the gateway", (n, authorization_number) =>
    post(`${gateway.url}/v1/payments/claim`, gateway.key, {
      ...{ payment_method: "CompraClick", authorization_number, at_ms: Date.parse(NOW), rules: RULES },
      ...{ claim: hex(n + 1), holder: `guest:${50_370_000_000 + n}`, amount: 10 },
    }),
  );
} finally {
  await gateway.stop();
}
