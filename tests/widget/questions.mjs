// Questions for quotes: hotels with seasons, weekdays, packages and gaps, and seeded parties and wishes.

import { settings } from "../e2e/values.mjs";

const row = (room_type, more = {}) => ({
  room_type, package: "*", from: "2026-01-01", to: "2027-12-31", weekdays: "*",
  room: "0", adult: "80.125", children_0_5: "5", children_6_10: "40.065", extra_bed: "18.5", ...more,
});
const type = (id, count, max_adults, max_children, max_guests, max_extra_beds, more = {}) => ({
  id, name: { es: id, en: id }, rooms: Array.from({ length: count }, (_, i) => `${id} ${i}`),
  max_adults, max_children, max_guests, max_extra_beds, ...more,
});

/** The demo hotel; one with everything that a tariff can say; one with thirty rooms. */
export async function hotels() {
  const rich = await settings((it) => ({
    ...it,
    room_types: [type("Doble", 3, 2, 1, 2, 1), type("Suite", 2, 4, 3, 5, 2, { packages: ["Todo incluido"] }), type("Cabaña", 2, 6, 6, 8, 0), type("Ático", 1, 2, 0, 2, 0)],
    tariff: [
      row("*"), row("Doble", { adult: "61.335", room: "12.005" }), row("Doble", { weekdays: ["fri", "sat"], adult: "70.115" }),
      row("Suite", { room: "30", adult: "99.999" }), row("*", { package: "Todo incluido", adult: "120.05", extra_bed: "0.005" }),
      row("Cabaña", { from: "2027-02-01", to: "2027-02-14", adult: "45.45", room: "100.001" }), row("Ático", { package: "Hospedaje", adult: "55" }),
    ],
  }));
  const gaps = await settings((it) => ({
    ...it,
    room_types: [type("A", 8, 2, 2, 3, 1), type("B", 8, 3, 2, 4, 1), type("C", 7, 4, 4, 6, 2), type("D", 7, 2, 1, 2, 0), type("E", 3, 2, 2, 4, 0)],
    packages: ["Hospedaje"],
    tariff: [..."ABCD"].map((id, i) => row(id, { room: String(20 + i * 7), adult: `${40 + i * 3}.125` })).concat(row("E", { to: "2027-02-13" })),
  }));
  return [await settings(), rich, gaps];
}

function random(seed) {
  let state = seed;
  return (least, most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return least + Math.floor((state / 2 ** 32) * (most - least + 1));
  };
}

/** Bodies of `POST /v1/quotes` without dates; half of them leave the rooms open. */
export function questions({ room_types, packages }, place) {
  const draw = random(place + 1);
  const pick = (list) => list[draw(0, list.length - 1)];
  const asked = [];
  for (let number = 0; number < 50; number += 1) {
    const adults = draw(1, number % 10 === 0 ? 16 : 7);
    const children = Array.from({ length: draw(0, Math.min(6, adults)) }, () => draw(0, 14));
    const body = { package_type: pick(packages), party: { adults, children }, objective: pick(["even", "cheapest", "fewest_rooms"]) };
    const wish = number % 8;
    if (wish === 4) body.rooms = draw(1, Math.min(4, adults));
    if (wish === 5) body.bungalow_type = pick(room_types).id;
    if (wish === 6) body.bungalow_types = [{ bungalow_type: room_types[0].id, count: draw(1, 3) }, { bungalow_type: room_types[1].id, count: draw(1, 2) }];
    if (wish === 7) body.split = split(body, room_types, draw, pick);
    asked.push(body);
  }
  return asked;
}

/** Rooms that place exactly the party, some of them against the rules. */
function split({ party: { adults, children } }, room_types, draw, pick) {
  const bands = { adults: adults + children.filter((age) => age > 10).length, children_0_5: children.filter((age) => age <= 5).length };
  bands.children_6_10 = children.filter((age) => age > 5 && age <= 10).length;
  const rooms = Array.from({ length: draw(1, Math.max(1, Math.min(3, adults))) }, () => ({ bungalow_type: pick(room_types).id, adults: 0, children_0_5: 0, children_6_10: 0 }));
  for (const [band, count] of Object.entries(bands)) for (let i = 0; i < count; i += 1) rooms[(i + (band === "adults" ? 0 : draw(0, 2))) % rooms.length][band] += 1;
  return rooms;
}
