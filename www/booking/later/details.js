// Who books, and the payment: a form of the platform's own fields, with a summary of what is wrong.

import { button, priceChanged, told } from "./parts.js";
import { requote } from "./quoting.js";
import { guestsText, sign, typeName } from "./rooms.js";
import { METHODS, start } from "./booking.js";

/** The amount that a guest wrote: `690`, `690.00`, `690,00`, `$1,234.50`. Nothing where it is none. */
export function readAmount(text) {
  const digits = String(text ?? "").replace(/[^\d.,]/g, "");
  const match = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(digits);
  const whole = match[1].replace(/[.,]/g, "");
  if (!/^(\d+|\d{1,3}([.,]\d{3})+)$/.test(match[1])) return undefined;
  return Number(`${whole}.${match[2] ?? "0"}`);
}

/** What must be paid when booking, in the quote's currency: rounded up to a cent, as the hotel does. */
export const dueNow = (total, percent) => Math.ceil((Math.round(total * 100) * percent) / 100 - 1e-9) / 100;

/** The fields, in order: their name in the API, their words, and how they are checked. */
function fields(details, today) {
  const isBank = details.method === "bac";
  const filled = (text) => (String(text ?? "").trim() ? "" : "missing");
  return [
    { name: "customer_name", label: "name", autocomplete: "name", check: filled },
    { name: "email", label: "email", type: "email", autocomplete: "email", check: (text) => filled(text) || (/^\S+@\S+\.\S+$/.test(text.trim()) ? "" : "badEmail") },
    { name: "phone_number", label: "phone", type: "tel", autocomplete: "tel", check: filled },
    { name: "city", label: "city", autocomplete: "address-level2", check: filled },
    { name: "dui_passport", label: "document", check: filled },
    { name: "nationality", label: "nationality", autocomplete: "country-name", check: filled },
    { name: isBank ? "transfer_id" : "authorization_number", label: isBank ? "transfer" : "authorization", check: filled, pays: true },
    { name: "payment_maker_name", label: "payer", autocomplete: "name", check: filled, pays: true },
    { name: "amount", label: "paid", inputmode: "decimal", check: (text) => (readAmount(text) > 0 ? "" : "badAmount"), pays: true },
    { name: "date", label: "paidOn", type: "date", max: today, check: (text) => filled(text) || (text > today ? "badDate" : ""), pays: true },
  ];
}

/** What is said of a field that is filled in, but not as the API can read it. */
const BAD = { email: "badEmail", amount: "badAmount", date: "badDate" };

/** The place of a field that the API names. */
const spelled = (field) => field.replace("payment_evidence.", "").replace("wa_id", "phone_number");

/** Renews the quote when its time is over while the guest still writes. */
function watch(kit) {
  const { model } = kit;
  const { signed } = model.state;
  const { availability } = model;
  if (!signed?.expires_at || !availability?.answer || model.watched === signed.quote) return;
  model.watched = signed.quote;
  // By the server's clock; the guest's own may be wrong.
  const ahead = Date.parse(availability.answer.as_of) - availability.at;
  const left = Date.parse(signed.expires_at) - ahead - Date.now();
  setTimeout(async () => {
    if (model.state.step !== "details" || model.state.signed?.quote !== signed.quote) return;
    try {
      const renewed = await sign(model);
      // Who is writing is called away only by another price.
      const isSame = renewed.total_amount === signed.total_amount;
      model.set({ signed: renewed, problem: { code: "quote_expired" } }, isSame ? "" : "problem");
    } catch {
      // The hotel says so when it is booked.
    }
  }, Math.max(0, left));
}

export function details(kit) {
  const { html, nothing, say, model, money, t } = kit;
  const { state, property } = model;
  const { details: it, signed } = state;
  watch(kit);
  const total = signed?.total_amount ?? model.quote?.total_amount ?? 0;
  const due = dueNow(total, property.deposit_percent);
  const all = fields(it, property.today);
  const wrong = state.wrong ?? {};
  const set = (name, value) => {
    model.state.details = { ...model.state.details, [name]: value };
    if (wrong[name]) model.state.wrong = { ...wrong, [name]: "" };
    model.set({});
  };
  const field = (f) => html`<div class="field" part="field"><label for=${f.name}>${t[f.label]}</label>
    <input id=${f.name} name=${f.name} type=${f.type ?? "text"} inputmode=${f.inputmode ?? nothing} max=${f.max ?? nothing} maxlength="120"
      autocomplete=${f.autocomplete ?? "off"} required .value=${it[f.name] ?? ""} aria-invalid=${wrong[f.name] ? "true" : "false"}
      aria-describedby=${wrong[f.name] ? `${f.name}-wrong` : nothing} @input=${(event) => set(f.name, event.target.value)}>
    ${wrong[f.name] ? html`<em id=${`${f.name}-wrong`}>${t[wrong[f.name]] ?? wrong[f.name]}</em>` : nothing}</div>`;
  const submit = (event) => {
    event.preventDefault();
    const found = Object.fromEntries(all.map((f) => [f.name, f.check(it[f.name] ?? "")]).filter(([, is]) => is));
    model.state.wrong = found;
    if (Object.keys(found).length) {
      model.set({ problem: { code: "check" } }, "problem");
    } else {
      start(kit, { it, due });
    }
  };
  const method = it.method ?? "compraclick";
  return html`<form class="screen details" id="form" novalidate @submit=${submit}>
    <div><h2 part="heading" tabindex="-1">${t.details}</h2></div>
    ${problem(kit, t, all, wrong)}
    ${summary(kit, t, total)}
    <fieldset><legend>${t.guestData}</legend><div class="fields">${all.filter((f) => !f.pays).map(field)}</div></fieldset>
    <fieldset><legend>${t.payment}</legend><p class="note">${t.paymentHint}</p>
      <p class="due">${say(t.deposit, { amount: money(due), n: property.deposit_percent })}</p>
      <div class="plans" role="radiogroup" aria-label=${t.method}>${Object.keys(METHODS).map((name) => html`<label class="plan"><input type="radio"
        name="method" .checked=${name === method} @change=${() => set("method", name)}><span>${t[name]}</span></label>`)}</div>
      <div class="fields">${all.filter((f) => f.pays).map(field)}</div></fieldset>
    <div class="field" part="field"><label for="wishes">${t.wishes}</label><textarea id="wishes" rows="3" maxlength="1000"
      .value=${it.wishes ?? ""} @input=${(event) => set("wishes", event.target.value)}></textarea></div></form>
    ${kit.bar({ total: money(total),
      back: button(kit, t.back, () => kit.go("rooms")),
      go: html`<button type="submit" form="form" class="primary" part="button primary">${t.book}</button>` })}`;
}

/** What is booked, in short. */
export function summary(kit, t, total) {
  const { html, say, model, money, dayText } = kit;
  const { checkIn, checkOut, plan } = model.state;
  const day = (date) => dayText(date, t.locale, { weekday: "short", day: "numeric", month: "long" });
  const alike = new Map();
  for (const it of model.rooms) {
    const room = `${typeName(kit, it.bungalow_type)}: ${guestsText(kit, it)}`;
    alike.set(room, (alike.get(room) ?? 0) + 1);
  }
  return html`<section class="summary" aria-label=${t.summary}><p><b>${say(t.chosen, { from: day(checkIn), to: day(checkOut),
    nights: say(t.nights, { n: model.nights }) })}</b> ${plan}</p>
    <ul>${[...alike].map(([room, n]) => html`<li>${n > 1 ? `${n} × ` : ""}${room}</li>`)}</ul>
    <p><b>${t.total}: ${money(total)}</b></p></section>`;
}

/** What is wrong: a summary with links to the fields, or the API's words with what can be done about it. */
function problem(kit, t, all, wrong) {
  const { html, nothing, say, model, money, message, go, root } = kit;
  const it = model.state.problem;
  if (!it) return nothing;
  if (it.code === "check" || it.fields?.some((f) => all.some((known) => known.name === spelled(f.field)))) {
    const named = all.filter((f) => wrong[f.name]);
    return html`<div class="message" part="message" role="alert" tabindex="-1"><p>${told(kit, it)}</p><ul>${named.map((f) => html`<li><a
      href=${`#${f.name}`} @click=${(event) => { event.preventDefault(); root.getElementById(f.name)?.focus(); }}>${t[f.label]}</a></li>`)}</ul></div>`;
  }
  const again = () => root.getElementById("form").requestSubmit();
  if (it.code === "price_changed") {
    const accept = () => {
      model.set({ signed: { quote: it.quote, total_amount: it.total_amount }, problem: null });
      queueMicrotask(again);
    };
    return message(priceChanged(kit, it),
      button(kit, say(t.acceptPrice, { amount: money(it.total_amount) }), accept));
  }
  if (it.code === "no_availability" || it.code === "over_capacity") {
    const back = (step) => { model.set({ split: null, undo: [], signed: null }); go(step); requote(model, { force: true }); };
    return message(told(kit, it, t.no_availability), [button(kit, t.changeRooms, () => back("rooms")), button(kit, t.changeDates, () => back("stay"))]);
  }
  if (it.code === "quote_expired") return message(t.quote_expired);
  if (it.code === "duplicate_booking") {
    return message(it.customer_message, button(kit, t.bookAnother, () => {
      model.state.another = true;
      again();
    }));
  }
  return message(told(kit, it), button(kit, t.retry, again));
}

/** The faults that the API names, by field. */
export function faultsOf(problem) {
  const said = ({ field, message }) => (problem.code === "invalid" ? (BAD[spelled(field)] ?? "bad") : message);
  return Object.fromEntries((problem.fields ?? []).map((it) => [spelled(it.field), said(it)]));
}
