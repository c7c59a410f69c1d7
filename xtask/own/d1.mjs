// D1 for a server of one's own: the protocol that workerd's `DB` binding speaks, over one Durable Object's SQLite. The
// migrations are modules of this service, and are applied before the first query.

import { DurableObject } from "cloudflare:workers";

import { migrations } from "./migrations.mjs";

const BYTES = (value) => (Array.isArray(value) ? new Uint8Array(value).buffer : value);
const PLAIN = (value) => (value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value);

export class Database extends DurableObject {
  constructor(state, env) {
    super(state, env);
    this.sql = state.storage.sql;
    state.blockConcurrencyWhile(async () => this.migrate());
  }

  /** Applies what was not applied yet, each with its record or not at all, as `wrangler d1 migrations apply` does. */
  migrate() {
    this.sql.exec(
      `CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
         applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    );
    const applied = new Set([...this.sql.exec("SELECT name FROM d1_migrations")].map((row) => row.name));
    for (const [name, script] of migrations) {
      if (applied.has(name)) continue;
      this.ctx.storage.transactionSync(() => {
        this.sql.exec(script);
        this.sql.exec("INSERT INTO d1_migrations (name) VALUES (?)", name);
      });
    }
  }

  changes() {
    return this.sql.exec("SELECT total_changes() AS n, last_insert_rowid() AS id").one();
  }

  query({ sql, params }, format) {
    const before = this.changes();
    const started = Date.now();
    const cursor = this.sql.exec(sql, ...(params ?? []).map(BYTES));
    const columns = cursor.columnNames;
    const rows = [...cursor.raw()].map((row) => row.map(PLAIN));
    const after = this.changes();
    const objects = () => rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    const changes = after.n - before.n;
    const meta = {
      served_by: "own", duration: Date.now() - started, changes, last_row_id: after.id, changed_db: changes > 0,
      size_after: this.sql.databaseSize, rows_read: cursor.rowsRead, rows_written: cursor.rowsWritten,
    };
    return { success: true, results: format === "ROWS_AND_COLUMNS" ? { columns, rows } : objects(), meta };
  }

  async fetch(request) {
    const format = new URL(request.url).searchParams.get("resultsFormat");
    const asked = await request.json();
    const queries = Array.isArray(asked) ? asked : [asked];
    try {
      // A batch is one transaction.
      return Response.json(this.ctx.storage.transactionSync(() => queries.map((query) => this.query(query, format))));
    } catch (error) {
      return Response.json({ success: false, error: String(error?.message ?? error) }, { status: 500 });
    }
  }
}

export default {
  fetch: (request, env) => env.DATABASE.get(env.DATABASE.idFromName("posada")).fetch(request),
};
