// The browser's Back goes a step back in the element instead of away from the page.
//
// Each step forward adds an entry at the same address with the page's own state, so that the page's router finds what it
// knows wherever the guest goes, and with a mark: the step's place. An entry without the mark is the page's.

const STEPS = ["stay", "rooms", "details"];

let kit;
let isGoing = false;

/** Makes the history fit the step that the guest is at. While it is booked, it stays as it is; from the end Back leaves. */
export function stepped(it) {
  if (it.root.host.hasAttribute("no-history") || typeof history.state !== "object") return;
  if (!kit) addEventListener("popstate", popped);
  kit = it;
  const { step } = it.model.state;
  const place = step === "done" ? 0 : STEPS.indexOf(step);
  const mark = (posada) => ({ ...history.state, posada });
  let at = history.state?.posada;
  if (place < 0) return;
  if (place > (at ?? 0)) {
    if (at === undefined) history.replaceState(mark((at = 0)), "");
    while (at < place) history.pushState(mark(++at), "");
  } else if (place < at && !isGoing) {
    isGoing = true;
    history.go(place - at);
  }
}

function popped({ state }) {
  const { model, root } = kit;
  const to = state?.posada;
  const wasGoing = isGoing;
  isGoing = false;
  if (to === undefined || !root.host.isConnected) return;
  const { step, signed } = model.state;
  const at = STEPS.indexOf(step);
  // Forward only to what still holds: a price of these very rooms.
  if (!wasGoing && at >= 0 && at !== to && (to < at || (to > 1 ? signed : model.quote?.rooms))) kit.go(STEPS[to]);
  else stepped(kit);
}
