// The rooms: the proposals to compare, a card for each room, guests moved about.

import { dayNumber } from "../dates.js";
import { drag } from "./drag.js";
import { button, count, priceChanged, shares, told } from "./parts.js";
import { DAYS, OBJECTIVES } from "./quotes.js";
import { bodyOf, requote } from "./quoting.js";

const BANDS = [["adults", "adult"], ["children_6_10", "older"], ["children_0_5", "younger"]];
const NOBODY = { adults: 0, children_0_5: 0, children_6_10: 0 };

/** The guest whose destinations are shown: a room's place and a band. */
let open = null;

/** What is asked for of a room. */
export const plain = ({ bungalow_type, adults, children_0_5, children_6_10 }) => ({ bungalow_type, adults, children_0_5, children_6_10 });

/** What guests call the type. */
export const typeName = ({ model, language }, id) =>
  model.property.room_types.find((it) => it.id === id)?.name[language] ?? id;

/** Who is in a room, in words. */
export function guestsText({ t, say }, room) {
  return BANDS.filter(([band]) => room[band] > 0).map(([band, word]) => `${room[band]} ${say(t[word], { n: room[band] })}`).join(", ");
}

/** The proposals that differ, each with the objectives that it is best for. */
export function proposals(base) {
  const other = (objective) => base.alternatives.find((it) => it.objective === objective);
  const found = [];
  for (const objective of OBJECTIVES) {
    const { rooms, total_amount } = other(objective) ?? base;
    const known = found.find((it) => JSON.stringify(it.rooms) === JSON.stringify(rooms));
    if (known) known.objectives.push(objective);
    else found.push({ objectives: [objective], rooms, total_amount });
  }
  return found;
}

export function rooms(kit) {
  const { html, nothing, say, model, language, money } = kit;
  const { t } = kit;
  const { quote, state } = model;
  const list = model.rooms;
  const isWrong = !quote?.rooms;

  const change = (split, said, focus) => {
    open = null;
    model.set({ split, undo: [...state.undo, state.split].slice(-20), signed: null, problem: null });
    requote(model);
    kit.focus(focus);
    const total = model.quote?.rooms ? say(t.live, { guests: said, amount: money(model.quote.total_amount) }) : said;
    kit.announce(total);
  };
  const move = (from, band, to, type) => {
    const split = list.map(plain);
    if (to === split.length) split.push({ bungalow_type: type, ...NOBODY });
    split[from][band] -= 1;
    split[to][band] += 1;
    const [, word] = BANDS.find(([name]) => name === band);
    change(split, say(t.moved, { who: say(t[word], { n: 1 }), n: to + 1 }), `[data-guest="${to} ${band}"]`);
  };
  const drop = (at) => change(list.map(plain).filter((_, i) => i !== at), "", "h2");
  const add = (type) => change([...list.map(plain), { bungalow_type: type, ...NOBODY }], say(t.room, { n: list.length + 1 }), `#room${list.length}`);
  const undo = () => {
    const before = state.undo.at(-1);
    model.set({ split: before ?? null, undo: state.undo.slice(0, -1), signed: null });
    requote(model);
    kit.focus("h2");
  };
  const prefer = (objective) => {
    open = null;
    model.set({ objective, split: null, undo: [], signed: null });
    requote(model);
  };

  const types = model.property.room_types.filter((it) => (it.packages ?? [state.plan]).includes(state.plan));
  const room = (it, at) => card(kit, t, { it, at, list, types, isWrong, move, drop });
  return html`<div class="screen"><div><h2 part="heading" tabindex="-1">${t.rooms}</h2><p class="note">${t.roomsHint}</p></div>
    ${model.base?.rooms ? proposalCards(kit, t, prefer) : nothing}
    <ol class="rooms">${list.map(room)}</ol>
    <div class="tools"><details class="add"><summary class="button" part="button">${t.addRoom}</summary><div class="choices">${types.map(
      (it) => button(kit, it.name[language], () => add(it.id)))}</div></details>
      ${button(kit, t.undo, undo, !state.undo.length)}</div>
    </div>${problem(kit, t)}${kit.bar({ ...sum(kit, t), back: button(kit, t.back, () => kit.go("stay")),
      go: html`<button type="button" class="primary" part="button primary" ?disabled=${isWrong || state.loading}
      @click=${() => confirm(kit)}>${t.confirmPrice}</button>` })}`;
}

function proposalCards(kit, t, prefer) {
  const { html, model, money } = kit;
  const { state } = model;
  const all = proposals(model.base);
  const chosen = state.split ? -1 : Math.max(0, all.findIndex((it) => it.objectives.includes(state.objective)));
  return html`<fieldset class="proposals"><legend class="sr">${t.proposals}</legend>${all.map((it, i) => html`<label class="proposal"
    part="proposal"><input type="radio" name="proposal" .checked=${i === chosen} @change=${() => prefer(it.objectives[0])}>
    <span><b>${it.objectives.map((name) => t[name]).join(" · ")}</b><small>${shares(kit, it.rooms)}</small></span>
    <strong>${money(it.total_amount)}</strong></label>`)}
    ${state.split ? html`<label class="proposal" part="proposal"><input type="radio" name="proposal" .checked=${true}><span><b>${t.own}</b>
    <small>${shares(kit, state.split)}</small></span>
    <strong>${model.quote?.rooms ? money(model.quote.total_amount) : "—"}</strong></label>` : ""}</fieldset>`;
}

/** What is wrong with the room at this place, in words. */
function wrongWith({ say, model, language }, t, at, room) {
  const { quote } = model;
  if (!quote || quote.rooms) return "";
  const named = quote.fields?.find((it) => it.field.startsWith(`bookings[${at}]`) || it.field.startsWith(`split[${at}]`));
  const code = quote.each ? quote.each[at]?.wrong : named ? quote.code : count(room) === 0 ? "nobody" : "";
  if (!code) return "";
  const limits = model.property.room_types.find((it) => it.id === room.bungalow_type);
  return t[code] ? say(t[code], { n: limits.max_guests + limits.max_extra_beds }) : quote.customer_message ?? "";
}

function card(kit, t, { it, at, list, types, isWrong, move, drop }) {
  const { html, nothing, say, model, language, money } = kit;
  const limits = model.property.room_types.find((type) => type.id === it.bungalow_type);
  const priced = isWrong ? model.quote?.each?.[at] : it.amount === undefined ? model.quote.rooms[at] : it;
  const wrong = wrongWith(kit, t, at, it);
  const taken = count(it);
  const beds = priced?.extra_beds ?? 0;
  const empty = Math.max(0, limits.max_guests + beds - taken);
  const who = (band) => say(t[BANDS.find(([name]) => name === band)[1]], { n: 1 });
  const escape = (event, band) => {
    if (event.key !== "Escape" || !open) return;
    open = null;
    kit.focus(`[data-guest="${at} ${band}"]`);
  };
  const guest = (band, i) => {
    const key = (event) => {
      escape(event, band);
      const to = at + { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (to >= 0 && to < list.length) {
        event.preventDefault();
        move(at, band, to);
      }
    };
    const isOpen = open?.at === at && open.band === band && open.i === i;
    return html`<li><button type="button" class=${`guest ${band}`} part="guest" data-guest=${i === 0 ? `${at} ${band}` : nothing}
      aria-expanded=${isOpen ? "true" : "false"} aria-keyshortcuts="ArrowLeft ArrowRight"
      aria-label=${say(t.guest, { who: who(band), n: at + 1 })} @keydown=${key} @pointerdown=${(event) => drag(event, (to) => move(at, band, to))}
      @click=${() => { open = isOpen ? null : { at, band, i }; kit.focus(isOpen ? `[data-guest="${at} ${band}"]` : ".moves button"); }}>
      <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="7" r="4.5"/><path d="M3.5 22a8.5 8.5 0 0 1 17 0z"/></svg></button></li>`;
  };
  const guests = BANDS.flatMap(([band]) => Array.from({ length: it[band] }, (_, i) => guest(band, i)));
  const others = list.map((_, to) => to).filter((to) => to !== at);
  const moves = open?.at === at ? html`<div class="moves" role="group" aria-label=${say(t.moveTo, { who: who(open.band) })}
    @keydown=${(event) => escape(event, open?.band)}>
    <span>${say(t.moveTo, { who: who(open.band) })}</span>${others.map((to) => button(kit, say(t.room, { n: to + 1 }), () => move(at, open.band, to)))}
    ${types.map((type) => button(kit, say(t.newRoom, { type: type.name[language] }), () => move(at, open.band, list.length, type.id)))}</div>` : nothing;
  return html`<li class=${`room ${wrong ? "wrong" : ""}`} part="room" id=${`room${at}`} tabindex="-1">
    <div class="head"><h3>${say(t.room, { n: at + 1 })} <small>${limits.name[language]}</small></h3>
      <strong>${priced?.amount && !wrong ? money(priced.amount) : "—"}</strong></div>
    <ul class="guests">${guests}${Array.from({ length: empty }, () => html`<li class="free" aria-hidden="true"></li>`)}</ul>
    <p class="note">${guestsText(kit, it)}${taken ? " · " : ""}${say(t.capacity, { n: taken, most: limits.max_guests })}${
      beds ? ` · ${say(t.beds, { n: beds })}` : ""}</p>
    ${moves}${wrong ? html`<p class="bad" role="alert">${wrong}</p>` : nothing}
    ${taken === 0 ? html`<button type="button" class="link" @click=${() => drop(at)}>${say(t.remove, { n: at + 1 })}</button>` : nothing}
    ${priced?.nights ? breakdown(kit, t, priced) : nothing}</li>`;
}

/** The price night by night: guests times rate, where the tariff's row comes to what the core says. */
export function breakdown({ html, model, money, dayText }, t, room) {
  // A rate may have a third decimal, which no guest can pay: then the cents of the nights are not those of the rates.
  let isRounded = false;
  const parts = (night) => {
    const { property, state } = model;
    const day = DAYS[(dayNumber(night.date) - 1) % 7];
    // The rows come from the most specific on, so that the first that matches is the night's.
    const row = property.tariff.find((it) => ["*", room.bungalow_type].includes(it.room_type) && ["*", state.plan].includes(it.package) &&
      it.from <= night.date && night.date <= it.to && (it.weekdays === "*" || it.weekdays.includes(day)));
    const each = [[1, "room", t.perRoom], [room.adults, "adult", t.adult], [room.children_6_10, "children_6_10", t.older],
      [room.children_0_5, "children_0_5", t.younger], [room.extra_beds, "extra_bed", t.bed]];
    const told = each.filter(([n, rate]) => n > 0 && Number(row?.[rate]) > 0);
    const sum = told.reduce((all, [n, rate]) => all + n * Number(row[rate]), 0);
    if (Math.abs(sum - night.amount) > 0.0101) return "";
    isRounded ||= told.some(([, rate]) => /\.\d\d[1-9]/.test(row[rate]));
    const name = (n, word) => (Array.isArray(word) ? word[n === 1 ? 0 : 1] : word);
    return told.map(([n, rate, word]) => `${n} ${name(n, word)} × ${money(Number(row[rate]))}`).join(" + ");
  };
  const day = (date) => dayText(date, t.locale, { weekday: "short", day: "numeric", month: "short" });
  return html`<details class="breakdown"><summary>${t.breakdown}</summary><table><thead class="sr"><tr><th>${t.night}</th><th>${t.what}</th><th>${t.amount}</th></tr></thead>
    <tbody>${room.nights.map((night) => html`<tr><th scope="row">${day(night.date)}</th><td>${parts(night)}</td><td>${money(night.amount)}</td></tr>`)}</tbody></table>${isRounded ? html`<p class="note">${t.rounded}</p>` : ""}</details>`;
}

function problem(kit, t) {
  const { nothing, say, model, money, message } = kit;
  const { problem: it, loading } = model.state;
  const { quote } = model;
  if (it) {
    const text = it.code === "price_changed" ? priceChanged(kit, it) : told(kit, it);
    return message(text, it.retry ? button(kit, t.retry, () => { model.set({ problem: null }); it.retry(); }) : nothing);
  }
  if (!quote || quote.rooms || loading || quote.each?.some((room) => room.wrong)) return nothing;
  const short = shortage(model);
  if (short) return message(say(t.shortage, { n: short.free, type: typeName(kit, short.id) }));
  return message(told(kit, quote, t.impossible));
}

/** The type of which the guest's own split has more rooms than are free. */
function shortage(model) {
  const { split } = model.state;
  const free = model.free;
  return free?.map(({ bungalow_type: id, free: n }) => ({ id, free: n })).find(({ id, free: n }) =>
    split?.filter((it) => it.bungalow_type === id).length > n);
}

function sum(kit, t) {
  const { quote, state } = kit.model;
  if (state.loading) return { detail: t.pricing };
  if (!quote?.rooms) return { total: "—", detail: "" };
  return { total: kit.money(quote.total_amount), detail: shares(kit, quote.rooms) };
}

/** Has the price of the rooms signed. */
export async function sign(model) {
  const body = JSON.stringify(bodyOf(model, model.rooms.map(plain)));
  const { quote, expires_at, total_amount } = await model.ask("/v1/quotes", { method: "POST", body });
  return { quote, expires_at, total_amount };
}

/** Has the price signed, and goes on to the details; another price than the shown one is told first. */
export async function confirm(kit) {
  const { model } = kit;
  const shown = model.quote;
  model.set({ loading: true, problem: null });
  try {
    const signed = await sign(model);
    const { total_amount } = signed;
    model.state.loading = false;
    model.state.signed = signed;
    if (total_amount !== shown.total_amount) {
      model.property = await model.ask("/v1/property");
      await requote(model, { force: true });
      return model.set({ problem: { code: "price_changed", quoted_amount: shown.total_amount, total_amount } }, "problem");
    }
    kit.go("details");
  } catch (error) {
    // What is free may have changed meanwhile: the cards show what is left.
    if (error.problem?.code === "no_availability") await requote(model, { force: true });
    model.fail(error, error.problem?.status === 409 ? undefined : () => confirm(kit));
  }
}
