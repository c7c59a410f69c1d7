// Applies the files of migrations/ to a D1, recording them as `wrangler d1 migrations apply` does.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Applies, in the order of their names, the `.sql` files of `folder` that `d1` has not had yet. */
export async function applyMigrations(d1, folder) {
  await d1.prepare(TABLE).run();
  const { results } = await d1.prepare("SELECT name FROM d1_migrations").all();
  const applied = new Set(results.map((row) => row.name));
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".sql")).sort();
  for (const name of files) {
    if (applied.has(name)) continue;
    const statements = splitStatements(await readFile(join(folder, name), "utf8"));
    try {
      // One batch is one transaction: a migration is applied and recorded, or neither.
      await d1.batch([
        ...statements.map((sql) => d1.prepare(sql)),
        d1.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
      ]);
    } catch (error) {
      throw new Error(`migration ${name}: ${error.message}`, { cause: error });
    }
  }
}

/** The statements of an SQL script; knows strings, quoted names, comments and the bodies of triggers. */
export function splitStatements(script) {
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[A-Za-z_]\w*|;|\s+|[\s\S]/g;
  const statements = [];
  let text = "";
  let words = [];
  let depth = 0;
  for (const [part] of script.matchAll(token)) {
    if (part.startsWith("--") || part.startsWith("/*")) {
      text += " ";
      continue;
    }
    if (part === ";" && depth === 0) {
      if (text.trim() !== "") statements.push(text.trim());
      text = "";
      words = [];
      continue;
    }
    text += part;
    if (/^[A-Za-z_]/.test(part)) {
      const word = part.toUpperCase();
      words.push(word);
      const inTrigger = words[0] === "CREATE" && words.slice(0, 3).includes("TRIGGER");
      if (inTrigger && (word === "BEGIN" || word === "CASE")) depth += 1;
      if (inTrigger && word === "END") depth -= 1;
    }
  }
  if (text.trim() !== "") statements.push(text.trim());
  return statements;
}
