// What happened over time, for reception and bookkeeping: cards with a chart and a table of the same figures.

import { address, ask, save } from "./api.js";
import { chart } from "./chart.js";
import { announce, el, waiting } from "./dom.js";
import { History, latencies, plus, share, top, total } from "./measures.js";
import { date } from "./money.js";
import { say } from "./words.js";

/** The ranges that can be chosen: the first day of each, and the step that it is drawn by. */
const RANGES = {
  today: { step: "hour", from: (today) => today },
  week: { step: "day", from: (today) => plus(today, -6) },
  month: { step: "day", from: (today) => plus(today, -29) },
  // Twelve months with this one, from the first day of the first.
  year: { step: "month", from: (today) => `${plus(`${today.slice(0, 7)}-15`, -334).slice(0, 7)}-01` },
};
const TONES = ["t1", "t2", "t3", "t4", "t5", "t6"];
const OUTCOMES = { booked: "t1", partly_booked: "t2", not_booked: "t3", needs_staff: "t4" };

/** What is chosen, while the tab is open. */
let range = "week";

/** Numbers as people read them. */
function formats({ locale, figure }) {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const inUnit = (unit) => new Intl.NumberFormat(locale, { style: "unit", unit, maximumSignificantDigits: 2 });
  const [seconds, milliseconds] = [inUnit("second"), inUnit("millisecond")];
  const time = (value) => (value === 0 || value >= 1 ? seconds.format(value) : milliseconds.format(value * 1000));
  const known = (format) => (value) => (value === undefined ? "—" : format(value));
  return {
    count: known((value) => number.format(value)),
    percent: known((value) => percent.format(value)),
    // From the last bound of the buckets on it is only known that it is more.
    seconds: known((value) => (value >= 30 ? say(figure.least, { time: time(value) }) : time(value))),
  };
}

/** The steps in words: for the axis, for the legend, and for the table. */
function named(steps, step, locale) {
  const as = (options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const day = { day: "numeric", month: "short" };
  const [short, long, row] = {
    hour: [as({ hour: "numeric" }), as({ ...day, weekday: "long", hour: "numeric" }), as({ ...day, hour: "numeric" })],
    day: [as(day), as({ ...day, weekday: "long", year: "numeric" }), as({ ...day, weekday: "short" })],
    month: [as({ month: "short" }), as({ month: "long", year: "numeric" }), as({ month: "short", year: "numeric" })],
  }[step];
  const at = (key) => new Date(`${key.length === 7 ? `${key}-01` : key.slice(0, 10)}T${key.slice(11) || "00:00"}Z`);
  return steps.map((key) => ({ short: short.format(at(key)), long: long.format(at(key)), row: row.format(at(key)) }));
}

/** A table that scrolls by itself where it is wider than the page. */
function table(caption, head, rows) {
  const cells = ([first, ...others]) => el("tr", {}, el("th", { scope: "row" }, first), others.map((one) => el("td", {}, one)));
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, head.map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, rows.map(cells)),
    ),
  );
}

/** All cards of a history. */
class Figures {
  constructor(answer, context) {
    this.words = context.words.figure;
    this.all = context.words;
    this.history = new History(answer);
    this.step = answer.step;
    this.steps = named(this.history.steps, answer.step, context.words.locale);
    this.format = formats(context.words);
    const { locale } = context.words;
    this.days = answer.from === answer.to ? date(answer.to, locale) : `${date(answer.from, locale)} – ${date(answer.to, locale)}`;
  }

  card(title, hint, body, size) {
    return el("section", { class: size === "half" ? "card half" : "card" }, el("h3", {}, title), el("p", { class: "quiet" }, hint), body ?? el("p", { class: "nothing" }, this.words.noneHere));
  }

  /** A chart, and its figures as a table. `columns` are those of the table: each with a name and the text of a step. */
  drawn(title, { series, format, columns, ...more }) {
    const head = [this.words.when[this.step], ...columns.map(({ name }) => name)];
    const rows = this.steps.map(({ row }, i) => [row, ...columns.map(({ text }) => text(i))]);
    return [
      chart({ title, steps: this.steps, series, format, all: this.days, ...more }),
      el("details", {}, el("summary", {}, this.words.table), table(title, head, rows)),
    ];
  }

  /** Counters on top of each other. */
  stacked(title, hint, series, { whole = (values) => this.format.count(total(values)), size } = {}) {
    const { count } = this.format;
    const shown = series.map((one) => ({ ...one, whole: whole(one.values) }));
    const columns = shown.map(({ name, values }) => ({ name, text: (i) => count(values[i]) }));
    const isEmpty = series.every(({ values }) => total(values) === 0);
    return this.card(title, hint, isEmpty ? undefined : this.drawn(title, { kind: "columns", series: shown, format: count, columns }), size);
  }

  bookings() {
    const series = Object.entries(OUTCOMES).map(([outcome, tone]) => ({
      name: this.words.outcomes[outcome], tone, values: this.history.counted("posada_bookings_total", { outcome }),
    }));
    return this.stacked(this.words.bookings, this.words.bookingsHint, series);
  }

  /** A share over time, with the numbers that it is made of. */
  shares(title, hint, { name, parts, wholes, partName, wholeName }) {
    const { percent, count } = this.format;
    const values = wholes.map((all, i) => share(parts[i], all));
    const series = [{ name, tone: "t1", values, whole: percent(share(total(parts), total(wholes))) }];
    const columns = [
      { name: partName, text: (i) => count(parts[i]) },
      { name: wholeName, text: (i) => count(wholes[i]) },
      { name, text: (i) => percent(values[i]) },
    ];
    const body = total(wholes) > 0 ? this.drawn(title, { kind: "lines", series, format: percent, isWhole: false, most: 1, columns }) : undefined;
    return this.card(title, hint, body, "half");
  }

  several() {
    const of = (labels) => this.history.counted("posada_bookings_total", { rooms: "several", ...labels });
    return { parts: of({ outcome: "booked" }), wholes: of({}) };
  }

  success() {
    const { words } = this;
    return this.shares(words.success, words.successHint, { name: words.rate, ...this.several(), partName: words.successful, wholeName: words.several });
  }

  compared() {
    const wholes = this.history.counted("posada_reconciliation_checked_total");
    const differing = this.history.counted("posada_reconciliation_differing_total");
    return { wholes, parts: wholes.map((all, i) => all - differing[i]) };
  }

  accuracy() {
    const { words } = this;
    return this.shares(words.accuracy, words.accuracyHint, { name: words.tiles.accuracy, ...this.compared(), partName: words.agreeing, wholeName: words.checked });
  }

  rooms() {
    const { words, history } = this;
    const known = Object.keys(words.failures);
    const reasons = history.kinds("posada_rooms_failed_total", "reason").sort((a, b) => known.indexOf(a) - known.indexOf(b));
    const failed = reasons.map((reason, i) => ({
      name: words.failures[reason] ?? reason, tone: TONES[1 + (i % 5)], values: history.counted("posada_rooms_failed_total", { reason }),
    }));
    return this.stacked(words.rooms, words.roomsHint, [{ name: words.roomsBooked, tone: "t1", values: history.counted("posada_rooms_booked_total") }, ...failed]);
  }

  refusals() {
    const { words, history } = this;
    const metric = "posada_bookings_refused_total";
    const series = history
      .kinds(metric, "problem")
      .map((problem) => ({ name: words.problems[problem] ?? problem, values: history.counted(metric, { problem }) }))
      .sort((a, b) => total(b.values) - total(a.values))
      .map((one, i) => ({ ...one, tone: TONES[1 + (i % 5)] }));
    return this.stacked(words.refused, words.refusedHint, series, { size: "half" });
  }

  waiting() {
    const { words, history, format } = this;
    const of = [
      ["posada_bookings_open", {}], ["posada_rooms_held", {}], ["posada_claims", { state: "open" }], ["posada_claims", { state: "attached" }], ["posada_pending_payments", {}],
    ];
    const series = of.map(([metric, labels], i) => {
      const values = history.highest(metric, labels);
      return { name: words.gauges[labels.state ?? metric], tone: TONES[i], values, whole: format.count(top(values)) };
    });
    const columns = series.map(({ name, values }) => ({ name, text: (i) => format.count(values[i]) }));
    const isKnown = series.some(({ values }) => top(values) !== undefined);
    return this.card(words.waiting, words.waitingHint, isKnown ? this.drawn(words.waiting, { kind: "lines", series, format: format.count, columns }) : undefined);
  }

  cases() {
    const { words, history, all, format } = this;
    const kinds = history.kinds("posada_cases", "kind");
    const series = kinds
      .map((kind) => ({ name: all.kinds[kind] ?? kind, values: history.highest("posada_cases", { kind }) }))
      .filter(({ values }) => top(values) > 0)
      .map((one, i) => ({ ...one, tone: TONES[(i + 1) % TONES.length] }));
    return this.stacked(words.cases, words.casesHint, series, { whole: (values) => format.count(top(values)), size: "half" });
  }

  latency(title, metric, more = []) {
    const { words, history, format } = this;
    const { steps } = latencies(history.fallen(metric));
    const told = (name, { calls, median, high }) => [name, format.count(calls), format.seconds(median), format.seconds(high)];
    const operations = history.kinds(metric, "operation");
    const rows = [
      ...Object.keys(words.operations).filter((it) => operations.includes(it)).map((operation) => told(words.operations[operation], latencies(history.fallen(metric, { operation })))),
      ...more.map(([name, other]) => told(name, latencies(history.fallen(other)))),
    ];
    if (operations.length === 0) return this.card(title, words.latencyHint);
    const together = latencies(history.fallen(metric));
    const series = ["median", "high"].map((which, i) => ({
      name: words[which], tone: ["t1", "t2"][i], values: steps.map((one) => one[which]), whole: format.seconds(together[which]),
    }));
    const columns = series.map(({ name, values }) => ({ name, text: (i) => format.seconds(values[i]) }));
    return this.card(title, words.latencyHint, [
      table(`${title} · ${words.operation}`, [words.operation, words.calls, words.median, words.high], rows),
      this.drawn(title, { kind: "lines", series, format: format.seconds, isWhole: false, columns }),
    ]);
  }

  tiles() {
    const { words, format } = this;
    const ended = total(this.history.counted("posada_bookings_total"));
    const booked = total(this.history.counted("posada_rooms_booked_total"));
    const rooms = booked + total(this.history.counted("posada_rooms_failed_total"));
    const rated = ({ parts, wholes }) => [format.percent(share(total(parts), total(wholes))), [total(parts), total(wholes)]];
    const tile = (name, value, of) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, el("b", {}, value), of && el("small", {}, say(words.of, { part: format.count(of[0]), all: format.count(of[1]) }))));
    return el(
      "dl",
      { class: "tiles" },
      tile(words.tiles.ended, format.count(ended)),
      tile(words.tiles.success, ...rated(this.several())),
      tile(words.tiles.rooms, format.count(booked), [booked, rooms]),
      tile(words.tiles.accuracy, ...rated(this.compared())),
    );
  }

  cards() {
    const { words } = this;
    return [
      this.tiles(),
      this.bookings(),
      this.rooms(),
      this.success(),
      this.accuracy(),
      this.waiting(),
      this.refusals(),
      this.cases(),
      this.latency(words.reservationCalls, "posada_reservation_call_seconds", [[words.whole, "posada_booking_duration_seconds"]]),
      this.latency(words.paymentCalls, "posada_payment_call_seconds"),
    ];
  }
}

/** The figures as a file: a line for each number. */
function file({ series, step }) {
  const lines = series.flatMap(({ metric, labels, values }) => {
    const told = Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(" ");
    return Object.entries(values).map(([at, value]) => [at, metric, told, value].join(","));
  });
  return `${[`${step},metric,labels,value`, ...lines.sort()].join("\r\n")}\r\n`;
}

/** The figures of the days that are chosen. */
export async function showFigures(place, context) {
  const { words, language } = context;
  const { figure } = words;
  const body = el("div", { class: "figures" }, waiting(words.loading));
  let answer;
  const buttons = Object.keys(RANGES).map((name) =>
    el("button", { type: "button", class: "second", value: name, onclick: () => context.guarded(() => load(name)) }, figure.ranges[name]),
  );
  const download = el("button", { type: "button", class: "second", onclick: () => save("posada-figures.csv", file(answer)) }, words.download);
  const load = async (name = range) => {
    range = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === name));
    download.disabled = true;
    const { today } = await ask("/v1/property", { language });
    const { step, from } = RANGES[name];
    const found = await ask(address("/v1/staff/metrics", { from: from(today), to: today, step }), { language });
    // Whoever chose another range meanwhile sees that one.
    if (range !== name) return;
    answer = found;
    const figures = new Figures(found, context);
    const isKnown = found.series.length > 0;
    body.replaceChildren(
      ...(isKnown && found.since > found.from ? [el("p", { class: "quiet" }, say(figure.since, { date: date(found.since, words.locale) }))] : []),
      ...(isKnown ? figures.cards() : [el("div", { class: "empty" }, el("h3", {}, figure.none), el("p", {}, figure.noneHint))]),
    );
    download.disabled = !isKnown;
    announce(isKnown ? say(figure.shown, { range: figure.ranges[name] }) : figure.none);
  };
  place.replaceChildren(
    el("h2", { tabindex: "-1" }, words.figures),
    el("p", { class: "quiet" }, figure.hint),
    el(
      "div",
      { class: "choice" },
      el("div", { class: "ranges", role: "group", "aria-label": figure.range }, buttons),
      el("div", { class: "actions" }, el("button", { type: "button", class: "second", onclick: () => context.guarded(() => load()) }, words.refresh), download),
    ),
    body,
  );
  await load();
}
