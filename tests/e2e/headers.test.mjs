// What every answer says to browsers, whatever it is; and what is read of a request before it is looked at.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closingTests, expectBooking, expectProblem, room, sharedHotel } from "./support.mjs";

const hotel = sharedHotel({ vars: { ALLOWED_ORIGINS: "https://hotel.example" } });

/** Of the API's answers, which show and run nothing. */
const API = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

function expectHeaders(answer, wanted, what) {
  for (const [name, value] of Object.entries(wanted)) assert.equal(answer.headers.get(name), value, `${name} of ${what}`);
}

test("every answer of the API has the headers, refused or not, of the Worker or of an object", async () => {
  const payment = await hotel().payment(172.5);
  const booked = await hotel().makeBooking(hotel().body(payment, hotel().stay(), [room("Junior", 2)]));
  const { booking_id, token } = expectBooking(booked);
  const path = `/v1/bookings/${booking_id}`;
  const origin = { origin: "https://hotel.example" };
  for (const [what, answer] of [
    ["a booking", booked],
    ["a booking of another page", await hotel().call("GET", path, { as: token, headers: origin })],
    ["its events", await hotel().call("GET", `${path}/events`, { as: token })],
    ["no more events", await hotel().call("GET", `${path}/events`, { as: token, headers: { "last-event-id": "4000000000" } })],
    ["health", await hotel().call("GET", "/healthz")],
    ["the property", await hotel().call("GET", "/v1/property")],
    ["a preflight", await hotel().call("OPTIONS", "/v1/quotes", { headers: { ...origin, "access-control-request-method": "POST" } })],
    ["no booking", await hotel().call("GET", "/v1/bookings/none", { as: "staff" })],
    ["no route", await hotel().call("GET", "/v1/none")],
    ["no key", await hotel().call("GET", "/v1/staff/cases")],
    ["no such method", await hotel().call("DELETE", "/v1/property")],
    ["a body that is none", await hotel().call("POST", "/v1/quotes", { body: "{", headers: { "content-type": "application/json" } })],
  ]) {
    expectHeaders(answer, API, what);
    assert.equal(answer.headers.get("server"), null, what);
    assert.equal(answer.headers.get("set-cookie"), null, what);
  }
});

test("pages have them too, with a policy that lets them work", async () => {
  for (const path of ["/", "/widget", "/site.js", "/site.css"]) {
    const page = await hotel().call("GET", path);
    assert.equal(page.status, 200, path);
    expectHeaders(page, { "x-content-type-options": "nosniff", "x-frame-options": "DENY", "strict-transport-security": "max-age=31536000" }, path);
    const policy = page.headers.get("content-security-policy");
    assert.match(policy, /default-src 'self'/, path);
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'(?!;)|\*/, path);
  }
  const form = await hotel().call("GET", "/reservar");
  expectHeaders(form, { ...API, "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'", "referrer-policy": "same-origin" }, "the form");
  const script = await hotel().call("GET", "/w/1/posada-booking.js");
  expectHeaders(script, { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin", "x-content-type-options": "nosniff" }, "the element");
});

test("an address, a key and a header that are too long are refused and not read further", async () => {
  const long = "a".repeat(5_000);
  expectProblem(await hotel().call("GET", `/v1/availability?check_in_date=${long}`), 422, "invalid", { fields: ["url"] });
  expectProblem(await hotel().call("GET", `/v1/${long}`), 422, "invalid", { fields: ["url"] });
  expectProblem(await hotel().call("GET", "/v1/property", { as: long }), 401, "unauthorized");
  assert.equal((await hotel().call("GET", "/v1/property", { headers: { "accept-language": `${"x-".repeat(3_000)}en` } })).status, 200);
  const key = await hotel().call("POST", "/v1/bookings", { body: {}, as: "staff", key: "k".repeat(256) });
  assert.equal(key.status, 422);
});

closingTests(hotel);
