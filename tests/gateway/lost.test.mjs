// Between Worker and gateway: answers that get lost, come late or are another program's, a gateway that is not there.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { after, test } from "node:test";

import { Gateway } from "../../xtask/host/gateway.mjs";
import { MariaDbStore } from "../e2e/stores.mjs";
import { closingTests, codreserOf, expectBooking, expectProblem, room, sharedHotel } from "../e2e/support.mjs";

const DEADLINE_MS = 1_500;

/** A program between the two, which does to each call what `fate` says. */
class Between {
  static async start(url) {
    const between = new Between();
    between.target = new URL(url);
    between.fate = () => "pass";
    between.calls = [];
    between.server = createServer((call, answer) => between.handle(call, answer));
    between.server.listen(0, "127.0.0.1");
    await once(between.server, "listening");
    between.url = `http://127.0.0.1:${between.server.address().port}`;
    return between;
  }

  async handle(call, answer) {
    const parts = [];
    for await (const part of call) parts.push(part);
    const fate = this.fate(call.url);
    this.calls.push([call.url.split("/").at(-1), fate]);
    if (fate === "cut before") {
      answer.destroy();
      return;
    }
    if (typeof fate === "number") {
      answer.writeHead(fate, { "content-type": "text/html" }).end("<html>another program</html>");
      return;
    }
    const { host, port } = { host: this.target.hostname, port: this.target.port };
    const options = { host, port, path: call.url, method: call.method, headers: call.headers, agent: false };
    const onward = request(options, async (response) => {
      const received = [];
      for await (const part of response) received.push(part);
      if (fate === "late") await new Promise((resolve) => setTimeout(resolve, DEADLINE_MS + 500));
      if (fate === "cut after") answer.destroy();
      else if (fate === "garbage") answer.writeHead(200).end("{");
      else answer.writeHead(response.statusCode, response.headers).end(Buffer.concat(received));
    });
    onward.on("error", () => answer.destroy());
    onward.end(Buffer.concat(parts));
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

let between;
const hotel = sharedHotel(async () => {
  const gateway = await Gateway.start();
  between = await Between.start(gateway.url);
  const store = new MariaDbStore(gateway);
  store.vars = () => ({ ...gateway.vars(), PAYMENTS_URL: between.url });
  return { store: () => store, vars: { POSADA_TEST_API_DEADLINE_MS: String(DEADLINE_MS) } };
});
after(() => between?.stop());

/** The n-th calls of each operation meet these fates, all others pass. */
function fates(...list) {
  const seen = new Map();
  between.calls = [];
  between.fate = (path) => {
    const n = seen.get(path) ?? 0;
    seen.set(path, n + 1);
    return list[n] ?? "pass";
  };
}

const validate = (payment, amount, wa_id, options) =>
  hotel().call("POST", "/v1/tools/validate_compraclick_payment", {
    as: "assistant",
    body: { authorization_number: payment.reference, payment_amount: amount, wa_id },
    ...options,
  });

for (const fate of ["cut after", "cut before", "late", "garbage", 502, 500]) {
  test(`claim and settlement meet "${fate}", and are done once under the same ids`, async () => {
    const payment = await hotel().payment(500);
    fates(fate);
    const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 1)]);
    const answer = expectBooking(await hotel().makeBooking(body));
    await hotel().expectRow(payment, { used: 258.75, codreser: codreserOf(answer) });
    assert.deepEqual(await hotel().kinds(payment), ["attached", "settled", "settled"]);
    assert.deepEqual(
      between.calls.map(([operation]) => operation),
      ["attach", "attach", "settle", "settle"],
    );
  });

  test(`a validation meets "${fate}" twice, and is one claim`, async () => {
    const payment = await hotel().payment(500);
    fates(fate, fate);
    const answer = await validate(payment, 200, hotel().waId());
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await hotel().kinds(payment), ["opened"]);
    await hotel().expectRow(payment, { used: 200, codreser: null });
  });
}

test("answers lost at random: every booking settles once", async () => {
  const payment = await hotel().payment(5_000);
  let lost = 0;
  between.fate = () => {
    const chance = Math.random();
    if (chance < 0.2) lost += 1;
    return chance < 0.1 ? "cut after" : chance < 0.2 ? "cut before" : "pass";
  };
  const codes = [];
  for (let i = 0; i < 12; i += 1) {
    const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 1)]);
    codes.push(codreserOf(expectBooking(await hotel().makeBooking(body))));
  }
  between.fate = () => "pass";
  await hotel().expectRow(payment, { used: 12 * 258.75, codreser: codes.join(",") });
  assert.ok(lost > 0);
});

test("a gateway whose answers never come: nothing is told, and what was claimed is found again", async () => {
  const payment = await hotel().payment(500);
  const wa_id = hotel().waId();
  between.fate = () => "cut after";
  const lost = await validate(payment, 200, wa_id, { mayFail: true });
  expectProblem(lost, 503, "uncertain");
  between.fate = () => "pass";
  const found = await validate(payment, 200, wa_id);
  assert.equal(found.status, 200, found.text);
  assert.deepEqual(await hotel().kinds(payment), ["opened"]);
});

test("a gateway that does not know the key, or is another program: certainly not done", async () => {
  const payment = await hotel().payment(500);
  for (const status of [401, 404]) {
    between.fate = () => status;
    const refused = await validate(payment, 200, hotel().waId(), { mayFail: true });
    expectProblem(refused, 503, "payments_unavailable");
  }
  between.fate = () => "pass";
  assert.deepEqual(await hotel().ledger(payment), []);
});

test("afterwards no log line has a word of another program's answer", () => {
  for (const line of hotel().lines) assert.doesNotMatch(line, /another program|<html>/);
});

closingTests(hotel);
