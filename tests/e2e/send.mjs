// One request on a connection of its own.
//
// `fetch` keeps connections for the next request, and workerd closes one whose request had a body that nobody read, as
// where a caller may not ask: who is quick meets the closing.

import { request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** No call takes longer; one that does fails instead of holding everything up. */
const CALL_MS_MAX = 30_000;

/**
 * Sends a request and answers `{status, headers, text}`. An answer that comes before all is sent is the answer.
 *
 * @param {string} url
 * @param {{method: string, headers: Record<string, string>, body?: string | Uint8Array | ReadableStream}} options
 */
export function send(url, { method, headers, body }) {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(CALL_MS_MAX) });
    call.once("response", (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.once("error", reject);
      response.once("end", () => {
        const known = new Headers();
        for (const [name, value] of Object.entries(response.headers)) known.append(name, String(value));
        resolve({ status: response.statusCode, headers: known, text: Buffer.concat(parts).toString("utf8") });
        call.destroy();
      });
    });
    call.on("error", reject);
    if (body instanceof ReadableStream) pipeline(Readable.fromWeb(body), call).catch(() => {});
    else call.end(body);
  });
}
