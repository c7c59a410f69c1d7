// A hotel whose reservations are in a system of its own: the sandbox, and a Worker that is pointed at it.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Sandbox } from "./sandbox.mjs";
import { Hotel, closingTests, nights } from "./support.mjs";

const WAIT_MS = 60_000;
/** The key that the sandbox asks for, and that no log line may say. */
const KEY = "reservation-api-key-0123456789";

/** Waits until `find` finds something. */
export async function until(find, what, everyMs = 20) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await sleep(everyMs);
  }
}

/** A sandbox and a hotel that books in it. */
export class Outside {
  /** `sandbox` and `hotel` are their options; `vars` are added to those that point the Worker at the sandbox. */
  static async open({ sandbox = {}, vars = {}, ...hotel } = {}) {
    const it = new Outside();
    /** References of reservations that only staff know of. */
    it.untold = new Set();
    it.folder = await mkdtemp(join(tmpdir(), "posada-outside-"));
    // What it has booked it has after a restart, too.
    const { capabilities, ...options } = sandbox;
    it.api = await Sandbox.start({ key: KEY, journal: join(it.folder, "journal"), ...options });
    const declared = {};
    if (capabilities !== undefined) {
      const all = Object.keys(await it.api.control("GET", "capabilities"));
      await it.api.capabilities(Object.fromEntries(all.map((name) => [name, capabilities.includes(name)])));
      declared.RESERVATION_API_CAPABILITIES = capabilities.join(",");
    }
    it.hotel = await Hotel.open({ ...hotel, vars: { ...it.api.vars(), ...declared, ...vars } });
    it.hotel.personal.add(KEY);
    return it;
  }

  async close() {
    await this.hotel?.close();
    await this.api.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The body of a booking of these rooms, fully paid by a payment of its own. */
  async asked(rooms, more = {}) {
    const { stay = this.hotel.stay(), amount = 2_000, ...others } = more;
    const payment = await this.hotel.payment(amount);
    return { stay, payment, body: this.hotel.body(payment, stay, rooms, others) };
  }

  /** Waits until a booking that was answered has ended, and answers how. */
  async ended(answer) {
    if (answer.status !== 202 && answer.json?.outcome !== "in_progress") return answer;
    return until(async () => {
      const asked = await this.hotel.call("GET", `/v1/bookings/${answer.json.booking_id}`, { as: "staff" });
      assert.ok([200, 202].includes(asked.status), asked.text);
      return asked.json.outcome !== "in_progress" && asked;
    }, "the booking has ended");
  }

  /** Living reservations of a stay in the hotel's own system. */
  async living({ check_in_date }) {
    const all = await this.api.reservations();
    return all.filter((it) => it.check_in_date === check_in_date && it.status === "booked");
  }

  /** What the system was called for, of a booking: entries of its log. */
  async calls(route, booking_id) {
    const entries = await this.api.log();
    const isIts = (it) => booking_id === undefined || it.reference?.startsWith(`${booking_id}-`);
    return entries.filter((it) => it.route === route && !it.late && isIts(it));
  }

  /** Both sides agree: every living reservation is one room of one booking, and the other way round. */
  async agree() {
    const living = (await this.api.reservations()).filter((it) => it.status === "booked");
    const byCode = new Map(living.map((it) => [it.reserva, it]));
    assert.equal(byCode.size, living.length, "no code twice");
    const lines = living.map((it) => it.reference.replace(/-\d+$/, ""));
    assert.equal(new Set(lines).size, lines.length, "no requested room has two reservations");
    const owners = new Set();
    for (const it of living) {
      for (const night of nights(it)) {
        const owned = `${it.room_number}/${night}`;
        assert.ok(!owners.has(owned), `${owned} has one owner`);
        owners.add(owned);
      }
    }
    const told = new Set();
    for (const [booking_id, { bookings }] of this.hotel.answers) {
      for (const { reserva, room } of bookings) {
        const it = byCode.get(reserva);
        assert.ok(it, `${reserva} is a living reservation`);
        assert.ok(it.reference.startsWith(`${booking_id}-`), `${reserva} is that booking's`);
        assert.equal(it.room_number, room);
        told.add(reserva);
      }
    }
    for (const { reserva, reference } of living.filter((it) => !this.untold.has(it.reference))) assert.ok(told.has(reserva), `${reference} was told to its guest`);
  }
}

/** One outside hotel for all tests of a file. */
export function sharedOutside(options = {}) {
  let it;
  before(async () => {
    it = await Outside.open(typeof options === "function" ? await options() : options);
  });
  after(async () => it?.close());
  return () => it;
}

/** The last tests of every file. */
export function closingOutside(outside, test) {
  test("afterwards the hotel's system and Posada have the same reservations", () => outside().agree());
  closingTests(() => outside().hotel);
}
