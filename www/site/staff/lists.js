// The two lists of payments: what does not agree, and all of them.

import { address, ask, csv, save } from "./api.js";
import { bookingCard } from "./booking.js";
import { announce, el, trouble, untroubled, waiting } from "./dom.js";
import { amountOf } from "./money.js";
import { differences, payment } from "./payment.js";
import { say } from "./words.js";

/** How many pages are read before it is asked whether to go on. */
const PAGES_MAX = 25;

/** A button that fetches all as CSV. */
function download(path, name, context) {
  const { words, guarded } = context;
  const button = el("button", { type: "button", class: "second" }, words.download);
  button.addEventListener("click", () =>
    guarded(async () => {
      button.disabled = true;
      try {
        save(name, await csv(path(), context.language));
        announce(words.downloaded);
      } finally {
        button.disabled = false;
      }
    }),
  );
  return button;
}

const empty = (title, hint) => el("div", { class: "empty" }, el("h3", {}, title), el("p", {}, hint));

/** Reads pages until there are none, or enough, and answers where it goes on. */
async function readAll(path, query, language, take) {
  let { after } = query;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await ask(address(path, { ...query, after }), { language });
    take(found);
    after = found.next;
    if (after === undefined) return undefined;
  }
  return after;
}

/** What does not agree. */
export async function showDifferences(place, context) {
  const { words, language } = context;
  const path = "/v1/staff/reconciliation";
  const query = { differences: true };
  place.replaceChildren(waiting(words.loading));
  const list = el("div", { class: "list" });
  const aside = el("section", { class: "card differs" }, el("h3", {}, words.others));
  const notice = el("p", { class: "notice" }, words.notCompared);
  const state = { payments: 0, others: 0, compared: true };
  const take = (page) => {
    state.payments += page.payments.length;
    state.others += page.others?.length ?? 0;
    state.compared &&= page.reservations_compared !== false;
    list.append(...page.payments.map((it) => payment(it, context)));
    if (page.others?.length > 0) aside.append(differences(page.others, context));
  };
  const end = el("div", { class: "end" });
  const show = (after) => {
    const isDone = after === undefined;
    const nothing = state.payments + state.others === 0;
    const goOn = () =>
      context.guarded(async () => {
        end.replaceChildren(el("p", { class: "wait" }, words.loading));
        show(await readAll(path, { ...query, after }, language, take));
      });
    end.replaceChildren(
      ...(isDone ? [] : [el("p", {}, words.unfinished), el("button", { type: "button", onclick: goOn }, words.goOn)]),
    );
    place.replaceChildren(
      el("h2", { tabindex: "-1" }, words.differences),
      el("p", { class: "quiet" }, words.differencesHint),
      el(
        "div",
        { class: "actions" },
        el("button", { type: "button", class: "second", onclick: () => context.show() }, words.refresh),
        download(() => address(path, {}), "posada-reconciliation.csv", context),
      ),
      ...(state.compared ? [] : [notice]),
      ...(nothing && isDone ? [state.compared ? empty(words.agree, words.agreeHint) : empty(words.agreeElse, words.agreeElseHint)] : []),
      ...(state.payments > 0 ? [el("p", { class: "count" }, say(words.found, { n: state.payments }))] : []),
      list,
      ...(state.others > 0 ? [aside] : []),
      end,
    );
    const agrees = state.compared ? words.agree : `${words.notCompared} ${words.agreeElse}`;
    announce(nothing && isDone ? agrees : say(words.found, { n: state.payments }));
  };
  show(await readAll(path, query, language, take));
}

const UNFILTERED = { code: "", payment_method: "", reference: "", amount: "", payment_maker_name: "", from: "", to: "", differences: false };

/** The filters, kept while somebody is signed in: as they were searched by, and as they are typed. */
const filters = { ...UNFILTERED };
const typed = { ...UNFILTERED };

/** Who signs in next does not see whom the last one looked for. */
export function forgetFilters() {
  Object.assign(filters, UNFILTERED);
  Object.assign(typed, UNFILTERED);
}

function form(context, search) {
  const { words } = context;
  const field = (label, input) => el("label", { class: "field" }, el("span", {}, label), input);
  const method = el(
    "select",
    { name: "payment_method" },
    [["", words.all], ["CompraClick", "CompraClick"], ["Depósito BAC", "Depósito BAC"]].map(([value, text]) =>
      el("option", { value, selected: value === typed.payment_method }, text),
    ),
  );
  const input = (name, type, more = {}) => el("input", { name, type, value: typed[name], ...more });
  const box = el("input", { name: "differences", type: "checkbox", checked: typed.differences });
  const it = el(
    "form",
    { class: "filters", id: "filters", novalidate: true },
    field(words.codeFilter, input("code", "search", { maxlength: "30", autocomplete: "off", spellcheck: "false" })),
    field(words.method, method),
    field(words.reference, input("reference", "search", { maxlength: "40", autocomplete: "off", spellcheck: "false" })),
    field(words.amountFilter, input("amount", "text", { maxlength: "20", inputmode: "decimal", autocomplete: "off" })),
    field(words.nameFilter, input("payment_maker_name", "search", { maxlength: "100", autocomplete: "off", spellcheck: "false" })),
    field(words.from, input("from", "date")),
    field(words.to, input("to", "date")),
    el("label", { class: "check" }, box, el("span", {}, words.onlyDifferences)),
    el("button", { type: "submit" }, words.filter),
  );
  it.addEventListener("input", ({ target }) => {
    typed[target.name] = target.type === "checkbox" ? target.checked : target.value;
  });
  it.addEventListener("submit", (event) => {
    event.preventDefault();
    untroubled(it);
    const value = (name) => it.elements[name].value.trim();
    const amount = value("amount") === "" ? "" : amountOf(value("amount"));
    if (amount === undefined) return trouble(it, event.submitter ?? it.lastElementChild, words.badAmount, it.elements.amount);
    for (const name of ["code", "payment_method", "reference", "payment_maker_name", "from", "to"]) filters[name] = value(name);
    Object.assign(filters, { amount, differences: box.checked });
    return context.guarded(search);
  });
  return it;
}

/** The payments that paid these bookings or are to, each once; of one that has not come in it is said. */
async function paymentsThat(bookings, context) {
  const { words, language } = context;
  const asked = new Map();
  for (const { payment_method, payment_reference: reference } of bookings.flatMap((it) => [it, ...it.payments])) {
    asked.set(`${payment_method} ${reference}`, { payment_method, reference });
  }
  const show = async (query) => {
    const { payments } = await ask(address("/v1/staff/payments", query), { language });
    const { payment_method: method, reference } = query;
    if (payments.length === 0) return [el("p", { class: "notice" }, say(words.notArrived, { method, reference }))];
    return payments.map((it) => payment(it, context));
  };
  return (await Promise.all([...asked.values()].map(show))).flat();
}

/** What a reservation's code leads to: the booking, and the payments that paid it. */
async function byCode(code, context) {
  const { words, language } = context;
  const look = (spelled) => ask(address("/v1/staff/bookings", { code: spelled }), { language });
  let { bookings } = await look(code);
  // As people write it down: HR-26181, HR 26181.
  const bare = code.replace(/[\s-]/g, "");
  if (bookings.length === 0 && bare !== code) ({ bookings } = await look(bare));
  if (bookings.length === 0) return [empty(say(words.noCode, { code }), words.noCodeHint)];
  const cards = bookings.map((it) => bookingCard(it, context));
  const [payments, ...found] = await Promise.all([paymentsThat(bookings, context), ...cards]);
  return [...found, ...payments];
}

/** All payments, page by page. */
export async function showPayments(place, context) {
  const { words, language } = context;
  const path = "/v1/staff/payments";
  const list = el("div", { class: "list" });
  const count = el("p", { class: "count" });
  const end = el("div", { class: "end" });
  let shown = 0;
  const load = async (after) => {
    end.replaceChildren(el("p", { class: "wait" }, words.loading));
    const own = { ...filters, code: "" };
    let page = await ask(address(path, { ...own, after }), { language });
    // A page of what is looked for may be empty although a later one is not.
    for (let i = 1; i < PAGES_MAX && page.payments.length === 0 && page.next !== undefined; i += 1) {
      page = await ask(address(path, { ...own, after: page.next }), { language });
    }
    shown += page.payments.length;
    const cards = page.payments.map((it) => payment(it, context));
    list.append(...cards);
    const more = () =>
      context.guarded(async () => {
        const first = list.children.length;
        await load(page.next);
        // Whoever pressed goes on reading at the first new one.
        const heading = list.children[first]?.querySelector("h3");
        heading?.setAttribute("tabindex", "-1");
        heading?.focus();
      });
    const isDone = page.next === undefined;
    end.replaceChildren(...(isDone ? [] : [el("button", { type: "button", class: "second", onclick: more }, words.more)]));
    if (shown === 0 && isDone) list.replaceChildren(empty(words.noPayments, words.noPaymentsHint));
    if (shown === 0) count.textContent = isDone ? "" : words.unfinished;
    else count.textContent = say(isDone ? words.listed : words.listedSoFar, { n: shown });
    announce(count.textContent || words.noPayments);
  };
  const search = async () => {
    shown = 0;
    list.replaceChildren();
    count.textContent = "";
    if (filters.code === "") return load();
    end.replaceChildren(el("p", { class: "wait" }, words.loading));
    list.replaceChildren(...(await byCode(filters.code, context)));
    end.replaceChildren();
    const headings = [...list.querySelectorAll("h3")].map((it) => it.textContent);
    return announce(headings.join(", "));
  };
  place.replaceChildren(
    el("h2", { tabindex: "-1" }, words.payments),
    form(context, search),
    el(
      "div",
      { class: "actions" },
      el("a", { href: "#bank", class: "button second" }, words.bank.title),
      download(() => address(path, { ...filters, code: "" }), "posada-payments.csv", context),
    ),
    count,
    list,
    end,
  );
  await search();
}
