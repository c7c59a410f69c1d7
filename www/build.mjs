// node www/build.mjs --wasm DIR --out DIR --version V
//
// Bundles the element and lays out what the Worker serves as static files:
//   /                         the demo hotel's page and the others of www/site
//   /described/               what describes the API to programs and models, and pages of docs
//   /docs                     the API's description for people: Swagger UI over /openapi.json
//   /w/1/                     the element for version 1 of the API; moves with every release
//   /w/<version>/             the same files for good
// The element's first module knows the names and hashes of the two files that it loads later.

import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { build, transform } from "esbuild";

import { declarations, manifest } from "./manifest.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = ["chrome123", "firefox121", "safari17.5"];

/** What of docs is served, at /described/. */
const PAGES = ["api.md", "webhooks.md", "signatures.md"];

const { values: options } = parseArgs({
  options: { wasm: { type: "string" }, out: { type: "string" }, version: { type: "string" } },
});

const hash = (bytes) => createHash("sha256").update(bytes).digest();
const integrity = (bytes) => `sha256-${hash(bytes).toString("base64")}`;
const named = (name, ending, bytes) => `${name}-${hash(bytes).toString("hex").slice(0, 10)}.${ending}`;

/** Style sheets as small texts; white space, and quotes that HTML can do without, out of templates. */
const shrink = {
  name: "shrink",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: TARGET });
      return { contents: code.trim(), loader: "text" };
    });
    // Where the module throws it was called as it never is: what it would say takes a decoder of texts.
    bundler.onLoad({ filter: /posada_widget_bg\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const mute = text.replace(/new Error\(getStringFromWasm0\(.*?\)\)/, 'new Error("wasm")');
      const contents = mute.replace(/let cachedTextDecoder[^]*?\n}\n/, "");
      if (mute === text || contents === mute) throw new Error(`${path} reads no text where it throws: www/build.mjs takes out what is not there`);
      return { contents, loader: "js" };
    });
    bundler.onLoad({ filter: /booking\/.*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const short = text.replace(/>\n\s+</g, "><").replace(/\n\s+/g, "\n").replace(/(\s[a-z-]+=)"([\w-]+)"(?=[\s>])/g, "$1$2");
      return { contents: short, loader: "js" };
    });
  },
};

async function bundle(entry, settings = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(HERE, entry)], bundle: true, minify: true, write: false, format: "esm", target: TARGET,
    legalComments: "none", charset: "utf8", plugins: [shrink], conditions: ["production"], ...settings,
  });
  return Buffer.from(outputFiles[0].contents);
}

const wasm = await readFile(join(options.wasm, "posada_widget_bg.wasm"));
const later = {};
for (const language of ["es", "en"]) {
  const bytes = await bundle("booking/later/later.js", {
    alias: {
      "posada-widget": join(options.wasm, "bundler/posada_widget_bg.js"),
      "posada-words": join(HERE, `booking/later/words/${language}.js`),
    },
    // What the module's JavaScript has for objects that nobody frees: the one that is made here is freed by its maker.
    define: { FinalizationRegistry: "undefined", "Symbol.dispose": "undefined" },
  });
  later[language] = { name: named(`later-${language}`, "js", bytes), bytes };
}
const quotes = { name: named("quotes", "wasm", wasm), bytes: wasm };
const pair = ({ name, bytes }) => [name, integrity(bytes)];
const first = await bundle("booking/posada-booking.js", {
  define: {
    __LATER__: JSON.stringify({ es: pair(later.es), en: pair(later.en) }),
    __WASM__: JSON.stringify(pair(quotes)),
  },
});

await rm(options.out, { recursive: true, force: true });
await cp(join(HERE, "site"), options.out, { recursive: true });
const swagger = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));
for (const file of ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"]) {
  await cp(join(swagger, file), join(options.out, "docs", file));
}
// Pages of the documentation that /llms.txt leads to. Links to what is not served with them become words.
const served = new Map([...PAGES.map((name) => [name, name]), ["../tests/vectors/signature.json", "signature.json"]]);
for (const [from, name] of served) {
  const text = await readFile(join(HERE, "../docs", from), "utf8");
  const linked = text.replace(/\[([^[\]]*)\]\(([^()\s#]*)(#[^()\s]*)?\)/g, (link, words, target, place = "") => {
    if (target === "" || target.startsWith("https://")) return link;
    return served.has(target) ? `[${words}](${served.get(target)}${place})` : words;
  });
  await writeFile(join(options.out, "described", name), name.endsWith(".md") ? linked : text);
}
for (const folder of ["1", options.version]) {
  const to = join(options.out, "w", folder);
  await mkdir(to, { recursive: true });
  await writeFile(join(to, "posada-booking.js"), first);
  await writeFile(join(to, "posada-booking.d.ts"), declarations(await manifest()));
  for (const { name, bytes } of [later.es, later.en, quotes]) await writeFile(join(to, name), bytes);
}
// What is bundled asks for its licence to be with it.
const LICENSED = ["lit-html", "lean-qr"];
const licences = await Promise.all(LICENSED.map(async (name) => `${name}\n\n${await readFile(join(HERE, "../node_modules", name, "LICENSE"), "utf8")}`));
for (const folder of ["1", options.version]) await writeFile(join(options.out, "w", folder, "licences.txt"), licences.join("\n\n"));
const about = {
  version: options.version,
  integrity: integrity(first),
  first: ["posada-booking.js"],
  all: Object.fromEntries(["es", "en"].map((it) => [it, ["posada-booking.js", later[it].name, quotes.name]])),
};
await writeFile(join(options.out, "w/1/files.json"), `${JSON.stringify(about, undefined, 2)}\n`);
await cp(join(options.out, "w/1/files.json"), join(options.out, "w", options.version, "files.json"));
