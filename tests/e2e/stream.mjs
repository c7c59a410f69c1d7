// Reads server-sent events from a real connection, as `fetch` gives them.

/** Opens a stream; `cut()` ends the connection as a client that goes away does. */
export async function openEvents(url, { bearer, after, language, origin } = {}) {
  const abort = new AbortController();
  const headers = { accept: "text/event-stream" };
  if (bearer !== undefined) headers.authorization = `Bearer ${bearer}`;
  if (after !== undefined) headers["last-event-id"] = String(after);
  if (language !== undefined) headers["accept-language"] = language;
  if (origin !== undefined) headers.origin = origin;
  const response = await fetch(url, { headers, signal: abort.signal });
  return { response, events: parse(response), cut: () => abort.abort() };
}

/** The events of a stream, and the comments between them. */
async function* parse(response) {
  let text = "";
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      yield block(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

function block(text) {
  const read = {};
  for (const line of text.split("\n")) {
    const at = line.indexOf(":");
    const [name, value] = [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
    if (at === 0) read.comment = value;
    else read[name] = name === "data" ? JSON.parse(value) : value;
  }
  return read;
}

/** All events of a stream that ends. */
export async function readAll({ events }) {
  const all = [];
  for await (const event of events) all.push(event);
  return all;
}
