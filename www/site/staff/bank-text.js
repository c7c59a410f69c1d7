// A bank's file as text and as rows: its encoding, its separator, RFC 4180 as spreadsheets write it.
// Read here and not by a library: each row needs the line of the file that it begins at, for what is refused is named by it, and
// ="00123" must be one cell.

/** Why a file is not read: `code` names words of the page. */
export class Unreadable extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

const begins = (bytes, ...start) => start.every((byte, i) => bytes[i] === byte);

/**
 * Signs that stand among letters where a file of another code page (850 of MS-DOS, Mac) is read as Windows-1252, and what
 * is not in Windows-1252 at all.
 */
const OTHER_PAGE = /[\u0080-\u009f]|\p{L}[¢£¤¥¡‚‡Ž]|[¢¤¥‚‡]\p{L}|\p{Lu}\u00a0\p{Ll}|\p{Ll}—\p{Ll}/u;

/**
 * The text of a file, and what it is written in. What is no UTF-8 is Windows-1252, which spreadsheets write in Latin
 * America; every file can be read as that, so one whose letters come out as other signs is refused.
 */
export function textOf(bytes) {
  if (bytes.length === 0) throw new Unreadable("noRows");
  if (begins(bytes, 0x50, 0x4b, 0x03, 0x04) || begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) throw new Unreadable("workbook");
  if (begins(bytes, 0x25, 0x50, 0x44, 0x46)) throw new Unreadable("notCsv");
  const read = (encoding) => new TextDecoder(encoding, { fatal: true }).decode(bytes);
  try {
    if (begins(bytes, 0xff, 0xfe)) return { text: read("utf-16le"), encoding: "UTF-16" };
    if (begins(bytes, 0xfe, 0xff)) return { text: read("utf-16be"), encoding: "UTF-16" };
  } catch {
    throw new Unreadable("encoding");
  }
  let found;
  try {
    found = { text: read("utf-8"), encoding: "UTF-8" };
  } catch {
    found = { text: read("windows-1252"), encoding: "Windows-1252" };
    if (OTHER_PAGE.test(found.text)) throw new Unreadable("encoding");
  }
  if (found.text.includes("\0")) throw new Unreadable("encoding");
  if (/^\s*</.test(found.text)) throw new Unreadable("workbook");
  return found;
}

/** Rows as `{ line, cells }`, the line counted from 1; rows in which nothing stands are left out. */
function parse(text, separator) {
  const rows = [];
  let line = 1;
  let i = 0;
  while (i < text.length) {
    const row = { line, cells: [] };
    for (let isMore = true; isMore; ) {
      let cell = "";
      // ="00123" is how programs keep a spreadsheet from taking a number's zeros away.
      const quoted = text[i] === '"' ? 1 : text.startsWith('="', i) ? 2 : 0;
      if (quoted > 0) {
        const opened = line;
        for (i += quoted; ; i += 1) {
          if (i >= text.length) throw new Unreadable("unclosed", { line: opened });
          if (text[i] === '"') {
            if (text[i + 1] !== '"') break;
            i += 1;
          }
          if (text[i] === "\n") line += 1;
          cell += text[i];
        }
        i += 1;
      } else {
        const start = i;
        while (i < text.length && text[i] !== separator && text[i] !== "\n" && text[i] !== "\r") i += 1;
        cell = text.slice(start, i);
      }
      row.cells.push(cell.replace(/\s+/gu, " ").trim());
      const next = text[i];
      if (next === separator) i += 1;
      else if (next === undefined || next === "\n" || next === "\r") {
        isMore = false;
        i += next === "\r" && text[i + 1] === "\n" ? 2 : 1;
      } else throw new Unreadable("strayQuote", { line });
    }
    line += 1;
    if (row.cells.some((cell) => cell !== "")) rows.push(row);
  }
  return rows;
}

const SEPARATORS = [";", ",", "\t"];

/**
 * The rows of a text, between the separator that the file names (`sep=;`, as spreadsheets do), or by which most rows have
 * the same number of cells, more than one.
 */
export function rowsOf(whole) {
  const text = whole.replace(/^\ufeff/, "");
  const named = /^sep=(.)\r?\n/i.exec(text);
  // The line stays, empty: lines are counted as the file has them.
  if (named) return parse(text.slice(5), named[1]).map(cut);
  let best;
  let trouble;
  for (const separator of SEPARATORS) {
    let rows;
    try {
      rows = parse(text, separator);
    } catch (error) {
      trouble ??= error;
      continue;
    }
    const widths = new Map();
    for (const { cells } of rows) if (cells.length > 1) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
    const [width, count] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
    if (best === undefined || count > best.count || (count === best.count && width > best.width)) best = { rows, count, width };
  }
  if (best === undefined || best.count === 0) throw trouble ?? new Unreadable("noRows");
  return best.rows.map(cut);
}

/** Without empty cells at a row's end, which spreadsheets write where another row is longer. */
function cut({ line, cells }) {
  let end = cells.length;
  while (end > 1 && cells[end - 1] === "") end -= 1;
  return { line, cells: cells.slice(0, end) };
}
