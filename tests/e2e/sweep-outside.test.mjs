// The sweeper at a hotel whose reservations are in a system of its own: what was carried out there long after everybody
// had given it up is cancelled, or shown to staff where the system cannot cancel.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { Outside, until } from "./outside.mjs";
import { expectBooking, plus, room } from "./support.mjs";

const LATER_MS = 11 * 60_000;
const CASES = [
  { name: "a system that cancels", capabilities: undefined },
  { name: "a system that does not cancel", capabilities: ["idempotency", "lookup", "list"] },
];

for (const { name, capabilities } of CASES) {
  let it;
  // The system's clock is this machine's, and so is the hotel's here.
  before(async () => {
    it = await Outside.open({ testNow: new Date().toISOString(), sandbox: { capabilities } });
    it.hotel.nextStay = plus(new Date().toISOString().slice(0, 10), 30);
  });
  after(async () => it?.close());

  test(`${name}: a late call of a line that was booked meanwhile`, async () => {
    const { hotel, api } = it;
    const { stay, body } = await it.asked([room("Junior", 2)]);
    const { booking_id, bookings } = expectBooking(await hotel.makeBooking(body));
    await until(
      async () => (await hotel.sql("SELECT 1 FROM bookings WHERE id = ? AND state = 'booked'", booking_id)).length > 0,
      "the registry has it",
    );
    // The first try's call, carried out under its own reference after the second had booked.
    const other = bookings[0].room === "59" ? "58" : "59";
    const late = {
      reference: `${booking_id}-0-9`,
      room_number: other,
      bungalow_type: "Junior",
      ...stay,
      package_type: "Hospedaje",
      adults: 2,
      children_0_5: 0,
      children_6_10: 0,
      extra_beds: 0,
      amount: 172.5,
      currency: "USD",
      customer_name: "Ana Pérez",
      email: "ana@example.com",
      phone_number: "+50370001234",
      city: "San Salvador",
      dui_passport: "01234567-8",
      nationality: "Salvadoreña",
      payment_method: "CompraClick",
      authorization_number: body.authorization_number,
      payment_maker_name: "Ana Pérez",
    };
    const order = async (wish) => {
      const booked = await fetch(`${api.url}/reservations`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${api.options.key}`,
          "idempotency-key": wish.reference,
        },
        body: JSON.stringify(wish),
      });
      const json = await booked.json();
      assert.equal(json.success, true, JSON.stringify(json));
      return json;
    };
    const answer = await order(late);
    // One of a front desk, whose reference is none of ours, is nobody's business.
    await order({ ...late, reference: "recepcion-1", room_number: "12", bungalow_type: "Familiar" });

    const sweep = async () => (await hotel.call("POST", "/v1/staff/sweep", { as: "staff" })).json;
    assert.deepEqual((await sweep()).cancelled, [], "it may be in the middle of being confirmed");
    await hotel.host.stop();
    hotel.testNow += LATER_MS;
    await hotel.start();
    const swept = await sweep();
    assert.deepEqual(swept.failed, []);
    const living = (await it.living(stay)).map((reservation) => reservation.reserva);
    const cases = await hotel.call("GET", "/v1/staff/cases", { as: "staff" });
    const found = cases.json.cases.filter((one) => one.kind === "stray_reservation");
    if (capabilities === undefined) {
      assert.deepEqual([swept.cancelled, swept.cases, found], [[answer.reserva], 0, []]);
      assert.ok(!living.includes(answer.reserva));
    } else {
      assert.deepEqual([swept.cancelled, swept.cases], [[], 1]);
      assert.deepEqual(found[0].detail, { reserva: answer.reserva, room: other, reference: late.reference });
      assert.ok(living.includes(answer.reserva));
    }
    assert.ok(living.includes(bookings[0].reserva), "the booking's own stands");
    assert.equal(living.length, capabilities === undefined ? 2 : 3, "and so does the front desk's");
    const again = await sweep();
    assert.deepEqual([again.cancelled, again.cases, again.repaired], [[], 0, []]);
  });
}

test("a reservation that the hotel gave another code is its booking's all the same: a case, and never cancelled", async (t) => {
  const it = await Outside.open({ testNow: new Date().toISOString() });
  t.after(() => it.close());
  const { hotel, api } = it;
  hotel.nextStay = plus(new Date().toISOString().slice(0, 10), 30);
  const { stay, body } = await it.asked([room("Junior", 2)]);
  const { booking_id, bookings } = expectBooking(await hotel.makeBooking(body));
  const rowed = () => hotel.sql("SELECT 1 FROM bookings WHERE id = ? AND state = 'booked'", booking_id);
  await until(async () => (await rowed()).length > 0, "the registry has it");
  await api.stop();
  const journal = await readFile(api.options.journal, "utf8");
  await writeFile(api.options.journal, journal.replaceAll(`"${bookings[0].reserva}"`, '"R-7"'));
  await api.restart();
  assert.deepEqual(
    (await it.living(stay)).map((reservation) => reservation.reserva),
    ["R-7"],
  );
  await hotel.later(LATER_MS);
  const swept = (await hotel.call("POST", "/v1/staff/sweep", { as: "staff" })).json;
  assert.deepEqual([swept.failed, swept.cancelled, swept.cases], [[], [], 1]);
  assert.equal((await it.living(stay)).length, 1, "the guest's room stands");
  const { cases } = (await hotel.call("GET", "/v1/staff/cases", { as: "staff" })).json;
  assert.deepEqual(
    cases.map((one) => [one.kind, one.booking_id, one.detail.reserva]),
    [["stray_reservation", booking_id, "R-7"]],
  );
});
