// The sandbox as end-to-end tests use it: started, told to fail, killed and started again.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Sandbox } from "./sandbox.mjs";

const NIGHT = ["2026-12-04", "2026-12-05"];
const KEY = "a key of this test";

let folder;
let sandbox;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posada-sandbox-"));
  sandbox = await Sandbox.start({ key: KEY, journal: join(folder, "journal"), firstCode: 500 });
});

after(async () => {
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

function order(reference, room_number) {
  const [check_in_date, check_out_date] = NIGHT;
  return {
    ...{ reference, room_number, bungalow_type: "Junior", check_in_date, check_out_date, package_type: "Hospedaje" },
    ...{ adults: 2, children_0_5: 0, children_6_10: 0, extra_beds: 0, amount: 172.5, currency: "USD" },
    ...{ customer_name: "Ana Pérez", email: "ana@example.com", phone_number: "+50370001234", city: "San Salvador" },
    ...{ dui_passport: "01234567-8", nationality: "Salvadoreña", payment_method: "CompraClick" },
    ...{ authorization_number: "123456", payment_maker_name: "Ana Pérez", customer_instructions: null },
  };
}

async function book(reference, room) {
  const { RESERVATION_API_URL: url, RESERVATION_API_KEY: key } = sandbox.vars();
  const response = await fetch(`${url}/reservations`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "idempotency-key": reference, "content-type": "application/json" },
    body: JSON.stringify(order(reference, room)),
  });
  return response.json();
}

test("an answer is lost, the process is killed, and the reservation is there", async () => {
  await sandbox.faults({ id: "lost", route: "book", times: 1, fault: { kind: "lost_answer" } });
  await assert.rejects(book("abc-0-1", "54"));
  assert.deepEqual((await sandbox.rules()).map(({ id, seen, applied }) => [id, seen, applied]), [["lost", 1, 1]]);
  const [entry] = (await sandbox.log()).filter(({ route }) => route === "book");
  assert.deepEqual(entry.committed.booked, { reference: "abc-0-1", reserva: "500", room_number: "54" });
  assert.deepEqual(entry.answer, { cut: true });

  const { url } = sandbox;
  await sandbox.kill();
  await assert.rejects(book("abc-0-1", "54"));
  await sandbox.restart();
  assert.equal(sandbox.url, url);
  assert.deepEqual(await book("abc-0-1", "54"), { success: true, reserva: "500", room_number: "54" });
  assert.equal((await sandbox.reservations()).length, 1);
});

test("the front desk, capabilities and latency are as they were told", async () => {
  await sandbox.take("56", ...NIGHT);
  assert.equal((await book("abc-1-1", "56")).success, false);
  assert.deepEqual(await sandbox.frontDesk(), [{ room_number: "56", night: NIGHT[0] }]);
  await sandbox.release("56", ...NIGHT);
  assert.equal((await book("abc-1-2", "56")).success, true);
  assert.equal((await sandbox.capabilities({ list: false })).capabilities.list, false);
  await sandbox.latency(50);
  const started = performance.now();
  await book("abc-1-2", "56");
  assert.ok(performance.now() - started >= 49);
  await sandbox.latency(0);
  await sandbox.faults({ route: "book", fault: { kind: "cut" } }, { route: "list", fault: { kind: "cut" } });
  assert.deepEqual(await sandbox.clearFaults(), { removed: 2 });
  await sandbox.reset();
  assert.deepEqual(await sandbox.reservations(), []);
});

test("what makes no sense is refused", async () => {
  await assert.rejects(sandbox.faults({ route: "book", fault: { kind: "colour" } }), /422.*colour/);
  await assert.rejects(Sandbox.start({ capabilities: ["fly"] }), /fly/);
});
