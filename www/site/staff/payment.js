// One payment: what does not agree first, then the bar, the figures and the rooms that it paid.

import { el } from "./dom.js";
import { date, money, parts, time } from "./money.js";
import { say } from "./words.js";

/** The beginning of a booking's id, which is enough to tell those of one payment apart. */
const short = (id) => `${id.slice(0, 8)}…`;

/** The bar of settled, set aside, others' and free, said in words as well. */
function bar(it, { words }) {
  const all = parts(it);
  const named = [
    ["settled", words.settled],
    ["claimed", words.claimed],
    ["external", words.external],
    ["free", words.free],
  ];
  const shown = (name) => money(all[name] / 100, it.currency, words.locale);
  const label = named.map(([name, text]) => `${text}: ${shown(name)}`).join(", ");
  const pieces = named.map(([name]) => {
    const piece = el("span", { class: `piece ${name}` });
    piece.style.flexGrow = String(all[name]);
    return piece;
  });
  const legend = named
    .filter(([name]) => all[name] > 0 || name === "settled" || name === "free")
    .map(([name, text]) => el("div", { class: name }, el("dt", {}, text), el("dd", {}, shown(name))));
  return [
    el("div", { class: "bar", role: "img", "aria-label": label }, pieces),
    el("dl", { class: "legend" }, legend),
  ];
}

export function differences(list, { words }) {
  if (list.length === 0) return null;
  const item = (one) =>
    el("li", {}, one.text, one.booking_id && el("small", {}, ` (${say(words.ofBooking, { booking: one.booking_id })})`));
  return el("ul", { class: "faults" }, list.map(item));
}

/** What is longer has a line of its own. */
const WIDE_CHARS = 60;

function facts(list) {
  return el("dl", { class: "facts" }, list.map(([name, value]) => el("div", { class: value.length > WIDE_CHARS && "wide" }, el("dt", {}, name), el("dd", {}, value))));
}

/** A payment's card. */
export function payment(it, context) {
  const { words } = context;
  const amount = (value) => money(value, it.currency, words.locale);
  const reference = it.authorization_number ?? it.transfer_id;
  const room = (one) =>
    el(
      "li",
      {},
      el("b", {}, one.code),
      el("span", { class: "sum" }, amount(one.amount)),
      el("small", {}, `${say(words.ofBooking, { booking: short(one.booking_id) })}, ${say(words.line, { n: one.line }).toLowerCase()}`),
    );
  const claim = (one) => {
    const text = one.state === "open" ? words.claimOpen : words.claimAttached;
    const when = one.expires_at && time(one.expires_at, words.locale, context.hotel);
    return el("li", {}, say(text, { amount: amount(one.amount), time: when, booking: one.booking_id }));
  };
  return el(
    "article",
    { class: it.differences.length > 0 ? "card differs" : "card" },
    el("div", { class: "head" }, el("h3", {}, `${it.payment_method} ${reference}`), el("p", { class: "sum" }, amount(it.amount))),
    differences(it.differences, context),
    bar(it, context),
    it.rooms.length > 0
      ? [el("h4", {}, words.rooms), el("ul", { class: "rooms" }, it.rooms.map(room))]
      : el("p", { class: "quiet" }, words.noRooms),
    it.claims.length > 0 && [el("h4", {}, words.claims), el("ul", { class: "plain" }, it.claims.map(claim))],
    el(
      "details",
      {},
      el("summary", {}, words.details),
      facts([
        [words.payer, it.payment_maker_name],
        [words.paidOn, date(it.payment_date, words.locale)],
        [words.used, amount(it.used)],
        [words.difference, amount(it.difference)],
        [words.codes, it.codreser || "—"],
        [words.external, it.external_codes || "—"],
      ]),
    ),
  );
}

export { facts };
