// The preview follows the stepper within a frame, and without network.

import { test } from "node:test";

import { measure } from "./preview.mjs";
import { assert, stage } from "./support.mjs";

const it = stage();

test("a preview for 20 guests and 30 rooms is there within 16 ms, and nothing is asked of the network", async () => {
  const { median_ms, p99_ms, count, asked } = await measure(it);
  assert.ok(median_ms < 16, `median ${median_ms} ms, 99th percentile ${p99_ms} ms`);
  assert.equal(asked, 0);
  assert.ok(count >= 300);
});
