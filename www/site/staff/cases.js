// Bookings and findings that wait for a person: what is known, and the buttons that resolve them.

import { address, ask } from "./api.js";
import { known } from "./booking.js";
import { announce, el, trouble, untroubled, waiting } from "./dom.js";
import { dropDraft, keepDrafts } from "./drafts.js";
import { money, time } from "./money.js";
import { facts } from "./payment.js";
import { say } from "./words.js";

let fields = 0;

/** A field with its label and a place for what is wrong with it. */
function field(label, input) {
  fields += 1;
  input.id = `field-${fields}`;
  return el("div", { class: "field" }, el("label", { for: input.id }, label), input);
}

/** Why something was not saved, in the language of the page where it is known what is wrong. */
function whyNot({ fields: wrong = [], customer_message: message, detail }, words) {
  const named = wrong.map(({ field: name, message: fault }) => words.wrong[name] ?? `${name} ${fault}`);
  return named.join(" ") || message || detail || words.busy;
}

/** Whether a finding was closed before, by whoever. */
const isGone = ({ code, fields = [] } = {}) => code === "not_found" || fields.some(({ field: name }) => name === "case");

/** What is said of a case once something was done about it: of a finding, or of a booking as it then stands. */
function became({ state, reasons = [], cancellation }, words) {
  if (state === "in_progress") return words.goesOn;
  return reasons.length > 0 || cancellation ? words.stillOpen : words.resolved;
}

/**
 * A form that resolves. `choices` are its buttons: each with its `text` and what it sends (`body` from the note and the
 * fields, or `act`, which takes the note that need not be there, and asks `sure` before). `known` has the fields of the
 * reservation that was found, where there may be one; `isOpen` says of a booking whether what the form is about is still to
 * be done. `about` tells the forms of a case apart: what was typed is kept by it.
 */
function resolution(it, context, { about, title, choices, known, isOpen }) {
  const { words } = context;
  const draft = `${it.case} ${about}`;
  fields += 1;
  // Why rooms are cancelled is noted as a guest's reason is, which may be so long.
  const maxlength = choices.some(({ act }) => act) ? "500" : "1000";
  const note = el("textarea", { name: "note", rows: "2", maxlength });
  const code = known && el("input", { name: "reserva", maxlength: "20", autocomplete: "off", value: known.reserva ?? "" });
  const room = known && el("input", { name: "room_number", maxlength: "20", autocomplete: "off", value: known.room ?? "" });
  keepDrafts(draft, [note, code, room].filter(Boolean));
  const form = el(
    "form",
    { class: "resolve", id: `case-${fields}`, novalidate: true },
    el(
      "fieldset",
      {},
      el("legend", {}, title),
      known && el("div", { class: "pair" }, field(words.foundCode, code), field(words.foundRoom, room)),
      field(words.note, note),
      el(
        "div",
        { class: "actions" },
        choices.map((choice, i) =>
          el("button", { type: "submit", class: i > 0 && "second", value: String(i) }, choice.text),
        ),
      ),
    ),
  );
  const { language } = context;
  const complain = (text, input) => trouble(form, form.querySelector(".actions"), text, input);
  const now = () => ask(`/v1/staff/bookings/${it.booking_id}`, { language });
  /** Whether nobody at another desk has done it meanwhile. Of what is no booking's the answer says it. */
  const isStill = async () => isOpen === undefined || isOpen(await now());
  const send = async (choice) => {
    untroubled(form);
    if (choice.body && note.value.trim() === "") return complain(words.needNote, note);
    const found = choice.finds && { reserva: code.value.trim(), room_number: room.value.trim() };
    if (found && (found.reserva === "" || found.room_number === "")) {
      return complain(words.needFound, found.reserva === "" ? code : room);
    }
    if (choice.sure && !confirm(choice.sure)) return undefined;
    const buttons = [...form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    try {
      let after;
      if (choice.act) {
        if (!(await isStill())) return await context.show(words.elsewhere, "bad");
        await choice.act(note.value.trim());
        after = await now();
      } else {
        const body = { note: note.value.trim(), ...choice.body, ...(found && { found }) };
        after = await ask(`/v1/staff/cases/${it.case}/resolve`, { method: "POST", body, language });
      }
      dropDraft(draft);
      return await context.show(became(after, words));
    } catch (error) {
      if (error.kind !== "refused" && error.kind !== "busy") throw error;
      const why = whyNot(error.problem ?? {}, words);
      // Some of it may have been done: what is left is shown.
      if (choice.act) return await context.show(say(words.notAllCancelled, { why }), "bad");
      const isDone = error.kind === "refused" && (isOpen === undefined ? isGone(error.problem) : !(await isStill()));
      if (isDone) return await context.show(words.elsewhere, "bad");
      return complain(say(words.refusedBecause, { why }));
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = choices[Number(event.submitter?.value ?? 0)];
    context.guarded(() => send(choice));
  });
  return form;
}

/** The forms of a case. */
function resolutions(it, context) {
  const { words } = context;
  const { booking } = it;
  const forms = [];
  for (const reason of booking?.reasons ?? []) {
    const line = booking.lines.find((one) => one.line === reason.line);
    const about = `${reason.code} ${reason.line ?? ""}`;
    const isOpen = ({ reasons }) => reasons.some(({ code, line: of }) => code === reason.code && of === reason.line);
    if (reason.code === "unconfirmed") {
      const choices = [
        { text: words.isBooked, finds: true, body: { line: reason.line } },
        { text: words.isNotBooked, body: { line: reason.line } },
      ];
      forms.push(resolution(it, context, { about, title: reason.text, choices, known: { room: line?.room }, isOpen }));
    } else if (reason.code === "cancel_failed") {
      const choices = [
        { text: words.isCancelled, body: { line: reason.line } },
        { text: words.stands, finds: true, body: { line: reason.line } },
      ];
      forms.push(resolution(it, context, { about, title: reason.text, choices, known: { room: line?.room, reserva: line?.reserva }, isOpen }));
    } else {
      forms.push(resolution(it, context, { about, title: reason.text, choices: [{ text: words.resolve, body: {} }], isOpen }));
    }
  }
  const { cancellation } = booking ?? {};
  if (cancellation) {
    const rooms = cancellation.lines.map((n) => say(words.line, { n })).join(", ");
    const title = [say(words.asked, { rooms }), cancellation.reason].filter(Boolean).join(". ");
    const { language } = context;
    const path = `/v1/bookings/${booking.booking_id}`;
    const cancel = async (note) => {
      // The journal has it before anything is cancelled.
      const body = { rooms: cancellation.lines, reason: note };
      if (note !== "") await ask(`${path}/cancellation-request`, { method: "POST", body, language });
      for (const n of cancellation.lines) await ask(`${path}/rooms/${n}`, { method: "DELETE", language });
    };
    const isOpen = ({ cancellation: asked }) => asked?.since === cancellation.since && String(asked.lines) === String(cancellation.lines);
    // What is said without a line is about the payment as long as that is a case, too.
    const isSecond = booking.reasons.some(({ line }) => line === undefined);
    const choices = [
      ...(isSecond ? [] : [{ text: words.keepRooms, body: {} }]),
      { text: words.cancelRooms, act: cancel, sure: say(words.sureToCancel, { rooms }) },
    ];
    forms.push(resolution(it, context, { about: "cancellation", title, choices, isOpen }));
  }
  const title = [it.text, words.hints[it.kind]].filter(Boolean).join(" ");
  if (it.text) forms.push(resolution(it, context, { about: "finding", title, choices: [{ text: words.resolve, body: {} }] }));
  return forms;
}

/** What the sweeper noted about a finding, in words; what is inside of it is told beside it. */
function noted(detail, context) {
  const { words, hotel } = context;
  const shown = (name, value) => {
    if (name.endsWith("_amount")) return money(value, hotel.currency, words.locale);
    if (name.endsWith("_at")) return time(value, words.locale, hotel);
    return words.events[value] ?? words.figure.problems[value] ?? String(value);
  };
  return Object.entries(detail).flatMap(([name, value]) => {
    if (value === null) return [];
    return typeof value === "object" ? noted(value, context) : [[words.noted[name] ?? name, shown(name, value)]];
  });
}

/** A case's card. */
function card(it, context) {
  const { words } = context;
  const { booking } = it;
  const detail = noted(it.detail ?? {}, context);
  const delays = booking?.delays ?? [];
  const forms = resolutions(it, context);
  const sweep = () =>
    context.guarded(async () => {
      await ask("/v1/staff/sweep", { method: "POST", language: context.language });
      await context.show(words.swept);
    });
  return el(
    "article",
    { class: "card" },
    el("div", { class: "head" }, el("h3", {}, words.kinds[it.kind] ?? it.kind)),
    el(
      "p",
      { class: "quiet" },
      say(words.since, { time: time(booking?.since ?? it.since, words.locale, context.hotel) }),
      it.booking_id && [" · ", say(words.ofBooking, { booking: it.booking_id })],
    ),
    booking && known(booking, context),
    delays.length > 0 && el("ul", { class: "faults" }, delays.map((delay) => el("li", {}, delay.text))),
    detail.length > 0 && facts(detail),
    forms,
    forms.length === 0 && [
      el("p", {}, words.itself),
      el("div", { class: "actions" }, el("button", { type: "button", onclick: sweep }, words.sweep)),
    ],
  );
}

/** Every case, the oldest first. */
export async function showCases(place, context) {
  const { words, language } = context;
  place.replaceChildren(waiting(words.loading));
  const list = el("div", { class: "list" });
  const end = el("div", { class: "end" });
  const load = async (after) => {
    const page = await ask(address("/v1/staff/cases", { after }), { language });
    list.append(...page.cases.map((it) => card(it, context)));
    const more = () => context.guarded(() => load(page.next));
    end.replaceChildren(
      ...(page.next === undefined ? [] : [el("button", { type: "button", class: "second", onclick: more }, words.more)]),
    );
  };
  await load();
  const none = list.children.length === 0;
  place.replaceChildren(
    el("h2", { tabindex: "-1" }, words.cases),
    el("p", { class: "quiet" }, words.casesHint),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "second", onclick: () => context.show() }, words.refresh),
    ),
    none ? el("div", { class: "empty" }, el("h3", {}, words.noCases), el("p", {}, words.noCasesHint)) : list,
    end,
  );
  announce(none ? words.noCases : words.cases);
}
