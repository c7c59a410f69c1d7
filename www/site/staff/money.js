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

/** An instant by the hotel's clock, wherever who reads it is; by this machine's where the hotel's offset is not known. */
export function time(text, locale, { utc_offset_minutes: offset }) {
  const clock = { dateStyle: "medium", timeStyle: "short", timeZone: offset === undefined ? undefined : "UTC" };
  return new Intl.DateTimeFormat(locale, clock).format(new Date(Date.parse(text) + (offset ?? 0) * 60_000));
}

/**
 * An amount as people write or copy it (`690`, `$1,234.50`, `1234,5`, `1.234,50`) as the API takes it; `undefined` of what is
 * none, or could be two: `1.234` may be a thousand or one.
 */
export function amountOf(text) {
  const bare = text.replace(/^[^\d.,-]+|[^\d.,]+$/gu, "");
  if (/^\d+([.,]\d{1,2})?$/.test(bare)) return bare.replace(",", ".");
  if (/^\d{1,3}(,\d{3})+(\.\d{1,2})?$/.test(bare)) return bare.replaceAll(",", "");
  if (/^\d{1,3}(\.\d{3})+,\d{1,2}$/.test(bare)) return bare.replaceAll(".", "").replace(",", ".");
  return undefined;
}

/**
 * The parts of a payment, in cents: what the bar shows. What another program used and the ledger does not know yet is not
 * free either: it is taken in with the next operation, and nobody is to be promised it.
 */
export function parts(it) {
  const unknown = Math.min(Math.max(cents(it.difference), 0), cents(it.free_amount));
  return {
    settled: cents(it.settled_amount),
    claimed: cents(it.open_amount) + cents(it.attached_amount),
    external: cents(it.external_amount) + unknown,
    free: cents(it.free_amount) - unknown,
  };
}
