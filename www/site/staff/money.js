// Amounts and instants as people read them.

const cents = (amount) => Math.round(amount * 100);

/** An amount in its currency; the plain number where the currency is none. */
export function money(amount, currency, locale) {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount);
  } catch {
    return `${amount.toFixed(2)} ${currency}`;
  }
}

/** A date such as `2026-11-20`. */
export function date(text, locale) {
  if (!text) return "—";
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
}

/** An instant, by this machine's clock. */
export const time = (text, locale) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));

/** The parts of a payment, in cents: what the bar shows. */
export const parts = (it) => ({
  settled: cents(it.settled_amount),
  claimed: cents(it.open_amount) + cents(it.attached_amount),
  external: cents(it.external_amount),
  free: cents(it.free_amount),
});
