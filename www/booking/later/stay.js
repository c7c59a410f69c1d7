// What the later module adds to the first screen: the party, and the total with what goes on.

import { count, shares, told } from "./parts.js";
import { areAgesKnown } from "./quoting.js";
import { party } from "./party.js";

export { party };

/** The total and what it is for; or what is missing until there is one. */
function sum(kit) {
  const { model, t, say, money } = kit;
  const { quote, state } = model;
  if (!state.checkIn || !state.checkOut) return { detail: t.needDates };
  if (!areAgesKnown(model)) return { detail: t.needAges };
  if (state.loading) return { total: "…", detail: t.pricing };
  if (quote?.rooms) {
    return { total: money(quote.total_amount), detail: `${shares(kit, quote.rooms)} · ${say(t.nights, { n: model.nights })}` };
  }
  // Kept in view, for it is the answer to the button that was just pressed.
  if (quote?.code) return { total: "—", detail: told(kit, quote, t.impossible) };
  return { detail: "" };
}

export function stayBar(kit) {
  const { html, model, t } = kit;
  return kit.bar({ ...sum(kit), go: html`<button type="button" part="button primary" class="primary" ?disabled=${!model.quote?.rooms || model.state.loading}
    @click=${() => kit.go("rooms")}>${t.seeRooms}</button>` });
}

/** Tells the page of a price, and says it to those who listen. */
export function tellQuote({ model, t, say, money, emit, announce }) {
  const { quote, state } = model;
  if (!quote?.rooms) return;
  const guests = quote.rooms.reduce((all, it) => all + count(it), 0);
  const detail = { check_in_date: state.checkIn, check_out_date: state.checkOut, rooms: quote.rooms.length, guests,
    total_amount: quote.total_amount, currency: quote.currency };
  const said = JSON.stringify(detail);
  if (model.said === said) return;
  model.said = said;
  emit("posada-quote", detail);
  announce(say(t.live, { guests: say(t.guestCount, { n: guests }), amount: money(quote.total_amount) }));
}
