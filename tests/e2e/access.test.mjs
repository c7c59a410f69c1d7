// Every route for every caller, and that no route of the router is missing in the table.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../xtask/host/host.mjs";
import { ACCESS, BESIDE, CALLERS, bare, routesOf } from "./access.mjs";
import { closingTests, expectBooking, expectProblem, plus, room, sharedHotel } from "./support.mjs";

const digest = (key) => createHash("sha256").update(key).digest("hex");
const metricsKey = randomBytes(32).toString("hex");
const hotel = sharedHotel({ vars: { METRICS_KEYS: digest(metricsKey) } });

/** A booking by the assistant for a guest. */
async function bookedFor(wa_id) {
  const payment = await hotel().payment(1000);
  return expectBooking(
    await hotel().makeBooking(hotel().body(payment, hotel().stay(), [room("Junior", 2)], { wa_id })),
  );
}

test("the table has every route of the router, and no other", async () => {
  const routes = routesOf(await readFile(join(ROOT, "crates/worker/src/lib.rs"), "utf8"));
  assert.ok(routes.length >= ACCESS.length && routes.includes("PUT /v1/staff/settings"), "the router is read");
  assert.deepEqual(ACCESS.map(([route]) => bare(route)).sort(), routes.sort());
});

test("every route for every caller", async () => {
  const wa_id = hotel().waId();
  const [own, other] = [await bookedFor(wa_id), await bookedFor(hotel().waId())];
  const bearers = [undefined, "k".repeat(64), metricsKey, "assistant", "staff", own.token, other.token];
  const dates = hotel().stay();
  const known = {
    own: own.booking_id,
    none: "0".repeat(32),
    wa_id,
    stay: new URLSearchParams(dates),
    dates: new URLSearchParams({ from_date: dates.check_in_date, to_date: plus(dates.check_in_date, 2) }),
  };
  const told = { 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed" };
  for (const [route, address, expected] of [...ACCESS, ...BESIDE]) {
    const [method] = route.split(" ");
    const body = ["GET", "DELETE"].includes(method) ? undefined : {};
    assert.equal(expected.length, CALLERS.length);
    for (const [i, as] of bearers.entries()) {
      const answer = await hotel().call(method, address(known), { as, body });
      assert.equal(answer.status, expected[i], `${route} by ${CALLERS[i]}: ${answer.text}`);
      if (answer.status in told) expectProblem(answer, answer.status, told[answer.status]);
      if (answer.status === 401) assert.equal(answer.headers.get("www-authenticate"), "Bearer");
    }
    // No other method is there, for anybody.
    const methods = [...ACCESS, ...BESIDE].map(([it]) => it.split(" ")).filter(([, path]) => path === route.split(" ")[1]).map(([it]) => it);
    for (const other of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((it) => !methods.includes(it))) {
      const answer = await hotel().call(other, address(known), { as: "staff" });
      assert.equal(answer.status, 405, `${other} ${address(known)}`);
      assert.deepEqual(answer.headers.get("allow").split(", ").sort(), [...methods].sort(), route);
    }
  }
  for (const as of bearers) expectProblem(await hotel().call("GET", "/v1/nothing", { as }), 404, "not_found");
});

test("a guest sees one booking, the assistant those of the guest that it talks to", async () => {
  const wa_id = hotel().waId();
  const [own, other] = [await bookedFor(wa_id), await bookedFor(hotel().waId())];
  const ask = (id, as, more = "") => hotel().call("GET", `/v1/bookings/${id}${more}`, { as });
  expectProblem(await ask(own.booking_id, "assistant"), 422, "invalid", { fields: ["wa_id"] });
  expectProblem(await ask(other.booking_id, "assistant", `?wa_id=${wa_id}`), 404, "not_found");
  expectProblem(await ask(other.booking_id, own.token), 404, "not_found");
  assert.equal((await ask(other.booking_id, "staff")).status, 200);
});

closingTests(hotel);
