// Where requests arrive on a server of one's own: files of the folder `www` as Cloudflare would serve them, and all else to
// the Worker. Their headers are those of `_headers`.

import { rules } from "./headers.mjs";

const TYPES = {
  css: "text/css; charset=utf-8", html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", json: "application/json",
  md: "text/markdown; charset=utf-8", svg: "image/svg+xml", txt: "text/plain; charset=utf-8", wasm: "application/wasm",
};
/** Only such paths can be files: no part begins with a dot. */
const FILE = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

const matches = (pattern, path) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(path);

function headersOf(path) {
  const headers = new Headers();
  for (const { pattern, unset, set } of rules.filter((rule) => matches(rule.pattern, path))) {
    for (const name of unset) headers.delete(name);
    for (const [name, value] of set) headers.append(name, value);
  }
  return headers;
}

async function file(env, path, shown = path) {
  if (!FILE.test(path) || path === "/_headers") return undefined;
  const found = await env.FILES.fetch(`http://files${path}`);
  if (!found.ok || found.headers.get("content-type") === "application/json") return undefined;
  const headers = headersOf(shown);
  headers.set("Content-Type", TYPES[path.split(".").pop()] ?? "application/octet-stream");
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "public, max-age=0, must-revalidate");
  return new Response(found.body, { headers });
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (request.method === "GET" || request.method === "HEAD") {
      const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
      const found = (await file(env, path, pathname)) ?? (/\.\w+$/.test(path) ? undefined : await file(env, `${path}.html`, pathname));
      if (found) return found;
    }
    return env.POSADA.fetch(request);
  },
};

/** The Worker's own binding `ASSETS`. */
export const assets = { fetch: (request, env) => file(env, new URL(request.url).pathname).then((it) => it ?? new Response(null, { status: 404 })) };
