// Dates, settings, lines and amounts that tests are made of.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "../../xtask/host/host.mjs";

/** The tests' now: noon of 1 December 2026 on the hotel's clocks (UTC-6). Every other date is counted from it. */
export const NOW = "2026-12-01T18:00:00Z";
export const TODAY = "2026-12-01";

/** The date `days` after `date`. */
export function plus(date, days) {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The dates of a stay's nights. */
export function nights({ check_in_date, check_out_date }) {
  const dates = [];
  for (let date = check_in_date; date < check_out_date; date = plus(date, 1)) dates.push(date);
  return dates;
}

/** The demo hotel's settings, changed by `change`. */
export async function settings(change = (document) => document) {
  const document = JSON.parse(await readFile(join(ROOT, "demo/hotel.json"), "utf8"));
  return change(document) ?? document;
}

/** A room line of a booking. */
export function room(bungalow_type, adults, children_0_5 = 0, children_6_10 = 0, more = {}) {
  return { bungalow_type, adults, children_0_5, children_6_10, ...more };
}

export const cents = (amount) => Math.round(amount * 100);
