// <posada-booking>: a guest chooses dates and party, sees who sleeps where and what it costs, and books.
//
// This module paints the calendar. The party, the other screens and the WebAssembly that quotes come with one more module,
// which it loads when the page is idle or first touched, and only as the very bytes that it was built with.

import { html, nothing, render } from "lit-html";
import { calendar, chosenStay } from "./calendar.js";
import { dayText, nightsBetween, plusMonths } from "./dates.js";
import { loadLater } from "./load.js";
import { Model } from "./model.js";
import { say, words } from "./words.js";
import look from "./look.css";

const STEPS = ["stay", "rooms", "details", "done"];
const LIVE_MS = 4_000;
const ORIGIN = new URL(import.meta.url).origin;

const sheet = (text) => {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
};
const base = sheet(look);

/**
 * Books rooms of the hotel whose API is at `api`.
 *
 * @element posada-booking
 *
 * @attr {string} api - origin of the hotel's API; that of this script unless it is said
 * @attr {"es" | "en"} lang - language (a region is passed over); the page's, or else Spanish
 * @attr {string} check-in - arrival, `YYYY-MM-DD`
 * @attr {string} check-out - departure, `YYYY-MM-DD`
 * @attr {number} adults - guests of 11 and more
 * @attr {string} children - ages of the children, such as `4,9`
 * @attr {"light" | "dark" | "auto"} theme - `auto`, the guest's own preference, unless it is said
 * @attr {boolean} no-history - leaves the browser's history alone: Back leaves the page, whatever the step
 *
 * @prop {object | null} quote - the quote as shown, in the form of `POST /v1/quotes`; read only
 * @prop {object | null} booking - the booking's answer without its token, once there is one; read only
 * @prop {(() => string | Promise<string>) | null} challenge - answers a Turnstile token, where the hotel wants one with a booking; where it fails the guest may try again
 * @prop {string} step - `stay`, `rooms`, `details`, `booking` or `done`; read only
 *
 * @method {void} reset - begins anew and forgets what was entered
 * @method {Promise<void>} ready - resolves when everything is loaded
 *
 * @fires {CustomEvent<{local: boolean}>} posada-ready - everything is loaded; `local`: whether quotes are made in the browser
 * @fires {CustomEvent<{what: "module" | "wasm", reason: string}>} posada-loaderror - something could not be loaded
 * @fires {CustomEvent<{check_in_date: string, check_out_date: string, rooms: number, guests: number, total_amount: number, currency: string}>} posada-quote - a price is shown
 * @fires {CustomEvent<{booked: number, failed: number, rooms: number}>} posada-progress - how many of the rooms are booked so far, and how many cannot be had
 * @fires {CustomEvent<{booking_id: string, rooms: number, total_amount: number, currency: string}>} posada-booked - every room is booked
 * @fires {CustomEvent<{booking_id: string, booked: number, failed: number, total_amount: number, currency: string}>} posada-partial - some rooms are booked
 * @fires {CustomEvent<{code: string}>} posada-error - the guest was shown a problem
 *
 * @slot - what is there where the element cannot be, such as a link to `/reservar`
 *
 * @csspart steps - the steps at the top
 * @csspart heading - a screen's heading
 * @csspart calendar - the calendar
 * @csspart day - a day of it
 * @csspart stepper - a number with its buttons
 * @csspart field - a field with its label
 * @csspart proposal - one of the proposals
 * @csspart room - a room's card
 * @csspart guest - a guest in a room
 * @csspart message - a message to the guest
 * @csspart total - the total at the bottom
 * @csspart bar - what the total stands in
 * @csspart button - a button
 * @csspart primary - the button that goes on
 * @csspart code - a reservation code
 *
 * @cssprop --posada-accent - buttons and what is chosen
 * @cssprop --posada-on-accent - text on the accent
 * @cssprop --posada-tint - what lies in the accent's light
 * @cssprop --posada-surface - the background
 * @cssprop --posada-raised - cards and fields
 * @cssprop --posada-text - text
 * @cssprop --posada-muted - text of less weight
 * @cssprop --posada-line - borders
 * @cssprop --posada-danger - what is wrong
 * @cssprop --posada-ok - what is done
 * @cssprop --posada-focus - the outline of what has the focus
 * @cssprop --posada-radius - roundness of corners
 * @cssprop --posada-font - the typeface
 * @cssprop --posada-heading-font - the typeface of headings
 * @cssprop --posada-width - the greatest width
 */
class PosadaBooking extends HTMLElement {
  static observedAttributes = ["api", "lang", "theme", "check-in", "check-out", "adults", "children"];

  #model;
  #root = this.attachShadow({ mode: "open" });
  #view = { month: "", focus: "" };
  #later;
  #loading;
  #loadedFor;
  #live = "";
  #liveTimer;
  #draws = false;
  #focus = "";

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [base];
  }

  connectedCallback() {
    if (this.#model) return;
    const api = new URL(this.getAttribute("api") ?? ORIGIN, document.baseURI).origin;
    this.#model = new Model({ api, language: () => this.language, changed: (cause) => this.#changed(cause), later: () => this.#load() });
    this.#readAttributes();
    this.#draw();
    this.#model.start();
    if (this.#model.state.step !== "stay") this.#load().catch(() => {});
    const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 1_000));
    idle(() => this.#load().catch(() => {}), { timeout: 3_000 });
    for (const touch of ["pointerdown", "keydown"]) {
      this.addEventListener(touch, () => this.#load().catch(() => {}), { once: true });
    }
    addEventListener("online", () => this.#model.state.problem?.code === "offline" && this.#retry());
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#model || before === after) return;
    if (name === "api") {
      this.#model = undefined;
      return this.connectedCallback();
    }
    if (name !== "lang" && name !== "theme") {
      this.#readAttributes();
      this.#model.requote();
    }
    this.#draw();
  }

  /** The language that is spoken. */
  get language() {
    const tag = this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang") || "es";
    return tag.toLowerCase().startsWith("en") ? "en" : "es";
  }

  get quote() {
    return this.#model?.quote?.rooms ? this.#model.quote : null;
  }

  get booking() {
    const { token, ...booking } = this.#model?.state.booking ?? {};
    return booking.booking_id ? booking : null;
  }

  get step() {
    return this.#model?.state.step ?? "stay";
  }

  ready() {
    return this.#load().then(() => undefined);
  }

  reset() {
    this.#view = { month: "", focus: "" };
    this.#model.reset();
  }

  #readAttributes() {
    const { state } = this.#model;
    const day = (name) => (/^\d{4}-\d\d-\d\d$/.test(this.getAttribute(name) ?? "") ? this.getAttribute(name) : "");
    const patch = {};
    if (!state.checkIn && day("check-in")) Object.assign(patch, { checkIn: day("check-in"), checkOut: day("check-out") });
    if (state.step === "stay" && !state.touched) {
      const adults = Number(this.getAttribute("adults"));
      const ages = (this.getAttribute("children") ?? "").split(/[ ,]+/).filter(Boolean).map(Number);
      if (adults >= 1 && adults <= 60) patch.adults = adults;
      if (ages.length && ages.every((age) => age >= 0 && age <= 17)) patch.ages = ages;
    }
    Object.assign(state, patch);
  }

  /** Loads the other screens in the language that is spoken, once; a failure is told and may be tried again. */
  #load() {
    const { language } = this;
    if (this.#loading && this.#loadedFor === language) return this.#loading;
    this.#loadedFor = language;
    const tell = (what, reason) => this.#emit("posada-loaderror", { what, reason });
    const loading = loadLater({ language, quoter: this.#later?.quoter, tell }).then(
      (later) => {
        const isFirst = !this.#later;
        this.#later = later;
        this.#model.quotes = later.requote;
        this.#root.adoptedStyleSheets = [base, sheet(later.look)];
        if (isFirst) {
          this.#emit("posada-ready", { local: later.quoter.isLocal });
          later.goOn(this.#kit());
        }
        this.#draw();
        return later;
      },
      (error) => {
        if (this.#loading === loading) this.#loading = undefined;
        throw error;
      },
    );
    return (this.#loading = loading);
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  #changed(cause) {
    const { state } = this.#model;
    if (cause === "step") {
      this.#focus = "h2";
      this.scrollIntoView?.({ block: "start", behavior: "instant" });
      this.#later?.stepped(this.#kit());
    }
    if (cause === "problem") {
      this.#focus = ["stay", "booking"].includes(state.step) ? "" : ".message";
      if (state.problem) this.#emit("posada-error", { code: state.problem.code });
    }
    if (cause === "quote") this.#later?.tellQuote(this.#kit());
    this.#draw();
  }

  /** One message for those who listen, gone after some seconds. */
  #announce(text) {
    this.#live = text;
    clearTimeout(this.#liveTimer);
    this.#liveTimer = setTimeout(() => {
      this.#live = "";
      this.#draw();
    }, LIVE_MS);
  }

  #money(amount, digits = 2) {
    const { currency } = this.#model.property;
    const options = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(words[this.language].locale, options).format(amount);
  }

  /** What the other screens are made with. */
  #kit() {
    const { language } = this;
    return {
      html, nothing, say, dayText, language, model: this.#model, t: { ...words[language], ...this.#later?.words },
      money: (amount) => this.#money(amount),
      announce: (text) => { this.#announce(text); this.#draw(); },
      emit: (name, detail) => this.#emit(name, detail),
      challenge: async () => this.challenge?.(),
      focus: (selector) => { this.#focus = selector; this.#draw(); },
      root: this.#root,
      message: (text, actions) => this.#message(text, actions),
      bar: (options) => this.#bar(options),
      go: (step, patch) => this.#go(step, patch),
      reset: () => this.reset(),
    };
  }

  #go(step, patch = {}) {
    this.#model.set({ problem: null, ...patch, step }, "step");
  }

  #retry() {
    const { retry } = this.#model.state.problem ?? {};
    this.#model.set({ problem: null });
    retry?.();
  }

  #draw() {
    if (this.#draws) return;
    this.#draws = true;
    queueMicrotask(() => {
      this.#draws = false;
      const theme = this.getAttribute("theme");
      this.#root.host.dataset.theme = theme === "light" || theme === "dark" ? theme : "auto";
      render(this.#page(), this.#root);
      const focus = this.#focus && this.#root.querySelector(this.#focus);
      if (focus) {
        this.#focus = "";
        focus.focus();
      }
    });
  }

  #page() {
    const t = words[this.language];
    const { property, state } = this.#model;
    const { step } = state;
    const at = step === "booking" ? 3 : STEPS.indexOf(step);
    const screen = !property ? this.#skeleton(t) : step === "stay" ? this.#stay(t) : this.#later?.screens[step](this.#kit()) ?? this.#skeleton(t);
    return html`<section class="page" lang=${t.locale} aria-busy=${property ? "false" : "true"}>
      <ol class="steps" part="steps" aria-label=${say(t.stepOf, { n: at + 1, all: 4, name: t.steps[at] })}>${t.steps.map(
        (name, i) => html`<li class=${i < at ? "past" : ""} aria-current=${i === at ? "step" : nothing}><span>${name}</span></li>`)}</ol>
      ${screen}<p class="sr" role="status">${this.#live}</p></section>`;
  }

  #skeleton(t) {
    const { problem } = this.#model.state;
    return html`<div class="screen stay"><div class="ghost tall"></div><div class="ghost"></div></div>
      ${problem ? this.#problem(t) : html`<p class="sr">${t.loading}</p>`}${this.#bar({})}`;
  }

  /** What is wrong, in words that say what to do. */
  #problem(t) {
    const { problem } = this.#model.state;
    if (!problem) return nothing;
    const text = problem.customer_message ?? t[problem.code] ?? t.unavailable;
    return this.#message(text, problem.retry && html`<button type="button" part="button" class="button"
      @click=${() => this.#retry()}>${t.retry}</button>`);
  }

  #message(text, actions = nothing) {
    return html`<div class="message" part="message" role="alert" tabindex="-1"><p>${text}</p>${actions || nothing}</div>`;
  }

  /** The total and what goes on, always in view. */
  #bar({ total, detail = nothing, back = nothing, go = nothing }) {
    return html`<div class=${total ? "bar" : "bar idle"} part="bar"><div class="sum"><strong class="total" part="total">${total ?? "\u00a0"}</strong>
      <small>${detail}</small></div>${back}${go}</div>`;
  }

  #stay(t) {
    const model = this.#model;
    const { state, property } = model;
    this.#view.month ||= plusMonths(state.checkIn || property.today, 0);
    const show = (patch, focus) => {
      Object.assign(this.#view, patch);
      if (patch.month) model.showMonth(patch.month);
      if (focus) this.#focus = `[data-day="${patch.focus}"]`;
      this.#draw();
    };
    const choose = (day) => {
      this.#view.focus = day;
      const stay = chosenStay(state, day);
      const full = stay.checkOut && model.firstFull(stay.checkIn, nightsBetween(stay.checkIn, stay.checkOut));
      choices({ ...stay, ...(full ? { checkOut: "" } : {}), problem: full ? { code: "fullBetween" } : null });
      if (!stay.checkOut) this.#announce(say(t.chooseOut, { day: this.#day(t, day) }));
    };
    const choices = (patch) => {
      model.set({ split: null, undo: [], signed: null, problem: null, ...patch });
      model.requote();
    };
    const clear = () => {
      choices({ checkIn: "", checkOut: "" });
      this.#focus = "[tabindex='0'].day";
    };
    const later = this.#later && this.#kit();
    return html`<div class="screen stay">
      <div><h2 part="heading" tabindex="-1">${t.stay}</h2><p class="hint">${this.#stayText(t)}</p>
      ${calendar({ model, t, say, money: (n, digits) => this.#money(n, digits), language: this.language, view: this.#view, show, choose })}
      ${this.#problem(t)}
      <p class="note">${t.fromNote} <button type="button" class="link" ?disabled=${!state.checkIn} @click=${clear}>${t.clear}</button></p></div>
      <div class="who"><h2 part="heading">${t.guests}</h2>${later ? this.#later.party(later) : html`<div class="ghost"></div>`}</div>
    </div>${later ? this.#later.stayBar(later) : this.#bar({})}`;
  }

  #day(t, day) {
    return dayText(day, t.locale, { weekday: "short", day: "numeric", month: "short" });
  }

  #stayText(t) {
    const { checkIn, checkOut } = this.#model.state;
    if (!checkIn) return t.chooseIn;
    if (!checkOut) return say(t.chooseOut, { day: this.#day(t, checkIn) });
    const nights = say(t.nights, { n: this.#model.nights });
    return say(t.chosen, { from: this.#day(t, checkIn), to: this.#day(t, checkOut), nights });
  }
}

if (!customElements.get("posada-booking")) customElements.define("posada-booking", PosadaBooking);

export { PosadaBooking };
