// Whether a screen of the back office can be used by everyone: what axe finds, how large targets are, and whether all fits.

import { createRequire } from "node:module";

import { assert } from "./support.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Everything that is pressed is at least 44 px in both directions. */
export async function isRoomy(staff, screen) {
  const small = await staff.page.evaluate(() => {
    const of = (target) => {
      // A box is ticked, and a choice made, by its label.
      const pressed = ["checkbox", "radio"].includes(target.type) ? target.closest("label") : target;
      const { width, height } = pressed.getBoundingClientRect();
      return { name: (target.name || target.textContent).trim().slice(0, 30), width, height };
    };
    const all = [...document.querySelectorAll("button, a:not(.skip), input, select, textarea, summary, [role=slider]")];
    return all.filter((target) => target.checkVisibility()).map(of).filter(({ width, height }) => width < 43.9 || height < 43.9);
  });
  assert.deepEqual(small, [], `targets on ${screen}`);
}

/** Nothing scrolls sideways, but tables in their own place. */
export async function fitsAcross(staff, screen) {
  const over = await staff.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${screen} is ${over} px too wide`);
}

/** All of it, and a picture. axe is put into the page, which its policy forbids: the page must have been opened without. */
export async function passesAxe(staff, screen) {
  if (!(await staff.page.evaluate(() => globalThis.axe !== undefined))) await staff.page.addScriptTag({ path: AXE });
  const violations = await staff.page.evaluate(async (values) => {
    const { violations: found } = await globalThis.axe.run(document, { runOnly: { type: "tag", values } });
    return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.flat().join(" ")).slice(0, 3).join(" | ")}`);
  }, RULES);
  assert.deepEqual(violations, [], `axe on ${screen}`);
  await isRoomy(staff, screen);
  await fitsAcross(staff, screen);
  await staff.shot(`staff-${screen}`);
}
