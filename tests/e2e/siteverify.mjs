// A server on this machine that answers in the place of Turnstile's siteverify, as Cloudflare documents it.

import { once } from "node:events";
import { createServer } from "node:http";

/** Starts one that knows this secret. */
export async function siteverify(secret) {
  const it = {
    /** What it was asked. */
    asked: [],
    /** Tokens that are good, each with the idempotency key that used it, or null. */
    good: new Map(),
    /** What it does instead of answering, where it is set. */
    broken: undefined,
    close: () => server.close(),
  };
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const question = JSON.parse(Buffer.concat(parts).toString());
    it.asked.push(question);
    if (it.broken !== undefined) return void it.broken(response);
    const used = it.good.get(question.response);
    const success = question.secret === secret && (used === null || used === question.idempotency_key);
    if (success) it.good.set(question.response, question.idempotency_key);
    const errors = success ? [] : [used === undefined ? "invalid-input-response" : "timeout-or-duplicate"];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ success, "error-codes": errors, hostname: "hotel.example", action: "book" }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  it.url = `http://127.0.0.1:${server.address().port}/siteverify`;
  return it;
}
