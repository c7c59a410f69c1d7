// The API's types for TypeScript: what is really sent and answered is of them, and what is not is refused by the compiler.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import ts from "typescript";

import { ROOT } from "../../xtask/host/host.mjs";

const json = async (file) => JSON.parse(await readFile(join(ROOT, file), "utf8"));

/** The name of the type that a schema is, where it is one alone. */
const named = (schema) => {
  const choices = schema?.anyOf ?? schema?.allOf ?? [schema];
  const names = choices.map((it) => it?.$ref?.split("/").at(-1)).filter(Boolean);
  return names.length > 0 && (schema.allOf !== undefined || names.length === choices.length)
    ? names.join(" | ")
    : undefined;
};

/** Every body and answer of the recorded examples, with its type. */
async function values() {
  const document = await json("www/site/openapi.json");
  const operations = Object.values(document.paths).flatMap(Object.values);
  const found = [];
  for (const { operation, body, status = 200, answer } of await json("crates/describe/examples.json")) {
    const { requestBody, responses } = operations.find((it) => it.operationId === operation);
    const content = (it) => named((it?.content?.["application/json"] ?? it?.content?.["application/problem+json"])?.schema);
    if (body !== undefined && status === 200) found.push([content(requestBody), body]);
    if (answer !== undefined) found.push([content(responses[status]), answer]);
  }
  return found.filter(([type]) => type !== undefined);
}

/** The lines of a script that the compiler finds something wrong with. */
async function wrongLines(lines) {
  const files = {
    "/api.d.ts": await readFile(join(ROOT, "www/site/described/api.d.ts"), "utf8"),
    "/page.ts": ['import type * as api from "./api.js";', ...lines].join("\n"),
  };
  const options = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile: read } = host;
  host.getSourceFile = (name, ...more) =>
    files[name] === undefined ? getSourceFile(name, ...more) : ts.createSourceFile(name, files[name], options.target);
  host.fileExists = (name) => name in files || fileExists(name);
  host.readFile = (name) => files[name] ?? read(name);
  const found = ts.getPreEmitDiagnostics(ts.createProgram(["/page.ts", "/api.d.ts"], options, host));
  return new Map(
    found.map(({ file, start, messageText }) => [
      file.fileName === "/page.ts" ? file.getLineAndCharacterOfPosition(start).line - 1 : file.fileName,
      ts.flattenDiagnosticMessageText(messageText, " "),
    ]),
  );
}

const declared = ([type, value], index) =>
  `export const v${index}: ${type.replace(/\w+/g, "api.$&")} = ${JSON.stringify(value)};`;

test("what is sent and answered is of its type", async () => {
  const all = await values();
  assert.ok(all.length >= 50, `${all.length} values`);
  assert.ok(new Set(all.map(([type]) => type)).size >= 20);
  assert.deepEqual(await wrongLines(all.map(declared)), new Map());
});

test("what is not of its type the compiler names", async () => {
  const all = (await values()).filter(([, value]) => Object.keys(value).length > 0);
  const more = all.map(([type, value]) => [type, { ...value, no_such_member: 1 }]);
  const found = await wrongLines(more.map(declared));
  assert.deepEqual([...found.keys()], more.map((_, index) => index), "a member that there is not");
});

test("what every answer has need not be looked for", async () => {
  const lines = [
    "export const quote = (it: api.QuoteAnswer): string => it.quote + it.expires_at;",
    "export const other = (it: api.AlternativeView): string => it.quote;",
    "export const limits: Partial<api.SettingsDocument> = { payment_checks_ms: [60000], phone_rooms_max: 20, client_rooms_max: 40, share_percent_max: 50 };",
  ];
  assert.deepEqual(await wrongLines(lines), new Map());
});
