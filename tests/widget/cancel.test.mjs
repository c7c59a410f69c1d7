// A guest asks to cancel what is booked: the hotel decides, and that is said.

import { test } from "node:test";

import { everyColour } from "./access.mjs";
import { Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage();
const SAID = {
  es: { summary: "Pedir la cancelación", ask: "Pedir que se cancele", before: "recepción decide", after: "Todavía no se ha cancelado nada" },
  en: { summary: "Ask to cancel", ask: "Ask to cancel it", before: "reception decides", after: "Nothing is cancelled yet" },
};

async function booked(language) {
  const stay = it.hotel.stay(1);
  const payment = await it.hotel.payment(172.5);
  const guest = await Guest.visit(it, { language, device: { ...PHONE, viewport: { width: 360, height: 740 } }, query: { "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.button(guest.words.seeRooms).tap();
  await guest.button(guest.words.next).tap();
  await guest.fill(payment);
  await guest.button(guest.words.book).tap();
  await guest.heading(guest.words.done).waitFor();
  return { guest, payment, stay };
}

for (const language of ["es", "en"]) {
  test(`a cancellation is asked for, and that nothing is cancelled yet is said, in ${language}`, async () => {
    const said = SAID[language];
    const { guest, payment, stay } = await booked(language);
    const summary = guest.element.getByText(said.summary, { exact: true });
    assert.ok(!(await guest.button(said.ask).isVisible()), "not by a slip of the finger");
    await summary.tap();
    await everyColour(guest, `cancel-${language}`);
    assert.ok((await guest.element.locator(".screen").innerText()).includes(said.before));
    // The network is gone at first.
    await guest.context.setOffline(true);
    await guest.button(said.ask).tap();
    await guest.element.locator(".message").waitFor();
    await guest.context.setOffline(false);
    await guest.button(said.ask).tap();
    await guest.element.getByText(said.after).waitFor();
    assert.equal(await guest.element.locator(".message").count(), 0, "what went wrong before is said no more");
    assert.equal(await guest.button(said.ask).count(), 0);
    assert.ok(await guest.element.evaluate((element) => element.shadowRoot.activeElement?.matches(".asked")), "it is what is read next");
    await everyColour(guest, `cancel-asked-${language}`);
    await guest.page.reload();
    await guest.element.getByText(said.after).waitFor();
    const { booking_id } = await guest.page.evaluate(() => document.querySelector("posada-booking").booking);
    const known = await it.hotel.call("GET", `/v1/bookings/${booking_id}`, { as: "staff" });
    assert.deepEqual(known.json.cancellation_requested, [1]);
    assert.equal((await it.hotel.row(payment)).used, 172.5);
    await guest.button(guest.words.again).tap();
    await guest.chooseDates(stay.check_in_date, stay.check_out_date, (target) => target.tap());
    assert.equal(await guest.page.evaluate(() => JSON.stringify(sessionStorage).includes("asked")), false, "of another booking nothing was asked");
    await guest.close();
  });
}
