// Forgetting a guest: nothing that Posada keeps says who they were; the booking, its codes and the ledger stay.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inBooking } from "./objects.mjs";
import { closingTests, codreserOf, expectBooking, expectProblem, room, sharedHotel } from "./support.mjs";

const hotel = sharedHotel();

const WHO = {
  customer_name: "Guadalupe Orantes", email: "guadalupe@otro-correo.example", city: "Usulután", dui_passport: "99887766-5",
  customer_instructions: "Soy alérgica a las nueces",
};
const erase = (id, as = "staff") => hotel().call("DELETE", `/v1/staff/bookings/${id}/guest`, { as });

async function booked() {
  const payment = await hotel().payment(1000);
  const wa_id = hotel().waId();
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Familiar", 2)], { ...WHO, wa_id });
  return { payment, wa_id, body, answer: expectBooking(await hotel().makeBooking(body)) };
}

test("the guest is gone from booking, book and registry; codes, amounts and ledger stay", async () => {
  const { payment, wa_id, answer } = await booked();
  const path = `/v1/bookings/${answer.booking_id}`;
  const asked = await hotel().call("POST", `${path}/cancellation-request`, { as: answer.token, body: { rooms: [1], reason: "Mi madre Herminia enfermó" } });
  assert.equal(asked.status, 200, asked.text);
  const cancelled = await hotel().call("DELETE", `${path}/rooms/1`, { as: "staff" });
  assert.equal(cancelled.status, 200, cancelled.text);
  const ledger = await hotel().ledger(payment);
  const before = await hotel().call("GET", path, { as: "staff" });

  const erased = await erase(answer.booking_id);
  assert.deepEqual([erased.status, erased.json], [200, { booking_id: answer.booking_id, erased: true }]);
  assert.deepEqual((await erase(answer.booking_id)).json, erased.json, "said again");

  const after = await hotel().call("GET", path, { as: "staff" });
  assert.deepEqual(after.json.bookings, before.json.bookings);
  assert.equal(after.json.outcome, before.json.outcome);
  assert.deepEqual(await hotel().ledger(payment), ledger);
  const seen = await hotel().call("GET", `/v1/staff/bookings/${answer.booking_id}`, { as: "staff" });
  assert.equal(seen.json.customer_name, "erased");
  // The guest's token still opens it; the assistant no longer knows whose it is.
  assert.equal((await hotel().call("GET", path, { as: answer.token })).status, 200);
  expectProblem(await hotel().call("GET", `${path}?wa_id=${wa_id}`, { as: "assistant" }), 404, "not_found");
  const words = [...Object.values(WHO), "Herminia"];
  for (const text of [seen.text, after.text]) for (const word of words) assert.ok(!text.includes(word), word);

  // After a restart it is read from what is kept, and goes on: the other room can still be cancelled.
  await hotel().host.stop();
  await inBooking(hotel(), answer.booking_id, (db) => {
    const entries = db.all("SELECT entry FROM journal").map((row) => row.entry).join("\n") + db.get("SELECT facts FROM intake").facts;
    for (const word of [...words, wa_id]) assert.ok(!entries.includes(word), word);
    const orders = db.all("SELECT * FROM erasures");
    assert.equal(orders.length, 2);
    assert.match(orders[0].key_id, /^[0-9a-f]{64}$/, "it is kept who ordered it");
  });
  await hotel().start();
  const rest = await hotel().call("DELETE", path, { as: "staff" });
  assert.equal(rest.status, 200, rest.text);
  assert.equal((await hotel().call("POST", "/v1/staff/sweep", { as: "staff" })).json.cases, 0);
});

test("who paid further is gone as well, and the booking still knows what was paid", async () => {
  const payment = await hotel().payment(100);
  const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)], { ...WHO, force_process: true });
  const { booking_id } = expectBooking(await hotel().makeBooking(body, { as: "staff" }));
  const path = `/v1/bookings/${booking_id}`;
  const rest = { ...(await hotel().payment(200)), payment_maker_name: "Herminia Payés" };
  const paid = await hotel().call("POST", `${path}/payments`, { as: "staff", key: hotel().unique("pay-"), body: hotel().paidBy(rest) });
  assert.equal(expectBooking(paid).balance_due, 0);
  assert.equal((await erase(booking_id)).status, 200);
  await hotel().host.stop();
  await inBooking(hotel(), booking_id, (db) => {
    const entries = db.all("SELECT entry FROM journal").map((row) => row.entry).join("\n");
    for (const word of [...Object.values(WHO), "Herminia"]) assert.ok(!entries.includes(word), word);
  });
  await hotel().start();
  assert.equal(expectBooking(await hotel().call("GET", path, { as: "staff" })).balance_due, 0);
});

test("no table of D1 had them at all, and the log says only that it was done", async () => {
  const { payment, answer } = await booked();
  await hotel().expectRow(payment, { used: 345, codreser: codreserOf(answer) });
  await erase(answer.booking_id);
  const tables = await hotel().sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'");
  for (const { name } of tables) {
    const rows = JSON.stringify(await hotel().sql(`SELECT * FROM ${name}`));
    for (const word of Object.values(WHO)) assert.ok(!rows.includes(word), `${name}: ${word}`);
  }
  assert.equal(hotel().events("erased", answer.booking_id).length, 1);
  for (const line of hotel().lines) for (const word of Object.values(WHO)) assert.ok(!line.includes(word));
});

test("what is unknown is not found, and nobody else may", async () => {
  expectProblem(await erase("0".repeat(32)), 404, "not_found");
  expectProblem(await erase("x"), 404, "not_found");
  expectProblem(await erase("0".repeat(32), "assistant"), 403, "forbidden");
});

closingTests(hotel);
