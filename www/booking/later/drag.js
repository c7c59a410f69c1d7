// Guests dragged from room to room, by mouse or by finger. What it does the menu and the arrow keys do as well.

/** How long a finger rests on a guest before it lifts: one that moves at once scrolls the page. */
const REST_MS = 200;
const SLACK_PX = 6;

/** Follows a press on a guest; where it ends over another room, `drop` is told that room's place. */
export function drag(press, drop) {
  if (press.button) return;
  const guest = press.currentTarget;
  const isTouch = press.pointerType === "touch";
  let isLifted = false;
  let over = null;
  const lift = () => {
    isLifted = true;
    guest.classList.toggle("lifted", true);
  };
  const rest = isTouch && setTimeout(lift, REST_MS);
  const to = (room) => {
    over?.classList.toggle("over");
    over = room;
    over?.classList.toggle("over");
  };
  const move = ({ clientX, clientY }) => {
    const [x, y] = [clientX - press.clientX, clientY - press.clientY];
    if (!isLifted && Math.hypot(x, y) > SLACK_PX) {
      if (isTouch) return end();
      lift();
    }
    if (!isLifted) return;
    guest.style.translate = `${x}px ${y}px`;
    const room = guest.getRootNode().elementFromPoint(clientX, clientY)?.closest(".room");
    to(room === guest.closest(".room") ? null : room);
  };
  // A finger that holds a guest does not scroll.
  const hold = (event) => isLifted && event.preventDefault();
  const end = (event) => {
    clearTimeout(rest);
    for (const [name, run] of listeners) removeEventListener(name, run);
    const room = event?.type === "pointerup" && over;
    to(null);
    guest.classList.toggle("lifted", false);
    guest.style.translate = "";
    if (!isLifted) return;
    // The click that follows would open the menu.
    const swallow = (click) => click.stopPropagation();
    addEventListener("click", swallow, true);
    setTimeout(() => removeEventListener("click", swallow, true));
    if (room) drop(Number(room.id.slice(4)));
  };
  const listeners = [["pointermove", move], ["pointerup", end], ["pointercancel", end], ["touchmove", hold]];
  for (const [name, run] of listeners) addEventListener(name, run, { passive: false });
}
