// The screens after the first, and what quotes.

import * as core from "posada-widget";
import { booking, goOn } from "./booking.js";
import { details } from "./details.js";
import { done } from "./done.js";
import { stepped } from "./history.js";
import { LocalQuoter, RemoteQuoter } from "./quotes.js";
import { quoteWith, requote } from "./quoting.js";
import { rooms } from "./rooms.js";
import { party, stayBar, tellQuote } from "./stay.js";
import look from "./look.css";
import { words } from "posada-words";

export const screens = { rooms, details, booking, done };
export { goOn, look, party, quoteWith, requote, stayBar, stepped, tellQuote, words };

/** Quotes by WebAssembly, or by the API where it could not be fetched or the page's policy forbids it. */
export async function quoterOf(fetched, tell) {
  try {
    const response = await fetched;
    if (!response.ok) throw new Error(`${response.status}`);
    const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), { "./posada_widget_bg.js": core });
    core.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return new LocalQuoter(core.Hotel);
  } catch (error) {
    tell(String(error.message ?? error));
    return new RemoteQuoter();
  }
}
