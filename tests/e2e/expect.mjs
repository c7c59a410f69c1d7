// What answers must be.

import assert from "node:assert/strict";

/** Asserts that an answer is this problem, and says so as the contract has it. */
export function expectProblem(answer, status, code, more = {}) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  const { json } = answer;
  assert.equal(json.code, code);
  assert.equal(json.status, status);
  assert.equal(json.type, `urn:posada:problem:${code}`);
  assert.ok(json.title.length > 0 && json.detail.length > 0, "it has a title and a detail");
  assert.ok(json.customer_message.length > 0 && json.customer_message.length <= 4096, "the guest is told something");
  const { fields, ...members } = more;
  if (fields !== undefined)
    assert.deepEqual(
      json.fields.map((fault) => fault.field),
      fields,
      answer.text,
    );
  for (const [name, value] of Object.entries(members)) assert.deepEqual(json[name], value, name);
  return json;
}

/** Asserts that an answer is a booking with this outcome. */
export function expectBooking(answer, outcome = "booked") {
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.outcome, outcome, answer.text);
  return answer.json;
}

/** The codes of an answer as `codreser` has them. */
export const codreserOf = (answer) => answer.bookings.map((it) => `HR${it.reserva}`).join(",");
