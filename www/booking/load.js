// Loads the other screens and the WebAssembly, and takes them only as the bytes that this module was built with.

/* global __LATER__, __WASM__ */

let tries = 0;

/**
 * @param {object} options
 * @param {"es" | "en"} options.language
 * @param {object} [options.quoter] what quotes already, if something does
 * @param {(what: "module" | "wasm", reason: string) => void} options.tell
 */
export async function loadLater({ language, quoter, tell }) {
  const [name, integrity] = __LATER__[language];
  // A browser may remember that an address failed.
  const address = new URL(name + (tries ? `?${tries}` : ""), import.meta.url).href;
  tries += 1;
  let later;
  try {
    await preload(address, integrity);
    later = await import(address);
  } catch (error) {
    tell("module", String(error.message ?? error));
    throw error;
  }
  quoter ??= await later.quoterOf(wasm(), (reason) => {
    tell("wasm", reason);
    console.warn(`posada-booking: quotes are asked of the API, as WebAssembly could not be used (${reason}).`);
  });
  later.quoteWith(quoter);
  return { ...later, quoter };
}

function wasm() {
  const [name, integrity] = __WASM__;
  return fetch(new URL(name, import.meta.url), { integrity, credentials: "omit", signal: AbortSignal.timeout(5_000) });
}

/** Fetches the module with its hash checked; what is imported afterwards is what was fetched here. */
function preload(href, integrity) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href, crossOrigin: "anonymous", integrity });
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error("it could not be fetched, or is not what it was built as"));
    };
    document.head.append(link);
    setTimeout(() => reject(new Error("it took too long")), 5_000);
  });
}
