// Quotes: what is proposed, and the price that a signed quote keeps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import {
  Hotel,
  closingTests,
  codreserOf,
  expectBooking,
  expectProblem,
  room,
  settings,
  sharedHotel,
} from "./support.mjs";

const hotel = sharedHotel();

/** Loads the demo's settings with adults at this rate, and a quote's life where it is to be short. */
const load = async (adult, quote_ttl_ms) =>
  hotel().load(
    await settings((document) => {
      for (const row of document.tariff) row.adult = adult;
      if (quote_ttl_ms !== undefined) document.quote_ttl_ms = quote_ttl_ms;
    }),
  );

async function quoted(stay, party, more = {}, options = {}) {
  const answer = await hotel().quote({ ...stay, package_type: "Hospedaje", party, ...more }, options);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

/** The lines that a quote is for. */
const lines = (answer) =>
  answer.rooms.map((it) =>
    room(it.bungalow_type, it.adults, it.children_0_5, it.children_6_10, { extra_beds: it.extra_beds }),
  );

const shape = (rooms) => rooms.map((it) => `${it.bungalow_type} ${it.adults}+${it.children_0_5}+${it.children_6_10}`);

test("an even split is proposed, with what other objectives prefer, each with its own quote", async () => {
  const stay = hotel().stay();
  const answer = await quoted(stay, { adults: 8 }, { rooms: 3, bungalow_type: "Junior" });
  assert.equal(answer.objective, "even");
  assert.equal(answer.optimal, true);
  assert.deepEqual(shape(answer.rooms), ["Junior 3+0+0", "Junior 3+0+0", "Junior 2+0+0"]);
  const family = await quoted(
    stay,
    { adults: 6, children_6_10: 2 },
    { bungalow_types: [{ bungalow_type: "Familiar", count: 2 }] },
  );
  assert.deepEqual(shape(family.rooms), ["Familiar 3+0+1", "Familiar 3+0+1"]);

  const given = await quoted(stay, { adults: 4 }, { split: [room("Junior", 3), room("Junior", 1)] });
  assert.deepEqual(shape(given.rooms), ["Junior 3+0+0", "Junior 1+0+0"], "checked, not changed");
  assert.equal(given.optimal, false);
  const [better] = given.alternatives;
  assert.notEqual(better.quote, given.quote);
  const payment = await hotel().payment(1000);
  const body = hotel().body(payment, stay, lines(better), { quote: better.quote });
  assert.equal(expectBooking(await hotel().makeBooking(body)).total_amount, better.total_amount);
});

test("the assistant's tool says the proposal in words", async () => {
  const stay = hotel().stay();
  const body = { ...stay, package_type: "Hospedaje", party: { adults: 8 }, bungalow_type: "Junior", rooms: 3 };
  const answer = await hotel().call("POST", "/v1/tools/quote_rooms", { as: "assistant", body });
  assert.equal(answer.status, 200, answer.text);
  const [first, ...rest] = answer.json.customer_message.split("\n");
  assert.match(
    first,
    /^Le proponemos 3 Bungalows Junior: 3 \+ 3 \+ 2 adultos\. Total: \$690\.00 por 1 noche, del \d+ al \d+ de diciembre de 2026\.$/,
  );
  assert.deepEqual(rest, [
    "1. Bungalow Junior: 3 adultos, $258.75",
    "2. Bungalow Junior: 3 adultos, $258.75",
    "3. Bungalow Junior: 2 adultos, $172.50",
    "",
    "¿Le parece bien así o prefiere otra distribución?",
  ]);
  const english = await hotel().call("POST", "/v1/tools/quote_rooms", { as: "assistant", body, language: "en" });
  assert.match(english.json.customer_message, /\$690\.00/);
  assert.doesNotMatch(english.json.customer_message, /proponemos|noche/);
});

test("a quote holds its price though the tariff has changed", async (t) => {
  t.after(() => load("86.25"));
  const stay = hotel().stay();
  const quote = await quoted(stay, { adults: 8 }, { rooms: 3, bungalow_type: "Junior" });
  await load("100.00");
  const payment = await hotel().payment(2000);
  const booked = expectBooking(
    await hotel().makeBooking(hotel().body(payment, stay, lines(quote), { quote: quote.quote })),
  );
  assert.equal(booked.total_amount, 690);
  // The lines in another order are the same rooms, each at its quoted price.
  const second = await hotel().payment(2000);
  const stay2 = hotel().stay();
  await load("86.25");
  const quote2 = await quoted(stay2, { adults: 5 }, { rooms: 2, bungalow_type: "Junior" });
  await load("100.00");
  const reversed = expectBooking(
    await hotel().makeBooking(hotel().body(second, stay2, lines(quote2).reverse(), { quote: quote2.quote })),
  );
  assert.deepEqual(
    reversed.bookings.map((it) => [it.adults, it.amount]),
    [
      [2, 172.5],
      [3, 258.75],
    ],
  );
  // Without a quote: today's price.
  const today = expectBooking(await hotel().makeBooking(hotel().body(second, hotel().stay(), [room("Junior", 3)])));
  assert.equal(today.total_amount, 300);
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(booked) });
  await hotel().expectRow(second, { used: 731.25, codreser: `${codreserOf(reversed)},${codreserOf(today)}` });
});

test("rooms that fail do not change the others' quoted prices", async (t) => {
  t.after(() => load("86.25"));
  const stay = hotel().stay();
  const quote = await quoted(stay, { adults: 8 }, { rooms: 3, bungalow_type: "Junior" });
  const earlier = await hotel().payment(1000);
  expectBooking(
    await hotel().makeBooking(
      hotel().body(
        earlier,
        stay,
        [1, 2, 3, 4].map(() => room("Junior", 1)),
      ),
    ),
  );
  await load("100.00");
  const payment = await hotel().payment(690);
  const booked = expectBooking(
    await hotel().makeBooking(hotel().body(payment, stay, lines(quote), { quote: quote.quote })),
    "partly_booked",
  );
  assert.deepEqual(
    booked.bookings.map((it) => it.amount),
    [258.75],
  );
  assert.equal(booked.failed_bookings.length, 2);
  await hotel().expectRow(payment, { used: 258.75, codreser: codreserOf(booked) });
});

test("an expired quote goes on where the total is still the same", async (t) => {
  t.after(() => load("86.25"));
  await load("86.25", 1_000);
  const stay = hotel().stay();
  const wish = [{ adults: 8 }, { rooms: 3, bungalow_type: "Junior" }];
  const same = await quoted(stay, ...wish);
  await sleep(1_050);
  const payment = await hotel().payment(2000);
  const booked = expectBooking(
    await hotel().makeBooking(hotel().body(payment, stay, lines(same), { quote: same.quote })),
  );
  assert.equal(booked.total_amount, 690);
  await hotel().expectRow(payment, { used: 690, codreser: codreserOf(booked) });
});

test("an expired quote with another total is answered with a new quote that works", async (t) => {
  t.after(() => load("86.25"));
  await load("86.25", 1_000);
  const stay = hotel().stay();
  const old = await quoted(stay, { adults: 8 }, { rooms: 3, bungalow_type: "Junior" });
  await load("90.00", 600_000);
  await sleep(1_050);
  const payment = await hotel().payment(720);
  const body = hotel().body(payment, stay, lines(old), { payment_amount: 720 });
  const changed = await hotel().makeBooking({ ...body, quote: old.quote });
  const json = expectProblem(changed, 409, "price_changed", { success: false, quoted_amount: 690, total_amount: 720 });
  assert.equal(json.customer_message, "El precio cambió de $690.00 a $720.00. Revise y confirme.");
  assert.deepEqual(await hotel().ledger(payment), []);

  // It holds the new price, even if that changes again.
  await load("95.00", 600_000);
  const booked = expectBooking(await hotel().makeBooking({ ...body, quote: json.quote }));
  assert.equal(booked.total_amount, 720);
  await hotel().expectRow(payment, { used: 720, codreser: codreserOf(booked) });
});

test("a quote that was tampered with, is foreign, or is for other rooms, dates or another package does not match", async () => {
  const stay = hotel().stay();
  const { rooms, quote } = await quoted(stay, { adults: 5 }, { rooms: 2, bungalow_type: "Junior" });
  const body = hotel().body(await hotel().payment(2000), stay, lines({ rooms }));
  const flip = (text, at) => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  const other = hotel().stay();
  for (const [what, sent] of [
    ["its first byte", { quote: flip(quote, 0) }],
    ["its price", { quote: flip(quote, quote.length - 28) }],
    ["its signature", { quote: flip(quote, quote.length - 4) }],
    ["its end", { quote: quote.slice(0, -1) }],
    ["more", { quote: `${quote}A` }],
    ["no quote of anybody's", { quote: "x" }],
    ["not base64", { quote: "¿¡?!" }],
    ["one guest more", { quote, bookings: [room("Junior", 3), room("Junior", 3)] }],
    ["one room more", { quote, bookings: [room("Junior", 3), room("Junior", 2), room("Junior", 2)] }],
    ["one room less", { quote, bookings: [room("Junior", 3)] }],
    ["another type", { quote, bookings: [room("Junior", 3), room("Familiar", 2)] }],
    ["other dates", { quote, ...other }],
    ["another package", { quote, package_type: "Todo incluido" }],
  ]) {
    const answer = await hotel().makeBooking({ ...body, ...sent });
    assert.equal(answer.status, 422, `${what}: ${answer.text}`);
    const json = expectProblem(answer, 422, "quote_mismatch", { fields: ["quote"] });
    assert.match(json.customer_message, /^La cotización no corresponde a esta reservación\./, what);
  }
  assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 3 });
  assert.equal(expectBooking(await hotel().makeBooking({ ...body, quote })).total_amount, 431.25);
});

test("a quote of another deployment, signed with another key, does not match", async () => {
  const stay = hotel().stay();
  const foreign = await Hotel.open({ vars: { SIGNING_KEY: "f".repeat(64) } });
  try {
    const answer = await foreign.quote({
      ...stay,
      package_type: "Hospedaje",
      party: { adults: 2 },
      bungalow_type: "Junior",
    });
    assert.equal(answer.status, 200, answer.text);
    const payment = await hotel().payment(200);
    const sent = hotel().body(payment, stay, lines(answer.json), { quote: answer.json.quote });
    expectProblem(await hotel().makeBooking(sent), 422, "quote_mismatch");
  } finally {
    await foreign.close();
  }
});

test("a split that breaks a rule is told by its own names", async () => {
  const stay = hotel().stay();
  const room = (bungalow_type, adults, children_6_10 = 0) => ({ bungalow_type, adults, children_0_5: 0, children_6_10 });
  const ask = (second) => hotel().quote({ ...stay, package_type: "Hospedaje", split: [room("Junior", 2), second] });
  for (const [second, code, field] of [
    [room("Junior", 0, 1), "child_alone", "split[1].adults"],
    [room("Junior", 5), "over_capacity", "split[1]"],
    [room("Suite", 2), "invalid", "split[1].bungalow_type"],
    [room("Junior", 0), "invalid", "split[1].adults"],
  ]) {
    const told = expectProblem(await ask(second), 422, code, { fields: [field] });
    assert.match(told.customer_message, /2\.ª habitación/);
    assert.doesNotMatch(told.detail, /bookings/);
  }
});

test("what is impossible says which rule stops it and what is possible instead", async () => {
  const stay = hotel().stay();
  const ask = (party, more) => hotel().quote({ ...stay, package_type: "Hospedaje", party, ...more });
  const tooFew = expectProblem(await ask({ adults: 9 }, { rooms: 2, bungalow_type: "Junior" }), 422, "over_capacity", {
    guests_max: 8,
  });
  assert.match(tooFew.detail, /nearest possible is 3 Junior/);
  expectProblem(await ask({ adults: 60 }), 422, "over_capacity");
  const six = expectProblem(
    await ask({ adults: 8 }, { bungalow_types: [{ bungalow_type: "Junior", count: 6 }] }),
    409,
    "no_availability",
  );
  assert.deepEqual(six.shortages, [{ bungalow_type: "Junior", asked: 6, free: 5 }]);
  assert.match(six.customer_message, /^Solo quedan 5 /);
  expectProblem(await ask({ adults: 2 }, { rooms: 3 }), 422, "invalid", { fields: ["rooms"] });
});

closingTests(hotel);
