// Elements, made one by one: whatever the hotel's data say is text and never markup.

/**
 * An element with attributes, listeners (`onclick`) and children. Children are elements or texts; nothing is made of
 * `null`, `undefined` and `false`.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** What a screen says while it loads. */
export const waiting = (text) =>
  el("div", { class: "waiting", "aria-busy": "true" }, el("p", { class: "wait" }, text), el("div", { class: "ghost" }), el("div", { class: "ghost" }));

/** Something went wrong: what, and what can be done. */
export const failure = (text, retry, again) =>
  el("div", { class: "notice bad", role: "alert" }, el("p", {}, text), again && el("button", { type: "button", onclick: again }, retry));

/** What is wrong with what was entered in a form, before the place that sends it. */
export function trouble(form, before, text, input) {
  form.querySelector(".trouble")?.remove();
  const said = el("p", { class: "trouble", role: "alert", id: `${form.id}-trouble` }, text);
  before.before(said);
  if (input) {
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", said.id);
    input.focus();
  }
}

/** Forgets what was wrong. */
export function untroubled(form) {
  form.querySelector(".trouble")?.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

/** Says something to who does not see it. */
export function announce(text) {
  const live = document.querySelector("#live");
  live.textContent = "";
  setTimeout(() => {
    live.textContent = text;
  }, 50);
}
