// Whether a screen can be used by everyone: what axe finds, how large targets are, and whether all fits.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { assert } from "./support.mjs";

/** axe, put in by the debugger: a script of the page the page's policy would refuse. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe has to say about the element, by WCAG 2.2 AA. */
export async function finds(guest, screen) {
  await guest.page.evaluate(AXE);
  const violations = await guest.page.evaluate(async (values) => {
    const { violations: found } = await globalThis.axe.run("posada-booking", { runOnly: { type: "tag", values } });
    return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.flat().join(" ")).slice(0, 3).join(" | ")}`);
  }, RULES);
  assert.deepEqual(violations, [], `axe on ${screen}`);
}

/** Everything that is pressed is at least 44 px in both directions, but for links within a sentence. */
export async function isRoomy(guest, screen) {
  const small = await guest.page.evaluate(() => {
    const root = document.querySelector("posada-booking").shadowRoot;
    const of = (target) => {
      // A radio button is pressed by its label.
      const pressed = target.type === "radio" ? target.closest("label") : target;
      const { width, height } = pressed.getBoundingClientRect();
      return { name: (target.getAttribute("aria-label") ?? target.textContent).trim().slice(0, 30), tag: target.tagName, width, height };
    };
    const targets = [...root.querySelectorAll("button, a, input, select, textarea, summary, [role=spinbutton]")];
    return targets.filter((target) => target.checkVisibility()).map(of).filter(({ width, height }) => width < 43.9 || height < 43.9);
  });
  assert.deepEqual(small, [], `targets on ${screen}`);
}

/** Nothing scrolls sideways. */
export async function fitsAcross(guest, screen) {
  const over = await guest.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${screen} is ${over} px too wide`);
}

/** All of it, and a picture. */
export async function every(guest, screen) {
  await finds(guest, screen);
  await isRoomy(guest, screen);
  await fitsAcross(guest, screen);
  await guest.shot(`access-${screen}`);
}

/** A screen as it is, then in the other colours. */
export async function everyColour(guest, screen) {
  for (const colorScheme of ["dark", "light"]) {
    await guest.page.emulateMedia({ colorScheme });
    await every(guest, `${screen}-${colorScheme}`);
  }
}
