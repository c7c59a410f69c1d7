// Payments against the hotel's own reservation system: what it cancelled, lost, or has without a payment is named.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Outside, until } from "./outside.mjs";
import { expectBooking, plus, room } from "./support.mjs";

let it;
// The system's clock is this machine's, and so is the hotel's here.
before(async () => {
  it = await Outside.open({ testNow: new Date().toISOString() });
  it.hotel.nextStay = plus(new Date().toISOString().slice(0, 10), 30);
});
after(async () => it?.close());

/** Every page: payments, what is not about one, and whether all reservations could be compared. */
async function reconciled(query = {}) {
  const found = { payments: [], others: [], compared: true };
  let after = "";
  do {
    const asked = new URLSearchParams(after === "" ? query : { ...query, after });
    const answer = await it.hotel.call("GET", `/v1/staff/reconciliation?${asked}`, { as: "staff" });
    assert.equal(answer.status, 200, answer.text);
    found.payments.push(...answer.json.payments);
    found.others.push(...(answer.json.others ?? []));
    found.compared &&= answer.json.reservations_compared;
    after = answer.json.next ?? "";
  } while (after !== "");
  return found;
}

const named = (found) =>
  [...found.payments.flatMap((payment) => payment.differences), ...found.others].map((one) => one.code);

const send = (method, path, body) =>
  fetch(`${it.api.url}/${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${it.api.options.key}`,
      ...(body && { "idempotency-key": body.reference }),
    },
    body: body && JSON.stringify(body),
  });

test("cancelled, lost and unpaid at the hotel", async () => {
  const { hotel, api } = it;
  const { payment, stay, body } = await it.asked([room("Junior", 2), room("Junior", 1)]);
  const { booking_id, bookings } = expectBooking(await hotel.makeBooking(body));
  await until(
    async () => (await hotel.sql("SELECT 1 FROM bookings WHERE id = ? AND state = 'booked'", booking_id)).length > 0,
    "the registry has it",
  );
  const before = await reconciled();
  assert.deepEqual([named(before), before.compared], [[], true]);

  const [living] = (await it.living(stay)).filter((one) => one.reserva === bookings[0].reserva);
  const gone = await send("DELETE", `reservations/${living.reference}?reserva=${living.reserva}`);
  assert.equal(gone.status, 200);
  const cancelled = await reconciled({ reference: payment.reference });
  assert.deepEqual(named(cancelled), ["reservation_cancelled"]);
  const [difference] = cancelled.payments[0].differences;
  assert.equal(difference.booking_id, booking_id);
  assert.match(difference.text, new RegExp(`La reserva ${living.reserva} está pagada, pero el hotel la canceló`));
  assert.deepEqual(named(await reconciled()), ["reservation_cancelled"]);

  // A late call, carried out under the booking's own reference, which nothing paid for; and one of the front desk.
  const wish = {
    reference: `${booking_id}-0-9`, room_number: "12", bungalow_type: "Familiar", ...stay, package_type: "Hospedaje",
    adults: 2, children_0_5: 0, children_6_10: 0, extra_beds: 0, amount: 172.5, currency: "USD", customer_name: "Ana Pérez", email: "ana@example.com", phone_number: "+50370001234",
    city: "San Salvador", dui_passport: "01234567-8", nationality: "Salvadoreña", payment_method: "CompraClick", authorization_number: payment.reference, payment_maker_name: "Ana Pérez",
  };
  const late = await (await send("POST", "reservations", wish)).json();
  const desk = await (await send("POST", "reservations", { ...wish, reference: "recepcion-1", room_number: "14" })).json();
  assert.deepEqual([late.success, desk.success], [true, true]);
  assert.deepEqual(named(await reconciled()), ["reservation_cancelled"], "it may be in the middle of being confirmed");
  await hotel.host.stop();
  hotel.testNow += 11 * 60_000;
  await hotel.start();
  const found = await reconciled();
  assert.deepEqual(named(found), ["reservation_cancelled", "reservation_unpaid"]);
  assert.match(found.others[0].text, new RegExp(`La reserva ${late.reserva} está en el sistema de reservas`));

  await api.reset();
  assert.deepEqual(named(await reconciled()), ["reservation_gone", "reservation_gone"]);
});

test("a system that cannot be asked is no difference, and it is said", async () => {
  await it.api.faults({ route: "list", fault: { kind: "status", status: 503 } });
  const found = await reconciled();
  assert.deepEqual([named(found), found.compared], [[], false]);
  await it.api.clearFaults();
});

test("afterwards no log line says who somebody is", () => it.hotel.checkLogs());
