// Booking: sent once under a key that is kept before it is sent, followed until it ends.

import { BOOK_TIMEOUT_MS } from "../api.js";
import { faultsOf, readAmount } from "./details.js";
import { stepped } from "./history.js";
import { button, line } from "./parts.js";
import { guestsText, plain, typeName } from "./rooms.js";

const RETRY_MS = 3_000;
const POLL_MS = 1_000;
/** While the server's events arrive, or people look into it, asking is only for the case that nothing else tells. */
const SLOW_POLL_MS = 10_000;
/** How guests pay, and what the API calls it. */
export const METHODS = { compraclick: "CompraClick", bac: "Depósito BAC" };

const TAKEN = ["customer_name", "email", "phone_number", "city", "dui_passport", "nationality", "payment_maker_name"];

/** The body of `POST /v1/bookings`. */
function bodyOf(model, it, lines) {
  const { checkIn, checkOut, plan, signed, follows } = model.state;
  const isBank = it.method === "bac";
  const text = (name) => String(it[name] ?? "").trim();
  return {
    ...Object.fromEntries(TAKEN.map((name) => [name, text(name)])),
    check_in_date: checkIn, check_out_date: checkOut, package_type: plan,
    bookings: lines.map(plain),
    payment_method: METHODS[it.method ?? "compraclick"],
    ...(isBank ? { transfer_id: text("transfer_id") } : { authorization_number: text("authorization_number") }),
    payment_evidence: { amount: readAmount(it.amount), date: text("date") },
    ...(text("wishes") ? { customer_instructions: text("wishes") } : {}),
    ...(follows ? { follows: follows.booking_id } : {}),
    ...(model.state.another ? { confirm_another: true } : {}),
    ...(signed?.quote ? { quote: signed.quote } : {}),
  };
}

/** A body without its quote: what makes one intent. */
const intent = ({ quote, ...body }) => JSON.stringify(body);

/** Begins a booking: the key is kept before anything is sent, and is a new one only for another intent. */
export function start(kit, { it, lines }) {
  const { model } = kit;
  if (model.state.step === "booking") return;
  const rooms = lines ?? model.rooms;
  const body = bodyOf(model, it, rooms);
  const known = model.state.attempt;
  const same = known?.intent === intent(body) && known;
  const shown = rooms.map(({ nights, ...room }) => room);
  kit.go("booking", { attempt: { key: same.key ?? crypto.randomUUID(), body, intent: intent(body), rooms: shown, isSent: same.isSent }, booking: null });
  send(kit);
}

/** Goes on with what a reload interrupted. */
export function goOn(kit) {
  const { step, booking, attempt } = kit.model.state;
  stepped(kit);
  lookAgain(kit);
  if (step !== "booking") return;
  if (booking?.booking_id) follow(kit);
  else if (attempt) send(kit);
  else kit.go("details");
}

let timer;
const later = (ms, run) => {
  clearTimeout(timer);
  timer = setTimeout(run, ms);
};

/** Sends the booking. Sent again it is the same booking, so an answer that was lost is simply asked for again. */
async function send(kit) {
  const { model } = kit;
  const { attempt, follows } = model.state;
  try {
    const token = await kit.challenge().catch(() => {
      // A booking that was sent before may be there: then it is asked for until it is known.
      throw Object.assign(new Error("challenge"), { problem: attempt.isSent ? { code: "unavailable" } : { code: "challenge", status: 0 } });
    });
    model.set({ attempt: { ...attempt, isSent: true } });
    const answer = await model.ask("/v1/bookings", {
      method: "POST", body: JSON.stringify(attempt.body), timeout: BOOK_TIMEOUT_MS,
      headers: {
        "Idempotency-Key": attempt.key,
        Prefer: "respond-async",
        ...(token ? { "Cf-Turnstile-Response": token } : {}),
        ...(follows ? { Authorization: `Bearer ${follows.token}` } : {}),
      },
    });
    take(kit, answer);
  } catch (error) {
    const { problem = { code: "unavailable" } } = error;
    const isKnown = problem.status !== undefined && problem.code !== "uncertain";
    if (!isKnown) {
      // It may have arrived: the guest is told not to pay again, and it is sent again by itself.
      model.set({ problem: { code: problem.code, retry: () => send(kit) } }, "problem");
      return later(RETRY_MS, () => model.state.step === "booking" && send(kit));
    }
    model.set({ attempt: { ...attempt, isSent: false } });
    model.state.wrong = faultsOf(problem);
    if (problem.code === "quote_mismatch") model.state.signed = null;
    // What was booked before stays in view, and so does what was entered.
    if (follows) {
      // The offer as it is now: at another price, or no more.
      const { quote, total_amount } = problem;
      const redistribution = quote ? { ...follows.redistribution, quote, total_amount } : follows.redistribution;
      kit.go("done", { booking: { ...follows, redistribution }, follows: null, isOfferGone: problem.code === "no_availability" });
    }
    else kit.go("details");
    model.set({ problem }, "problem");
  }
}

function take(kit, answer) {
  const { model, emit } = kit;
  const { booking, attempt, checkIn, checkOut } = model.state;
  model.set({ booking: { ...booking, ...answer, check_in_date: checkIn, check_out_date: checkOut }, problem: null });
  const [booked, failed] = [answer.bookings.length, answer.failed_bookings.length];
  if (answer.outcome === "in_progress") {
    emit("posada-progress", { booked, failed, rooms: attempt.rooms.length });
    return follow(kit);
  }
  const { booking_id, total_amount } = answer;
  const { currency } = model.property;
  if (answer.outcome === "booked") emit("posada-booked", { booking_id, rooms: booked, total_amount, currency });
  else if (answer.outcome === "partly_booked") emit("posada-partial", { booking_id, booked, failed, total_amount, currency });
  else emit("posada-error", { code: answer.outcome });
  // What was entered is needed once more only where a part is still to be booked.
  kit.go("done", answer.outcome === "booked" ? { details: {}, attempt: null } : {});
  lookAgain(kit);
}

/** Asks the API about a booking, by its token. */
export const askAbout = ({ model }, { booking_id, token }, path = "", options = {}) =>
  model.ask(`/v1/bookings/${booking_id}${path}`, { headers: { Authorization: `Bearer ${token}` }, ...options });

/** What people look into is asked for until they have found out: the guest was told to hear of it here. */
function lookAgain(kit) {
  const { model } = kit;
  const { booking, step } = model.state;
  if (step !== "done" || booking.outcome !== "needs_staff") return;
  later(SLOW_POLL_MS, async () => {
    const answer = await askAbout(kit, booking).catch(() => booking);
    if (model.state.booking !== booking) return;
    if (answer.outcome !== "in_progress" && answer.outcome !== booking.outcome) return take(kit, answer);
    if (answer.outcome === booking.outcome) model.set({ booking: { ...booking, ...answer } });
    lookAgain(kit);
  });
}

/** Asks how the booking stands whenever the server says that something happened, and each second where its events cannot be had. */
async function follow(kit) {
  const { model } = kit;
  listen(kit);
  const poll = async () => {
    if (model.state.step !== "booking") return;
    try {
      const answer = await askAbout(kit, model.state.booking);
      // Another question may have been answered meanwhile: the end is told once.
      if (model.state.step === "booking") take(kit, answer);
    } catch (error) {
      const { problem = { code: "unavailable" } } = error;
      model.set({ problem: { code: problem.code, retry: poll } }, "problem");
      later(RETRY_MS, poll);
    }
  };
  later(isListening ? SLOW_POLL_MS : POLL_MS, poll);
  kit.poll = poll;
}

let listening = "";
let isListening = false;

/** Reads the server's events, where it has them: each is a reason to ask at once. */
async function listen(kit) {
  const { model } = kit;
  const { booking_id, token } = model.state.booking;
  if (listening === booking_id) return;
  listening = booking_id;
  try {
    const response = await fetch(`${model.api}/v1/bookings/${booking_id}/events`, {
      headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" }, credentials: "omit",
    });
    if (!response.ok || !response.body) return;
    isListening = true;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || model.state.step !== "booking") return void reader.cancel().catch(() => {});
      if (/^data:/m.test(value)) later(0, kit.poll);
    }
  } catch {
    // Asking each second does without.
  } finally {
    isListening = false;
    if (model.state.step === "booking") later(POLL_MS, kit.poll);
  }
}

/** The rooms asked for, each with what became of it: an answer's rooms are in the order of the lines. */
export function lines({ rooms }, answer) {
  const booked = [...(answer?.bookings ?? [])];
  const failed = [...(answer?.failed_bookings ?? [])];
  const same = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));
  const taken = (list, room, of) => {
    const at = list.findIndex((it) => same(of(it), room));
    return at < 0 ? undefined : list.splice(at, 1)[0];
  };
  const states = answer?.progress;
  return rooms.map((room, at) => {
    const isHeld = states?.find((it) => it.line === at)?.state === "held";
    const done = taken(booked, room, (it) => it);
    if (done) return { room, booked: done };
    return { room, isHeld, failed: taken(failed, room, (it) => it.booking) };
  });
}

export function booking(kit) {
  const { html, nothing, say, model, message, t } = kit;
  const { attempt, booking: answer, problem } = model.state;
  const retry = problem?.retry && button(kit, t.retry, () => { clearTimeout(timer); problem.retry(); });
  const each = ({ room, booked, failed, isHeld }) => line(kit, booked ? "ok" : failed ? "bad" : "", [typeName(kit, room.bungalow_type), guestsText(kit, room)],
    html`<span>${booked ? `${t.booked} · ${codeOf(answer, booked)}` : failed ? `${t.notBooked}: ${failed.reason}` : html`<i class="spin" aria-hidden="true"></i>${isHeld ? t.heldRoom : t.checkingRoom}`}</span>`);
  return html`<div class="screen"><h2 part="heading" tabindex="-1">${t.booking}</h2>
    ${problem ? message(`${problem.code === "offline" ? t.offline : t.unavailable} ${t.payOnce}`, retry) : html`<p>${t.confirming}</p>`}<ol class="lines" aria-live="polite">${lines(attempt ?? { rooms: [] }, answer).map(each)}</ol>
    ${answer?.booking_id ? html`<p class="note">${say(t.reference, { id: answer.booking_id.slice(0, 8) })}</p>` : nothing}</div>${kit.bar({})}`;
}

/** A room's code with the hotel's prefix, as the message to the guest spells it. */
export function codeOf(answer, { reserva }) {
  const known = answer.customer_message?.match(new RegExp(`[A-Za-z0-9]{0,8}${reserva.replace(/\W/g, "\\$&")}(?![A-Za-z0-9])`));
  return known?.[0] ?? reserva;
}

