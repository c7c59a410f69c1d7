// What several screens show.

const SHOWN_SINGLY_MAX = 5;

/** A button that does not go on by itself. */
export const button = ({ html }, text, click, isOff = false) =>
  html`<button type="button" class="button" part="button" ?disabled=${isOff} @click=${click}>${text}</button>`;

/** A line of a list: what it is about, who, and what there is to say of it. */
export const line = ({ html }, kind, [title, note], said) =>
  html`<li class=${`line ${kind}`}><span class="what"><b>${title}</b><small>${note}</small></span>${said}</li>`;

export const count = (room) => room.adults + room.children_0_5 + room.children_6_10;

/** How many rooms, and how many guests in each: room by room where they are few, else in how many rooms there are as many. */
export function shares({ t, say }, rooms) {
  const guests = rooms.map(count);
  const sizes = [...new Set(guests)].sort((a, b) => b - a);
  const named = (size) => say(t.guestCount, { n: size });
  const inSo = (size, i) => say(t.roomsWith, { n: guests.filter((it) => it === size).length, guests: i ? size : named(size) });
  const each = guests.length === 1 ? named(guests[0])
    : guests.length <= SHOWN_SINGLY_MAX ? guests.join(" + ")
      : sizes[1] === undefined ? say(t.inEach, { guests: named(sizes[0]) }) : new Intl.ListFormat(t.locale).format(sizes.map(inSo));
  return `${say(t.roomCount, { n: guests.length })}: ${each}`;
}

/** What is wrong, as the API says it to guests, or in the words for its code. */
export const told = ({ t }, problem, other = t.unavailable) => problem.customer_message ?? t[problem.code] ?? other;

export const priceChanged = ({ t, say, money }, { customer_message, quoted_amount, total_amount }) =>
  customer_message ?? say(t.price_changed, { from: money(quoted_amount), to: money(total_amount) });
