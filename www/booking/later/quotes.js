// Quotes: made in the browser by the core, or asked of the API where WebAssembly cannot be used.
//
// The core takes and gives lists of numbers (crates/widget/src/lib.rs says which); here they are made of the API's
// answers and made into what `POST /v1/quotes` answers.

import { dayNumber, dayOfNumber, plusDays } from "../dates.js";

export const OBJECTIVES = ["even", "cheapest", "fewest_rooms"];
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const RATES = ["room", "adult", "children_0_5", "children_6_10", "extra_bed"];

/** The two lists that `Hotel.of` takes, of an answer of `GET /v1/property`. */
export function packHotel({ room_types, packages, tariff }) {
  const place = (names, name) => (name === "*" ? -1 : names.indexOf(name));
  const bits = (chosen, all) => chosen.reduce((sum, name) => sum + 2 ** all.indexOf(name), 0);
  const ids = room_types.map((it) => it.id);
  const types = room_types.flatMap((it) => [
    it.max_adults, it.max_children, it.max_guests, it.max_extra_beds, bits(it.packages ?? packages, packages),
  ]);
  const rows = tariff.flatMap((row) => [
    place(ids, row.room_type), place(packages, row.package), dayNumber(row.from), dayNumber(row.to),
    row.weekdays === "*" ? 0 : bits(row.weekdays, DAYS), ...RATES.map((name) => Math.round(Number(row[name]) * 1_000)),
  ]);
  return [new Float64Array(types), new Float64Array(rows)];
}

/** The list that `Hotel.quote` takes, of a body of `POST /v1/quotes` with the party by age. */
export function packAsk({ room_types, packages }, { rooms: free }, body) {
  const { party, bungalow_type, bungalow_types, split } = body;
  const ages = party.children ?? [];
  const offer = ({ id }) => {
    const count = free.find((it) => it.bungalow_type === id)?.free ?? 0;
    if (bungalow_type !== undefined) return [bungalow_type === id ? count : -1, -1];
    if (bungalow_types === undefined) return [count, -1];
    const wanted = bungalow_types.find((it) => it.bungalow_type === id);
    return wanted ? [count, wanted.count] : [-1, -1];
  };
  const ids = room_types.map((it) => it.id);
  const room = (it) => [ids.indexOf(it.bungalow_type), it.adults, it.children_0_5, it.children_6_10];
  return new Float64Array([
    dayNumber(body.check_in_date), dayNumber(body.check_out_date), packages.indexOf(body.package_type),
    Math.max(0, OBJECTIVES.indexOf(body.objective)), body.rooms ?? 0, party.adults, ages.length, ...ages,
    ...room_types.flatMap(offer), ...(split ?? []).flatMap(room),
  ]);
}

/** What `POST /v1/quotes` answers, without what only the Worker can sign; or `{code, rooms?}`, a problem. */
export function unpack(numbers, property, body) {
  let at = 0;
  const next = () => numbers[at++];
  const times = (count, read) => Array.from({ length: count }, read);
  const cents = () => next() / 100;
  const { room_types, currency } = property;
  const nights = Math.round(dayNumber(body.check_out_date) - dayNumber(body.check_in_date));
  const kind = next();
  if (kind === 2) {
    const wrong = ["", "over_capacity", "child_alone", "nobody"];
    const rooms = body.split.map(() => ({ wrong: wrong[next()], extra_beds: next(), amount: cents() }));
    return { code: rooms.find((it) => it.wrong)?.wrong ?? "no_availability", each: rooms };
  }
  if (kind !== 1) return { code: "impossible" };
  const room = () => {
    const [type, adults, children_0_5, children_6_10, extra_beds, amount] = [next(), next(), next(), next(), next(), cents()];
    const each = times(nights, (_, i) => ({ date: plusDays(body.check_in_date, i), amount: cents() }));
    return { bungalow_type: room_types[type].id, adults, children_0_5, children_6_10, extra_beds, nights: each, amount };
  };
  const optimal = next() === 1;
  const left_out = times(next(), () => ({ bungalow_type: room_types[next()].id, night: dayOfNumber(next()) }));
  const [best, ...alternatives] = times(next(), () => {
    const [objective, total_amount, count] = [OBJECTIVES[next()], cents(), next()];
    return { objective, rooms: times(count, room), total_amount };
  });
  const { objective, rooms, total_amount } = best;
  return { objective, optimal, rooms, total_amount, currency, alternatives, ...(left_out.length ? { left_out } : {}) };
}

/** Quotes by the core in the browser. */
export class LocalQuoter {
  isLocal = true;
  #Hotel;
  #property;
  #hotel;

  constructor(Hotel) {
    this.#Hotel = Hotel;
  }

  quote(property, availability, body) {
    if (this.#property !== property) {
      this.#hotel?.free();
      this.#hotel = this.#Hotel.of(...packHotel(property));
      this.#property = property;
    }
    return unpack(this.#hotel.quote(packAsk(property, availability, body)), property, body);
  }
}

/** Quotes asked of the API; a problem is an answer, too. */
export class RemoteQuoter {
  isLocal = false;

  async quote(property, availability, body, model) {
    if (body.split?.some((it) => it.adults + it.children_0_5 + it.children_6_10 === 0)) return { code: "nobody" };
    try {
      return await model.ask("/v1/quotes", { method: "POST", body: JSON.stringify(body) });
    } catch (error) {
      if (error.problem?.status >= 400 && error.problem.status < 500) return error.problem;
      throw error;
    }
  }
}
