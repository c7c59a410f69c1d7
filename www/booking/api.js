// The hotel's API, as the element asks it.

/** Said when the network or the server did not answer as it should. */
export class Unreachable extends Error {
  /** @param {"offline" | "unavailable"} code */
  constructor(code) {
    super(code);
    this.problem = { code };
  }
}

/** Said when the server answered with a problem document. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

const ASK_TIMEOUT_MS = 4_000;
/** A booking is answered within the hotel's `wait_ms`, 10 s unless it is set otherwise. */
export const BOOK_TIMEOUT_MS = 30_000;

/**
 * Asks the API at `base` and answers its JSON.
 *
 * @throws {Refused | Unreachable}
 */
export async function ask(base, path, { method = "GET", body, headers = {}, language, timeout = ASK_TIMEOUT_MS } = {}) {
  let response;
  let json;
  try {
    response = await fetch(base + path, {
      method,
      headers: {
        "Accept-Language": language,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body,
      credentials: "omit",
      signal: AbortSignal.timeout(timeout),
    });
    json = await response.json();
  } catch {
    throw new Unreachable(response === undefined || !navigator.onLine ? "offline" : "unavailable");
  }
  if (response.ok) return json;
  if (response.status >= 500 && json?.code === undefined) throw new Unreachable("unavailable");
  throw new Refused({ ...json, status: response.status });
}
