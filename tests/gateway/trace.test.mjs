// The caller's trace at the hotel's own payment database: each call of the gateway is a span of it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { Gateway } from "../../xtask/host/gateway.mjs";
import { MariaDbStore } from "../e2e/stores.mjs";
import { closingTests, expectBooking, room, sharedHotel } from "../e2e/support.mjs";

const lines = [];
const hotel = sharedHotel(async () => {
  const gateway = await Gateway.start({ log: (line) => lines.push(line) });
  return { store: () => new MariaDbStore(gateway) };
});

const hex = (bytes) => randomBytes(bytes).toString("hex");
const payments = (from) => lines.slice(from).map((line) => JSON.parse(line)).filter((it) => it.operation !== undefined);

test("a booking's calls of the gateway are in the caller's trace, each under a span of its own", async () => {
  const payment = await hotel().payment(500);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)]);
  const [id, span, from] = [hex(16), hex(8), lines.length];
  expectBooking(await hotel().makeBooking(body, { headers: { traceparent: `00-${id}-${span}-01` } }));
  const calls = payments(from);
  assert.ok(calls.length >= 2, lines.slice(from).join("\n"));
  const spans = new Set([span]);
  for (const { traceparent } of calls) {
    assert.match(traceparent, new RegExp(`^00-${id}-[0-9a-f]{16}-01$`));
    spans.add(traceparent.split("-")[2]);
  }
  assert.equal(spans.size, calls.length + 1);
});

test("validations are in theirs, and what is no trace is not logged", async () => {
  const payment = await hotel().payment(500);
  const [id, from] = [hex(16), lines.length];
  const validate = (traceparent) =>
    hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
      as: "assistant",
      body: { authorization_number: payment.reference, payment_amount: 100, wa_id: hotel().waId() },
      headers: { traceparent },
    });
  assert.equal((await validate(`00-${id}-${hex(8)}-00`)).status, 200);
  const [first] = payments(from);
  assert.match(first.traceparent, new RegExp(`^00-${id}-[0-9a-f]{16}-00$`));
  assert.equal((await validate("Xiomara")).status, 200);
  assert.ok(payments(from).every((it) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/.test(it.traceparent)));
  assert.ok(!lines.join("\n").includes("Xiomara"));
});

closingTests(hotel);
