// Hostile requests, briefly; `cargo xtask hostile` sends 20,000.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Chance, hostile } from "../hostile/generate.mjs";
import { attack } from "../hostile/run.mjs";

test("six hundred hostile requests: no 5xx, no change in any table, the same process", async () => {
  const { sent, seen } = await attack({ requests: 600, seed: 20_261 });
  assert.equal(sent, 600);
  const kinds = new Set([...seen.keys()].map((key) => key.split(" ")[0]));
  assert.deepEqual([...kinds].sort(), ["address", "bodies", "form", "headers", "malformed", "values"]);
  const statuses = new Set([...seen.keys()].map((key) => Number(key.split(" ").at(-1))));
  for (const status of [200, 400, 401, 403, 404, 405, 413, 415, 422]) assert.ok(statuses.has(status), `one is answered ${status}`);
});

test("a seed means the same requests", () => {
  const about = { keys: { assistant: "a", staff: "s".repeat(64) }, token: "t", booking: "b", payment: "p", dates: {}, settings: {} };
  const some = (seed) => {
    const chance = new Chance(seed);
    return Array.from({ length: 50 }, () => hostile(chance, about).bytes.toString("latin1"));
  };
  assert.deepEqual(some(7), some(7));
  assert.notDeepEqual(some(7), some(8));
});
