// What is said of the element is so: the manifest, its parts and properties, its words in both languages.

import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import ts from "typescript";

import { ROOT } from "../../xtask/host/host.mjs";
import { words } from "../../www/booking/words.js";
import { words as en } from "../../www/booking/later/words/en.js";
import { words as es } from "../../www/booking/later/words/es.js";
import { dueNow, readAmount } from "../../www/booking/later/details.js";
import { sameDayOf } from "../../www/booking/dates.js";
import { declarations, manifest } from "../../www/manifest.mjs";

const BOOKING = join(ROOT, "www/booking");

async function sources(ending) {
  const files = (await readdir(BOOKING, { recursive: true })).filter((file) => file.endsWith(ending));
  return (await Promise.all(files.map((file) => readFile(join(BOOKING, file), "utf8")))).join("\n");
}

test("custom-elements.json is what the element says of itself", async () => {
  const file = join(ROOT, "www/custom-elements.json");
  const text = `${JSON.stringify(await manifest(), undefined, 2)}\n`;
  if (process.env.POSADA_GOLDEN === "write") await writeFile(file, text);
  assert.equal(await readFile(file, "utf8"), text);
});

/** TypeScript's own declarations, read once. */
const libraries = new Map();

/** What TypeScript's compiler says of a page's script that uses the element. */
async function compiled(script) {
  const files = {
    "/element.d.ts": declarations(await manifest()),
    "/page.ts": `import "./element.js";\nconst element = document.createElement("posada-booking");\n${script}`,
  };
  const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, skipLibCheck: true, module: ts.ModuleKind.ES2022, moduleResolution: ts.ModuleResolutionKind.Bundler };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile: read } = host;
  host.getSourceFile = (name, ...more) => {
    if (files[name] !== undefined) return ts.createSourceFile(name, files[name], options.target);
    if (!libraries.has(name)) libraries.set(name, getSourceFile(name, ...more));
    return libraries.get(name);
  };
  host.fileExists = (name) => name in files || fileExists(name);
  host.readFile = (name) => files[name] ?? read(name);
  const program = ts.createProgram(["/page.ts"], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

test("TypeScript knows the element, its events and their details", async () => {
  const right = `
    element.addEventListener("posada-booked", ({ detail }) => { const total: number = detail.total_amount; void total; });
    document.addEventListener("posada-loaderror", ({ detail }) => { const what: "module" | "wasm" = detail.what; void what; });
    element.ready().then(() => element.reset());
    const step: string = element.step;
    void step;`;
  assert.deepEqual(await compiled(right), []);
  const [unknown] = await compiled('element.addEventListener("posada-booked", ({ detail }) => void detail.codes);');
  assert.match(unknown, /'codes' does not exist/);
  assert.equal((await compiled('element.step = "done";')).length, 1, "it cannot be set");
});

test("every part, property and event that is described is there, and described in the documentation", async () => {
  const [it] = (await manifest()).modules[0].declarations;
  const [code, look, docs] = [await sources(".js"), await sources(".css"), await readFile(join(ROOT, "docs/widget.md"), "utf8")];
  assert.ok(it.cssParts.length >= 10 && it.cssProperties.length >= 12);
  const parts = new Set([...code.matchAll(/part="([^"$]+)"/g)].flatMap(([, names]) => names.split(" ")));
  assert.deepEqual([...parts].sort(), it.cssParts.map((part) => part.name).sort());
  const used = new Set([...look.matchAll(/--posada-[\w-]+/g)].map(([name]) => name));
  assert.deepEqual([...used].sort(), it.cssProperties.map((property) => property.name).sort());
  for (const { name } of it.events) assert.ok(code.includes(`"${name}"`) && docs.includes(`\`${name}\``), name);
  for (const { name } of [...it.attributes, ...it.cssParts]) assert.ok(docs.includes(`\`${name}\``), name);
});

test("both languages say the same things, with the same placeholders", () => {
  const holes = (text) => [...new Set([text].flat().join(" ").match(/\{\w+\}/g) ?? [])].sort();
  for (const [a, b] of [[words.es, words.en], [es, en]]) {
    assert.deepEqual(Object.keys(a), Object.keys(b));
    for (const [name, text] of Object.entries(a)) assert.deepEqual(holes(text), holes(b[name]), name);
  }
});

test("every word is used", async () => {
  const code = await sources(".js");
  const used = (name) => new RegExp(`\\bt\\.${name}\\b|"${name}"|"${name}\\b|label: isBank \\? "\\w+" : "${name}"`).test(code);
  const codes = ["no_availability", "rate_missing", "impossible", "child_alone", "over_capacity", "nobody", "offline", "unavailable", "fullBetween"];
  const unused = [...Object.keys(words.es), ...Object.keys(es)].filter((name) => !used(name) && !codes.includes(name));
  assert.deepEqual(unused, []);
});

test("amounts are read as guests write them", () => {
  const cases = { 690: 690, "690.00": 690, "690,5": 690.5, "$1,234.50": 1234.5, "1.234,50": 1234.5, "1,234": 1234, "": undefined, abc: undefined, "1.2.3": undefined, "12345.678": undefined };
  for (const [text, amount] of Object.entries(cases)) assert.equal(readAmount(text), amount, text);
});

test("a deposit is rounded up to a cent", () => {
  for (const [total, percent, due] of [[690, 100, 690], [948.75, 50, 474.38], [0.01, 1, 0.01], [100.1, 10, 10.01]]) assert.equal(dueNow(total, percent), due);
});

test("the same day of another month is its last where there is none", () => {
  for (const [day, months, other] of [["2027-01-31", 1, "2027-02-28"], ["2028-01-31", 1, "2028-02-29"], ["2027-03-31", -1, "2027-02-28"], ["2026-12-15", 1, "2027-01-15"]]) {
    assert.equal(sameDayOf(day, months), other);
  }
});
