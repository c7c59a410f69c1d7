// How a booking may end besides well, against the hotel's own reservation system with its faults: what the guest reads then,
// and does next.

import { after, before, test } from "node:test";

import { Outside } from "../e2e/outside.mjs";
import { settings } from "../e2e/values.mjs";
import { everyColour } from "./access.mjs";
import { DESKTOP, Guest, PHONE, assert, stage } from "./support.mjs";

const it = stage({ open: false });
const SMALL = { ...PHONE, viewport: { width: 360, height: 740 } };
const CONTACT = "+503 2222-3333";

before(async () => {
  const document = await settings((all) => ({ ...all, reception_contact: CONTACT }));
  it.outside = await Outside.open({ settings: document, sandbox: { capabilities: [] }, vars: { POSADA_TEST_API_DEADLINE_MS: "1000" } });
  it.hotel = it.outside.hotel;
});
after(() => it.outside?.close());

/** A guest who has sent a booking for eight adults in three rooms. */
async function sent({ language, device, amount = 1_000 }) {
  const stay = it.hotel.stay(1);
  const payment = await it.hotel.payment(amount);
  const guest = await Guest.visit(it, { language, device, query: { adults: "8", "check-in": stay.check_in_date, "check-out": stay.check_out_date } });
  await guest.button(guest.words.seeRooms).click();
  await guest.button(guest.words.next).click();
  await guest.fill(payment);
  await guest.button(guest.words.book).click();
  return { guest, payment, stay };
}

/** The words of these screens, in both languages. */
const SAID = {
  es: {
    needs_staff: "Recepción lo está revisando", not_booked: "No se pudo reservar", unsure: "Por confirmar", failed: /^No reservadas?$/, another: "Buscar otra",
    keep: "Quedarme con estas", talk: "Hablar con recepción", once: "No pague de nuevo", free: "vuelven a quedar libres", aside: "siguen apartados",
  },
  en: {
    needs_staff: "Reception is looking into it", not_booked: "Nothing could be booked", unsure: "To be confirmed", failed: "Not booked", another: "Find another",
    keep: "Keep these", talk: "Talk to reception", once: "Do not pay again", free: "of your payment is free again", aside: "of your payment stays set aside",
  },
};

const textOf = (guest) => guest.element.locator(".screen").innerText();

/** That whoever reads the screen does not book or pay once more for a room that may be theirs. */
async function isLeftToReception(guest, said) {
  for (const name of [said.another, said.keep]) assert.equal(await guest.button(name).count(), 0, name);
  assert.equal(await guest.element.getByRole("heading", { name: said.failed, exact: true }).count(), 0, "nobody knows that it is not booked");
  assert.equal(await guest.element.locator(".line.bad").count(), 0);
  assert.ok((await textOf(guest)).includes(said.once));
  assert.match(await guest.element.getByRole("link", { name: said.talk }).getAttribute("href"), /^tel:\+50322223333$/);
}

for (const language of ["es", "en"]) {
  const said = SAID[language];
  for (const [name, device] of [["phone", SMALL], ["desk", DESKTOP]]) {
    test(`of one room it is not known whether it is booked: people look into it, in ${language} on a ${name}`, async () => {
      const { api } = it.outside;
      await api.faults({ route: "book", match: { line: 1 }, times: 1, fault: { kind: "lost_answer" } });
      const { guest, payment } = await sent({ language, device });
      await guest.heading(said.needs_staff).waitFor();
      await api.clearFaults();
      await everyColour(guest, `staff-${language}-${name}`);
      await isLeftToReception(guest, said);
      await guest.element.getByRole("heading", { name: said.unsure, exact: true }).waitFor();
      const { used } = await it.hotel.row(payment);
      assert.equal(used, 690, "both rooms' money is not free");
      assert.match(await guest.element.locator(".totals").innerText(), /\$345\.00/);
      const letter = await guest.element.locator(".letter").innerText();
      assert.ok(letter.includes("$345.00") && letter.includes(said.aside), letter);
      await guest.close();
    });

    test(`of no room it is known, in ${language} on a ${name}`, async () => {
      const { api } = it.outside;
      await api.faults({ route: "book", fault: { kind: "lost_answer" } });
      const { guest } = await sent({ language, device });
      await guest.heading(said.needs_staff).waitFor();
      await api.clearFaults();
      await everyColour(guest, `staff-all-${language}-${name}`);
      await isLeftToReception(guest, said);
      assert.match(await textOf(guest), /\$690\.00/);
      await guest.close();
    });

    test(`no room is had: what became of the money is said, and other rooms are offered, in ${language} on a ${name}`, async () => {
      const { api } = it.outside;
      await api.faults({ route: "book", fault: { kind: "refuse", error: "closed" } });
      const { guest, payment } = await sent({ language, device });
      await guest.heading(said.not_booked).waitFor();
      await api.clearFaults();
      await everyColour(guest, `nothing-${language}-${name}`);
      assert.equal((await it.hotel.row(payment)).used, 0);
      const text = await textOf(guest);
      // Of 1,000 that were paid these were set aside.
      assert.ok(text.includes(said.free) && text.includes("$690.00"), text);
      await guest.element.locator(".offer .primary").click();
      await guest.heading(guest.words.done).waitFor();
      assert.equal((await it.hotel.row(payment)).used, 690);
      await guest.close();
    });
  }

  test(`what people found out is shown without a hand being lifted, after a reload, too, in ${language}`, async () => {
    const { api } = it.outside;
    await api.faults({ route: "book", match: { line: 1 }, times: 1, fault: { kind: "lost_answer" } });
    const { guest, payment } = await sent({ language, device: SMALL });
    await guest.heading(said.needs_staff).waitFor();
    await api.clearFaults();
    await guest.page.reload();
    await guest.heading(said.needs_staff).waitFor();
    const { booking_id } = await guest.page.evaluate(() => document.querySelector("posada-booking").booking);
    const booked = (await api.reservations()).find((one) => one.reference === `${booking_id}-1-1`);
    const found = { reserva: booked.reserva, room_number: booked.room_number };
    const body = { line: 2, found, note: "Está en el sistema." };
    const done = await it.hotel.call("POST", `/v1/staff/cases/${booking_id}/resolve`, { as: "staff", body });
    assert.equal(done.status, 200, done.text);
    await guest.heading(guest.words.done).waitFor();
    assert.equal(await guest.element.locator(".code").count(), 2);
    assert.match(await guest.page.locator("#events").textContent(), /posada-booked/);
    assert.equal((await it.hotel.row(payment)).used, 690);
    const kept = await guest.page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    assert.ok(!kept.includes("Xiomara"), "what was entered is forgotten");
    await guest.close();
  });

  test(`the hotel's server is gone while it is asked: not to pay again is said, and one booking is made once it is back, in ${language}`, async () => {
    const { api } = it.outside;
    await api.faults({ route: "book", fault: { kind: "latency", ms: 900 } });
    const { guest, payment } = await sent({ language, device: SMALL });
    await guest.element.locator(".lines .line").first().waitFor();
    await guest.page.waitForFunction(() => document.querySelector("posada-booking").booking);
    const { port } = it.hotel.host;
    await it.hotel.host.kill();
    await guest.element.locator(".message").waitFor();
    await everyColour(guest, `uncertain-${language}`);
    const text = await guest.element.evaluate((element) => element.shadowRoot.querySelector(".page").innerText);
    assert.equal(text.split(said.once).length, 2, text);
    assert.match(text, /Refer[a-z]+: [0-9a-f]{8}/);
    await api.clearFaults();
    await it.hotel.start(undefined, port);
    await guest.heading(new RegExp(`${guest.words.done}|${said.needs_staff}`)).waitFor({ timeout: 30_000 });
    assert.equal((await it.hotel.row(payment)).used, 690);
    await guest.close();
  });
}
