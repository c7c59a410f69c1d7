// The API's description: every example of it is sent to the Worker and answered as it says, and every answer is of its
// schema, with no member that the schema does not name. `POSADA_GOLDEN=write` records the answers anew; then
// `cargo xtask schema` puts them into the document.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020.js";

import { ROOT } from "../../xtask/host/host.mjs";
import { answerSchema, requestSchema, routes, sample } from "./described.mjs";
import { closingTests, sharedHotel } from "./support.mjs";

const FILE = join(ROOT, "crates/describe/examples.json");
const RECORDS = process.env.POSADA_GOLDEN === "write";

const hotel = sharedHotel({ vars: { SIGNING_KEY: "the signing key of the examples" } });

/** What differs from run to run: ids, tokens, quotes, instants. */
const VOLATILE = /^(?:[0-9a-f]{32}(?:-\d+-\d+)?|A[A-Za-z0-9_-]{30,}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|[0-9a-f]{64})$/;

/** The answer with what differs named instead. */
function settled(value) {
  if (typeof value === "string") {
    if (VOLATILE.test(value)) return `(${value.length < 30 ? "instant" : "id"})`;
    return value.replace(/[0-9a-f]{32}/g, "(id)").replace(/\d{1,2}:\d\d(?: [ap]\. ?m\.)?/g, "(time)");
  }
  if (Array.isArray(value)) return value.map(settled);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, settled(it)]));
}

/** Server-sent events as objects of their fields. */
const eventsOf = (text) =>
  text
    .trimEnd()
    .split("\n\n")
    .map((event) => Object.fromEntries(event.split("\n").map((line) => line.split(/: ?(.*)/s).slice(0, 2))))
    .filter((event) => event.data !== undefined);

test("every example is answered as the description says", async () => {
  const payments = JSON.parse(await readFile(join(ROOT, "demo/payments.json"), "utf8"));
  const loaded = await hotel().call("PUT", "/v1/staff/payments", { as: "staff", body: payments });
  assert.equal(loaded.status, 200, loaded.text);
  const examples = JSON.parse(await readFile(FILE, "utf8"));
  const answers = new Map();
  const filled = (value) =>
    JSON.parse(
      JSON.stringify(value ?? null).replace(/\{\{([^/]+)\/(\w+)\}\}/g, (_, name, member) => answers.get(name)[member]),
    );
  const operations = await routes();
  for (const example of examples) {
    const operation = operations.find((it) => it.id === example.operation);
    assert.ok(operation, `${example.operation} is described`);
    const [as, path, query, headers, body] = ["as", "path", "query", "headers", "body"].map((it) => filled(example[it]));
    const address = operation.path.replace(/\{(\w+)\}/g, (_, name) => path[name]);
    const search = query ? `?${new URLSearchParams(query)}` : "";
    const answer = await hotel().call(operation.method, address + search, {
      as: as === "public" ? undefined : as,
      headers: headers ?? {},
      body: body ?? undefined,
    });
    const said = `${example.name}: ${answer.status} ${answer.text}`;
    assert.equal(answer.status, example.status ?? 200, said);
    if (body !== null && answer.status === 200) {
      const isRight = await requestSchema(operation);
      assert.ok(isRight(body), `${example.name}: ${JSON.stringify(isRight.errors)}`);
    }
    const media = answer.headers.get("content-type").split(";")[0];
    const isAnswer = await answerSchema(operation, answer.status, media);
    const values = media === "text/event-stream" ? eventsOf(answer.text) : [answer.json ?? answer.text];
    assert.ok(values.length > 0, said);
    for (const value of values) {
      assert.ok(isAnswer(value), `${said}\n${JSON.stringify(isAnswer.errors, undefined, 1)}`);
    }
    answers.set(example.name, answer.json ?? {});
    if (RECORDS) {
      delete example.answer;
      if (answer.json !== undefined) example.answer = answer.json;
    } else if (answer.json !== undefined) {
      assert.deepEqual(settled(answer.json), settled(example.answer), example.name);
    }
  }
  if (RECORDS) await writeFile(FILE, `[\n${examples.map((it) => `  ${JSON.stringify(it)}`).join(",\n")}\n]\n`);
});

test("every route that is described is there, with no other method", async () => {
  const byPath = Map.groupBy
    ? Map.groupBy(await routes(), (it) => it.path)
    : (await routes()).reduce((map, it) => map.set(it.path, [...(map.get(it.path) ?? []), it]), new Map());
  for (const [path, operations] of byPath) {
    if (!path.startsWith("/v1/") && path !== "/healthz") continue;
    const address = sample(path);
    const answer = await hotel().call("PATCH", address, { as: "staff" });
    assert.equal(answer.status, 405, `${path}: ${answer.text}`);
    const allowed = answer.headers.get("allow").split(", ").sort();
    assert.deepEqual(allowed, operations.map((it) => it.method).sort(), path);
  }
});

test("the document is served, and the functions for a model", async () => {
  const document = await hotel().call("GET", "/openapi.json");
  assert.equal(document.status, 200);
  assert.equal(document.json.openapi, "3.1.0");
  const tools = await hotel().call("GET", "/v1/tools");
  assert.equal(tools.status, 200);
  assert.ok(tools.json.tools.length >= 7);
  // A strict validator takes each schema: no keyword that it does not know, no type left unsaid.
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  for (const { name, strict, parameters } of tools.json.tools) {
    assert.equal(strict, true);
    const isRight = ajv.compile(parameters);
    assert.ok(!isRight({}), `${name} takes nothing less than all`);
    const served = await hotel().call("POST", `/v1/tools/${name}`, { body: {} });
    assert.equal(served.status, 401, `${name} is a route`);
  }
});

test("a model's call in strict form is taken, with null for what it leaves out", async () => {
  const { tools } = (await hotel().call("GET", "/v1/tools")).json;
  const { parameters } = tools.find((it) => it.name === "quote_rooms");
  const nothing = Object.fromEntries(parameters.required.map((it) => [it, null]));
  const body = {
    ...nothing,
    ...hotel().stay(),
    package_type: "Hospedaje",
    party: { adults: 4, children_0_5: null, children_6_10: 2, children: null },
  };
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const isRight = ajv.compile(parameters);
  assert.ok(isRight(body), JSON.stringify(isRight.errors));
  const answer = await hotel().call("POST", "/v1/tools/quote_rooms", { as: "assistant", body });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.total_amount, 431.25);
});

closingTests(hotel);
