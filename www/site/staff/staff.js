// The back office: sign-in, sections, languages, and what is shown where something goes wrong.

import { Refusal, ask, key } from "./api.js";
import { forgetFile, showBank } from "./bank.js";
import { showCases } from "./cases.js";
import { announce, el, failure, waiting } from "./dom.js";
import { forgetDrafts } from "./drafts.js";
import { showFigures } from "./figures.js";
import { forgetFilters, showDifferences, showPayments } from "./lists.js";
import { WORDS } from "./words.js";

const LANGUAGE = "posada-staff-language";
const SECTIONS = { differences: showDifferences, payments: showPayments, cases: showCases, figures: showFigures };
/** Screens that belong to a section, and which. */
const WITHIN = { bank: "payments" };
const SCREENS = { ...SECTIONS, bank: showBank };

const main = document.querySelector("#main");
const top = document.querySelector("#top");

/** What every screen needs. */
const context = {
  language: firstLanguage(),
  hotel: { name: "Posada", currency: "USD" },
  get words() {
    return WORDS[this.language];
  },
  guarded,
  show,
};

function firstLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wished = asked ?? sessionStorage.getItem(LANGUAGE) ?? navigator.language;
  return wished.toLowerCase().startsWith("en") ? "en" : "es";
}

const section = () => (Object.hasOwn(SCREENS, location.hash.slice(1)) ? location.hash.slice(1) : "differences");

/** Which showing is the last one: what an earlier one still waits for is not shown any more. */
let turn = 0;

/** Carries out `work`; what goes wrong is said on the screen, and the key is asked for again where it is not right. */
async function guarded(work) {
  const own = turn;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (own !== turn) return;
    if (error.kind === "key" || error.kind === "role") {
      key.clear();
      signIn(error.kind === "key" ? context.words.wrongKey : context.words.wrongRole);
      return;
    }
    const { words } = context;
    const text = { offline: words.offline, busy: words.busy, long: words.tooLong }[error.kind] ?? error.problem?.detail ?? words.busy;
    main.querySelector(".notice.bad")?.remove();
    for (const place of main.querySelectorAll(".waiting, .wait")) place.remove();
    main.prepend(failure(text, words.retry, () => show()));
    main.querySelector(".notice.bad button").focus();
  }
}

/** Shows the section that the address names; `said` is told above it, as something `good` or `bad`. */
async function show(said, how = "good") {
  if (key.get() === null) return signIn();
  turn += 1;
  const own = turn;
  header();
  const place = el("div", { class: "screen" });
  main.replaceChildren(place);
  await guarded(async () => {
    await SCREENS[section()](place, context);
    if (own !== turn) return;
    if (said !== undefined) {
      place.querySelector("h2")?.after(el("p", { class: `notice ${how}` }, said));
      announce(said);
    }
    place.querySelector("h2")?.focus({ preventScroll: true });
  });
}

function header() {
  const { words } = context;
  const isIn = key.get() !== null;
  document.documentElement.lang = context.language;
  document.title = `${words.title} · ${context.hotel.name}`;
  document.querySelector(".skip").textContent = words.skip;
  const link = (name) =>
    el("a", { href: `#${name}`, "aria-current": name === (WITHIN[section()] ?? section()) ? "page" : undefined }, words[name]);
  const other = context.language === "es" ? "en" : "es";
  top.replaceChildren(
    el("h1", { class: "name" }, context.hotel.name, " ", el("span", {}, words.title)),
    el(
      "div",
      { class: "tools" },
      el("button", { type: "button", class: "second", lang: other, onclick: () => speak(other) }, words.other),
      isIn && el("button", { type: "button", class: "second", onclick: leave }, words.signOut),
    ),
    ...(isIn ? [el("nav", { "aria-label": words.sections }, Object.keys(SECTIONS).map(link))] : []),
  );
}

function speak(language) {
  context.language = language;
  sessionStorage.setItem(LANGUAGE, language);
  const go = key.get() === null ? signIn : show;
  go();
  top.querySelector(".tools button").focus();
}

function leave() {
  key.clear();
  forgetFilters();
  forgetFile();
  forgetDrafts();
  signIn();
}

/** Asks for the key, and says what was wrong with the last one. */
function signIn(wrong) {
  turn += 1;
  header();
  const { words } = context;
  const input = el("input", {
    id: "key", type: "password", name: "key", autocomplete: "current-password", "aria-describedby": "key-hint key-wrong", spellcheck: "false",
  });
  const problem = el("p", { id: "key-wrong", class: "trouble", role: "alert" });
  const tell = (text) => {
    problem.textContent = text;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  const button = el("button", { type: "submit" }, words.signIn);
  const form = el(
    "form",
    { class: "card sign-in", novalidate: true },
    el("h2", {}, words.signIn),
    el("div", { class: "field" }, el("label", { for: "key" }, words.key), input, el("small", { id: "key-hint" }, words.keyHint)),
    problem,
    button,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (input.value.trim() === "") return tell(words.noKey);
    key.set(input.value.trim());
    button.disabled = true;
    try {
      await ask("/v1/staff/bookings?from=9999-01-01");
      await start();
    } catch (error) {
      key.clear();
      button.disabled = false;
      if (!(error instanceof Refusal)) throw error;
      tell({ key: words.wrongKey, role: words.wrongRole, offline: words.offline }[error.kind] ?? words.busy);
    }
    return undefined;
  });
  main.replaceChildren(form);
  if (wrong !== undefined) tell(wrong);
  else if (matchMedia("(pointer: fine)").matches) input.focus();
}

/** The hotel's name and currency; without them it goes on as well. */
async function start() {
  main.replaceChildren(waiting(context.words.loading));
  try {
    const { name, currency, utc_offset_minutes } = await ask("/v1/property");
    context.hotel = { name, currency, utc_offset_minutes };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  await show();
}

addEventListener("hashchange", () => {
  if (location.hash === "#main") return;
  show();
});
if (key.get() === null) signIn();
else start();
