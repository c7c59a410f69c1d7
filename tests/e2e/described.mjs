// The API's description as the tests use it: its routes, and validators of what is sent and answered.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020.js";

import { ROOT } from "../../xtask/host/host.mjs";

let loaded;

/** The document, with every object closed: an answer that has a member that is not described is wrong here. */
async function load() {
  const document = JSON.parse(await readFile(join(ROOT, "www/site/openapi.json"), "utf8"));
  const close = (schema) => {
    if (schema === null || typeof schema !== "object") return;
    if (schema.type === "object" && schema.properties) schema.additionalProperties ??= false;
    Object.values(schema).forEach(close);
  };
  close(document.components.schemas);
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path)) {
      for (const response of Object.values(operation.responses)) {
        for (const content of Object.values(response.content ?? {})) close(content.schema);
      }
    }
  }
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  addFormats.default(ajv);
  return { document, ajv, compiled: new Map() };
}

/** A schema of the document by itself. */
function alone(schema, document) {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return JSON.parse(text.replaceAll('"#/components/schemas/', '"#/$defs/'));
}

async function validator(...names) {
  loaded ??= load();
  const { document, ajv, compiled } = await loaded;
  const key = names.join(" ");
  if (!compiled.has(key)) {
    const schema = names.reduce((value, name) => value?.[name], document.paths);
    if (schema === undefined) throw new Error(`the description does not know ${key}`);
    compiled.set(key, ajv.compile(alone(schema, document)));
  }
  return compiled.get(key);
}

const at = ({ method, path }) => [path, method.toLowerCase()];

/** Every route and method. */
export async function routes() {
  loaded ??= load();
  const { document } = await loaded;
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, it]) => ({ method: method.toUpperCase(), path, id: it.operationId })),
  );
}

/** What a body must be. */
export const requestSchema = (operation) =>
  validator(...at(operation), "requestBody", "content", "application/json", "schema");

/** What an answer must be. */
export const answerSchema = (operation, status, media) =>
  validator(...at(operation), "responses", String(status), "content", media, "schema");

/** An address of the path. */
export const sample = (path) => path.replace("{id}", "0".repeat(32)).replace("{n}", "1");
