// What the rows of a bank's file say: which column is what, sums and dates. Of two readings none is chosen.

import { amountOf } from "./money.js";

/** The API's limits. */
export const ROWS_MAX = 5_000;
const NAME_CHARS_MAX = 120;
const REFERENCE = /^[\p{L}\d._/-]{1,40}$/u;

export const METHODS = ["CompraClick", "Depósito BAC"];

/** A word without accents, case and signs, as columns and names of methods are compared. */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\p{L}\d]+/gu, " ").trim().toLowerCase();

/** What columns are called, by what they are: the API's own names, and those of banks. */
const NAMES = {
  method: ["payment method", "forma de pago", "metodo de pago", "metodo"],
  reference: [
    "authorization number", "transfer id", "autorizacion", "no autorizacion", "numero de autorizacion", "codigo de autorizacion", "referencia",
    "no referencia", "no de referencia", "numero de referencia", "numero referencia", "numero de transferencia", "transferencia", "comprobante",
    "no comprobante", "numero de comprobante", "documento", "no documento", "numero de documento", "reference", "authorization",
  ],
  amount: ["amount", "monto", "importe", "valor", "credito", "creditos", "abono", "abonos", "deposito", "depositos", "monto credito", "credit"],
  currency: ["currency", "moneda", "divisa"],
  name: [
    "payment maker name", "nombre", "a nombre de", "cliente", "nombre del cliente", "ordenante", "nombre ordenante", "nombre del ordenante", "pagador",
    "remitente", "titular", "tarjetahabiente", "name", "payer", "descripcion", "concepto", "detalle",
  ],
  date: [
    "payment date", "fecha", "fecha de pago", "fecha de transaccion", "fecha transaccion", "fecha de la transaccion", "fecha movimiento",
    "fecha de movimiento", "fecha contable", "fecha valor", "date",
  ],
};

/** What a payment is made of, in the order in which it is asked for. */
export const FIELDS = ["date", "reference", "amount", "name", "method", "currency"];
export const NEEDED = ["date", "reference", "amount", "name"];

/** The columns of a line of names: for each of `FIELDS` the places of those that are called so, the likeliest first. */
function columnsOf(cells) {
  const names = cells.map((cell) => plain(cell.replace("°", "").replace("º", "")));
  return Object.fromEntries(
    FIELDS.map((field) => {
      const places = NAMES[field].map((name) => names.indexOf(name)).filter((place) => place >= 0);
      // The API's own file has a column for each method's reference.
      const isBoth = field === "reference" && names.includes("authorization number") && names.includes("transfer id");
      return [field, isBoth ? places.slice(0, 2) : places.slice(0, 1)];
    }),
  );
}

/** How far down the line of names is looked for: banks write the account and its holder above it. */
const HEAD_ROWS_MAX = 30;

/** The table in the rows: the line of column names, the rows under it, and which column is what as far as that is known. */
export function tableOf(rows) {
  const count = ({ cells }) => Object.values(columnsOf(cells)).filter((places) => places.length > 0).length;
  const counted = rows.slice(0, HEAD_ROWS_MAX).map(count);
  const most = Math.max(...counted);
  const widest = (from) => rows.slice(0, HEAD_ROWS_MAX).reduce((at, row, i) => (row.cells.length > rows[at].cells.length ? i : at), from);
  const head = most >= 2 ? counted.indexOf(most) : widest(0);
  const { cells } = rows[head];
  const under = rows.slice(head + 1);
  return { names: cells, columns: columnsOf(cells), rows: under, side: sideOf(under, cells.length) };
}

const CREDIT = ["c", "cr", "nc", "credito", "abono", "deposito", "credit"];
const DEBIT = ["d", "db", "nd", "debito", "cargo", "retiro", "debit"];

/** The column, if there is one, that says of each sum whether it came in or went out: nothing else stands in it, and both do. */
function sideOf(rows, width) {
  for (let place = 0; place < width; place += 1) {
    const said = rows.map(({ cells }) => plain(cells[place] ?? "")).filter((it) => it !== "");
    const has = (side) => said.some((it) => side.includes(it));
    if (said.every((it) => CREDIT.includes(it) || DEBIT.includes(it)) && has(DEBIT)) return place;
  }
  return undefined;
}

/** How a currency is written: its code and its signs. */
function signsOf(currency) {
  const signs = new Set([currency]);
  for (const locale of ["es-SV", "en-US"]) {
    for (const currencyDisplay of ["symbol", "narrowSymbol"]) {
      const parts = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay }).formatToParts(0);
      signs.add(parts.find(({ type }) => type === "currency").value.toUpperCase());
    }
  }
  if (currency === "USD") for (const sign of ["US$", "U$S", "$US"]) signs.add(sign);
  return signs;
}

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/**
 * A sum as it stands in a file: `{ amount }`, as the API takes it; `{}` where nothing was paid (nothing, zero, or below zero,
 * with a minus before or behind it or in brackets); or why it is not read.
 */
export function sumOf(cell, currency) {
  const text = cell.trim();
  const [, inner] = /^\((.*)\)$/.exec(text) ?? [];
  const sign = `(?:${[...signsOf(currency)].sort((a, b) => b.length - a.length).map(escaped).join("|")})?`;
  const match = new RegExp(`^([-\u2212]?) ?${sign} ?([-\u2212]?) ?([\\d., ]*?) ?${sign} ?([-\u2212]?)$`, "iu").exec(inner ?? text);
  if (match === null) return { fault: /\p{L}|\p{Sc}/u.test(text) ? "amountSign" : "amount" };
  const [, before, between, digits, behind] = match;
  if (digits === "" || inner !== undefined || before || between || behind) return {};
  // Spaces between thousands are unambiguous where two decimals follow.
  const bare = /^\d{1,3}( \d{3})+[.,]\d{2}$/.test(digits) ? digits.replaceAll(" ", "") : digits;
  // One sign before three digits, and nothing else: a thousand to some, thousandths to others.
  if (/^\d{1,3}[.,]\d{3}$/.test(bare)) return { fault: "amountTwice" };
  const amount = amountOf(bare);
  if (amount === undefined) return { fault: "amount" };
  return Number(amount) === 0 ? {} : { amount };
}

const MONTHS = {
  ene: 1, jan: 1, feb: 2, mar: 3, abr: 4, apr: 4, may: 5, jun: 6, jul: 7, ago: 8, aug: 8, sep: 9, set: 9, oct: 10, nov: 11, dic: 12, dec: 12,
};

function dated(year, month, day) {
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCFullYear() !== year || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined;
  return at.toISOString().slice(0, 10);
}

/** What a date's text may mean: `{ dmy, mdy }`, each a date or nothing; the same where there is one reading alone. */
function readings(cell) {
  const text = cell.trim().replace(/[T ,]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]\.? ?m\.?)?Z?$/i, "");
  const numbers = (match) => match.slice(1).map(Number);
  const whole = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (whole) {
    const [year, month, day] = numbers(whole);
    const date = dated(year, month, day);
    return { dmy: date, mdy: date };
  }
  const short = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  if (short) {
    const [one, two, year] = numbers(short);
    return { dmy: dated(year, two, one), mdy: dated(year, one, two) };
  }
  const worded = /^(\d{1,2})[-/. ]+(?:de )?(\p{L}{3,10})\.?[-/. ,]+(?:de )?(\d{4})$/iu.exec(text);
  const month = worded && MONTHS[plain(worded[2]).slice(0, 3)];
  const date = month ? dated(Number(worded[3]), month, Number(worded[1])) : undefined;
  return { dmy: date, mdy: date };
}

/**
 * The order of day and month in a column of dates: `dmy` or `mdy` where a date says so (of 20/11 and 11/20 one alone is a
 * date) and none the other; `any` where both read the same; else nothing, and it is to be asked. `mixed`: dates of both orders.
 */
export function orderOf(cells) {
  const all = cells.map(readings).filter(({ dmy, mdy }) => dmy !== mdy);
  const says = (order, other) => all.some((it) => it[order] !== undefined && it[other] === undefined);
  const [dmy, mdy] = [says("dmy", "mdy"), says("mdy", "dmy")];
  if (dmy && mdy) return "mixed";
  if (dmy) return "dmy";
  if (mdy) return "mdy";
  return all.length === 0 ? "any" : undefined;
}

/** A date of which the order is given: `{ date }`, or why it is not read. */
export function dateOf(cell, order) {
  const { dmy, mdy } = readings(cell);
  if (dmy === undefined && mdy === undefined) return { fault: "date" };
  if (dmy === mdy) return { date: dmy };
  if (order === "dmy" || order === "mdy") {
    const date = order === "dmy" ? dmy : mdy;
    return date === undefined ? { fault: "date" } : { date };
  }
  return { fault: order === "mixed" ? "dateMixed" : "dateTwice" };
}

function referenceOf(cells) {
  const given = cells.map((cell) => cell.replace(/^'/, "")).filter((cell) => cell !== "");
  if (given.length === 0) return { fault: "reference" };
  if (given.length > 1) return { fault: "referenceTwice" };
  // A spreadsheet has rounded it: its last digits are gone.
  if (/^\d([.,]\d+)?e\+?\d+$/i.test(given[0])) return { fault: "referenceRounded" };
  return REFERENCE.test(given[0]) ? { reference: given[0] } : { fault: "referenceChars" };
}

/** One row: a payment as the API takes it, `null` where nothing was paid, or what is wrong with it. */
function readRow({ cells, line }, { names, side }, { columns, method, currency, order }) {
  const faults = [];
  const of = (field) => columns[field].map((place) => cells[place] ?? "");
  if (cells.length > names.length) return { line, cells, faults: ["cells"] };
  const take = (name, { fault, ...value }) => {
    if (fault !== undefined) faults.push(fault);
    return value[name];
  };
  const [coin = ""] = of("currency");
  const isOwn = coin === "" || signsOf(currency).has(coin.toUpperCase());
  const isCode = /^[a-z]{3}$/i.test(coin);
  const own = isOwn || !isCode ? currency : coin.toUpperCase();
  const [sum = ""] = of("amount");
  const paid = sumOf(sum, own);
  const isOut = side !== undefined && DEBIT.includes(plain(cells[side] ?? ""));
  if (isOut || (paid.fault === undefined && paid.amount === undefined)) return { line, cells, isNone: true };
  const amount = take("amount", paid);
  const payment_date = take("date", dateOf(of("date")[0] ?? "", order));
  const reference = take("reference", referenceOf(of("reference")));
  const payment_maker_name = of("name")[0] ?? "";
  if (payment_maker_name === "") faults.push("name");
  else if ([...payment_maker_name].length > NAME_CHARS_MAX) faults.push("nameLong");
  const [called] = of("method");
  const payment_method = called === undefined ? method : METHODS.find((it) => plain(it) === plain(called));
  if (payment_method === undefined) faults.push("method");
  if (!isOwn && !isCode) faults.push("currency");
  if (faults.length > 0) return { line, cells, faults };
  const name = payment_method === METHODS[0] ? "authorization_number" : "transfer_id";
  return {
    line,
    reference,
    raw: { amount: sum, date: of("date")[0] },
    payment: { payment_method, [name]: reference, amount: Number(amount), currency: own, payment_maker_name, payment_date },
  };
}

/**
 * All rows by what came of them: `taken` are payments, `none` rows in which nothing was paid, `refused` what is not read and
 * why, `ahead` of those taken the ones that are dated after `today`.
 */
export function readAll(table, how, today) {
  const all = table.rows.map((row) => readRow(row, table, how));
  const first = new Map();
  for (const it of all.filter(({ payment }) => payment)) {
    const key = `${it.payment.payment_method} ${it.reference}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, it);
    // Which of them is right is not for a program to say.
    else for (const same of [other, it]) same.faults = ["again"];
  }
  const taken = all.filter((it) => it.payment && !it.faults);
  return {
    taken,
    none: all.filter(({ isNone }) => isNone),
    refused: all.filter(({ faults }) => faults),
    ahead: today === undefined ? [] : taken.filter(({ payment }) => payment.payment_date > today),
  };
}

/** The order that the dates of a table have, where its column is known. */
export const orderIn = (table, columns) =>
  columns.date.length === 0 ? undefined : orderOf(table.rows.map(({ cells }) => cells[columns.date[0]] ?? "").filter((cell) => cell !== ""));

/** The hotel's date at an instant; nothing where its offset is not known. */
export const todayAt = (now, { utc_offset_minutes: offset }) =>
  offset === undefined ? undefined : new Date(now + offset * 60_000).toISOString().slice(0, 10);
