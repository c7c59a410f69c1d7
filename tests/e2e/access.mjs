// Every route for every caller: who is let in, and what the others are told.
//
// Bodies are empty, so that 422 says that the caller may and nothing is done.

/** The callers, in the order of the answers below. */
export const CALLERS = ["nobody", "a wrong key", "the metrics key", "the assistant", "staff", "the guest", "another guest"];

const EVERYBODY = [200, 401, 403, 200, 200, 401, 401];
const EVERYBODY_SENDS = [422, 401, 403, 422, 422, 401, 401];
const TOOL = [401, 401, 403, 422, 422, 401, 401];
const STAFF = [401, 401, 403, 403, 200, 401, 401];
const STAFF_SENDS = [401, 401, 403, 403, 422, 401, 401];

/**
 * The routes as the Worker's router has them, each with its method, an address, and what every caller is answered. `own`
 * is a booking of the guest; `stay` and `wa_id` are the guest's.
 */
export const ACCESS = [
  ["GET /healthz", () => "/healthz", [200, 200, 200, 200, 200, 200, 200]],
  ["GET /metrics", () => "/metrics", [401, 401, 200, 403, 200, 401, 401]],
  ["GET /v1/property", () => "/v1/property", EVERYBODY],
  ["GET /v1/availability", ({ stay }) => `/v1/availability?${stay}`, EVERYBODY],
  ["GET /v1/calendar", ({ dates }) => `/v1/calendar?${dates}`, EVERYBODY],
  ["POST /v1/quotes", () => "/v1/quotes", EVERYBODY_SENDS],
  ["POST /v1/bookings", () => "/v1/bookings", EVERYBODY_SENDS],
  ["GET /v1/bookings/{id}", ({ own, wa_id }) => `/v1/bookings/${own}?wa_id=${wa_id}`, [401, 401, 403, 200, 200, 200, 404]],
  ["GET /v1/bookings/{id}/events", ({ own, wa_id }) => `/v1/bookings/${own}/events?wa_id=${wa_id}`, [401, 401, 403, 200, 200, 200, 404]],
  ["POST /v1/bookings/{id}/cancellation-request", ({ own }) => `/v1/bookings/${own}/cancellation-request`, [401, 401, 403, 422, 200, 200, 404]],
  ["POST /v1/bookings/{id}/payments", ({ own }) => `/v1/bookings/${own}/payments`, [401, 401, 403, 422, 422, 422, 422]],
  ["DELETE /v1/bookings/{id}/rooms/{n}", ({ own }) => `/v1/bookings/${own}/rooms/9`, [401, 401, 403, 403, 422, 401, 401]],
  ["DELETE /v1/bookings/{id}", ({ none }) => `/v1/bookings/${none}`, [401, 401, 403, 403, 404, 401, 401]],
  ["POST /v1/tools/quote_rooms", () => "/v1/tools/quote_rooms", TOOL],
  ["POST /v1/tools/check_availability", () => "/v1/tools/check_availability", TOOL],
  ["POST /v1/tools/get_booking", () => "/v1/tools/get_booking", TOOL],
  ["POST /v1/tools/pay_balance", () => "/v1/tools/pay_balance", TOOL],
  ["POST /v1/tools/request_cancellation", () => "/v1/tools/request_cancellation", TOOL],
  ["GET /v1/tools", () => "/v1/tools", EVERYBODY],
  ["GET /v1/assistant/instructions", () => "/v1/assistant/instructions", EVERYBODY],
  ["POST /v1/tools/make_booking", () => "/v1/tools/make_booking", TOOL],
  ["POST /v1/tools/validate_compraclick_payment", () => "/v1/tools/validate_compraclick_payment", TOOL],
  ["POST /v1/tools/validate_bank_transfer", () => "/v1/tools/validate_bank_transfer", TOOL],
  ["POST /v1/tools/find_payment", () => "/v1/tools/find_payment", TOOL],
  ["POST /v1/tools/retry_compraclick_payment", () => "/v1/tools/retry_compraclick_payment", TOOL],
  ["POST /v1/tools/retry_bank_transfer", () => "/v1/tools/retry_bank_transfer", TOOL],
  ["PUT /v1/staff/settings", () => "/v1/staff/settings", STAFF_SENDS],
  ["GET /v1/staff/payments", () => "/v1/staff/payments", STAFF],
  ["GET /v1/staff/reconciliation", () => "/v1/staff/reconciliation", STAFF],
  ["PUT /v1/staff/payments", () => "/v1/staff/payments", STAFF_SENDS],
  ["GET /v1/staff/cases", () => "/v1/staff/cases", STAFF],
  ["POST /v1/staff/cases/{id}/resolve", ({ own }) => `/v1/staff/cases/${own}/resolve`, STAFF_SENDS],
  ["GET /v1/staff/bookings", () => "/v1/staff/bookings", STAFF],
  ["GET /v1/staff/bookings/{id}", ({ own }) => `/v1/staff/bookings/${own}`, STAFF],
  ["DELETE /v1/staff/bookings/{id}/guest", ({ none }) => `/v1/staff/bookings/${none}/guest`, [401, 401, 403, 403, 404, 401, 401]],
  ["POST /v1/staff/sweep", () => "/v1/staff/sweep", STAFF],
  ["GET /v1/staff/metrics", () => "/v1/staff/metrics", STAFF],
];

/** What is answered beside the router: its callers are told apart in the same way. */
export const BESIDE = [["POST /mcp", () => "/mcp", [401, 401, 403, 400, 403, 401, 401]]];

/** A route's method and its pattern with every name of a part left out: names differ. */
export const bare = (route) => route.replace(/\{\w+\}/g, "{}");

/** The routes that the Worker's router has, read from its source. */
export function routesOf(source) {
  const routes = [];
  for (const [, segments, rest] of source.matchAll(/^\s*\[([^\]]*)\] => ([\s\S]*?)(?=^\s*(?:\[|_ =>))/gm)) {
    const methods = /"([A-Z]+(?:, [A-Z]+)*)"/.exec(rest)?.[1];
    if (methods === undefined) throw new Error(`a route without methods: [${segments}]`);
    const parts = segments.split(",").map((part) => part.trim());
    const path = parts.map((part) => (part.startsWith('"') ? part.slice(1, -1) : "{}")).join("/");
    for (const method of methods.split(", ")) routes.push(`${method} /${path}`);
  }
  return routes;
}
