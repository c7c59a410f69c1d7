// Input that is wrong: a problem document that names the field, in the guest's language, and nothing changed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { TODAY, closingTests, expectBooking, expectProblem, plus, room, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();
const JSON_TYPE = { "content-type": "application/json" };

/** Everything that the hotel's D1 holds, and what is free in a stay. */
async function snapshot(stay) {
  const tables = await hotel().sql(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
  );
  const held = {};
  for (const { name } of tables) held[name] = await hotel().sql(`SELECT * FROM ${name} ORDER BY 1, 2`);
  assert.ok(
    "compraclick" in held && "bac" in held && "ledger" in held && "settings" in held && "evidence_failures" in held,
  );
  return { ...held, free: await hotel().free(stay) };
}

/** Asserts that what `act` sends changes nothing. */
async function changesNothing(stay, act) {
  const before = await snapshot(stay);
  await act();
  assert.deepEqual(await snapshot(stay), before);
}

/** Fields that are wrong, by the change of a body that is right: what is sent, and the fields that are named. */
const WRONG = [
  ["no name", { customer_name: undefined }, ["customer_name"]],
  ["a name of spaces", { customer_name: "   " }, ["customer_name"]],
  ["a name that is a number", { customer_name: 7 }, ["customer_name"]],
  ["a name with a line end", { customer_name: "A\nB" }, ["customer_name"]],
  ["a name too long", { customer_name: "ñ".repeat(121) }, ["customer_name"]],
  ["an address that is none", { email: "nobody" }, ["email"]],
  [
    "no city, document and nationality",
    { city: null, dui_passport: "", nationality: {} },
    ["city", "dui_passport", "nationality"],
  ],
  ["no dates", { check_in_date: undefined, check_out_date: undefined }, ["check_in_date", "check_out_date"]],
  ["a date of another spelling", { check_in_date: "23/08/2027" }, ["check_in_date"]],
  ["a day that is not in the calendar", { check_in_date: "2027-02-30" }, ["check_in_date"]],
  ["a date that is a number", { check_out_date: 20270824 }, ["check_out_date"]],
  ["check-out before check-in", { check_in_date: "2027-03-05", check_out_date: "2027-03-04" }, ["check_out_date"]],
  ["check-out on check-in", { check_in_date: "2027-03-05", check_out_date: "2027-03-05" }, ["check_out_date"]],
  ["thirty-one nights", { check_in_date: "2027-03-05", check_out_date: "2027-04-05" }, ["check_out_date"]],
  ["yesterday", { check_in_date: plus(TODAY, -1), check_out_date: plus(TODAY, 1) }, ["check_in_date"]],
  ["the past", { check_in_date: "2025-08-23", check_out_date: "2025-08-24" }, ["check_in_date"]],
  ["the far future", { check_in_date: "2126-01-01", check_out_date: "2126-01-02" }, ["check_in_date"]],
  ["an unknown package", { package_type: "Desayuno" }, ["package_type"]],
  ["an unknown type", { bookings: [room("Suite", 2)] }, ["bookings[0].bungalow_type"]],
  ["an unknown type of another spelling", { bookings: [room("junior", 2)] }, ["bookings[0].bungalow_type"]],
  ["adults below zero", { bookings: [room("Junior", 2), room("Junior", -1)] }, ["bookings[1].adults"]],
  [
    "children below zero",
    { bookings: [room("Junior", 2, -1, -2)] },
    ["bookings[0].children_0_5", "bookings[0].children_6_10"],
  ],
  ["half an adult", { bookings: [room("Junior", 1.5)] }, ["bookings[0].adults"]],
  ["adults as text", { bookings: [room("Junior", "2")] }, ["bookings[0].adults"]],
  ["adults beyond all numbers", { bookings: [room("Junior", 1e308)] }, ["bookings[0].adults"]],
  ["adults beyond 64 bits", { bookings: [room("Junior", 18446744073709551616)] }, ["bookings[0].adults"]],
  ["sixty-one adults", { bookings: [room("Junior", 61)] }, ["bookings[0].adults"]],
  ["nobody", { bookings: [room("Junior", 0)] }, ["bookings[0].adults"]],
  [
    "a band left out",
    { bookings: [{ bungalow_type: "Junior", adults: 2 }] },
    ["bookings[0].children_0_5", "bookings[0].children_6_10"],
  ],
  [
    "lines that are none",
    { bookings: [7, null, "Junior", []] },
    ["bookings[0]", "bookings[1]", "bookings[2]", "bookings[3]"],
  ],
  ["a list that is none", { bookings: { 0: room("Junior", 2) } }, ["bookings"]],
  ["twenty-one rooms", { bookings: Array.from({ length: 21 }, () => room("Junior", 1)) }, ["bookings"]],
  ["a thousand rooms", { bookings: Array.from({ length: 1000 }, () => 1) }, ["bookings"]],
  [
    "extra beds that nobody needs",
    { bookings: [room("Junior", 2, 0, 0, { extra_beds: 1 })] },
    ["bookings[0].extra_beds"],
  ],
  ["extra beds below zero", { bookings: [room("Junior", 2, 0, 0, { extra_beds: -1 })] }, ["bookings[0].extra_beds"]],
  ["no payment method", { payment_method: undefined }, ["payment_method"]],
  ["no reference", { authorization_number: undefined }, ["authorization_number"]],
  ["a reference with spaces in it", { authorization_number: "12 34" }, ["authorization_number"]],
  ["a reference that is SQL", { authorization_number: "'; DROP TABLE compraclick; --" }, ["authorization_number"]],
  ["both references", { transfer_id: "1" }, ["transfer_id"]],
  ["the other method's reference", { payment_method: "Depósito BAC" }, ["authorization_number", "transfer_id"]],
  ["no payer", { payment_maker_name: undefined }, ["payment_maker_name"]],
  ["an amount below zero", { payment_amount: -690 }, ["payment_amount"]],
  ["an amount of three decimals", { payment_amount: 690.001 }, ["payment_amount"]],
  ["a claim that is none", { claim: "x y" }, ["claim"]],
  ["flags that are none", { all_or_nothing: "yes", force_process: 1 }, ["all_or_nothing", "force_process"]],
  ["a member that nobody knows", { discount: 50 }, ["discount"]],
  ["a member of another spelling", { Customer_Name: "X" }, ["Customer_Name"]],
  ["members of the language's own", { constructor: 1, toString: 2 }, ["constructor", "toString"]],
  ["instructions too long", { customer_instructions: "x".repeat(1001) }, ["customer_instructions"]],
  ["a zero byte", { city: "San\u0000Miguel" }, ["city"]],
  [
    "everything at once",
    {
      customer_name: [],
      email: "x",
      check_in_date: "never",
      bookings: [room("Suite", -1)],
      payment_method: "Oro",
      discount: 1,
    },
    ["customer_name", "email", "check_in_date", "bookings[0].adults", "payment_method", "discount"],
  ],
];

let payment;
async function right(more = {}) {
  payment ??= await hotel().payment(5000);
  return hotel().body(
    payment,
    { check_in_date: "2027-05-01", check_out_date: "2027-05-02" },
    [room("Junior", 2)],
    more,
  );
}

for (const [route, path, key] of [
  ["the tool", "/v1/tools/make_booking", undefined],
  ["the public API", "/v1/bookings", "bad-input"],
]) {
  test(`wrong fields of a booking by ${route}: each is named, in both languages, and nothing changes`, async () => {
    const body = await right();
    const stay = { check_in_date: body.check_in_date, check_out_date: body.check_out_date };
    await changesNothing(stay, async () => {
      for (const [what, change, fields] of WRONG) {
        const send = (language) =>
          hotel().call("POST", path, { as: "assistant", key, language, body: { ...body, ...change } });
        const answer = await send();
        assert.equal(answer.status, 422, `${what}: ${answer.text}`);
        const json = expectProblem(answer, 422, "invalid");
        assert.deepEqual(json.fields.map((fault) => fault.field).sort(), [...fields].sort(), what);
        assert.match(answer.headers.get("content-language"), /^es\b/);
        assert.match(json.customer_message, /^(Revise est|Hay un dato que no pudimos procesar)/, what);
        assert.equal(json.success, key === undefined ? false : undefined);
        const english = expectProblem(await send("en"), 422, "invalid");
        assert.match(english.customer_message, /^(Please check|There is something that we could not process)/, what);
        assert.deepEqual(english.fields, json.fields, "fields are for programs, and in one language");
      }
    });
  });
}

test("bodies that are none", async () => {
  const stay = hotel().stay();
  const megabytes = "x".repeat(10 * 1024 * 1024);
  const paths = [
    ["POST", "/v1/tools/make_booking"],
    ["POST", "/v1/bookings"],
    ["POST", "/v1/quotes"],
    ["POST", "/v1/tools/quote_rooms"],
    ["POST", "/v1/tools/validate_compraclick_payment"],
    ["POST", "/v1/tools/validate_bank_transfer"],
    ["POST", "/v1/tools/retry_compraclick_payment"],
    ["POST", "/v1/tools/retry_bank_transfer"],
  ];
  await changesNothing(stay, async () => {
    for (const [method, path] of paths) {
      for (const [what, body, headers, status, code] of [
        ["nothing", "", JSON_TYPE, 400, "bad_json"],
        ["spaces", "  \n", JSON_TYPE, 400, "bad_json"],
        ["half an object", '{"customer_name": "X', JSON_TYPE, 400, "bad_json"],
        ["more than an object", "{} {}", JSON_TYPE, 400, "bad_json"],
        ["a comma too many", '{"a": 1,}', JSON_TYPE, 400, "bad_json"],
        ["no number", '{"a": NaN}', JSON_TYPE, 400, "bad_json"],
        ["a number beyond all", '{"a": 1e999}', JSON_TYPE, 400, "bad_json"],
        ["half a pair", '{"a": "\\ud800"}', JSON_TYPE, 400, "bad_json"],
        ["no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), JSON_TYPE, 400, "bad_json"],
        ["UTF-16", Buffer.from('{"a": 1}', "utf16le"), JSON_TYPE, 400, "bad_json"],
        ["a list", "[]", JSON_TYPE, 422, "invalid"],
        ["null", "null", JSON_TYPE, 422, "invalid"],
        ["a text", '"x"', JSON_TYPE, 422, "invalid"],
        ["a member twice", '{"a": 1, "a": 2}', JSON_TYPE, 422, "invalid"],
        ["seventeen levels", `${'{"a":'.repeat(17)}1${"}".repeat(17)}`, JSON_TYPE, 422, "invalid"],
        ["thirty thousand levels", "[".repeat(30_000), JSON_TYPE, 422, "invalid"],
        ["a form", "a=1", { "content-type": "application/x-www-form-urlencoded" }, 415, "unsupported_media_type"],
        ["text", "{}", { "content-type": "text/plain" }, 415, "unsupported_media_type"],
        ["JSON of another kind", "{}", { "content-type": "application/jsonx" }, 415, "unsupported_media_type"],
        ["more than 64 KiB", `{"a": "${"x".repeat(65_536)}"}`, JSON_TYPE, 413, "too_large"],
        ["ten megabytes", megabytes, JSON_TYPE, 413, "too_large"],
      ]) {
        const answer = await hotel().call(method, path, { as: "assistant", key: "bad-body", body, headers });
        assert.equal(answer.status, status, `${what} to ${path}: ${answer.text}`);
        expectProblem(answer, status, code);
      }
    }
  });
});

test("a body of 64 KiB and a type with a parameter are read", async () => {
  const filler = " ".repeat(64 * 1024 - 2);
  const answer = await hotel().quote(`{${filler}}`, { headers: { "content-type": "Application/JSON; charset=utf-8" } });
  expectProblem(answer, 422, "invalid", { fields: ["check_in_date", "check_out_date", "package_type", "party"] });
  expectProblem(await hotel().quote(`{${filler} }`, { headers: JSON_TYPE }), 413, "too_large");
});

test("a body in chunks that is too large is refused like one that says its length", async () => {
  const chunks = Array.from({ length: 10 }, () => new Uint8Array(1024 * 1024).fill(0x20));
  const answer = await hotel().quote(ReadableStream.from(chunks), { headers: JSON_TYPE });
  expectProblem(answer, 413, "too_large");
  const small = await hotel().quote(ReadableStream.from([new TextEncoder().encode("{}")]), { headers: JSON_TYPE });
  expectProblem(small, 422, "invalid");
});

test("a body in chunks without an end is not read without an end", async () => {
  let sent = 0;
  const chunk = new Uint8Array(16 * 1024).fill(0x20);
  const body = new ReadableStream({
    pull(controller) {
      sent += chunk.length;
      if (sent > 64 * 1024 * 1024) controller.close();
      else controller.enqueue(chunk);
    },
  });
  // The Worker answers and hangs up: whoever is still sending hears the one or the other.
  const answer = await hotel()
    .quote(body, { headers: JSON_TYPE })
    .catch((error) => error);
  if (answer instanceof Error) assert.match(answer.code, /^(EPIPE|ECONNRESET)$/);
  else expectProblem(answer, 413, "too_large");
  assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes were taken`);
  assert.equal((await hotel().call("GET", "/healthz")).status, 200);
});

test("wrong requests for quotes and validations name their fields", async () => {
  const stay = hotel().stay();
  const quote = { ...stay, package_type: "Hospedaje", party: { adults: 2 } };
  const validation = { authorization_number: "123", payment_amount: 100, wa_id: "50370001234" };
  await changesNothing(stay, async () => {
    for (const [path, body, change, fields] of [
      ["/v1/quotes", quote, { party: undefined }, ["party"]],
      ["/v1/quotes", quote, { party: { adults: 0 } }, ["party.adults"]],
      ["/v1/quotes", quote, { party: { adults: -2, children_0_5: "1" } }, ["party.adults", "party.children_0_5"]],
      ["/v1/quotes", quote, { party: { adults: 60, children_0_5: 1 } }, ["party"]],
      ["/v1/quotes", quote, { party: { adults: 2, children: [1], children_0_5: 1 } }, ["party.children"]],
      ["/v1/quotes", quote, { party: { adults: 2, children: 3 } }, ["party.children"]],
      ["/v1/quotes", quote, { rooms: 0 }, ["rooms"]],
      ["/v1/quotes", quote, { rooms: 21 }, ["rooms"]],
      ["/v1/quotes", quote, { bungalow_type: "Suite" }, ["bungalow_type"]],
      [
        "/v1/quotes",
        quote,
        { bungalow_type: "Junior", bungalow_types: [{ bungalow_type: "Junior", count: 1 }] },
        ["bungalow_types"],
      ],
      ["/v1/quotes", quote, { bungalow_types: [{ bungalow_type: "Junior", count: 0 }] }, ["bungalow_types[0].count"]],
      ["/v1/quotes", quote, { split: [room("Junior", 3)] }, ["split"]],
      ["/v1/quotes", quote, { objective: "best" }, ["objective"]],
      ["/v1/quotes", quote, { check_in_date: plus(TODAY, -1), check_out_date: TODAY }, ["check_in_date"]],
      ["/v1/quotes", quote, { adults: 2 }, ["adults"]],
      [
        "/v1/tools/validate_compraclick_payment",
        validation,
        { authorization_number: undefined },
        ["authorization_number"],
      ],
      ["/v1/tools/validate_compraclick_payment", validation, { transfer_id: "1" }, ["transfer_id"]],
      ["/v1/tools/validate_compraclick_payment", validation, { payment_amount: 0 }, ["payment_amount"]],
      ["/v1/tools/validate_compraclick_payment", validation, { payment_amount: "100" }, ["payment_amount"]],
      ["/v1/tools/validate_compraclick_payment", validation, { wa_id: undefined }, ["wa_id"]],
      ["/v1/tools/validate_bank_transfer", validation, {}, ["authorization_number", "transfer_id"]],
    ]) {
      const answer = await hotel().call("POST", path, { as: "assistant", body: { ...body, ...change } });
      assert.equal(answer.status, 422, `${JSON.stringify(change)}: ${answer.text}`);
      const json = expectProblem(answer, 422, "invalid");
      assert.deepEqual(json.fields.map((fault) => fault.field).sort(), [...fields].sort(), JSON.stringify(change));
    }
    for (const [query, fields] of [
      ["", ["check_in_date", "check_out_date"]],
      ["?check_in_date=2027-01-01", ["check_out_date"]],
      ["?check_in_date=2027-01-02&check_out_date=2027-01-01", ["check_out_date"]],
      ["?check_in_date=%&check_out_date=%ff", ["check_in_date", "check_out_date"]],
      [`?check_in_date=${plus(TODAY, -1)}&check_out_date=${TODAY}`, ["check_in_date"]],
    ]) {
      expectProblem(await hotel().call("GET", `/v1/availability${query}`), 422, "invalid", { fields });
    }
  });
});

test("check-in today is allowed, and names of any script are kept", async () => {
  const today = { check_in_date: TODAY, check_out_date: plus(TODAY, 1) };
  const names = {
    customer_name: "Ngọc Ánh 王小明 🏖️ O'Brien-Ñúñez",
    city: "Ciudad «Dña» “Ω”",
    nationality: "日本",
    customer_instructions: "Línea 1\nLínea 2\t✓",
  };
  for (const name of ["Ngọc", "王小明", "Dña"]) hotel().personal.add(name);
  const answer = await hotel().makeBooking({ ...(await right()), ...today, ...names });
  assert.equal(expectBooking(answer).total_amount, 172.5);
});

test("wrong methods and unknown routes", async () => {
  for (const [method, path, status, code, allow] of [
    ["GET", "/v1/bookings", 405, "method_not_allowed", "POST"],
    ["PUT", "/v1/tools/make_booking", 405, "method_not_allowed", "POST"],
    ["POST", "/v1/property", 405, "method_not_allowed", "GET"],
    ["POST", "/v1/staff/payments", 405, "method_not_allowed", "GET, PUT"],
    ["PATCH", "/v1/quotes", 405, "method_not_allowed", "POST"],
    ["POST", "/v1/tools/rob_bank", 404, "not_found"],
    ["GET", "/v1", 404, "not_found"],
    ["GET", "/v1/bookings/", 404, "not_found"],
    ["GET", "/v1//property", 404, "not_found"],
    ["GET", "/V1/property", 404, "not_found"],
    ["GET", "/v2/property", 404, "not_found"],
    ["GET", "/v1/%F0%9F%8F%A8", 404, "not_found"],
  ]) {
    const answer = await hotel().call(method, path, { as: "staff", language: "en" });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    const json = expectProblem(answer, status, code);
    assert.equal(answer.headers.get("allow"), allow ?? null, `${method} ${path}`);
    assert.doesNotMatch(json.customer_message, /[áéíóúñ]/, "English");
  }
});

test("languages are asked for in every way, and Spanish is the rest", async () => {
  for (const [language, tag] of [
    ["en", "en"],
    ["en-GB, es;q=0.5", "en"],
    ["es;q=0.2, en;q=0.9", "en"],
    ["EN", "en"],
    ["es-SV", "es"],
    ["fr", "es"],
    ["*", "es"],
    ["", "es"],
    ["en;q=0", "es"],
    [";;;,,,", "es"],
    ["x".repeat(4000), "es"],
  ]) {
    const answer = await hotel().quote({}, { language });
    assert.equal(answer.headers.get("content-language").slice(0, 2), tag, language.slice(0, 40));
    assert.match(expectProblem(answer, 422, "invalid").customer_message, tag === "en" ? /^Please/ : /^Revise/);
  }
});

test("afterwards the Worker has met no error of its own", () => {
  assert.deepEqual(hotel().events("error"), []);
});
closingTests(hotel);
