// `/mcp` with the protocol's official clients: every tool listed and called, a booking of three rooms, prompts and
// resources; and what is wrong, as the protocol has it.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import * as newer from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { closingTests, codreserOf, expectProblem, sharedHotel } from "./support.mjs";

const hotel = sharedHotel({ vars: { ALLOWED_ORIGINS: "https://assistant.example" } });

const NAMES = [
  "quote_rooms",
  "check_availability",
  "validate_compraclick_payment",
  "validate_bank_transfer",
  "find_payment",
  "retry_compraclick_payment",
  "retry_bank_transfer",
  "make_booking",
  "get_booking",
  "pay_balance",
  "request_cancellation",
];

async function connected(kind = { Client, StreamableHTTPClientTransport }, headers = {}) {
  const client = new kind.Client({ name: "test", version: "1" });
  const authorization = `Bearer ${hotel().host.keys.assistant}`;
  const url = new URL(`${hotel().host.url}/mcp`);
  const requestInit = { headers: { authorization, ...headers } };
  await client.connect(new kind.StreamableHTTPClientTransport(url, { requestInit }));
  return client;
}

let client;
after(() => client?.close());

/** A message as it is sent without a client. */
const post = (message, { as = "assistant", headers = {} } = {}) =>
  hotel().call("POST", "/mcp", {
    as: as ?? undefined,
    body: message,
    headers: { accept: "application/json, text/event-stream", ...headers },
  });

const call = (method, params, id = 1) => ({ jsonrpc: "2.0", id, method, params });

test("the server says who it is, and lists every tool with its schema and what it does", async () => {
  client = await connected();
  assert.equal(client.getServerVersion().name, "posada");
  assert.deepEqual(Object.keys(client.getServerCapabilities()).sort(), ["prompts", "resources", "tools"]);
  await client.ping();
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((it) => it.name).sort(), [...NAMES].sort());
  const functions = (await hotel().call("GET", "/v1/tools")).json.tools;
  for (const { name, description, inputSchema, annotations } of tools) {
    assert.deepEqual(inputSchema, functions.find((it) => it.name === name).parameters);
    assert.ok(description.length > 40);
    const reads = ["quote_rooms", "check_availability", "get_booking", "find_payment"].includes(name);
    assert.equal(annotations.readOnlyHint, reads, name);
    assert.equal(annotations.destructiveHint, name === "make_booking", name);
    assert.equal(annotations.idempotentHint, true, name);
  }
});

test("a booking of three rooms, and every tool on its way", async () => {
  const stay = hotel().stay();
  const payment = await hotel().payment(900);
  const wa_id = hotel().waId();
  const run = async (name, sent) => {
    const result = await client.callTool({ name, arguments: sent });
    assert.equal(result.isError, false, JSON.stringify(result));
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
    return result.structuredContent;
  };
  const { rooms } = await run("check_availability", stay);
  assert.deepEqual(rooms, [
    { bungalow_type: "Junior", free: 5 },
    { bungalow_type: "Familiar", free: 3 },
  ]);
  const quoted = await run("quote_rooms", {
    ...stay,
    package_type: "Hospedaje",
    party: { adults: 8, children_0_5: null, children_6_10: null, children: null },
    rooms: 3,
    bungalow_type: "Junior",
    bungalow_types: null,
    split: null,
    objective: null,
  });
  assert.equal(quoted.total_amount, 690);
  const claimed = await run("validate_compraclick_payment", {
    authorization_number: payment.authorization_number,
    payment_amount: quoted.total_amount,
    payment_maker_name: payment.payment_maker_name,
    wa_id,
  });
  const { customer_name, email, city, dui_passport, nationality } = hotel().guest();
  const order = {
    ...{ customer_name, email, phone_number: null, city, dui_passport, nationality },
    ...stay,
    package_type: "Hospedaje",
    bookings: quoted.rooms.map(({ bungalow_type, adults, children_0_5, children_6_10 }) => ({
      bungalow_type,
      adults,
      children_0_5,
      children_6_10,
    })),
    ...hotel().paidBy(payment),
    transfer_id: null,
    payment_amount: null,
    wa_id,
    claim: claimed.claim,
    quote: quoted.quote,
    follows: null,
    all_or_nothing: null,
    confirm_another: null,
    customer_instructions: null,
  };
  const booked = await run("make_booking", order);
  assert.equal(booked.outcome, "booked");
  assert.equal(booked.bookings.length, 3);
  assert.equal(booked.total_amount, 690);
  for (const { reserva } of booked.bookings) assert.ok(booked.customer_message.includes(`HR${reserva}`));
  // The key is made on the server of who, what and which payment: said again it is the same booking.
  const again = await run("make_booking", order);
  assert.equal(again.booking_id, booked.booking_id);
  assert.deepEqual(again.bookings, booked.bookings);
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  hotel().remember(order, { json: booked });

  const seen = await run("get_booking", { booking_id: booked.booking_id, wa_id });
  assert.deepEqual(seen.bookings, booked.bookings);
  const asked = await run("request_cancellation", { booking_id: booked.booking_id, rooms: [2], reason: null, wa_id });
  assert.deepEqual(asked.cancellation_requested, [2]);

  const transfer = await hotel().payment(500, { bank: true });
  const due = await client.callTool({
    name: "pay_balance",
    arguments: { booking_id: booked.booking_id, ...hotel().paidBy(transfer), authorization_number: null, payment_amount: null, wa_id },
  });
  assert.deepEqual([due.isError, due.structuredContent.code], [true, "nothing_due"]);
  const { payment_method, payment_date, payment_maker_name } = payment;
  const known = { payment_method, payment_amount: payment.amount, payment_date, payment_maker_name };
  assert.equal((await run("find_payment", known)).found, true);
  const kept = await run("validate_bank_transfer", {
    transfer_id: transfer.transfer_id,
    payment_amount: 100,
    payment_maker_name: null,
    wa_id,
  });
  assert.equal(kept.claimed_amount, 100);

  // A payment that is not there yet is no error of the model's.
  const coming = { payment_amount: 100, payment_maker_name: null, wa_id };
  for (const [name, reference] of [
    ["validate_compraclick_payment", { authorization_number: "99887766" }],
    ["retry_compraclick_payment", { authorization_number: "99887766", stop: null }],
    ["retry_bank_transfer", { transfer_id: "99887766", stop: null }],
  ]) {
    const waited = await run(name, { ...reference, ...coming });
    assert.equal(waited.code, "payment_pending", name);
  }
  const stopped = await run("retry_bank_transfer", { transfer_id: "99887766", stop: true, ...coming });
  assert.equal(stopped.stopped, true);
});

test("the guidelines are a prompt and a resource", async () => {
  const { prompts } = await client.listPrompts();
  assert.deepEqual(
    prompts.map((it) => it.name),
    ["guidelines"],
  );
  const guide = async (language) =>
    (await hotel().call("GET", `/v1/assistant/instructions?lang=${language}`)).text;
  for (const [language, sent] of [
    ["es", undefined],
    ["es", { language: "es" }],
    ["en", { language: "en" }],
  ]) {
    const { messages } = await client.getPrompt({ name: "guidelines", arguments: sent });
    assert.deepEqual(messages, [{ role: "user", content: { type: "text", text: await guide(language) } }]);
  }
  const { resources } = await client.listResources();
  assert.deepEqual(
    resources.map((it) => it.uri),
    ["posada://guidelines/es", "posada://guidelines/en"],
  );
  for (const { uri, mimeType } of resources) {
    const { contents } = await client.readResource({ uri });
    assert.deepEqual(contents, [{ uri, mimeType, text: await guide(uri.slice(-2)) }]);
  }
  assert.deepEqual((await client.listResourceTemplates()).resourceTemplates, []);
  await assert.rejects(client.getPrompt({ name: "nothing" }), { code: -32602 });
  await assert.rejects(client.getPrompt({ name: "guidelines", arguments: { language: "fr" } }), { code: -32602 });
  await assert.rejects(client.readResource({ uri: "posada://guidelines/fr" }), { code: -32002 });
});

test("what a model gets wrong it can read, in the language of the connection", async () => {
  const english = await connected(undefined, { "accept-language": "en" });
  const wrong = { check_in_date: "2020-01-01", check_out_date: "soon" };
  const result = await english.callTool({ name: "check_availability", arguments: wrong });
  assert.equal(result.isError, true);
  const { code, success, fields, customer_message } = result.structuredContent;
  assert.deepEqual([code, success], ["invalid", false]);
  assert.deepEqual(
    fields.map((it) => it.field),
    ["check_out_date"],
  );
  assert.match(customer_message, /date/i);
  const unknown = await client.callTool({ name: "check_availability", arguments: { ...hotel().stay(), price: 1 } });
  assert.deepEqual(
    unknown.structuredContent.fields.map((it) => it.field),
    ["price"],
  );
  const none = await client.callTool({ name: "get_booking" });
  assert.deepEqual(
    none.structuredContent.fields.map((it) => it.field),
    ["booking_id", "wa_id"],
  );
  const payment = await hotel().payment(10);
  const sent = { authorization_number: payment.authorization_number, payment_amount: 20, wa_id: hotel().waId() };
  const short = await client.callTool({ name: "validate_compraclick_payment", arguments: sent });
  assert.equal(short.isError, true);
  assert.equal(short.structuredContent.missing_amount, 10);
  await assert.rejects(client.callTool({ name: "drop_tables" }), { code: -32602 });
  await assert.rejects(client.callTool({ name: "../staff/sweep" }), { code: -32602 });
  await english.close();
});

test("a model cannot force, nor say what only staff may", async () => {
  const body = hotel().body(await hotel().payment(500), hotel().stay(), [
    { bungalow_type: "Junior", adults: 2, children_0_5: 0, children_6_10: 0 },
  ]);
  const forced = await client.callTool({ name: "make_booking", arguments: { ...body, force_process: true } });
  assert.equal(forced.structuredContent.code, "force_not_allowed");
});

test("the client's next version lists and calls as well", async () => {
  const other = await connected(newer);
  const { tools } = await other.listTools();
  assert.equal(tools.length, NAMES.length);
  const result = await other.callTool({ name: "check_availability", arguments: hotel().stay() });
  assert.equal(result.structuredContent.rooms.length, 2);
  await other.close();
});

test("without sessions: only POST, answered as JSON, and nothing for what needs no answer", async () => {
  for (const method of ["GET", "DELETE", "PUT"]) {
    const answer = await hotel().call(method, "/mcp", { as: "assistant", headers: { accept: "text/event-stream" } });
    expectProblem(answer, 405, "method_not_allowed");
    assert.equal(answer.headers.get("allow"), "POST");
  }
  const answer = await post(call("ping", undefined, "a-7"));
  assert.deepEqual(answer.json, { jsonrpc: "2.0", id: "a-7", result: {} });
  assert.equal(answer.headers.get("content-type"), "application/json");
  assert.equal(answer.headers.get("mcp-session-id"), null);
  for (const message of [
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } },
    { jsonrpc: "2.0", id: 4, result: {} },
  ]) {
    const taken = await post(message);
    assert.deepEqual([taken.status, taken.text], [202, ""]);
  }
});

test("versions of the protocol", async () => {
  const initialize = (protocolVersion) =>
    post(call("initialize", { protocolVersion, capabilities: {}, clientInfo: { name: "x", version: "1" } }));
  for (const version of ["2025-11-25", "2025-06-18", "2025-03-26"]) {
    assert.equal((await initialize(version)).json.result.protocolVersion, version);
    const asked = await post(call("ping"), { headers: { "mcp-protocol-version": version } });
    assert.equal(asked.status, 200);
  }
  for (const version of ["1999-01-01", "", undefined, 7]) {
    assert.equal((await initialize(version)).json.result.protocolVersion, "2025-11-25");
  }
  const wrong = await post(call("ping"), { headers: { "mcp-protocol-version": "1999-01-01" } });
  assert.equal(wrong.status, 400);
  assert.equal(wrong.json.error.code, -32600);
});

test("who may: the assistant alone, and no page of another origin", async () => {
  for (const [as, status, code] of [
    [null, 401, "unauthorized"],
    ["k".repeat(64), 401, "unauthorized"],
    ["staff", 403, "forbidden"],
  ]) {
    const answer = await post(call("tools/list"), { as });
    expectProblem(answer, status, code);
  }
  const from = (origin) => post(call("ping"), { headers: { origin } });
  expectProblem(await from("https://evil.example"), 403, "forbidden");
  expectProblem(await from("null"), 403, "forbidden");
  assert.equal((await from("https://assistant.example")).status, 200);
  assert.equal((await from(hotel().host.url)).status, 200);
});

test("what is no message is refused, whatever it is", async () => {
  const faults = [
    ["{", 400, -32700],
    ['{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}', 400, -32700],
    ["[]", 400, -32600],
    ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400, -32600],
    ["7", 400, -32600],
    ["null", 400, -32600],
    ['{"id":1,"method":"ping"}', 400, -32600],
    ['{"jsonrpc":"2.0","id":1}', 400, -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', 400, -32600],
    ['{"jsonrpc":"2.0","id":1,"method":7}', 400, -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"no/such"}', 200, -32601],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call"}', 200, -32602],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":7}', 200, -32602],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}', 200, -32602],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_booking","arguments":[]}}', 200, -32602],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_booking","arguments":"x"}}', 200, -32602],
  ];
  for (const [text, status, code] of faults) {
    const answer = await post(text, { headers: { "content-type": "application/json" } });
    assert.equal(answer.status, status, `${text}: ${answer.text}`);
    assert.equal(answer.json.error.code, code, text);
  }
  expectProblem(await post("x", { headers: { "content-type": "text/plain" } }), 415, "unsupported_media_type");
  const large = JSON.stringify(call("ping", { x: "a".repeat(70_000) }));
  expectProblem(await post(large, { headers: { "content-type": "application/json" } }), 413, "too_large");
});

closingTests(hotel);
