// Who is told by webhook: a real HTTP server on loopback, which checks every signature with the library that Standard
// Webhooks publishes.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { text as whole } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

import { Webhook } from "standardwebhooks";

const WAIT_MS = 30_000;

export const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

export class Receiver {
  /** Starts one. `answer` says what a delivery is answered: a status, or a function of response and delivery. */
  static async open(secret = newSecret()) {
    const receiver = new Receiver();
    receiver.secret = secret;
    receiver.deliveries = [];
    receiver.answer = 204;
    receiver.server = createServer((request, response) => receiver.take(request, response));
    await receiver.listen(0);
    return receiver;
  }

  async listen(port) {
    await new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", resolve);
    });
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}/hooks?of=hotel`;
  }

  get vars() {
    return { NOTIFY_URL: this.url, NOTIFY_SECRET: this.secret };
  }

  async take(request, response) {
    // Who is killed while it tells has told nothing.
    const text = await whole(request).catch(() => undefined);
    if (text === undefined) return;
    const { method, url, headers } = request;
    const delivery = { method, url, headers, text, id: headers["webhook-id"] };
    try {
      delivery.event = new Webhook(this.secret).verify(text, headers);
    } catch (error) {
      delivery.error = error;
    }
    this.deliveries.push(delivery);
    const answer = this.answer;
    if (typeof answer === "function") return answer(response, delivery);
    response.writeHead(answer).end();
  }

  /** What was told of a booking, in the order in which it came. */
  of(booking) {
    return this.deliveries.filter((it) => it.id?.startsWith(`${booking}-`));
  }

  /** Waits until so much was told of a booking. */
  async told(booking, count = 1) {
    const deadline = Date.now() + WAIT_MS;
    while (this.of(booking).length < count) {
      if (Date.now() > deadline) throw new Error(`${this.of(booking).length} of ${count} deliveries came`);
      await sleep(20);
    }
    return this.of(booking);
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
