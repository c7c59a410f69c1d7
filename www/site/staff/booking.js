// One booking: who, when, how it is paid and how its rooms stand.

import { Refusal, ask } from "./api.js";
import { el } from "./dom.js";
import { date, money, time } from "./money.js";
import { facts } from "./payment.js";
import { say } from "./words.js";

/** What is known of a booking, with these payments where more are known than the one that it was made with, and facts more. */
export function known(booking, context, { payments = [booking], more = [] } = {}) {
  const { words, hotel } = context;
  const amount = (value) => money(value, hotel.currency, words.locale);
  const line = (one) => {
    const parts = [
      one.bungalow_type,
      one.room && say(words.room, { room: one.room }),
      one.reserva && say(words.code, { code: one.reserva }),
      words.states[one.state] ?? one.state,
    ];
    return el(
      "li",
      {},
      el("b", {}, say(words.line, { n: one.line })),
      el("span", { class: "sum" }, amount(one.amount)),
      el("span", { class: "wide" }, parts.filter(Boolean).join(", ")),
      one.state === "unknown" && el("small", {}, say(words.searchFor, { reference: one.reference })),
    );
  };
  const { locale } = words;
  const paidBy = payments.map((it) => `${it.payment_method} ${it.payment_reference}`);
  return [
    facts([
      [words.guest, booking.customer_name],
      [words.phone, booking.phone_number],
      [words.mail, booking.email],
      [words.stay, `${date(booking.check_in_date, locale)} – ${date(booking.check_out_date, locale)}`],
      [words.payment, paidBy.join("\n")],
      [words.setAside, amount(booking.set_aside_amount)],
      ...more,
    ]),
    el("ul", { class: "rooms" }, booking.lines.map(line)),
  ];
}

/** The booking's card for who has its guest on the telephone: what it costs, what is left to pay, and what happened to it. */
export async function bookingCard({ booking_id: id, payments }, context) {
  const { words, language, hotel } = context;
  const [booking, answer] = await Promise.all([
    ask(`/v1/staff/bookings/${id}`, { language }),
    ask(`/v1/bookings/${id}`, { language }).catch((error) => {
      // A booking that was refused has no answer.
      if (error instanceof Refusal && error.kind === "refused") return {};
      throw error;
    }),
  ]);
  const sums = [[words.total, answer.total_amount], [words.balance, answer.balance_due]];
  const more = sums.filter(([, value]) => value !== undefined).map(([name, value]) => [name, money(value, hotel.currency, words.locale)]);
  const entry = ({ at, text }) => el("li", {}, el("small", {}, time(at, words.locale, hotel)), ` ${text}`);
  return el(
    "article",
    { class: "card booking" },
    el("div", { class: "head" }, el("h3", {}, say(words.bookingOf, { name: booking.customer_name })), el("p", {}, words.outcomes[booking.state] ?? booking.state)),
    el("p", { class: "quiet" }, say(words.ofBooking, { booking: id })),
    known(booking, context, { payments: payments.length > 0 ? payments : undefined, more }),
    el("details", {}, el("summary", {}, words.history), el("ul", { class: "plain" }, booking.journal.map(entry))),
  );
}
