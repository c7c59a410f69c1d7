// Days of the calendar as `YYYY-MM-DD` texts: no clocks, no time zones.

const DAY_MS = 86_400_000;
/** The number of 1 January 1970, counted from 1 January of year 1. */
const EPOCH_DAY = 719_163;

const utc = (day) => Date.parse(`${day}T00:00:00Z`);

/** The day `count` days after `day`. */
export const plusDays = (day, count) => new Date(utc(day) + count * DAY_MS).toISOString().slice(0, 10);

/** The nights from one day to another. */
export const nightsBetween = (from, to) => Math.round((utc(to) - utc(from)) / DAY_MS);

/** The day's number, counted from 1 January of year 1. */
export const dayNumber = (day) => utc(day) / DAY_MS + EPOCH_DAY;

/** The day of a number. */
export const dayOfNumber = (number) => new Date((number - EPOCH_DAY) * DAY_MS).toISOString().slice(0, 10);

/** The first day of the month `count` months after that of `day`. */
export function plusMonths(day, count) {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + count;
  return `${String(Math.floor(months / 12)).padStart(4, "0")}-${String((months % 12) + 1).padStart(2, "0")}-01`;
}

/** The same day of the month `count` months later, or that month's last. */
export function sameDayOf(day, count) {
  const first = plusMonths(day, count);
  const last = plusDays(plusMonths(first, 1), -1);
  const wanted = first.slice(0, 8) + day.slice(8);
  return wanted > last ? last : wanted;
}

/** The day of the week, 0 for Sunday. */
export const weekday = (day) => new Date(utc(day)).getUTCDay();

const formats = new Map();

/** The day in words; `options` are those of `Intl.DateTimeFormat`. */
export function dayText(day, locale, options) {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }));
  return formats.get(key).format(utc(day));
}
