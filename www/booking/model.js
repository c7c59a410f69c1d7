// What the guest has chosen, what the hotel answered, and what follows from both. The element draws it.

import { ask, Refused, Unreachable } from "./api.js";
import { nightsBetween, plusDays, plusMonths } from "./dates.js";

/** What a reload does not bring back. The rest stays in this tab's storage; personal data are deleted once booked. */
const PASSING = ["problem", "loading", "undo", "wrong"];
const fresh = () => ({
  step: "stay", checkIn: "", checkOut: "", adults: 2, ages: [], wanted: 0, plan: "", objective: "even", undo: [], details: {},
});

export class Model {
  property;
  quote;
  base;
  availability;
  #calendar = new Map();

  /**
   * @param {object} options
   * @param {string} options.api
   * @param {() => string} options.language
   * @param {(cause: string) => void} options.changed called after every change
   * @param {() => Promise<object>} options.later loads the other screens and what quotes
   */
  constructor({ api, language, changed, later }) {
    Object.assign(this, { api, language, changed, later });
    this.key = `posada ${api}`;
    this.state = fresh();
    try {
      Object.assign(this.state, JSON.parse(sessionStorage.getItem(this.key)));
    } catch {
      // Storage may be forbidden or hold something else: the guest begins anew.
    }
  }

  set(patch, cause = "") {
    Object.assign(this.state, patch);
    try {
      const kept = JSON.stringify(this.state, (name, value) => (PASSING.includes(name) ? undefined : value));
      sessionStorage.setItem(this.key, kept);
    } catch {
      // Without storage a reload begins anew; nothing else is lost.
    }
    this.changed(cause);
  }

  reset() {
    this.quote = this.base = undefined;
    this.availability = undefined;
    this.state = fresh();
    this.set({ plan: this.property?.packages[0] }, "step");
  }

  ask(path, options = {}) {
    return ask(this.api, path, { language: this.language(), ...options });
  }

  /** Shows a failure where the guest is. */
  fail(error, retry) {
    const problem = error instanceof Refused || error instanceof Unreachable ? error.problem : { code: "unavailable" };
    this.set({ problem: { ...problem, retry }, loading: false }, "problem");
  }

  async start() {
    try {
      this.property = await this.ask("/v1/property");
    } catch (error) {
      return this.fail(error, () => this.start());
    }
    const { packages, today } = this.property;
    const { checkIn, plan } = this.state;
    this.set({
      problem: null,
      plan: packages.includes(plan) ? plan : packages[0],
      ...(checkIn && checkIn < today ? { checkIn: "", checkOut: "" } : {}),
    });
    this.showMonth(this.state.checkIn || today);
    await this.requote();
  }

  /** Quotes anew, as soon as what quotes is loaded. */
  requote(options) {
    if (this.quotes) return this.quotes(this, options);
    return this.later().then(() => this.quotes(this, options), (error) => this.fail(error, () => this.requote(options)));
  }

  /** What is known of a day: rooms free and the lowest price; nothing while it is not known. */
  day(day) {
    return this.#calendar.get(day);
  }

  /** Asks for the days of a month and of the one after it. */
  async showMonth(day) {
    const from = plusMonths(day, 0) < this.property.today ? this.property.today : plusMonths(day, 0);
    const to = plusDays(plusMonths(day, 2), -1);
    if (from > to || (this.#calendar.has(from) && this.#calendar.has(to))) return;
    const query = new URLSearchParams({ from_date: from, to_date: to });
    try {
      const { days } = await this.ask(`/v1/calendar?${query}`);
      for (const it of days) this.#calendar.set(it.date, it);
      this.changed("calendar");
    } catch {
      // The calendar does without prices; what is free is asked again for the stay.
    }
  }

  /** The first night from `from` on that has no room, within `nights`. */
  firstFull(from, nights) {
    for (let i = 0; i < nights; i += 1) if (this.day(plusDays(from, i))?.free_rooms === 0) return plusDays(from, i);
    return undefined;
  }

  get isStayKnown() {
    return Boolean(this.state.checkIn && this.state.checkOut);
  }

  get areAgesKnown() {
    return this.state.ages.every((age) => age !== null);
  }

  get nights() {
    return this.isStayKnown ? nightsBetween(this.state.checkIn, this.state.checkOut) : 0;
  }

  /** Rooms free by type, as last answered. */
  get free() {
    return this.availability?.answer?.rooms;
  }

  /** The rooms as the guest sees them: the proposal's, or the guest's own. */
  get rooms() {
    return this.state.split ?? this.quote?.rooms ?? [];
  }
}
