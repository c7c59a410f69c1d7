// Hostile requests from a seed: the same ones for the same seed. None of them is a request that the API should carry out,
// for each that could change something has a fault: so nothing may change, and nothing may fail.

import { gzipSync } from "node:zlib";

/** Chance from a seed (mulberry32): our own few lines, so that a seed means the same for ever. */
export class Chance {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(n) {
    return this.next() % n;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  bytes(length) {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** What has broken other programs: injections, formats, alphabets, lengths. */
const TEXTS = [
  "' OR '1'='1", "'; DROP TABLE ledger; --", "1; DELETE FROM bookings", "\" OR \"\"=\"", "') UNION SELECT * FROM settings --",
  "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "${jndi:ldap://127.0.0.1/x}",
  "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+1", "-2+3", "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/dev/null", "file:///etc/passwd",
  "http://127.0.0.1:1/", "| id", "; id", "`id`", "$(id)", "%00", "\u0000", "a\u0000b", "\r\nSet-Cookie: x=1", "\r\n\r\nHTTP/1.1 200 OK",
  "%s%s%s%n", "%x%x%x", "NaN", "Infinity", "-Infinity", "null", "undefined", "true", "[object Object]", "__proto__", "constructor", "toString",
  "\u202egnirts", "\u200b\u200b", "\ufeff", "e\u0301", "\u00e9", "İ", "ß", "ﬀ", "Ω≈ç√∫", "田中さん", "👩‍👩‍👧‍👦", "🏳️‍🌈", "\ud800", "\udfff\ud800", "Z͑ͫ̓ͪ̂ͫ̽",
  "٠١٢٣", "１２３", "0x1F", "1e3", "1_000", "  ", "\t\n", "a".repeat(200), "ñ".repeat(5_000), "\u0301".repeat(300), "x".repeat(60_000),
  "2026-02-30", "9999-12-31", "0000-00-00", "-271821-04-20", "2026-12-10T00:00:00Z", "999999999999999999999", "-1", "0", "1.5", "50377665544",
];

const NUMBERS = ["0", "-0", "-1", "1.5", "1e308", "-1e308", "1e-400", "1e400", "9007199254740993", "18446744073709551616", "2147483648", "0.1", "1E5", "00", "+1", "0x10", "NaN", "1."];

const HEADERS = ["Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset", "Authorization", "Cookie", "Content-Encoding", "Content-Language", "Content-Type", "Expect", "Forwarded", "From", "Idempotency-Key", "If-Match", "If-None-Match", "If-Modified-Since", "Last-Event-ID", "Origin", "Prefer", "Range", "Referer", "TE", "Upgrade", "User-Agent", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override", "X-Original-URL", "X-Request-Id", "Cf-Turnstile-Response", "CF-Connecting-IP", "CF-Ray", "MF-Original-Url-None", "Sec-Fetch-Site"];

const TYPES = ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/json;;;", "text/json", "text/csv", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "", "x".repeat(3_000)];

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** Routes that take a body, each with a body that is right but for what is done to it. */
function bodies({ dates, booking, payment, settings }) {
  const room = { bungalow_type: "Junior", adults: 2, children_0_5: 0, children_6_10: 0 };
  const asked = { ...dates, package_type: "Hospedaje", party: { adults: 6, children: [5, 9] }, rooms: 3 };
  const booked = {
    customer_name: "N. N.", email: "n@n.example", phone_number: "+50370001234", city: "X", dui_passport: "1", nationality: "X", ...dates,
    package_type: "Hospedaje", bookings: [room, { ...room, extra_beds: 1 }], payment_method: "CompraClick", authorization_number: payment,
    payment_maker_name: "N. N.", payment_evidence: { amount: 5, date: "2026-11-20" }, wa_id: "50370001234", quote: "AY1PAQlI", all_or_nothing: true,
    customer_instructions: "x", confirm_another: false,
  };
  const claim = { authorization_number: payment, payment_amount: 5, payment_maker_name: "N. N.", wa_id: "50370001234" };
  return [
    ["POST", "/v1/quotes", asked, true],
    ["POST", "/v1/tools/quote_rooms", asked, true],
    ["POST", "/v1/quotes", { ...dates, package_type: "Hospedaje", split: [room, room] }, true],
    ["POST", "/v1/bookings", booked],
    ["POST", "/v1/tools/make_booking", booked],
    ["POST", "/v1/tools/make_booking", { ...booked, bookings: undefined, ...room }],
    ["POST", "/v1/tools/validate_compraclick_payment", claim],
    ["POST", "/v1/tools/validate_bank_transfer", { ...claim, authorization_number: undefined, transfer_id: payment }],
    ["POST", `/v1/bookings/${booking}/cancellation-request`, { rooms: [1], reason: "x", wa_id: "50370001234" }],
    ["POST", `/v1/staff/cases/${booking}/resolve`, { line: 1, found: { reserva: "1", room_number: "54" }, note: "x" }],
    ["PUT", "/v1/staff/settings", settings],
    ["PUT", "/v1/staff/payments", { payments: [{ payment_method: "CompraClick", authorization_number: "1", amount: 5, currency: "USD", payment_maker_name: "N", payment_date: "2026-11-20" }] }],
  ];
}

/** A value of any kind, as JSON. */
function value(chance, depth = 0) {
  switch (chance.below(depth > 3 ? 4 : 7)) {
    case 0: return JSON.stringify(chance.pick(TEXTS));
    case 1: return chance.pick(NUMBERS.slice(0, 13));
    case 2: return chance.pick(["null", "true", "false", "\"\"", "{}", "[]"]);
    case 3: return JSON.stringify(String.fromCharCode(...Array.from({ length: 1 + chance.below(20) }, () => chance.below(0x10000))));
    case 4: return `[${Array.from({ length: chance.below(5) }, () => value(chance, depth + 1)).join(",")}]`;
    case 5: return `{${Array.from({ length: chance.below(5) }, () => `${JSON.stringify(chance.pick(TEXTS))}:${value(chance, depth + 1)}`).join(",")}}`;
    default: return `[${Array(chance.pick([10, 61, 1_000, 20_000])).fill(value(chance, 4).slice(0, 3).replace(/[^\d]/g, "") || "1").join(",")}]`;
  }
}

/** Paths to the members of a document. */
function places(document, at = []) {
  if (document === null || typeof document !== "object") return [];
  return Object.entries(document).flatMap(([name, inner]) => [[...at, name], ...places(inner, [...at, name])]);
}

const MARK = "\u0001hostile\u0001";

/** A document with some members replaced by anything, or left out; always with a member that there is not. */
function mutated(chance, document) {
  const copy = structuredClone(document);
  const replaced = [];
  for (let n = chance.below(4); n > 0; n -= 1) {
    const place = chance.pick(places(copy));
    if (place === undefined) break;
    const owner = place.slice(0, -1).reduce((it, name) => it?.[name], copy);
    if (owner === undefined || owner === null || typeof owner !== "object") continue;
    if (chance.below(5) === 0) delete owner[place.at(-1)];
    else {
      owner[place.at(-1)] = `${MARK}${replaced.length}`;
      replaced.push(value(chance));
    }
  }
  let text = JSON.stringify({ ...copy, [chance.pick(TEXTS)]: 1 });
  replaced.forEach((json, i) => {
    text = text.replace(JSON.stringify(`${MARK}${i}`), () => json);
  });
  return text;
}

/** Bytes of a body that is none, or nearly one. */
function broken(chance, document) {
  const text = Buffer.from(mutated(chance, document));
  switch (chance.below(16)) {
    case 0: return text.subarray(0, chance.below(text.length));
    case 1: return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text]);
    case 2: return Buffer.from(text.toString(), "utf16le");
    case 3: return Buffer.from("[".repeat(chance.pick([17, 1_000, 60_000])));
    case 4: return Buffer.from(`${'{"a":'.repeat(chance.pick([17, 500, 10_000]))}1`);
    case 5: return Buffer.from(`{"bookings":[${Array(20_000).fill("{}").join(",")}]}`);
    case 6: return Buffer.from(`{"a":"${"x".repeat(chance.pick([70_000, 300_000, 2_000_000]))}"}`);
    case 7: return chance.bytes(1 + chance.below(300));
    case 8: return Buffer.from(`{"check_in_date":"2027-01-01","check_in_date":"2027-01-02"}`);
    case 9: return gzipSync(text);
    case 10: return Buffer.from(`{"adults": ${chance.pick(NUMBERS)}}`);
    case 11: return Buffer.from(`"${"\\u00".repeat(chance.below(50))}"`);
    case 12: return Buffer.from(`{${Array.from({ length: 300 }, (_, i) => `"m${i}":1`).join(",")}}`);
    case 13: {
      const at = chance.below(text.length);
      const bytes = Buffer.from(text);
      bytes[at] = chance.below(256);
      // The member that there is not may be what was hit.
      return Buffer.concat([bytes, Buffer.from(" }")]);
    }
    case 14: return Buffer.alloc(0);
    default: return text;
  }
}

const encode = (chance, text) => {
  const bytes = Buffer.from(text.slice(0, 3_000));
  return chance.below(3) === 0 ? [...bytes].map((b) => `%${b.toString(16).padStart(2, "0")}`).join("") : encodeURIComponent(text.slice(0, 1_000).toWellFormed?.() ?? text.slice(0, 1_000).replace(/[\ud800-\udfff]/g, ""));
};

/** An address with something in every place where callers choose. */
function address(chance, { booking }) {
  const text = () => (chance.below(4) === 0 ? booking : encode(chance, chance.pick(TEXTS)));
  const raw = chance.pick(["%00", "%ff%fe", "%c0%ae", "%", "%zz", "..%2f..%2f", "//", "\\", "%2e%2e", "*", ";a=b", "%E0%A4%A"]);
  return chance.pick([
    () => `/v1/bookings/${text()}`, () => `/v1/bookings/${text()}?wa_id=${text()}`, () => `/v1/bookings/${text()}/events`,
    () => `/v1/bookings/${text()}/rooms/${text()}`, () => `/v1/bookings/${text()}/cancellation-request`,
    () => `/v1/availability?check_in_date=${text()}&check_out_date=${text()}`, () => `/v1/availability?${text()}`,
    () => `/v1/calendar?from_date=${text()}&to_date=${text()}`, () => `/v1/staff/bookings?state=${text()}&payment=${text()}&from=${text()}&after=${text()}`,
    () => `/v1/staff/cases?after=${text()}`, () => `/v1/staff/cases/${text()}/resolve`, () => `/v1/staff/bookings/${text()}`, () => `/${text()}`,
    () => `/v1/${raw}`, () => `${raw.startsWith("/") ? "" : "/"}${raw}/v1/property`, () => `/v1/property?${raw}=${raw}`, () => `/reservar?check_in_date=${text()}&check_out_date=${text()}&adults=${text()}&package_type=${text()}&lang=${text()}`,
    () => "/v1/tools/none", () => "/metrics", () => `/v1/staff/metrics?from=${text()}&to=${text()}&step=${text()}&metric=${text()}`, () => `/w/${text()}`, () => `/v1/property#${text()}`, () => `/${"a/".repeat(chance.pick([50, 1_500, 7_000]))}`,
    () => `http://other.example/v1/property`,
  ])();
}

/** A header's value as bytes: no line ends, or the message would be another one. */
function headerValue(chance, { keys, booking }) {
  const text = chance.pick([
    () => chance.pick(TEXTS), () => `Bearer ${chance.pick(TEXTS)}`, () => `Bearer ${keys.staff.slice(0, 63)}`, () => "Basic YWRtaW46YWRtaW4=", () => booking,
    () => "gzip, deflate, br", () => "chunked", () => "*/*;q=1e999", () => "es;q=0.5,en;q=NaN,*;q=-1", () => `${"es,".repeat(900)}en`, () => "respond-async", () => "4294967296", () => "bytes=0-0",
    () => "100-continue-not", () => chance.bytes(1 + chance.below(60)).toString("latin1"), () => "a".repeat(chance.pick([300, 5_000, 14_000])),
  ])();
  return Buffer.from(text.replace(/[\r\n\0]/g, "."), "utf8");
}

const line = (text) => Buffer.from(`${text}\r\n`, "latin1");

/** A whole message. Connections are closed behind each, so that the next one does not pay for it. */
function message(method, target, headers, body, { chunked = false } = {}) {
  const lines = [line(`${method} ${target} HTTP/1.1`), line("Host: 127.0.0.1"), line("Connection: close")];
  for (const [name, value] of headers) lines.push(Buffer.concat([Buffer.from(`${name}: `), Buffer.from(value), Buffer.from("\r\n")]));
  if (body === undefined) return Buffer.concat([...lines, line("")]);
  if (!chunked) return Buffer.concat([...lines, line(`Content-Length: ${body.length}`), line(""), body]);
  const parts = [];
  for (let at = 0; at < body.length; at += 4_096) {
    const part = body.subarray(at, at + 4_096);
    parts.push(line(part.length.toString(16)), part, line(""));
  }
  return Buffer.concat([...lines, line("Transfer-Encoding: chunked"), line(""), ...parts, line("0"), line("")]);
}

/** Messages that are not HTTP, or not quite. */
function malformed(chance) {
  const get = "GET /v1/property HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  const post = "POST /v1/quotes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n";
  return chance.pick([
    () => chance.bytes(1 + chance.below(400)), () => "GET / HTTP/9.9\r\n\r\n", () => "GET\r\n\r\n", () => " GET / HTTP/1.1\r\nHost: x\r\n\r\n", () => "GET /\r\n", () => "\r\n\r\n\r\n",
    () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", () => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", () => `${get}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`,
    () => `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/staff/cases HTTP/1.1\r\nHost: x\r\n\r\n`, () => `${post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc\r\n`,
    () => `${post}Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n`, () => `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, () => `${post}Content-Length: -1\r\n\r\n{}`, () => `${post}Content-Length: 99999999999999999999\r\n\r\n{}`,
    () => `${post}Content-Length: 1e1\r\n\r\n{}`, () => `${get}X: ${"a".repeat(chance.pick([8_000, 70_000, 300_000]))}\r\n\r\n`, () => `${get}${Array.from({ length: chance.pick([150, 2_000]) }, (_, i) => `X-${i}: 1\r\n`).join("")}\r\n`,
    () => `${get}No colon here\r\n\r\n`, () => `${get}: no name\r\n\r\n`, () => `${get}Bad Name: 1\r\n\r\n`, () => `${get}X: a\r\n folded\r\n\r\n`, () => `${get}X: a\0b\r\n\r\n`, () => `GET /${"a".repeat(chance.pick([9_000, 80_000]))} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    () => `${chance.pick(["FOO", "get", "G ET", "TRACE", "CONNECT", "PROPFIND", "X".repeat(5_000), "\u0001"])} /v1/property HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    () => "GET /v1/property HTTP/1.1\r\n\r\n", () => "GET /v1/property HTTP/1.0\r\n\r\n", () => `${get}Host: y\r\n\r\n`, () => `GET /v1/property HTTP/1.1\r\nHost: ${"a".repeat(3_000)}\r\nConnection: close\r\n\r\n`, () => `${get}Upgrade: websocket\r\n\r\n`,
  ])();
}

/**
 * The next hostile request: `{kind, bytes}`.
 *
 * @param {Chance} chance
 * @param {{keys: {assistant: string, staff: string}, token: string, booking: string, payment: string, dates: object, settings: object}} about
 */
export function hostile(chance, about) {
  const { keys, token } = about;
  // Staff may cancel by an address alone: that is no hostile request.
  const bearer = (method) => {
    const known = method === "DELETE" ? [keys.assistant, token] : [keys.assistant, keys.staff, keys.staff, token];
    const key = chance.pick([...known, undefined, "k".repeat(64)]);
    return key === undefined ? [] : [["Authorization", `Bearer ${key}`]];
  };
  const strange = () => Array.from({ length: chance.below(4) }, () => [chance.pick(HEADERS), headerValue(chance, about)]);
  const kind = chance.below(10);
  if (kind === 0) return { kind: "malformed", bytes: Buffer.from(malformed(chance), "latin1") };
  if (kind <= 2) {
    const method = chance.pick(["GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS"]);
    return { kind: "address", bytes: message(method, address(chance, about).replace(/[\s\0]/g, "+"), [...bearer(method), ...strange()]) };
  }
  if (kind === 3) {
    const target = chance.pick(["/v1/property", "/v1/quotes", "/v1/bookings", "/healthz", `/v1/bookings/${about.booking}`, "/v1/staff/cases", "/v1/tools/make_booking", "/reservar"]);
    const method = chance.pick(METHODS);
    return { kind: "headers", bytes: message(method, target, [...strange(), ...strange(), ...bearer(method)]) };
  }
  if (kind === 4) {
    const text = () => encode(chance, chance.pick(TEXTS));
    const names = ["check_in_date", "adults", "customer_name", "bookings", "quote", "amount", "date", "payment_method", "lang", "reference", "__proto__"];
    const form = Buffer.from(Array.from({ length: chance.below(12) }, () => `${chance.pick(names)}=${text()}`).join("&"));
    return { kind: "form", bytes: message("POST", "/reservar", [["Content-Type", "application/x-www-form-urlencoded"], ...strange()], form) };
  }
  const [method, path, document] = chance.pick(bodies(about));
  const isWhole = chance.below(2) === 0;
  const body = isWhole ? Buffer.from(mutated(chance, document)) : broken(chance, document);
  const type = chance.below(4) === 0 ? chance.pick(TYPES) : "application/json";
  const headers = [["Content-Type", type], ...bearer(method), ...(path === "/v1/bookings" ? [["Idempotency-Key", `hostile-${chance.next()}`]] : []), ...(chance.below(3) === 0 ? strange() : [])];
  return { kind: isWhole ? "values" : "bodies", bytes: message(method, path, headers, body, { chunked: chance.below(4) === 0 }) };
}
