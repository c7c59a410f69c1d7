// Where a test run collects what programs log, and what of people the tests sent: POSADA_TEST_LOGS, a folder. The test
// run looks for the one in the other at its end. Without it nothing is collected.

import { mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const FOLDER = process.env.POSADA_TEST_LOGS;
let count = 0;

function place(folder, name, ending) {
  mkdirSync(join(FOLDER, folder), { recursive: true });
  count += 1;
  return join(FOLDER, folder, `${name}-${process.pid}-${count}.${ending}`);
}

/** What writes a program's lines down; each call is one more program. */
export function collector(program) {
  if (FOLDER === undefined) return () => {};
  let file;
  return (line) => {
    file ??= openSync(place("logs", program, "log"), "a");
    writeSync(file, `${line}\n`);
  };
}

/** Notes what no log may say: names, telephones, addresses, numbers of documents. */
export function notePersonal(texts) {
  if (FOLDER === undefined) return;
  writeFileSync(place("personal", "personal", "json"), JSON.stringify([...texts]));
}
