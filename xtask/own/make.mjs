// node xtask/own/make.mjs --bundle DIR --www DIR --out DIR
//
// Lays out all that a server of one's own needs beside workerd itself: the Worker, its pages, a D1 of one Durable Object,
// and workerd's configuration, made from the wrangler.toml that Cloudflare is deployed from.

import { chmod, cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** What a deployment may set (docs/deploy.md), taken from the environment of workerd. */
export const SETTINGS = [
  "ASSISTANT_KEYS", "STAFF_KEYS", "METRICS_KEYS", "SIGNATURE_SECRETS", "SIGNATURE_REQUIRED", "SIGNING_KEY", "ALLOWED_ORIGINS",
  "RESERVATION_API_URL", "RESERVATION_API_KEY", "RESERVATION_API_CAPABILITIES", "PAYMENTS_URL", "PAYMENTS_KEY", "NOTIFY_URL", "NOTIFY_SECRET",
  "TURNSTILE_SECRET", "TURNSTILE_VERIFY_URL",
];

/** The rules of a `_headers` file. */
export function headerRules(text) {
  const rules = [];
  for (const line of text.split("\n").filter((it) => it.trim() !== "" && !it.startsWith("#"))) {
    if (!/^\s/.test(line)) rules.push({ pattern: line.trim(), unset: [], set: [] });
    else if (line.trim().startsWith("! ")) rules.at(-1).unset.push(line.trim().slice(2));
    else rules.at(-1).set.push([line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()]);
  }
  return rules;
}

/** workerd's configuration. */
function configuration({ date, objects }) {
  const quoted = JSON.stringify;
  const namespaces = objects.map(({ className }) => `(className = ${quoted(className)}, uniqueKey = ${quoted(`posada-${className}`)}, enableSql = true)`);
  const bindings = [
    ...objects.map(({ name, className }) => `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)})`),
    `(name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "d1")]))`,
    `(name = "ASSETS", service = (name = "front", entrypoint = "assets"))`,
    ...SETTINGS.map((name) => `(name = ${quoted(name)}, fromEnvironment = ${quoted(name)})`),
  ];
  const list = (items, indent) => items.map((item) => `${" ".repeat(indent)}${item},\n`).join("");
  return `# Made by cargo xtask deploy --own from wrangler.toml.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "front", worker = .front),
    (name = "posada", worker = .posada),
    (name = "d1", worker = .d1),
    (name = "files", disk = ()),
    (name = "data", disk = (writable = true)),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", http = (), service = "front")],
);

const front :Workerd.Worker = (
  compatibilityDate = ${quoted(date)},
  modules = [
    (name = "front.mjs", esModule = embed "front.mjs"),
    (name = "headers.mjs", esModule = embed "headers.mjs"),
  ],
  bindings = [(name = "POSADA", service = "posada"), (name = "FILES", service = "files")],
);

const posada :Workerd.Worker = (
  compatibilityDate = ${quoted(date)},
  modules = [
    (name = "index.js", esModule = embed "worker/index.js"),
    (name = "index_bg.wasm", wasm = embed "worker/index_bg.wasm"),
  ],
  durableObjectNamespaces = [
${list(namespaces, 4)}  ],
  durableObjectStorage = (localDisk = "data"),
  bindings = [
${list(bindings, 4)}  ],
);

const d1 :Workerd.Worker = (
  compatibilityDate = ${quoted(date)},
  modules = [
    (name = "d1.mjs", esModule = embed "d1.mjs"),
    (name = "migrations.mjs", esModule = embed "migrations.mjs"),
  ],
  durableObjectNamespaces = [(className = "Database", uniqueKey = "posada-d1", enableSql = true)],
  durableObjectStorage = (localDisk = "data"),
  bindings = [(name = "DATABASE", durableObjectNamespace = "Database")],
);
`;
}

const RUN = `#!/bin/sh
# posada [ADDRESS] [DATA]: runs Posada by workerd, which must be in PATH or named by WORKERD.
set -e
here=$(cd "$(dirname "$0")" && pwd)
address=\${1:-127.0.0.1:8080}
data=\${2:-$here/data}
mkdir -p "$data"
workerd=\${WORKERD:-workerd}
# npm's program of this name is Node's: it starts the real one, and leaves it running when it is killed itself.
for it in "$(dirname "$workerd")"/../@cloudflare/workerd-*/bin/workerd; do
  if [ -x "$it" ]; then workerd=$it; fi
done
exec "$workerd" serve "$here/posada.capnp" --socket-addr "http=$address" \\
  --directory-path "files=$here/www" --directory-path "data=$data" --experimental
`;

/** Lays everything out in \`out\`, of which only the folder \`data\` is left as it is. */
export async function make({ bundle, www, out }) {
  const wrangler = await import("wrangler");
  const config = wrangler.unstable_readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  const objects = config.durable_objects.bindings.map((it) => ({ name: it.name, className: it.class_name }));
  await mkdir(join(out, "worker"), { recursive: true });
  for (const file of ["index.js", "index_bg.wasm"]) await cp(join(bundle, file), join(out, "worker", file));
  await rm(join(out, "www"), { recursive: true, force: true });
  await cp(www, join(out, "www"), { recursive: true });
  for (const file of ["d1.mjs", "front.mjs"]) await cp(join(ROOT, "xtask/own", file), join(out, file));
  const rules = headerRules(await readFile(join(www, "_headers"), "utf8"));
  await writeFile(join(out, "headers.mjs"), `export const rules = ${JSON.stringify(rules, undefined, 1)};\n`);
  const folder = join(ROOT, config.d1_databases[0].migrations_dir);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const scripts = await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")]));
  await writeFile(join(out, "migrations.mjs"), `export const migrations = ${JSON.stringify(scripts, undefined, 1)};\n`);
  await writeFile(join(out, "posada.capnp"), configuration({ date: config.compatibility_date, objects }));
  await writeFile(join(out, "posada"), RUN);
  await chmod(join(out, "posada"), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { bundle: { type: "string" }, www: { type: "string" }, out: { type: "string" } } });
  await make({ bundle: resolve(values.bundle), www: resolve(values.www), out: resolve(values.out) });
}
