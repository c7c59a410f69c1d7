// The calendar: a date grid as the ARIA practices have it. One month on narrow pages, two on wide ones.

import { html, nothing } from "lit-html";
import { dayText, nightsBetween, plusDays, plusMonths, sameDayOf, weekday } from "./dates.js";

/** Sunday first in English, Monday first in Spanish. */
const firstWeekday = (language) => (language === "en" ? 0 : 1);

/**
 * @param {object} it
 * @param {import("./model.js").Model} it.model
 * @param {object} it.t the words
 * @param {(amount: number, digits?: number) => string} it.money an amount, with so many decimals
 * @param {object} it.view `month` shown first and `focus`, the day that the keyboard is at
 * @param {(patch: object, focus?: boolean) => void} it.show changes the view
 * @param {(day: string) => void} it.choose
 */
export function calendar({ model, t, say, money, language, view, show, choose }) {
  const { property, state } = model;
  const { today, limits } = property;
  const last = plusDays(today, limits.days_ahead_max);
  const focus = view.focus || state.checkIn || today;
  const turn = (months) => show({ month: plusMonths(view.month, months), focus: "" });

  const key = (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    const inWeek = (weekday(focus) - firstWeekday(language) + 7) % 7;
    let day;
    if (event.key in steps) day = plusDays(focus, steps[event.key]);
    else if (event.key === "Home") day = plusDays(focus, -inWeek);
    else if (event.key === "End") day = plusDays(focus, 6 - inWeek);
    else if (event.key === "PageUp") day = sameDayOf(focus, event.shiftKey ? -12 : -1);
    else if (event.key === "PageDown") day = sameDayOf(focus, event.shiftKey ? 12 : 1);
    else return;
    event.preventDefault();
    day = day < today ? today : day > last ? last : day;
    const isShown = day >= view.month && day < plusMonths(view.month, 1);
    show({ focus: day, ...(isShown ? {} : { month: plusMonths(day, 0) }) }, true);
  };

  const cell = (day) => {
    const known = model.day(day);
    const isOut = state.checkIn && !state.checkOut && day > state.checkIn;
    // Where one leaves, the night that begins is of no concern.
    const isFull = known?.free_rooms === 0 && !isOut && day !== state.checkOut;
    const isOff = day < today || day > last || (isOut && nightsBetween(state.checkIn, day) > limits.nights_max);
    const isEnd = day === state.checkIn || day === state.checkOut;
    const isBetween = state.checkOut && day > state.checkIn && day < state.checkOut;
    const from = isOff || isFull ? undefined : known?.from_amount;
    // Cents do not fit; who pays is never asked for more than is shown.
    const price = from === undefined ? nothing : money(Math.ceil(from), 0);
    const name = dayText(day, t.locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
    const more = isFull ? t.full : price === nothing ? "" : say(t.from, { amount: money(from) });
    const end = day === state.checkIn ? t.checkIn : day === state.checkOut ? t.checkOut : "";
    return html`<td role="gridcell" aria-selected=${isEnd || isBetween ? "true" : "false"}
      class=${`${isEnd ? "end" : ""} ${isBetween ? "between" : ""} ${state.checkOut && day === state.checkIn ? "first" : ""} ${
        day === state.checkOut ? "last" : ""}`}>
      <button type="button" part="day" class=${`day ${isFull ? "full" : ""}`} data-day=${day}
        tabindex=${day === focus ? 0 : -1} ?disabled=${isOff} aria-disabled=${isFull ? "true" : "false"}
        @click=${() => !isFull && choose(day)}><span class="sr">${[name, end, more].filter(Boolean).join(", ")}</span>
        <b aria-hidden="true">${Number(day.slice(8))}</b><small aria-hidden="true">${price}</small></button></td>`;
  };

  const month = (first, at) => {
    const blanks = (weekday(first) - firstWeekday(language) + 7) % 7;
    const count = nightsBetween(first, plusMonths(first, 1));
    const weeks = [];
    // Six weeks always, so that nothing below moves when another month is shown.
    for (let week = 0; week < 6; week += 1) {
      const days = [];
      for (let i = 0; i < 7; i += 1) {
        const n = week * 7 + i - blanks;
        days.push(n < 0 || n >= count ? html`<td></td>` : cell(plusDays(first, n)));
      }
      weeks.push(html`<tr>${days}</tr>`);
    }
    const title = dayText(first, t.locale, { month: "long", year: "numeric" });
    const names = [0, 1, 2, 3, 4, 5, 6].map((i) => plusDays("2023-01-01", i + firstWeekday(language)));
    return html`<div class="month"><h3 id=${`month${at}`} aria-live="polite">${title}</h3>
      <table role="grid" aria-labelledby=${`month${at}`}><thead><tr>${names.map((day) => html`<th scope="col"
        abbr=${dayText(day, t.locale, { weekday: "long" })}>${dayText(day, t.locale, { weekday: "short" })}</th>`)}</tr></thead>
      <tbody>${weeks}</tbody></table></div>`;
  };

  const isFirst = view.month <= plusMonths(today, 0);
  return html`<div class="calendar" part="calendar" @keydown=${key}>
    <button type="button" class="turn back" aria-label=${t.previous} ?disabled=${isFirst} @click=${() => turn(-1)}>‹</button>
    <button type="button" class="turn on" aria-label=${t.next} ?disabled=${view.month >= plusMonths(last, 0)}
      @click=${() => turn(1)}>›</button>
    ${month(view.month, 0)}${month(plusMonths(view.month, 1), 1)}</div>`;
}

/** The stay that choosing `day` makes of the present one. */
export function chosenStay({ checkIn, checkOut }, day) {
  if (!checkIn || checkOut || day <= checkIn) return { checkIn: day, checkOut: "" };
  return { checkIn, checkOut: day };
}
