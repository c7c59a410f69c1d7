// Keys: several of a role at once, known by their digests; and settings of the deployment that are wrong, by name.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";

import { startHost } from "../../xtask/host/host.mjs";
import { Hotel, expectProblem } from "./support.mjs";

const digest = (key) => createHash("sha256").update(key).digest("hex");
const newKey = () => randomBytes(32).toString("hex");

/** Who is let in to the staff's cases. */
const status = async (hotel, key) => (await hotel.call("GET", "/v1/staff/cases", { as: key })).status;

test("a key is exchanged without a moment in which neither is taken", async () => {
  const [first, second, night] = [newKey(), newKey(), newKey()];
  const hotel = await Hotel.open({ load: false, vars: { STAFF_KEYS: digest(first) } });
  try {
    assert.deepEqual([await status(hotel, first), await status(hotel, second)], [200, 401]);
    const restart = async (STAFF_KEYS) => {
      await hotel.host.stop();
      await hotel.start({ STAFF_KEYS });
    };
    // Both, one of them by name, one in capitals.
    await restart(`${digest(first)},\n reception-2026:${digest(second)} night:${digest(night).toUpperCase()}`);
    assert.deepEqual([await status(hotel, first), await status(hotel, second), await status(hotel, night)], [200, 200, 200]);
    await restart(digest(second));
    assert.deepEqual([await status(hotel, first), await status(hotel, second)], [401, 200]);
    // The digest is no key, nor is a part of the list.
    for (const wrong of [digest(second), "", "reception-2026", `${second} `.repeat(2)]) {
      assert.equal(await status(hotel, wrong), 401, wrong);
    }
  } finally {
    await hotel.close();
  }
});

test("keys of the roles are told apart, and the metrics key opens the metrics alone", async () => {
  const metrics = newKey();
  const hotel = await Hotel.open({ load: false, vars: { METRICS_KEYS: digest(metrics) } });
  try {
    expectProblem(await hotel.call("GET", "/v1/staff/cases", { as: "assistant" }), 403, "forbidden");
    expectProblem(await hotel.call("GET", "/v1/staff/cases", { as: metrics }), 403, "forbidden");
    expectProblem(await hotel.call("POST", "/v1/quotes", { as: metrics, body: {} }), 403, "forbidden");
  } finally {
    await hotel.close();
  }
});

for (const [name, vars, says] of [
  ["no digest of the staff's keys", { STAFF_KEYS: "letmein" }, /STAFF_KEYS must list SHA-256 digests/],
  ["a plain key among the assistant's", { ASSISTANT_KEYS: `${digest("a")},${"z".repeat(64)}` }, /ASSISTANT_KEYS must list SHA-256 digests/],
  ["no key of the assistant", { ASSISTANT_KEYS: "" }, /ASSISTANT_KEYS must be set/],
  ["one key for two roles", { ASSISTANT_KEYS: digest("a"), STAFF_KEYS: digest("a") }, /must not share a key/],
  ["a secret for signatures that is short", { STAFF_KEYS: digest("a"), SIGNATURE_SECRETS: `${digest("a")}:${"a".repeat(32)}` }, /SIGNATURE_SECRETS must list digests, each with : and a secret/],
  ["a secret for signatures of no key", { SIGNATURE_SECRETS: "0f".repeat(32) }, /SIGNATURE_SECRETS must list digests, each with : and a secret/],
  ["a secret for signatures of a key that is not listed", { SIGNATURE_SECRETS: `${digest("unlisted")}:${"0f".repeat(32)}` }, /SIGNATURE_SECRETS must have secrets of keys that are listed/],
  ["a digest for a secret", { STAFF_KEYS: digest("a"), SIGNATURE_SECRETS: `${digest("a")}:${digest("a")}` }, /a secret must not be the digest of a key/],
  ["signatures demanded of a role that is none", { SIGNATURE_REQUIRED: "everybody" }, /SIGNATURE_REQUIRED must list roles/],
  ["signatures demanded of a key that is not listed", { SIGNATURE_REQUIRED: digest("unlisted") }, /SIGNATURE_REQUIRED must list roles/],
  ["signatures demanded of a key without a secret", { STAFF_KEYS: `${digest("a")} ${digest("b")}`, SIGNATURE_SECRETS: `desk:${digest("a")}:${"0f".repeat(32)}`, SIGNATURE_REQUIRED: "staff" }, /SIGNATURE_SECRETS must have a secret of every key that SIGNATURE_REQUIRED names/],
  ["a signing key that is short", { SIGNING_KEY: "short" }, /SIGNING_KEY must have 16 characters or more/],
  ["an origin with a path", { ALLOWED_ORIGINS: "https://hotel.example/booking" }, /ALLOWED_ORIGINS must list origins/],
  ["a reservation API of no scheme", { RESERVATION_API_URL: "hotel.example" }, /RESERVATION_API_URL must begin with https/],
  ["an unknown capability", { RESERVATION_API_URL: "https://hotel.example", RESERVATION_API_CAPABILITIES: "magic" }, /RESERVATION_API_CAPABILITIES: there is no magic/],
  ["payments without their key", { PAYMENTS_URL: "https://hotel.example" }, /PAYMENTS_KEY must be set/],
  ["webhooks in the clear", { NOTIFY_URL: "http://hotel.example/hook" }, /NOTIFY_URL must begin with https/],
  ["webhooks without a secret", { NOTIFY_URL: "https://hotel.example/hook", NOTIFY_SECRET: "secret" }, /NOTIFY_SECRET must be set/],
  ["a verification in the clear", { TURNSTILE_VERIFY_URL: "http://hotel.example" }, /TURNSTILE_VERIFY_URL must begin with https/],
]) {
  test(`at the start is named: ${name}`, async () => {
    const lines = [];
    await assert.rejects(startHost({ vars, log: (line) => lines.push(line) }), (error) => {
      assert.match(error.message, says);
      assert.match(error.message, /misconfigured/);
      for (const value of Object.values(vars).filter((value) => value.length > 9)) assert.ok(!error.message.includes(value), "no value");
      return true;
    });
    assert.ok(lines.some((line) => says.test(line)), "and in the log");
  });
}
