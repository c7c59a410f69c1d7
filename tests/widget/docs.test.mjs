// `/docs`: the API's description in a browser, under its policy, with nothing from any other origin.

import { test } from "node:test";

import { assert, DESKTOP, stage } from "./support.mjs";

const it = stage();

test("the description is drawn from this origin alone, under its policy", async () => {
  const context = await it.browser.newContext(DESKTOP);
  const page = await context.newPage();
  const origin = it.hotel.host.url;
  const [elsewhere, errors] = [[], []];
  // As where there is no network: what is asked of others fails, and is seen.
  await context.route(
    (url) => url.origin !== origin && url.protocol.startsWith("http"),
    (route) => {
      elsewhere.push(route.request().url());
      return route.abort();
    },
  );
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  const response = await page.goto(`${origin}/docs`);
  assert.equal(response.status(), 200);
  const policy = response.headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/, "no script but this origin's files");
  assert.doesNotMatch(policy, /'unsafe-(inline|eval)'/);

  await page.getByRole("heading", { name: /Posada/ }).first().waitFor();
  const described = await (await fetch(`${origin}/openapi.json`)).json();
  const operations = Object.values(described.paths).flatMap((path) => Object.keys(path)).length;
  await page.locator(".opblock").nth(operations - 1).waitFor();
  assert.equal(await page.locator(".opblock").count(), operations, "every route");

  const operation = page.locator("#operations-Before_booking-quote");
  await operation.locator(".opblock-summary-control").click();
  await operation.locator("option", { hasText: "Eight adults in three Junior" }).first().waitFor({ state: "attached" });
  await operation.locator("pre", { hasText: "check_in_date" }).first().waitFor();

  // It asks the API too, as any page of this origin may.
  const property = page.locator("#operations-Before_booking-property");
  await property.locator(".opblock-summary-control").click();
  await property.getByRole("button", { name: "Try it out" }).click();
  await property.getByRole("button", { name: "Execute" }).click();
  await property.locator(".live-responses-table").getByText("Hotel Posada Demo").first().waitFor();

  assert.deepEqual(elsewhere, []);
  assert.deepEqual(errors, []);
  await context.close();
});
