// Where a hotel's payments are: in the Worker's D1, or in a MariaDB of the hotel's own behind the gateway. The tests
// do to both what the hotel's other programs do, and look at both as these would.

import assert from "node:assert/strict";

const KEYS = { compraclick: "autorizacion", bac: "id" };

/** The embedded default. */
export class D1Store {
  name = "D1";

  constructor(hotel) {
    this.hotel = hotel;
  }

  vars() {
    return {};
  }

  /** A payment comes in. */
  async put(payment) {
    const { reference: _, table: __, ...body } = payment;
    const answer = await this.hotel.call("PUT", "/v1/staff/payments", { as: "staff", body: { payments: [body] } });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json, { received: 1, added: 1, changed: 0 });
  }

  /** What one of the hotel's other programs does: writes the row without the ledger. */
  async touch({ table, reference }, columns) {
    const names = Object.keys(columns);
    const set = names.map((name) => `${name} = ?`).join(", ");
    const sql = `UPDATE ${table} SET ${set} WHERE ${KEYS[table]} = ?`;
    await this.hotel.sql(sql, ...names.map((name) => columns[name]), reference);
  }

  /** A table's rows, or the one of a reference. */
  async rows(table, reference) {
    const key = KEYS[table];
    const select = `SELECT *, ${key} AS reference FROM ${table}`;
    if (reference === undefined) return this.hotel.sql(select);
    return this.hotel.sql(`${select} WHERE ${key} = ?`, reference);
  }

  /** A payment's ledger, oldest first. */
  async ledger(method, reference) {
    const sql = "SELECT entry FROM ledger WHERE method = ? AND reference = ? ORDER BY seq";
    const rows = await this.hotel.sql(sql, method, reference);
    return rows.map((row) => JSON.parse(row.entry));
  }

  /** How often each code is linked to a claim of a payment. */
  linked() {
    return this.hotel.sql("SELECT code, count(*) AS n FROM ledger WHERE kind = 'settled' GROUP BY code, claim");
  }

  /** Somebody changes the ledger, or takes an entry away. */
  async tamper({ payment_method, reference }, change) {
    const where = "WHERE method = ? AND reference = ?";
    const sql = change === "update" ? `UPDATE ledger SET seq = seq + 1 ${where}` : `DELETE FROM ledger ${where}`;
    await this.hotel.sql(sql, payment_method, reference);
  }

  async stop() {}
}

/** A MariaDB behind the gateway. */
export class MariaDbStore {
  name = "MariaDB";

  constructor(gateway) {
    this.gateway = gateway;
  }

  vars() {
    return this.gateway.vars();
  }

  put({ table, reference, amount, currency, payment_maker_name: payer, payment_date: date }) {
    return this.gateway.put(table, { reference, amount, currency, payer, date });
  }

  touch({ table, reference }, columns) {
    // A column that may not be NULL is empty where there is nothing.
    const changes = Object.entries(columns).map(([name, value]) => [name, value ?? (table === "bac" ? "" : null)]);
    return this.gateway.touch(table, reference, Object.fromEntries(changes));
  }

  rows(table, reference) {
    return this.gateway.rows(table, reference);
  }

  ledger(method, reference) {
    return this.gateway.ledger(method, reference);
  }

  async linked() {
    const sql = "SELECT JSON_OBJECT('code', code, 'n', COUNT(*)) FROM posada_ledger WHERE kind = 'settled' GROUP BY code, claim";
    return (await this.gateway.database.query(sql)).map((line) => JSON.parse(line));
  }

  async tamper({ reference }, change) {
    const where = `WHERE reference = '${reference}'`;
    const changed = change === "update" ? "UPDATE posada_ledger SET seq = seq + 1" : "DELETE FROM posada_ledger";
    await this.gateway.database.query(`${changed} ${where}`);
  }

  stop() {
    return this.gateway.stop();
  }
}
