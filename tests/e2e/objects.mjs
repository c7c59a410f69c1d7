// What objects keep on disk, read and changed while workerd is stopped: faults that no call can make.

import { readdir } from "node:fs/promises";
import { join } from "node:path";

import sqlite from "node-sqlite3-wasm";

/** Opens a file of workerd's, which has a write-ahead log, for `use`. */
function withFile(path, use) {
  const db = new sqlite.Database(path);
  try {
    // Without shared memory, which this SQLite does not have.
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    return use(db);
  } finally {
    db.close();
  }
}

async function files(hotel, name) {
  const folder = join(hotel.persist, "v3/do", `posada-${name}`);
  const all = (await readdir(folder)).filter((file) => file.endsWith(".sqlite"));
  return { folder, objects: all.filter((file) => file !== "metadata.sqlite") };
}

/** Shows what every object of a class keeps. */
export async function withObjects(hotel, name, use) {
  const { folder, objects } = await files(hotel, name);
  for (const file of objects) withFile(join(folder, file), (db) => use(file, db));
}

/** The file of a booking's object, and its id. */
async function bookingFile(hotel, booking) {
  const { folder, objects } = await files(hotel, "BookingObject");
  for (const file of objects) {
    const path = join(folder, file);
    const is = withFile(path, (db) => {
      const known = db.get("SELECT 1 AS is_there FROM sqlite_master WHERE name = 'intake'");
      return known && JSON.parse(db.get("SELECT facts FROM intake").facts).booking === booking;
    });
    if (is) return { folder, path, id: file.replace(".sqlite", "") };
  }
  throw new Error(`no object keeps the booking ${booking}`);
}

/** Changes what a booking's object keeps. */
export async function inBooking(hotel, booking, use) {
  const { path } = await bookingFile(hotel, booking);
  return withFile(path, use);
}

/** Changes what the hotel's object keeps. */
export async function inProperty(hotel, use) {
  const { folder, objects } = await files(hotel, "PropertyObject");
  if (objects.length !== 1) throw new Error(`${objects.length} hotels`);
  return withFile(join(folder, objects[0]), use);
}

/** Changes what the object keeps that waits for a payment, and says which it is. */
export async function inPending(hotel, reference, use) {
  const { path, id } = await pendingFile(hotel, reference);
  withFile(path, use);
  return id;
}

/** The file of an object that waits for a payment or tells its end, and its id. */
async function pendingFile(hotel, reference) {
  const { folder, objects } = await files(hotel, "PendingPaymentObject");
  for (const file of objects) {
    const path = join(folder, file);
    const is = withFile(path, (db) => {
      const known = db.get("SELECT 1 AS is_there FROM sqlite_master WHERE name = 'pending'");
      return known && db.all("SELECT kept FROM pending").some(({ kept }) => kept.includes(`"${reference}"`));
    });
    if (is) return { folder, path, id: file.replace(".sqlite", "") };
  }
  throw new Error(`no object waits for the payment ${reference}`);
}

/** Loses a booking's alarm. */
export const loseAlarm = async (hotel, booking) => lose(await bookingFile(hotel, booking));

/** Loses the alarm of the object that waits for a payment or tells its end. */
export const losePendingAlarm = async (hotel, reference) => lose(await pendingFile(hotel, reference));

/** Loses an alarm: both where workerd's scheduler has it and where the object does. */
function lose({ folder, path, id }) {
  const lost = withFile(
    join(folder, "metadata.sqlite"),
    (db) => db.run("DELETE FROM _cf_ALARM WHERE actor_id = ?", [id]).changes,
  );
  withFile(path, (db) => db.run("DELETE FROM _cf_METADATA WHERE key = 1"));
  if (lost !== 1) throw new Error(`${lost} alarms of ${id}`);
}
