// How a booking ended: all of it, a part, nothing, or for people to look at.

import { generate } from "lean-qr/nano";
import { button, line, told } from "./parts.js";
import { requote } from "./quoting.js";
import { guestsText, typeName } from "./rooms.js";
import { askAbout, codeOf, start } from "./booking.js";

export function done(kit) {
  const { html, nothing, say, model, dayText, money, t } = kit;
  const answer = model.state.booking;
  const day = (date) => dayText(date, t.locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const titles = { booked: t.doneTitle, partly_booked: t.partlyTitle, not_booked: t.nothingTitle, needs_staff: t.staffTitle };
  const isGood = answer.outcome === "booked";
  const { follows, problem } = model.state;
  // With the rooms of the booking that this one follows.
  const booked = [...(follows?.bookings.map((it) => [it, follows]) ?? []), ...answer.bookings.map((it) => [it, answer])];
  const sum = (of) => booked.reduce((all, [it]) => all + Math.round(of(it) * 100), 0) / 100;
  const [total, paid] = [sum((it) => it.amount), sum((it) => it.paid_amount)];
  const hint = !isKnown(answer) ? t.staffHint : answer.bookings.length ? say(t.doneHint, { n: booked.length, from: day(answer.check_in_date), to: day(answer.check_out_date) }) : "";
  return html`<div class="screen done"><div class=${isGood ? "good" : ""}>
      ${isGood ? html`<svg class="tick" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12.5l4.5 4.5L19 7.5"/></svg>` : nothing}
      <h2 part="heading" tabindex="-1">${titles[answer.outcome]}</h2><p>${hint}</p></div>
    ${problem ? kit.message(told(kit, problem)) : nothing}
    ${booked.length ? html`<section><h3>${say(t.bookedList, { n: booked.length })}</h3><ul class="lines">${booked.map(([it, from]) => line(kit, "ok",
      [`${say(t.roomNumber, { n: it.room })} · ${typeName(kit, it.bungalow_type)}`, `${guestsText(kit, it)} · ${money(it.amount)}`],
      html`<strong class="code" part="code">${codeOf(from, it)}</strong>`))}</ul></section>
      <dl class="totals"><div><dt>${t.totalBooked}</dt><dd>${money(total)}</dd></div><div><dt>${t.paidAmount}</dt><dd>${money(paid)}</dd></div>
      ${total > paid ? html`<div><dt>${t.balance}</dt><dd>${money(Math.round((total - paid) * 100) / 100)}</dd></div>` : nothing}</dl>` : nothing}
    ${answer.failed_bookings.length || !isKnown(answer) ? failed(kit, t, answer) : nothing}
    <details class="letter" ?open=${!isGood || total > paid}><summary>${t.letter}</summary><p>${letter(model.state, answer)}</p></details>
    ${booked.length ? html`${qrCode(kit, booked.map(([it, from]) => codeOf(from, it)))}${actions(kit, t, answer, booked)}` : nothing}
    ${booked.length && isKnown(answer) ? cancellation(kit, follows ? [follows, answer] : [answer]) : nothing}
    <p class="note">${say(t.reference, { id: answer.booking_id.slice(0, 8) })}</p></div>
    ${kit.bar({ go: button(kit, t.again, () => kit.reset()) })}`;
}

/** Whether it is known what became of every room; else people look into it, and to book or pay once more would be a mistake. */
const isKnown = ({ outcome }) => outcome !== "needs_staff";

const offerOf = ({ redistribution }) => (redistribution?.kind === "offer" ? redistribution : null);

/** The hotel's message; without its last paragraph, which asks about other rooms, once the guest has answered. */
const letter = ({ settled, isOfferGone }, answer) => ((settled || isOfferGone) && offerOf(answer) ? answer.customer_message.replace(/\n\n[^\n]*$/, "") : answer.customer_message);

function failed(kit, t, answer) {
  const { html, nothing, say, model, money } = kit;
  const offer = !model.state.isOfferGone && offerOf(answer);
  const isOpen = !model.state.settled;
  const contact = model.property.reception_contact;
  const of = (kind, room, said) => line(kit, kind, [typeName(kit, room.bungalow_type), guestsText(kit, room)], html`<span>${said}</span>`);
  const accept = () => {
    // The same guest and payment for the rooms offered; the booked ones stay.
    const { details } = model.state;
    model.state.signed = { quote: offer.quote, total_amount: offer.total_amount, expires_at: offer.expires_at };
    model.state.follows = answer;
    start(kit, { it: details, lines: offer.rooms });
  };
  const another = () => {
    model.set({ split: null, undo: [], signed: null, follows: null, attempt: null, booking: null, asked: "", isOfferGone: false, ...partyOf(model, answer) });
    kit.go("stay");
    requote(model, { force: true });
  };
  const keep = () => {
    model.set({ settled: true, details: {}, attempt: null });
    kit.focus(".kept");
  };
  const list = (title, kind, isIn) => {
    const all = answer.failed_bookings.filter(isIn);
    return all.length ? html`<section><h3>${say(title, { n: all.length })}</h3><ul class="lines">${all.map((it) => of(kind, it.booking, it.reason))}</ul></section>` : nothing;
  };
  const isUnsure = ({ code }) => code === "unconfirmed";
  return html`${list(t.unsureList, "", isUnsure)}${list(t.failedList, "bad", (it) => !isUnsure(it))}<section>
    ${isOpen ? html`${offer ? html`<div class="offer"><p>${t.offer}</p><ul class="lines">${offer.rooms.map((it) => of("", it, money(it.amount)))}</ul>
      <button type="button" class="primary" part="button primary" @click=${accept}>${say(t.accept, { amount: money(offer.total_amount) })}</button></div>` : nothing}
      <div class="tools">${isKnown(answer) ? [button(kit, t.another, another), answer.bookings.length ? button(kit, t.keep, keep) : nothing] : nothing}
      ${contact ? html`<a class="button" part="button" href=${reach(contact)} rel="noopener">${t.talk}</a>` : nothing}</div>`
      : html`<p class="kept" tabindex="-1">${say(t.kept, { n: answer.bookings.length })}</p>`}</section>`;
}

/** The guest asks for the bookings to be cancelled; whether they are people decide. */
function cancellation(kit, bookings) {
  const { html, model, t } = kit;
  const { asked } = model.state;
  if (asked) return html`<p class="asked" tabindex="-1">${asked}</p>`;
  const ask = async () => {
    try {
      const answers = await Promise.all(bookings.map((it) => askAbout(kit, it, "/cancellation-request", { method: "POST", body: "{}" })));
      model.set({ asked: answers.map((it) => it.customer_message).join("\n"), problem: null });
      kit.focus(".asked");
    } catch (error) {
      model.fail(error);
    }
  };
  return html`<details class="cancel"><summary>${t.cancel}</summary><p>${t.cancelHint}</p>${button(kit, t.cancelAsk, ask)}</details>`;
}

/** Those who have no room yet, as the party of another search. */
function partyOf(model, answer) {
  const sum = (band) => answer.failed_bookings.reduce((all, it) => all + it.booking[band], 0);
  // Their exact ages are not known any more; one of the band stands for each.
  return { adults: Math.max(1, sum("adults")), ages: [...Array(sum("children_6_10")).fill(8), ...Array(sum("children_0_5")).fill(4)], wanted: 0 };
}

/** How the reception is reached: by e-mail or telephone. */
function reach(contact) {
  const mail = /\S+@\S+\.\S+/.exec(contact);
  return mail ? `mailto:${mail[0]}` : `tel:${contact.replace(/[^\d+]/g, "")}`;
}

/** The codes for the reception's scanner. */
function qrCode({ html }, codes) {
  const text = codes.join(", ");
  const { size, get } = generate(text);
  let dark = "";
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) if (get(x, y)) dark += `M${x} ${y}h1v1h-1z`;
  return html`<svg class="qr" role="img" aria-label=${`QR: ${text}`} viewBox="-4 -4 ${size + 8} ${size + 8}" shape-rendering="crispEdges"><path d=${dark}/></svg>`;
}

/** What came of copying, for as long as it is shown. */
let copied = "";

function actions(kit, t, answer, booked) {
  const { html, nothing, say, model } = kit;
  const codes = booked.map(([it, from]) => codeOf(from, it));
  const copy = async () => {
    const show = (text) => {
      copied = text;
      kit.announce(text);
    };
    try {
      await navigator.clipboard.writeText(codes.join(", "));
      show(t.copied);
    } catch {
      // Where the page may not, or has no clipboard.
      show(t.notCopied);
    }
    setTimeout(() => show(""), 4_000);
  };
  const title = `${model.property.name}: ${codes.join(", ")}`;
  const share = () => navigator.share({ title, text: `${title}\n${answer.check_in_date} – ${answer.check_out_date}` }).catch(() => {});
  const save = () => {
    const url = URL.createObjectURL(new Blob([calendarFile(model.property, answer, codes)], { type: "text/calendar" }));
    Object.assign(document.createElement("a"), { href: url, download: "posada.ics" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return html`<div class="tools">${button(kit, copied || say(t.copy, { n: codes.length }), copy)}${button(kit, t.calendar, save)}${
    button(kit, t.print, () => print())}${navigator.share ? button(kit, t.share, share) : nothing}</div>`;
}

/** The stay as a calendar file (RFC 5545): whole days, check-out excluded as the format has it. */
export function calendarFile(property, answer, codes) {
  const text = (value) => value.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
  const fold = (line) => line.replace(/(.{60})(?=.)/gu, "$1\r\n ");
  const day = (date) => date.replaceAll("-", "");
  const now = `${new Date().toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
  return [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Posada//posada-booking//ES", "BEGIN:VEVENT", `UID:${answer.booking_id}@posada`,
    `DTSTAMP:${now}`, `DTSTART;VALUE=DATE:${day(answer.check_in_date)}`, `DTEND;VALUE=DATE:${day(answer.check_out_date)}`,
    `SUMMARY:${text(property.name)}`, `DESCRIPTION:${text(codes.join(", "))}`, "END:VEVENT", "END:VCALENDAR", "",
  ].map(fold).join("\r\n");
}

