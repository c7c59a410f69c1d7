// A bank's file: chosen, looked at as it was read, and only then saved.

import { ask } from "./api.js";
import { FIELDS, METHODS, NEEDED, ROWS_MAX, dateOf, orderIn, readAll, tableOf, todayAt } from "./bank-read.js";
import { Unreadable, rowsOf, textOf } from "./bank-text.js";
import { announce, el } from "./dom.js";
import { date, money } from "./money.js";
import { say } from "./words.js";

const SHOWN_MAX = 50;
const LINES_MAX = 20;

/** The file that was chosen, and what was said about it: kept until it is saved, whatever else is looked at meanwhile. */
let chosen;

export function forgetFile() {
  chosen = undefined;
}

/** Reads a file; `trouble` where it cannot be. */
async function open(file) {
  const name = file.name;
  try {
    const { text, encoding } = textOf(new Uint8Array(await file.arrayBuffer()));
    const table = tableOf(rowsOf(text));
    if (table.rows.length === 0) throw new Unreadable("noRows");
    if (table.rows.length > ROWS_MAX) throw new Unreadable("tooMany");
    return { name, encoding, table, columns: table.columns, method: "", order: "" };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { name, trouble: error };
  }
}

/** A choice of one of some texts, none at first where none is chosen yet. */
function select(name, options, value, first, change) {
  const option = ([key, text]) => el("option", { value: key, selected: key === value }, text);
  return el("select", { name, onchange: ({ target }) => change(target.value) }, option(["", first]), options.map(option));
}

/** What each column is: as it was taken to be, and to be put right. */
function columnsForm({ words }, again) {
  const { bank } = words;
  const { table, columns } = chosen;
  const names = table.names.map((name, i) => [String(i), name === "" ? `${i + 1}` : name]);
  const field = (name, input) => el("label", { class: "field" }, el("span", {}, bank.field[name]), input);
  const pick = (name) => {
    const places = columns[name];
    // The API's own file: each method has a column for its reference.
    if (places.length === 2) return null;
    const first = NEEDED.includes(name) ? bank.choose : bank.none;
    const change = (value) => {
      chosen.columns = { ...columns, [name]: value === "" ? [] : [Number(value)] };
      chosen.order = "";
      again(name);
    };
    return field(name, select(name, names, places.length === 0 ? "" : String(places[0]), first, change));
  };
  const shown = FIELDS.filter((name) => NEEDED.includes(name) || columns[name].length > 0).map(pick);
  const method = () => {
    const change = (value) => {
      chosen.method = value;
      again("payment_method");
    };
    return field("method", select("payment_method", METHODS.map((it) => [it, it]), chosen.method, bank.choose, change));
  };
  return el("fieldset", { class: "filters" }, el("legend", {}, bank.columns), shown, columns.method.length === 0 && method());
}

/** How dates are written, where the file does not say so itself. */
function orderForm({ words }, again) {
  const { bank, locale } = words;
  const cells = chosen.table.rows.map(({ cells: row }) => row[chosen.columns.date[0]] ?? "");
  const example = cells.find((cell) => dateOf(cell, undefined).fault === "dateTwice");
  const choice = (order) => {
    const text = say(bank[order], { example, date: date(dateOf(example, order).date, locale) });
    const input = el("input", { type: "radio", name: "order", value: order, checked: chosen.order === order });
    input.addEventListener("change", () => {
      chosen.order = order;
      again("order");
    });
    return el("label", { class: "check" }, input, el("span", {}, text));
  };
  return el("fieldset", { class: "order" }, el("legend", {}, bank.order), el("p", { class: "quiet" }, bank.orderWhy), choice("dmy"), choice("mdy"));
}

const linesOf = (rows) => [...rows.slice(0, LINES_MAX).map(({ line }) => line), ...(rows.length > LINES_MAX ? ["…"] : [])].join(", ");

function faultsList(rows, { bank }) {
  const item = ({ line, faults }) => el("li", {}, say(bank.line, { line, why: faults.map((name) => bank.faults[name] ?? name).join(" ") }));
  const beyond = rows.length - LINES_MAX;
  return el("ul", { class: "faults" }, rows.slice(0, LINES_MAX).map(item), beyond > 0 && el("li", {}, say(bank.more, { n: beyond })));
}

/** What the payments come to, by currency. */
function sumsOf(taken, { locale }) {
  const cents = new Map();
  for (const { payment } of taken) cents.set(payment.currency, (cents.get(payment.currency) ?? 0) + Math.round(payment.amount * 100));
  return [...cents].map(([currency, sum]) => money(sum / 100, currency, locale)).join(" + ");
}

function preview(taken, { words }) {
  const { bank, locale } = words;
  const row = ({ line, reference, raw, payment }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, String(line)),
      el("td", { class: "text day" }, date(payment.payment_date, locale)),
      el("td", {}, money(payment.amount, payment.currency, locale)),
      el("td", { class: "text" }, reference),
      el("td", { class: "text" }, payment.payment_maker_name),
      el("td", { class: "text" }, `${raw.date} · ${raw.amount}`),
    );
  const text = { scope: "col", class: "text" };
  return [
    el("h3", {}, bank.preview),
    taken.length > SHOWN_MAX && el("p", { class: "quiet" }, say(bank.notShown, { n: SHOWN_MAX })),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": bank.preview },
      el(
        "table",
        {},
        el("caption", {}, bank.preview),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", { scope: "col" }, bank.lineNumber),
            el("th", text, bank.field.date),
            el("th", { scope: "col" }, bank.field.amount),
            el("th", text, bank.field.reference),
            el("th", text, bank.field.name),
            el("th", text, bank.asWritten),
          ),
        ),
        el("tbody", {}, taken.slice(0, SHOWN_MAX).map(row)),
      ),
    ),
  ];
}

/** Which line each of the API's faults is about, and in the reader's language where it is known what is wrong. */
function refusedBy(problem, taken, { bank }) {
  return (problem.fields ?? []).map(({ field, message }) => {
    const [, place, name] = /^payments\[(\d+)\]\.(\w+)/.exec(field) ?? [];
    const [, used] = /(\d+\.\d\d) used of it$/.exec(message) ?? [];
    const known = used && say(name === "currency" ? bank.usedCurrency : bank.used, { used });
    const line = taken[Number(place)]?.line;
    return line === undefined ? `${field} ${message}` : say(bank.line, { line, why: known ?? `${name} ${message}` });
  });
}

async function save(taken, context, complain) {
  const { bank } = context.words;
  const body = { payments: taken.map(({ payment }) => payment) };
  let answer;
  try {
    answer = await ask("/v1/staff/payments", { method: "PUT", body, language: context.language });
  } catch (error) {
    const code = error.problem?.code;
    // The key is staff's, or no list would be shown: it is the payments that are elsewhere.
    if (error.kind === "role") return complain([bank.ownDatabase]);
    if (code === "too_large") return complain([bank.tooLarge]);
    if (error.kind === "refused") return complain([bank.notSaved, ...refusedBy(error.problem ?? {}, taken, context.words)]);
    throw error;
  }
  forgetFile();
  const { received, added, changed, warnings = [] } = answer;
  const said = [say(bank.saved, { added, changed, same: received - added - changed })];
  if (warnings.length > 0) said.push(say(bank.savedAhead, { n: warnings.length }));
  return context.show(said.join(" "));
}

/** What was read of the file, with what is left to say, what is not read, and the button that saves the rest. */
function review(context, again) {
  const { words } = context;
  const { bank, locale } = words;
  const { table, columns } = chosen;
  const found = orderIn(table, columns);
  const missing = NEEDED.filter((name) => columns[name].length === 0);
  if (columns.method.length === 0 && chosen.method === "") missing.push("method");
  const asks = found === undefined && columns.date.length > 0;
  const forms = [columnsForm(context, again), asks && orderForm(context, again)];
  if (missing.length > 0) {
    const names = missing.map((name) => bank.field[name].toLowerCase()).join(", ");
    return [...forms, el("p", { class: "notice" }, say(bank.needColumns, { columns: names }))];
  }
  if (asks && chosen.order === "") return [...forms, el("p", { class: "notice" }, bank.needOrder)];
  const how = { columns, method: chosen.method, currency: context.hotel.currency, order: found ?? chosen.order };
  const { taken, none, refused, ahead } = readAll(table, how, todayAt(Date.now(), context.hotel));
  const days = taken.map(({ payment }) => payment.payment_date).sort();
  const summary = { n: taken.length, sum: sumsOf(taken, words), from: date(days[0], locale), to: date(days.at(-1), locale) };
  const button = el("button", { type: "button" }, say(bank.save, { n: taken.length }));
  const place = el("div", { class: "wrong", role: "alert" });
  const complain = (texts) => place.replaceChildren(el("ul", { class: "faults" }, texts.map((text) => el("li", {}, text))));
  button.addEventListener("click", () =>
    context.guarded(async () => {
      button.disabled = true;
      place.replaceChildren();
      try {
        await save(taken, context, complain);
      } finally {
        button.disabled = false;
      }
    }),
  );
  return [
    ...forms,
    el("p", { class: "notice", id: "summary" }, taken.length === 0 ? bank.nothing : say(bank.summary, summary)),
    ahead.length > 0 && el("p", { class: "notice bad ahead" }, say(bank.ahead, { n: ahead.length, lines: linesOf(ahead) })),
    refused.length > 0 && [el("p", {}, say(bank.refused, { n: refused.length })), faultsList(refused, words)],
    none.length > 0 && el("p", { class: "quiet" }, say(bank.skipped, { n: none.length, lines: linesOf(none) })),
    taken.length > 0 && [preview(taken, context), place, el("div", { class: "actions" }, button)],
  ];
}

/** The screen of a bank's file. */
export function showBank(place, context) {
  const { words } = context;
  const { bank } = words;
  const input = el("input", { type: "file", name: "file", accept: ".csv,.txt,.tsv,text/csv,text/plain" });
  // A file that was corrected and is chosen again would be the same to the browser, and nothing would happen.
  input.addEventListener("click", () => {
    input.value = "";
  });
  const rest = el("div", { class: "list" });
  /** Shows what is known anew; what was just chosen keeps the focus. */
  const again = (name) => {
    const said = chosen?.trouble && say(bank.unreadable[chosen.trouble.code], chosen.trouble.values);
    const read = () => el("p", { class: "quiet" }, say(bank.read, { name: chosen.name, n: chosen.table.rows.length, encoding: chosen.encoding }));
    rest.replaceChildren(
      ...(chosen === undefined ? [] : chosen.trouble ? [el("p", { class: "trouble", role: "alert" }, `${chosen.name}: ${said}`)] : [el("div", { class: "card" }, read(), review(context, again))]),
    );
    const focused = name && (rest.querySelector(`[name=${name}]:checked`) ?? rest.querySelector(`select[name=${name}]`));
    focused?.focus();
    announce(rest.querySelector("#summary, .notice")?.textContent ?? said ?? "");
  };
  input.addEventListener("change", () =>
    context.guarded(async () => {
      if (input.files.length === 0) return;
      chosen = await open(input.files[0]);
      again();
    }),
  );
  place.replaceChildren(
    el("h2", { tabindex: "-1" }, bank.title),
    el("p", { class: "quiet" }, bank.hint),
    el("div", { class: "actions" }, el("a", { href: "#payments", class: "button second" }, bank.back)),
    el("label", { class: "field" }, el("span", {}, chosen ? bank.another : bank.file), input),
    rest,
  );
  again();
}
