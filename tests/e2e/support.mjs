// What the end-to-end tests share: a hotel in a real workerd, callers in their roles, bodies of requests, and the
// hotel's tables with the invariants that must hold in them.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { startHost } from "../../xtask/host/host.mjs";
import { notePersonal } from "../../xtask/host/test-logs.mjs";
import { countLedger } from "./ledger.mjs";
import { send } from "./send.mjs";
import { D1Store } from "./stores.mjs";
import { NOW, cents, nights, plus, settings } from "./values.mjs";

export * from "./expect.mjs";
export * from "./values.mjs";

const FIRST_STAY = "2026-12-10";
const LOCAL_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const UTC_OFFSET = "-06:00";

/**
 * A hotel with its own workerd and data. Stays, payments and guests are given out one by one, so that tests that share
 * a hotel do not meet.
 */
export class Hotel {
  /**
   * Starts a hotel. `settings` and `vars` are as the tests need them; without `load` no settings are loaded. `store`
   * makes the store of its payments, where that is not D1.
   */
  static async open({ settings: document, vars = {}, testNow = NOW, load = true, store, limits } = {}) {
    const hotel = new Hotel();
    hotel.store = store?.(hotel) ?? new D1Store(hotel);
    hotel.persist = await mkdtemp(join(tmpdir(), "posada-e2e-"));
    hotel.lines = [];
    hotel.limits = limits;
    hotel.vars = { ...hotel.store.vars(), ...vars };
    hotel.testNow = Date.parse(testNow);
    hotel.opened = hotel.testNow;
    hotel.startedAt = Date.now();
    hotel.personal = new Set();
    hotel.foreign = new Set();
    hotel.answers = new Map();
    hotel.nextStay = FIRST_STAY;
    hotel.count = 0;
    try {
      await hotel.start();
    } catch (error) {
      await hotel.store.stop();
      throw error;
    }
    if (load) await hotel.load(document ?? (await settings()));
    return hotel;
  }

  /** The instant on the hotel's clock. */
  now() {
    return this.testNow + (Date.now() - this.startedAt);
  }

  /** Starts workerd on the hotel's data, its clock where it would be had it never stopped; on this port, if one is named. */
  async start(vars = this.vars, port = undefined) {
    const testNow = this.now();
    const log = (line) => {
      this.lines.push(line);
      this.onLine?.();
    };
    this.host = await startHost({ port, persist: this.persist, vars, testNow, limits: this.limits, log });
  }

  /** Lets so much time pass on the hotel's clock. */
  async later(ms) {
    await this.host.stop();
    this.testNow += ms;
    await this.start();
  }

  async close() {
    notePersonal(this.personal);
    await this.host.stop();
    await this.store.stop();
    await rm(this.persist, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }

  /** Loads settings. Rooms of `removed` leave them although somebody has them. */
  async load(document, removed = []) {
    const path = `/v1/staff/settings?rooms_removed=${removed.join(",")}`;
    const answer = await this.call("PUT", path, { as: "staff", body: document });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  }

  /**
   * Sends a request. `as` is a role, or the token of a booking; `body` is sent as JSON unless it is text or bytes.
   * No answer is a 5xx, unless a test says that it may be.
   */
  async call(method, path, { as, body, headers = {}, language, key, ip, mayFail = false } = {}) {
    const sent = new Headers(headers);
    const bearer = as === "staff" || as === "assistant" ? this.host.keys[as] : as;
    if (bearer !== undefined) sent.set("authorization", `Bearer ${bearer}`);
    if (language !== undefined) sent.set("accept-language", language);
    if (key !== undefined) sent.set("idempotency-key", key);
    if (ip !== undefined) sent.set("cf-connecting-ip", ip);
    const isPlain = body === undefined || typeof body === "string" || ArrayBuffer.isView(body);
    const isStream = body instanceof ReadableStream;
    if (!isPlain && !isStream && !sent.has("content-type")) sent.set("content-type", "application/json");
    const response = await send(`${this.host.url}${path}`, {
      method,
      headers: Object.fromEntries(sent),
      body: isPlain || isStream ? body : JSON.stringify(body),
    });
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get("content-type") ?? "");
    const answer = { ...response, json: isJson ? JSON.parse(response.text) : undefined };
    assert.ok(mayFail || answer.status < 500, `${method} ${path}: ${answer.status} ${answer.text}`);
    this.remember(body, answer);
    return answer;
  }

  /** Keeps what a booking was answered, for the checks at the end. */
  remember(body, { json }) {
    if (typeof json?.booking_id !== "string" || !Array.isArray(json.bookings)) return;
    const known = this.answers.get(json.booking_id);
    const stay =
      body?.check_in_date === undefined
        ? known?.stay
        : { check_in_date: body.check_in_date, check_out_date: body.check_out_date };
    this.answers.set(json.booking_id, { stay, bookings: json.bookings });
  }

  /** The tool `make_booking`, as the assistant calls it. */
  makeBooking(body, options = {}) {
    return this.call("POST", "/v1/tools/make_booking", { as: "assistant", body, ...options });
  }

  /** `POST /v1/bookings`, as the public unless told otherwise; with a new key unless one is given. */
  book(body, options = {}) {
    return this.call("POST", "/v1/bookings", { body, key: this.unique("key"), ...options });
  }

  quote(body, options = {}) {
    return this.call("POST", "/v1/quotes", { body, ...options });
  }

  /** A stay that no other test of this hotel has. */
  stay(nightCount = 1) {
    const check_in_date = this.nextStay;
    const check_out_date = plus(check_in_date, nightCount);
    this.nextStay = plus(check_out_date, 1);
    return { check_in_date, check_out_date };
  }

  unique(prefix = "") {
    this.count += 1;
    return `${prefix}${String(this.count).padStart(6, "0")}`;
  }

  /** A WhatsApp id that nobody else has. */
  waId() {
    const waId = `5037${String(1_000_000 + Number(this.unique()))}`;
    this.personal.add(waId);
    return waId;
  }

  /** Who books: the same invented person, so that the logs can be searched for her. */
  guest() {
    const guest = {
      customer_name: "Xiomara Quijano de Zelaya",
      email: "xiomara.quijano@correo-inventado.example",
      phone_number: "+503 7766-5544",
      city: "Chalchuapa",
      dui_passport: "04815162-3",
      nationality: "Salvadoreña",
    };
    for (const text of [
      guest.customer_name,
      "Xiomara",
      "Quijano",
      guest.email,
      "77665544",
      "7766-5544",
      guest.dui_passport,
    ]) {
      this.personal.add(text);
    }
    return guest;
  }

  /** The fields of a payment as bookings send them. */
  paidBy(payment, payment_amount) {
    return {
      payment_method: payment.payment_method,
      ...(payment.payment_method === "CompraClick"
        ? { authorization_number: payment.reference }
        : { transfer_id: payment.reference }),
      payment_maker_name: payment.payment_maker_name,
      ...(payment_amount === undefined ? {} : { payment_amount }),
    };
  }

  /** The body of a booking by the assistant: these rooms, this stay, this payment. */
  body(payment, stay, bookings, more = {}) {
    const { wa_id = this.waId(), payment_amount, ...others } = more;
    return {
      ...this.guest(),
      ...stay,
      package_type: "Hospedaje",
      bookings,
      ...this.paidBy(payment, payment_amount),
      ...(wa_id === null ? {} : { wa_id }),
      ...others,
    };
  }

  /** The body of a booking by the public: with the payment's evidence and without `wa_id`. */
  publicBody(payment, stay, bookings, more = {}) {
    const payment_evidence = { amount: payment.amount, date: payment.payment_date };
    return this.body(payment, stay, bookings, { wa_id: null, payment_evidence, ...more });
  }

  /**
   * A payment that has come in. With `used` or `codreser`, the hotel's other programs have worked on its row.
   */
  async payment(amount, { used, codreser, ...more } = {}) {
    const made = this.expected(amount, more);
    await this.store.put(made);
    if (used !== undefined || codreser !== undefined)
      await this.touch(made, { used: used ?? 0, codreser: codreser ?? null });
    return made;
  }

  /** A payment that a guest speaks of, and that has not come in: `store.put` is how it does. */
  expected(amount, { bank = false, currency = "USD", payer = "Wenceslao Iraheta Dubón" } = {}) {
    const reference = this.unique(bank ? "77" : "55");
    const payment = {
      payment_method: bank ? "Depósito BAC" : "CompraClick",
      ...(bank ? { transfer_id: reference } : { authorization_number: reference }),
      amount,
      currency,
      payment_maker_name: payer,
      payment_date: "2026-11-20",
    };
    for (const name of payer.split(" ")) this.personal.add(name);
    return { ...payment, reference, table: bank ? "bac" : "compraclick" };
  }

  /** What one of the hotel's other programs does: writes the row without the ledger. */
  async touch(payment, columns) {
    await this.store.touch(payment, columns);
    this.foreign.add(`${payment.payment_method}/${payment.reference}`);
  }

  async sql(text, ...values) {
    const { results } = await this.host.d1
      .prepare(text)
      .bind(...values)
      .all();
    return results;
  }

  /** A payment's row in its own table. */
  async row(payment) {
    const [row] = await this.store.rows(payment.table, payment.reference);
    return row;
  }

  /** A payment's ledger, oldest first. */
  ledger(payment) {
    return this.store.ledger(payment.payment_method, payment.reference);
  }

  async kinds(payment) {
    return (await this.ledger(payment)).map((entry) => entry.kind);
  }

  /** How many rooms of each type are free. */
  async free(stay) {
    const answer = await this.call("GET", `/v1/availability?${new URLSearchParams(stay)}`);
    assert.equal(answer.status, 200, answer.text);
    return Object.fromEntries(answer.json.rooms.map((it) => [it.bungalow_type, it.free]));
  }

  /** Asserts a payment's row: what is used, which codes, and that it is what the ledger says. */
  async expectRow(payment, { used, codreser }) {
    const row = await this.row(payment);
    assert.equal(cents(row.used), cents(used), "used");
    assert.equal(row.codreser, codreser, "codreser");
    if ((await this.kinds(payment)).includes("settled")) {
      assert.match(row.dateused, LOCAL_TIME);
      const at = Date.parse(row.dateused.replace(" ", "T") + UTC_OFFSET);
      assert.ok(
        at >= this.opened - 1_000 && at <= this.now(),
        `dateused is the hotel's local time, not ${row.dateused}`,
      );
    }
    await this.checkPayment(payment.payment_method, payment.reference, row);
  }

  /** I2 and I3 for one payment, from its ledger's entries. */
  async checkPayment(method, reference, row) {
    const entries = await this.ledger({ payment_method: method, reference });
    const counted = countLedger(entries);
    const name = `${method} ${reference}`;
    assert.equal(cents(row.used), counted.usedCents, `used of ${name}`);
    assert.ok(counted.usedCents >= 0 && counted.usedCents <= row.amount_cents, `${name} is not overdrawn`);
    assert.equal(row.codreser ?? "", counted.codreser.join(","), `codreser of ${name}`);
    assert.equal(new Set(counted.codreser).size, counted.codreser.length, `${name} links no code twice`);
  }

  /** The invariants, over everything that this hotel has seen. */
  async check() {
    for (const [method, table] of [
      ["CompraClick", "compraclick"],
      ["Depósito BAC", "bac"],
    ]) {
      for (const row of await this.store.rows(table)) {
        const { reference } = row;
        if (!this.foreign.has(`${method}/${reference}`)) await this.checkPayment(method, reference, row);
      }
    }
    const owners = new Map();
    const codes = new Map();
    for (const [booking, { stay, bookings }] of this.answers) {
      for (const { reserva, room: number } of bookings) {
        assert.equal(codes.get(reserva) ?? booking, booking, `code ${reserva} is of one booking`);
        codes.set(reserva, booking);
        for (const night of nights(stay)) {
          const owner = owners.get(`${number}/${night}`);
          assert.equal(owner ?? reserva, reserva, `room ${number} on ${night} has one owner`);
          owners.set(`${number}/${night}`, reserva);
        }
      }
    }
    const linked = await this.store.linked();
    for (const { code, n } of linked) assert.equal(n, 1, `${code} is paid for once`);
    for (const [code] of codes) {
      assert.ok(
        linked.some((row) => row.code === code),
        `${code} is linked to a payment`,
      );
    }
  }

  /** Every line that the Worker logged: none may say who somebody is. */
  checkLogs() {
    assert.ok(this.lines.length > 0, "the Worker logs");
    for (const line of this.lines) {
      for (const text of this.personal) {
        assert.ok(!line.toLowerCase().includes(text.toLowerCase()), `a log line says ${text}: ${line}`);
      }
    }
  }

  /** The structured log lines of one event. */
  events(event, booking) {
    return this.lines
      .filter((line) => line.startsWith("[MULTI_BOOKING] "))
      .map((line) => JSON.parse(line.slice("[MULTI_BOOKING] ".length)))
      .filter((it) => it.event === event && (booking === undefined || it.booking_id === booking));
  }
}

/**
 * One hotel for all tests of a file, with the invariants and the logs checked when they are through. Answers a
 * function, for the hotel is there only once tests run.
 */
export function sharedHotel(options = {}) {
  let hotel;
  before(async () => {
    hotel = await Hotel.open(typeof options === "function" ? await options() : options);
  });
  after(async () => hotel?.close());
  return () => hotel;
}

/** The last tests of every file. */
export function closingTests(hotel) {
  test("afterwards every payment's row is what its ledger says, and no room-night has two owners", () =>
    hotel().check());
  test("afterwards no log line says who somebody is", () => hotel().checkLogs());
}
