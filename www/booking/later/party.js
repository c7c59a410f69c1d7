// Who travels: steppers as in the ARIA practices' hotel guest picker, an age for each child, the plan.

import { requote } from "./quoting.js";

/** One number with its buttons. Arrow keys, Page Up and Down, Home and End change it too. */
function stepper({ html, nothing, t, say },{ label, note, value, least, most, shown = value, change }) {
  const set = (next) => {
    const within = Math.min(most, Math.max(least, next));
    if (within !== value) change(within);
  };
  const key = (event) => {
    const steps = { ArrowUp: value + 1, ArrowDown: value - 1, PageUp: value + 5, PageDown: value - 5, Home: least, End: most };
    if (!(event.key in steps)) return;
    event.preventDefault();
    set(steps[event.key]);
  };
  const id = label.replace(/\W/g, "");
  return html`<div class="line" part="stepper" role="group" aria-labelledby=${id}>
    <span class="what"><b id=${id}>${label}</b>${note ? html`<small>${note}</small>` : nothing}</span>
    <button type="button" class="round" tabindex="-1" aria-label=${say(t.fewer, { what: label })} ?disabled=${value <= least}
      @click=${() => set(value - 1)}>−</button>
    <span class="value" role="spinbutton" tabindex="0" aria-labelledby=${id} aria-valuenow=${value} aria-valuemin=${least}
      aria-valuemax=${most} aria-valuetext=${shown} @keydown=${key}>${shown}</span>
    <button type="button" class="round" tabindex="-1" aria-label=${say(t.more, { what: label })} ?disabled=${value >= most}
      @click=${() => set(value + 1)}>+</button>
  </div>`;
}

/** The party's part of the first screen. */
export function party(kit) {
  const { html, nothing, model, t, say, money } = kit;
  const change = (patch) => {
    model.set({ ...patch, split: null, undo: [], signed: null, touched: true, problem: null });
    requote(model);
  };
  const { property, state } = model;
  const { limits, packages } = property;
  const { adults, ages, wanted, plan } = state;
  const room = limits.guests_max - adults - ages.length;
  const resize = (count) =>
    change({ ages: count > ages.length ? [...ages, ...Array(count - ages.length).fill(null)] : ages.slice(0, count) });
  const setAge = (at, text) => change({ ages: ages.map((age, i) => (i === at ? (text === "" ? null : Number(text)) : age)) });
  const rates = property.tariff.find((row) => !state.checkIn || (row.from <= state.checkIn && state.checkIn <= row.to));
  const rate = (text) => (Number(text) === 0 ? t.free : money(Number(text)));
  const options = Array.from({ length: limits.child_age_max + 1 }, (_, age) => age);
  return html`
    ${stepper(kit, { label: t.adults, note: t.adultsNote, value: adults, least: 1, most: adults + room,
      change: (value) => change({ adults: value }) })}
    ${stepper(kit, { label: t.children, note: say(t.childrenNote, { n: limits.child_age_max }), value: ages.length, least: 0,
      most: ages.length + room, change: resize })}
    ${ages.length ? html`<div class="ages">${ages.map((age, i) => html`<label class="field" part="field">
      <span>${say(t.age, { n: i + 1 })}</span>
      <select .value=${age === null ? "" : String(age)} @change=${(event) => setAge(i, event.target.value)}>
        <option value="" ?selected=${age === null}>${t.ageFirst}</option>
        ${options.map((n) => html`<option value=${n} ?selected=${n === age}>${say(t.years, { n })}</option>`)}
      </select></label>`)}</div>` : nothing}
    ${stepper(kit, { label: t.roomsWanted, note: wanted ? nothing : t.roomsAuto, value: wanted, shown: wanted || t.auto, least: 0,
      most: Math.min(limits.rooms_max, adults), change: (value) => change({ wanted: value }) })}
    ${packages.length > 1 ? html`<fieldset class="plans"><legend>${t.package}</legend>${packages.map((name) => html`<label
      class="plan"><input type="radio" name="plan" .checked=${name === plan} @change=${() => change({ plan: name })}>
      <span>${name}</span></label>`)}</fieldset>` : nothing}
    ${rates ? html`<p class="note">${say(t.rates, { adult: rate(rates.adult), older: rate(rates.children_6_10),
      younger: rate(rates.children_0_5) })}</p>` : nothing}`;
}
