// Requests that are signed, for the tests: each part can be another than is sent.

import { createHash, createHmac, randomBytes } from "node:crypto";

export const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** A holder of a key with a secret to sign with, and its entries in the deployment's settings. */
export function holder(name) {
  const [key, secret] = [randomBytes(32).toString("hex"), randomBytes(32).toString("hex")];
  const digest = sha256(key);
  return { key, digest, secret, listed: `${name}:${digest}`, signs: `${name}:${digest}:${secret}` };
}

export const secondsNow = () => Math.floor(Date.now() / 1000);

/** The headers of a signed request; `as` is a holder. */
export function signatureOf({ as, method, target, body = "", timestamp = String(secondsNow()), nonce = randomBytes(16).toString("hex") }) {
  const text = ["posada-request-v1", method, target, timestamp, nonce, as.digest, sha256(body)].join("\n");
  const signature = `v1=${createHmac("sha256", as.secret).update(text).digest("hex")}`;
  return { "posada-key": as.digest, "posada-timestamp": timestamp, "posada-nonce": nonce, "posada-signature": signature };
}

/** Path and query as `fetch` and `http` send them. */
export function targetOf(path) {
  const { pathname, search } = new URL(path, "http://posada.example");
  return pathname + search;
}

/** What is sent of a signed request: `{method, path, body, headers}`, to be sent as it is or changed. */
export function signed(as, method, path, body, { type = "application/json", ...more } = {}) {
  const text = body === undefined || typeof body === "string" || ArrayBuffer.isView(body) ? body : JSON.stringify(body);
  const headers = signatureOf({ as, method, target: targetOf(path), body: text, ...more });
  if (text !== undefined) headers["content-type"] = type;
  return { method, path, body: text, headers };
}
