// node tests/widget/preview.mjs: how long it takes in Chromium from the change of a stepper to the new preview on screen, for
// 20 guests and 30 rooms, as `{"median_ms", "p99_ms", "count", "asked"}`.

import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

import { Hotel, plus, TODAY } from "../e2e/support.mjs";
import { hotels } from "./questions.mjs";
import { DESKTOP, Guest } from "./support.mjs";

const COUNT = 300;

/** Measures with this browser and hotel, whose settings are replaced by those of thirty rooms. */
export async function measure({ browser, hotel }) {
  const settings = (await hotels())[2];
  settings.room_types.pop();
  settings.tariff.pop();
  await hotel.load(settings);
  const stay = { "check-in": plus(TODAY, 20), "check-out": plus(TODAY, 27) };
  const guest = await Guest.visit({ browser, hotel }, { device: DESKTOP, query: { ...stay, adults: "14", children: "3,4,7,8,9,12" } });
  await guest.page.waitForFunction(() => document.querySelector("posada-booking").quote);
  let asked = 0;
  guest.page.on("request", () => (asked += 1));
  const times = await guest.page.evaluate(async (count) => {
    const element = document.querySelector("posada-booking");
    const root = element.shadowRoot;
    const [fewer, more] = root.querySelectorAll(".round");
    const found = [];
    for (let i = 0; i < count; i += 1) {
      const before = root.querySelector(".total").textContent;
      const start = performance.now();
      (i % 2 ? fewer : more).click();
      await Promise.resolve();
      await Promise.resolve();
      // Style and layout are part of it; the frame comes when the screen takes it.
      root.querySelector(".bar").getBoundingClientRect();
      const end = performance.now();
      if (root.querySelector(".total").textContent === before) throw new Error("the preview did not change at once");
      found.push(end - start);
      await new Promise((next) => setTimeout(next));
    }
    return found.sort((a, b) => a - b);
  }, COUNT);
  await guest.close();
  const at = (share) => times[Math.ceil(times.length * share) - 1];
  return { median_ms: at(0.5), p99_ms: at(0.99), count: times.length, asked };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const hotel = await Hotel.open();
  const browser = await chromium.launch({ executablePath: process.env.POSADA_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  try {
    process.stdout.write(`${JSON.stringify(await measure({ browser, hotel }))}\n`);
  } finally {
    await browser.close();
    await hotel.close();
  }
}
