// The browser's quotes are the Worker's, byte for byte, but for the signature and its expiry: for the questions in
// tests/vectors/quotes.json, which the crate's own tests in the browser read too. POSADA_GOLDEN=write writes it anew.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { ROOT } from "../../xtask/host/host.mjs";
import { packAsk, packHotel, unpack } from "../../www/booking/later/quotes.js";
import { hotels, questions } from "./questions.mjs";
import { Guest, assert, stage } from "./support.mjs";

const FILE = join(ROOT, "tests/vectors/quotes.json");
const MODULE = process.env.POSADA_WIDGET ?? join(ROOT, "target/widget");
const it = stage();
const isWriting = process.env.POSADA_GOLDEN === "write";
const stay = { check_in_date: "2027-02-12", check_out_date: "2027-02-16" };

const unsigned = (text) => text.replace(/,"(?:quote|expires_at)":"[^"]*"/g, "");

async function hotelOf() {
  const { default: init, Hotel } = await import(pathToFileURL(join(MODULE, "posada_widget.js")));
  await init({ module_or_path: await readFile(join(MODULE, "posada_widget_bg.wasm")) });
  return Hotel;
}

/** What the Worker answers to all questions. */
async function ofWorker() {
  const vectors = { hotels: [], quotes: [] };
  for (const [place, settings] of (await hotels()).entries()) {
    await it.hotel.load(settings);
    const property = (await it.hotel.call("GET", "/v1/property")).json;
    const availability = (await it.hotel.call("GET", `/v1/availability?${new URLSearchParams(stay)}`)).json;
    delete availability.as_of;
    const [types, rows] = packHotel(property).map((list) => [...list]);
    vectors.hotels.push({ property, availability, types, rows });
    for (const question of questions(property, place)) {
      const body = { ...stay, ...question };
      const { status, text } = await it.hotel.call("POST", "/v1/quotes", { body });
      const answer = status === 200 ? unsigned(text) : null;
      vectors.quotes.push({ hotel: place, body, answer, ask: [...packAsk(property, availability, body)] });
    }
  }
  return vectors;
}

test("the Worker answers as the vectors say", async () => {
  const vectors = await ofWorker();
  if (isWriting) {
    const Hotel = await hotelOf();
    for (const quote of vectors.quotes) {
      const { types, rows } = vectors.hotels[quote.hotel];
      const hotel = Hotel.of(new Float64Array(types), new Float64Array(rows));
      quote.numbers = [...hotel.quote(new Float64Array(quote.ask))];
    }
    const line = (list) => `[\n${list.map((entry) => JSON.stringify(entry)).join(",\n")}\n]`;
    await writeFile(FILE, `{"hotels": ${line(vectors.hotels)},\n"quotes": ${line(vectors.quotes)}}\n`);
  }
  const known = JSON.parse(await readFile(FILE, "utf8"));
  assert.deepEqual(vectors.hotels, known.hotels);
  const plain = ({ numbers, ...quote }) => quote;
  assert.deepEqual(vectors.quotes.map(plain), known.quotes.map(plain));
  const answered = known.quotes.filter(({ answer }) => answer !== null).length;
  assert.ok(answered > 90 && known.quotes.length - answered > 15, `${answered} of ${known.quotes.length} have an answer`);
});

/** Compares every answer; runs in Node and in the browser, so it stands alone. */
function differing({ hotels: known, quotes }, Hotel, pack, unpackQuote) {
  const wrong = [];
  for (const { hotel: place, body, answer } of quotes) {
    const { property, availability } = known[place];
    const hotel = Hotel.of(...pack.hotel(property));
    const quote = unpackQuote(hotel.quote(pack.ask(property, availability, body)), property, body);
    hotel.free();
    const text = quote.rooms ? JSON.stringify(quote) : null;
    if (text !== answer) wrong.push({ body, answer, text });
  }
  return wrong;
}

test("the module answers the same bytes in Node", async () => {
  const vectors = JSON.parse(await readFile(FILE, "utf8"));
  const Hotel = await hotelOf();
  const wrong = differing(vectors, Hotel, { hotel: packHotel, ask: packAsk }, unpack);
  assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} differ`);
});

test("the module as it is served answers the same bytes in Chromium", async () => {
  const vectors = JSON.parse(await readFile(FILE, "utf8"));
  const guest = await Guest.visit(it);
  await guest.ready();
  const wrong = await guest.page.evaluate(async ({ hotels: known, quotes }) => {
    const files = await (await fetch("/w/1/files.json")).json();
    const { quoterOf } = await import(`/w/1/${files.all.es[1]}`);
    const quoter = await quoterOf(fetch(`/w/1/${files.all.es[2]}`), (reason) => { throw new Error(reason); });
    return quotes.filter(({ hotel, body, answer }) => {
      const { property, availability } = known[hotel];
      const quote = quoter.quote(property, availability, body);
      return (quote.rooms ? JSON.stringify(quote) : null) !== answer;
    });
  }, vectors);
  assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} differ`);
  await guest.close();
});
