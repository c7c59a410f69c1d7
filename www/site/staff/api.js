// The API as staff ask it. The key is kept by this tab alone (sessionStorage) and goes nowhere but into the header.

const KEY = "posada-staff-key";

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  clear: () => sessionStorage.removeItem(KEY),
};

/** Why there is no answer: `kind` is `offline`, `key`, `role`, `busy`, `long` or `refused`; `problem` is what was answered. */
export class Refusal extends Error {
  constructor(kind, problem) {
    super(kind);
    this.kind = kind;
    this.problem = problem;
  }
}

function kindOf(status) {
  if (status === 401) return "key";
  if (status === 403) return "role";
  return status >= 500 || status === 429 ? "busy" : "refused";
}

async function send(path, { method = "GET", body, accept = "application/json", language } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept,
        authorization: `Bearer ${key.get()}`,
        ...(language === undefined ? {} : { "accept-language": language }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
    });
  } catch {
    throw new Refusal("offline");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => undefined);
  throw new Refusal(kindOf(response.status), problem);
}

async function read(response, as) {
  try {
    return await response[as]();
  } catch {
    throw new Refusal("offline");
  }
}

/** Asks for JSON. */
export async function ask(path, options) {
  return read(await send(path, options), "json");
}

/** A path with these parameters, without those that are empty. */
export function address(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "" && value !== false);
  const text = new URLSearchParams(given).toString();
  return text === "" ? path : `${path}?${text}`;
}

const CSV_PAGES_MAX = 200;

/** All pages of a list as one CSV file: the first line of each but the first is left out. What does not fit is no file. */
export async function csv(path, language) {
  let text = "";
  let next = path;
  for (let page = 0; next !== undefined; page += 1) {
    if (page === CSV_PAGES_MAX) throw new Refusal("long");
    const response = await send(next, { accept: "text/csv", language });
    const part = await read(response, "text");
    text += page === 0 ? part : part.slice(part.indexOf("\r\n") + 2);
    const link = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "");
    const url = link === null ? undefined : new URL(link[1], location.href);
    next = url && `${url.pathname}${url.search}`;
  }
  return text;
}

/** Hands a text over as a file. The mark in front tells spreadsheets that it is UTF-8. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
