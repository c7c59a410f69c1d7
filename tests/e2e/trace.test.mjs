// W3C Trace Context: the caller's trace goes through the log, the objects and every call to the hotel's systems.

import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";

import { closingOutside, sharedOutside, until } from "./outside.mjs";
import { Receiver } from "./receiver.mjs";
import { expectBooking, room } from "./support.mjs";

let receiver;
const outside = sharedOutside(async () => {
  receiver = await Receiver.open();
  return { vars: receiver.vars };
});
after(() => receiver?.close());

const TWO = [room("Junior", 2), room("Familiar", 2)];
const hex = (bytes) => randomBytes(bytes).toString("hex");
const PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])$/;

/** A caller's trace, and the headers that say it. */
function newTrace({ flags = "01", state } = {}) {
  const [id, span] = [hex(16), hex(8)];
  const headers = { traceparent: `00-${id}-${span}-${flags}` };
  if (state !== undefined) headers.tracestate = state;
  return { id, span, headers };
}

/** Log lines, parsed. */
const lines = (from = 0) =>
  outside()
    .hotel.lines.slice(from)
    .filter((line) => line.startsWith("[MULTI_BOOKING] "))
    .map((line) => JSON.parse(line.slice("[MULTI_BOOKING] ".length)));

const last = async () => (await outside().api.log()).at(-1)?.seq ?? 0;

/** Asserts that calls are of one trace, each under a span of its own, and answers the trace's id. */
function expectTrace(calls, trace, flags = "01") {
  const spans = new Set(trace ? [trace.span] : []);
  const before = spans.size;
  let id = trace?.id;
  for (const { traceparent } of calls) {
    const [, its, span, flag] = PARENT.exec(traceparent) ?? assert.fail(`no traceparent: ${traceparent}`);
    id ??= its;
    assert.deepEqual([its, flag], [id, flags], traceparent);
    spans.add(span);
  }
  assert.equal(spans.size, before + calls.length, "each call has its own span");
  return id;
}

test("a booking's calls are in the caller's trace, each under a span of its own", async () => {
  const { api, hotel } = outside();
  const { body } = await outside().asked(TWO);
  const trace = newTrace({ state: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE" });
  const request_id = randomUUID();
  const [seq, line] = [await last(), hotel.lines.length];
  // A step that is put off is carried out by the alarm, while the request still waits: it is the request's.
  await api.faults({ route: "book", match: { line: 0 }, times: 1, fault: { kind: "status", status: 429, retry_after: "1" } });
  const answer = await hotel.makeBooking(body, { headers: { ...trace.headers, "x-request-id": request_id } });
  const { booking_id } = expectBooking(answer);
  const calls = (await api.log(seq)).filter((it) => it.route !== "control");
  const routes = calls.map((it) => it.route);
  assert.equal(routes.filter((it) => it === "book").length, 3, routes.join(" "));
  assert.ok(routes.includes("availability"));
  const [told] = await receiver.told(booking_id, 1);
  expectTrace([...calls, { traceparent: told.headers.traceparent }], trace);
  for (const { tracestate } of [...calls, told.headers]) assert.equal(tracestate, trace.headers.tracestate);

  const about = lines(line).filter((it) => it.booking_id === booking_id);
  for (const event of ["started", "appended", "step", "answered"]) assert.ok(about.some((it) => it.event === event), event);
  for (const it of about) assert.deepEqual([it.trace_id, it.request_id], [trace.id, request_id], JSON.stringify(it));
  const request = lines(line).find((it) => it.event === "request" && it.request_id === request_id);
  assert.equal(request.trace_id, trace.id);
});

test("what is asked of a booking afterwards is in the trace of who asks", async () => {
  const { api, hotel } = outside();
  const { body } = await outside().asked(TWO);
  const first = newTrace({ flags: "00" });
  const { booking_id } = expectBooking(await hotel.makeBooking(body, { headers: first.headers }));
  await receiver.told(booking_id, 1);
  const [seq, line] = [await last(), hotel.lines.length];
  const trace = newTrace();
  const cancelled = await hotel.call("DELETE", `/v1/bookings/${booking_id}/rooms/1`, { as: "staff", headers: trace.headers });
  assert.equal(cancelled.status, 200, cancelled.text);
  const calls = (await api.log(seq)).filter((it) => it.reference?.startsWith(booking_id));
  assert.deepEqual(calls.map((it) => it.route), ["cancel"]);
  const told = (await receiver.told(booking_id, 2)).at(-1);
  expectTrace([...calls, { traceparent: told.headers.traceparent }], trace);
  assert.equal(calls[0].tracestate, undefined);
  const about = lines(line).filter((it) => it.booking_id === booking_id && it.event === "step" && it.step === "cancel");
  assert.ok(about.length > 0 && about.every((it) => it.trace_id === trace.id), JSON.stringify(about));
  for (const it of (await api.log()).filter((it) => it.reference?.startsWith(booking_id) && it.route === "book")) {
    assert.match(it.traceparent, new RegExp(`^00-${first.id}-[0-9a-f]{16}-00$`), "flags are passed on as they came");
  }
});

test("what a booking does later by itself is a trace of its own, which its lines lead to", async () => {
  const { hotel } = outside();
  const { body } = await outside().asked(TWO);
  const trace = newTrace();
  const request_id = randomUUID();
  receiver.answer = 503;
  const line = hotel.lines.length;
  const { booking_id } = expectBooking(await hotel.makeBooking(body, { headers: { ...trace.headers, "x-request-id": request_id } }));
  await receiver.told(booking_id, 1);
  receiver.answer = 204;
  // The next try comes after five seconds.
  const [first, second] = await receiver.told(booking_id, 2);
  expectTrace([{ traceparent: first.headers.traceparent }], trace);
  const later = expectTrace([{ traceparent: second.headers.traceparent }], undefined, "00");
  assert.notEqual(later, trace.id);
  assert.equal(second.headers.tracestate, undefined);
  const found = await until(() => lines(line).find((it) => it.trace_id === later && it.event === "step"), "the step is logged");
  assert.deepEqual([found.booking_id, found.request_id, found.step], [booking_id, request_id, "notify"]);
});

/** Headers that are no trace. */
const INVALID = [
  undefined,
  "",
  "Xiomara-Quijano",
  `00-${hex(16)}-${hex(8)}`,
  `00-${hex(16)}-${hex(8)}-1`,
  `00-${hex(16)}-${hex(8)}-01-00`,
  `ff-${hex(16)}-${hex(8)}-01`,
  `00-${"0".repeat(32)}-${hex(8)}-01`,
  `00-${hex(16)}-${"0".repeat(16)}-01`,
  `00-${hex(15)}aB-${hex(8)}-01`,
  `00-${hex(16)}-${hex(8)}-01, 00-${hex(16)}-${hex(8)}-01`,
  `00-${hex(3_000)}-${hex(8)}-01`,
];

test("what is no trace is passed over, and a new one begins", async () => {
  const { api, hotel } = outside();
  const seen = new Set();
  for (const traceparent of INVALID) {
    const [seq, line] = [await last(), hotel.lines.length];
    const headers = traceparent === undefined ? {} : { traceparent };
    const answer = await hotel.call("POST", "/v1/tools/check_availability", { as: "assistant", body: hotel.stay(), headers: { ...headers, tracestate: "congo=Xiomara" } });
    assert.equal(answer.status, 200, answer.text);
    const calls = await api.log(seq);
    const id = expectTrace(calls, undefined, "00");
    assert.equal(calls.length, 1);
    assert.equal(calls[0].tracestate, undefined, "a state without its trace is nobody's");
    assert.ok(!traceparent?.includes(id), traceparent);
    seen.add(id);
    const [request] = lines(line).filter((it) => it.event === "request");
    // Where neither was sent, request and trace are one number.
    assert.deepEqual([request.trace_id, request.request_id], [id, answer.headers.get("x-request-id")]);
    assert.equal(request.request_id, id);
  }
  assert.equal(seen.size, INVALID.length, "each is another");
  // A request's own id is no trace.
  const line = hotel.lines.length;
  const request_id = randomUUID();
  await hotel.call("POST", "/v1/tools/check_availability", { as: "assistant", body: hotel.stay(), headers: { "x-request-id": request_id } });
  const [request] = lines(line).filter((it) => it.event === "request");
  assert.equal(request.request_id, request_id);
  assert.match(request.trace_id, /^[0-9a-f]{32}$/);
  assert.notEqual(request.trace_id, request_id.replaceAll("-", ""));
});

test("a later version is read as far as this one goes, and a state is carried within its limits", async () => {
  const { api, hotel } = outside();
  const ask = async (traceparent, tracestate) => {
    const seq = await last();
    const headers = { traceparent, ...(tracestate === undefined ? {} : { tracestate }) };
    assert.equal((await hotel.call("POST", "/v1/tools/check_availability", { as: "assistant", body: hotel.stay(), headers })).status, 200);
    return (await api.log(seq))[0];
  };
  const [id, span] = [hex(16), hex(8)];
  assert.equal(PARENT.exec((await ask(`cc-${id}-${span}-09-and-more`)).traceparent)[1], id);
  const longest = `congo=${"x".repeat(506)}`;
  for (const [state, carried] of [["a=1,b@c=2", "a=1,b@c=2"], [longest, longest], [`${longest}x`, undefined], ["señal=1", undefined], ["none", undefined]]) {
    const it = await ask(`00-${id}-${span}-01`, state === undefined ? undefined : Buffer.from(state).toString("latin1"));
    assert.deepEqual([PARENT.exec(it.traceparent)[1], it.tracestate], [id, carried], state);
  }
});

test("a tool that MCP calls is in the trace of its caller", async () => {
  const { api, hotel } = outside();
  const trace = newTrace();
  const seq = await last();
  const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "check_availability", arguments: hotel.stay() } };
  const answer = await hotel.call("POST", "/mcp", { as: "assistant", body: message, headers: trace.headers });
  assert.equal(answer.status, 200, answer.text);
  expectTrace(await api.log(seq), trace);
});

test("of what a caller chose nothing is logged but a trace's and a request's digits", () => {
  const text = outside().hotel.lines.join("\n");
  for (const word of ["Xiomara", "congo", "rojo", "and-more", "tracestate", "traceparent"]) assert.ok(!text.includes(word), word);
  for (const it of lines()) if ("trace_id" in it) assert.match(it.trace_id, /^[0-9a-f]{32}$/);
});

closingOutside(outside, test);
