// What every store of payments must do, for both kinds of payments. The cases see a store only through the Worker's
// answers and through the tables that the hotel's other programs see.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { cents, codreserOf, expectBooking, expectProblem, room, settings } from "./support.mjs";

const TWENTY_ROOMS = Array.from({ length: 25 }, (_, i) => String(100 + i));

/** Numbers from a seed, so that a failure can be had again. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Declares the cases for a hotel, which is there once tests run. */
export function conformanceCases(hotel) {
  const book = (payment, rooms, more) =>
    hotel().makeBooking(hotel().body(payment, hotel().stay(), rooms, more));

  /** Validates `amount` of a payment for a guest. */
  const validate = (payment, amount, wa_id) => {
    const isBank = payment.table === "bac";
    const tool = isBank ? "validate_bank_transfer" : "validate_compraclick_payment";
    const reference = isBank ? { transfer_id: payment.reference } : { authorization_number: payment.reference };
    const body = { ...reference, payment_amount: amount, payment_maker_name: payment.payment_maker_name, wa_id };
    return hotel().call("POST", `/v1/tools/${tool}`, { as: "assistant", body });
  };

  /** Runs `work` in a hotel of other settings. */
  const within = async (change, work) => {
    await hotel().load(await settings(change));
    try {
      await work();
    } finally {
      await hotel().load(await settings());
    }
  };

  for (const bank of [false, true]) {
    const pay = (amount, more) => hotel().payment(amount, { bank, ...more });

    describe(bank ? "bank transfers" : "card payments", () => {
      test("two bookings on one payment, and what is left for a third", async () => {
        const payment = await pay(600);
        const first = expectBooking(await book(payment, [room("Junior", 2)]));
        const second = expectBooking(await book(payment, [room("Familiar", 3), room("Junior", 1)]));
        await hotel().expectRow(payment, { used: 517.5, codreser: `${codreserOf(first)},${codreserOf(second)}` });
        expectProblem(await book(payment, [room("Junior", 1)]), 422, "payment_short", {
          available_amount: 82.5,
          required_amount: 86.25,
          missing_amount: 3.75,
        });
      });

      test("validated, then booked: `used` is raised once", async () => {
        const payment = await pay(345);
        const wa_id = hotel().waId();
        const claim = await validate(payment, 345, wa_id);
        assert.equal(claim.status, 200, claim.text);
        assert.deepEqual([claim.json.claimed_amount, claim.json.available_amount], [345, 0]);
        await hotel().expectRow(payment, { used: 345, codreser: null });
        const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 2)], { wa_id }));
        await hotel().expectRow(payment, { used: 345, codreser: codreserOf(answer) });
        assert.deepEqual(await hotel().kinds(payment), ["opened", "attached", "settled", "settled"]);
      });

      test("years of `used` and codes and no ledger: external, in front, reported", async () => {
        const codes = "HR18001,HR18002,A-77";
        const payment = await pay(1000, { used: 700.25, codreser: codes });
        expectProblem(await validate(payment, 300, hotel().waId()), 422, "payment_short", {
          available_amount: 299.75,
          missing_amount: 0.25,
        });
        assert.deepEqual(await hotel().ledger(payment), [], "a refusal writes nothing");
        const answer = expectBooking(await book(payment, [room("Junior", 2)]));
        await hotel().expectRow(payment, { used: 872.75, codreser: `${codes},${codreserOf(answer)}` });
        const [external] = await hotel().ledger(payment);
        assert.deepEqual(
          [external.kind, external.amount, external.codes],
          ["external", 700_250, codes],
          "the ledger says what others did",
        );
      });

      test("a row edited between two bookings: the difference is external", async () => {
        const payment = await pay(900);
        const first = expectBooking(await book(payment, [room("Junior", 2)]));
        await hotel().touch(payment, { used: 272.5, codreser: `${codreserOf(first)},HR77001` });
        const second = expectBooking(await book(payment, [room("Junior", 2)]));
        await hotel().expectRow(payment, {
          used: 445,
          codreser: `HR77001,${codreserOf(first)},${codreserOf(second)}`,
        });
        const external = (await hotel().ledger(payment)).filter((entry) => entry.kind === "external");
        assert.deepEqual(
          external.map(({ amount, codes }) => [amount, codes]),
          [[100_000, "HR77001"]],
        );
      });

      test("a row edited between validation and booking, so that too little is left for anybody else", async () => {
        const payment = await pay(400);
        const wa_id = hotel().waId();
        assert.equal((await validate(payment, 172.5, wa_id)).status, 200);
        await hotel().touch(payment, { used: 400 });
        expectProblem(await validate(payment, 1, hotel().waId()), 409, "payment_used");
        const answer = expectBooking(await book(payment, [room("Junior", 2)], { wa_id }));
        await hotel().expectRow(payment, { used: 400, codreser: codreserOf(answer) });
      });

      test("a code that the hotel's own system linked before it was settled stands once", async () => {
        const before = expectBooking(await book(await pay(200), [room("Junior", 1)]));
        const code = `HR${Number(before.bookings[0].reserva) + 1}`;
        const payment = await pay(400);
        const wa_id = hotel().waId();
        assert.equal((await validate(payment, 172.5, wa_id)).status, 200);
        await hotel().touch(payment, { used: 172.5, codreser: `HR77001,${code}` });
        const answer = expectBooking(await book(payment, [room("Junior", 2)], { wa_id }));
        assert.equal(codreserOf(answer), code);
        await hotel().expectRow(payment, { used: 172.5, codreser: `HR77001,${code}` });
      });

      test("a row set back by another program: what was paid stays spent", async () => {
        const payment = await pay(345);
        const answer = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 2)]));
        await hotel().touch(payment, { used: 0, codreser: null });
        expectProblem(await book(payment, [room("Junior", 1)]), 409, "payment_used");
        await hotel().touch(payment, { used: 345, codreser: codreserOf(answer) });
        await hotel().expectRow(payment, { used: 345, codreser: codreserOf(answer) });
      });

      test("a cent too little, and exactly enough", async () => {
        const short = await pay(172.49);
        expectProblem(await book(short, [room("Junior", 2)]), 422, "payment_short", { missing_amount: 0.01 });
        await hotel().expectRow(short, { used: 0, codreser: null });
        const enough = await pay(172.5);
        const answer = expectBooking(await book(enough, [room("Junior", 2)]));
        await hotel().expectRow(enough, { used: 172.5, codreser: codreserOf(answer) });
        expectProblem(await validate(enough, 0.01, hotel().waId()), 409, "payment_used");
      });

      test("unknown references, and references that only look like a known one", async () => {
        const payment = await pay(500);
        const { reference } = payment;
        for (const other of ["1", `0${reference}`, `${reference}0`, `${reference}x`, `${reference}.0`]) {
          expectProblem(await validate({ ...payment, reference: other }, 1, hotel().waId()), 202, "payment_pending");
          expectProblem(await book({ ...payment, reference: other }, [room("Junior", 1)]), 404, "payment_not_found");
        }
        assert.deepEqual(await hotel().ledger(payment), []);
        await hotel().expectRow(payment, { used: 0, codreser: null });
      });

      test("references that would be SQL are refused as they are", async () => {
        for (const reference of ["1' OR '1'='1", "1; DROP TABLE bac", "`", "%"]) {
          const payment = { ...(await pay(1)), reference };
          const field = bank ? "transfer_id" : "authorization_number";
          expectProblem(await validate(payment, 1, hotel().waId()), 422, "invalid", { fields: [field] });
        }
      });

      test("another currency than the hotel's", async () => {
        const payment = await pay(500, { currency: "EUR" });
        expectProblem(await validate(payment, 100, hotel().waId()), 422, "payment_currency");
        expectProblem(await book(payment, [room("Junior", 1)]), 422, "payment_currency");
        assert.deepEqual(await hotel().ledger(payment), []);
      });

      test("a validation that is repeated is one claim", async () => {
        const payment = await pay(500);
        const wa_id = hotel().waId();
        const answers = [];
        for (let i = 0; i < 4; i += 1) answers.push(await validate(payment, 200, wa_id));
        assert.equal(new Set(answers.map((answer) => answer.json.claim)).size, 1);
        await hotel().expectRow(payment, { used: 200, codreser: null });
        assert.deepEqual(await hotel().kinds(payment), ["opened"]);
      });

      test("a validation that is repeated at once is one claim", async () => {
        const payment = await pay(500);
        const wa_id = hotel().waId();
        const answers = await Promise.all(Array.from({ length: 8 }, () => validate(payment, 200, wa_id)));
        for (const answer of answers) assert.equal(answer.status, 200, answer.text);
        assert.equal(new Set(answers.map((answer) => answer.json.claim)).size, 1);
        await hotel().expectRow(payment, { used: 200, codreser: null });
      });

      test("a booking that is repeated under its key settles once", async () => {
        const payment = await pay(1000);
        const body = hotel().body(payment, hotel().stay(), [room("Junior", 2), room("Junior", 1)]);
        const key = hotel().unique("again");
        const answers = [];
        for (let i = 0; i < 4; i += 1) answers.push(expectBooking(await hotel().makeBooking(body, { key })));
        assert.equal(new Set(answers.map((answer) => answer.booking_id)).size, 1);
        await hotel().expectRow(payment, { used: 258.75, codreser: codreserOf(answers[0]) });
        assert.deepEqual(await hotel().kinds(payment), ["attached", "settled", "settled"]);
      });

      test("a booking that is sent at once under one key settles once", async () => {
        const payment = await pay(1000);
        const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)]);
        const key = hotel().unique("again");
        const answers = await Promise.all(Array.from({ length: 6 }, () => hotel().makeBooking(body, { key })));
        const codes = new Set(answers.map((answer) => codreserOf(expectBooking(answer))));
        assert.equal(codes.size, 1);
        await hotel().expectRow(payment, { used: 172.5, codreser: [...codes][0] });
      });

      test("a key that is used for something else is refused, and nothing is claimed", async () => {
        const payment = await pay(1000);
        const key = hotel().unique("reused");
        const body = hotel().body(payment, hotel().stay(), [room("Junior", 2)]);
        const answer = expectBooking(await hotel().makeBooking(body, { key }));
        const other = { ...body, bookings: [room("Junior", 1)] };
        expectProblem(await hotel().makeBooking(other, { key }), 422, "key_reused");
        await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(answer) });
      });

      test("one guest's claim is not another's, by name or by chance", async () => {
        const payment = await pay(345);
        const claim = await validate(payment, 345, hotel().waId());
        expectProblem(await book(payment, [room("Junior", 2)]), 409, "payment_used");
        const named = await book(payment, [room("Junior", 2)], { claim: claim.json.claim });
        expectProblem(named, 404, "payment_not_found");
        await hotel().expectRow(payment, { used: 345, codreser: null });
      });

      test("a claim that has expired frees its money at the next operation", () =>
        within(
          (document) => {
            document.claim_ttl_ms = 60_000;
          },
          async () => {
            const payment = await pay(345);
            const first = await validate(payment, 345, hotel().waId());
            assert.equal(first.status, 200, first.text);
            await hotel().later(61_000);
            const second = await validate(payment, 345, hotel().waId());
            assert.equal(second.status, 200, second.text);
            assert.notEqual(second.json.claim, first.json.claim);
            await hotel().expectRow(payment, { used: 345, codreser: null });
            assert.deepEqual(await hotel().kinds(payment), ["opened", "released", "opened"]);
          },
        ));

      test("what a booking does not need of its claim is free again", async () => {
        const payment = await pay(900);
        const wa_id = hotel().waId();
        assert.equal((await validate(payment, 800, wa_id)).status, 200);
        const answer = expectBooking(await book(payment, [room("Junior", 2)], { wa_id }));
        await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(answer) });
        assert.equal((await validate(payment, 727.5, hotel().waId())).status, 200, "all the rest can be had");
      });

      test("a room that cannot be had gives its share back", async () => {
        const stay = hotel().stay();
        const others = await hotel().payment(5000);
        const six = [...Array(5)].map(() => room("Junior", 1));
        expectBooking(await hotel().makeBooking(hotel().body(others, stay, six.slice(0, 4))));
        const payment = await pay(345);
        const body = hotel().body(payment, stay, [room("Junior", 2), room("Junior", 2)]);
        const answer = expectBooking(await hotel().makeBooking(body), "partly_booked");
        await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(answer) });
        const kinds = await hotel().kinds(payment);
        assert.deepEqual(kinds, ["attached", "settled", "released"]);
      });

      test("a room that is cancelled gives its money and its code back, once however often it is said", async () => {
        const payment = await pay(500);
        const booked = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 1)]));
        const [first, second] = booked.bookings;
        const path = `/v1/bookings/${booked.booking_id}`;
        for (let i = 0; i < 3; i += 1) {
          const answer = await hotel().call("DELETE", `${path}/rooms/1`, { as: "staff" });
          expectBooking(answer, "partly_booked");
          await hotel().expectRow(payment, { used: 86.25, codreser: `HR${second.reserva}` });
        }
        const reversed = (await hotel().ledger(payment)).filter((entry) => entry.kind === "reversed");
        assert.deepEqual(
          reversed.map(({ code, amount }) => [code, amount]),
          [[first.reserva, 172_500]],
        );
        // What is free again pays for another booking.
        const next = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 2)]));
        await hotel().expectRow(payment, { used: 431.25, codreser: `HR${second.reserva},${codreserOf(next)}` });
      });

      test("a booking that is cancelled whole, on a row that another program has edited meanwhile", async () => {
        const payment = await pay(500);
        const booked = expectBooking(await book(payment, [room("Junior", 2), room("Junior", 1)]));
        await hotel().touch(payment, { used: 300, codreser: `${codreserOf(booked)},HR77002` });
        const path = `/v1/bookings/${booked.booking_id}`;
        for (let i = 0; i < 2; i += 1) {
          expectBooking(await hotel().call("DELETE", path, { as: "staff" }), "not_booked");
          await hotel().expectRow(payment, { used: 41.25, codreser: "HR77002" });
        }
      });

      test("two bookings at once where there is enough for one", async () => {
        const payment = await pay(200);
        const answers = await Promise.all([1, 2, 3].map(() => book(payment, [room("Junior", 2)])));
        const booked = answers.filter((answer) => answer.status === 200).map((answer) => expectBooking(answer));
        assert.equal(booked.length, 1, answers.map((answer) => answer.text).join("\n"));
        await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(booked[0]) });
      });

      test("the public must know amount and date, and hears nothing where it does not", async () => {
        const payment = await pay(345);
        const ip = `203.0.113.${bank ? 7 : 8}`;
        const tell = (evidence) => {
          const body = hotel().publicBody(payment, hotel().stay(), [room("Junior", 2)], { payment_evidence: evidence });
          return hotel().book(body, { ip });
        };
        const { payment_date: date } = payment;
        for (const evidence of [
          { amount: 344.99, date },
          { amount: 345, date: "2026-11-21" },
        ]) {
          expectProblem(await tell(evidence), 404, "payment_not_found");
        }
        assert.deepEqual(await hotel().ledger(payment), []);
        const answer = expectBooking(await tell({ amount: 345, date }));
        await hotel().expectRow(payment, { used: 172.5, codreser: codreserOf(answer) });
      });

      test("codes that would not fit the column are refused before any room is booked", () =>
        within(
          (document) => {
            document.codreser_length_max = 36;
          },
          async () => {
            const payment = await pay(900, { codreser: "HR18001,HR18002" });
            const stay = hotel().stay();
            const rooms = [room("Junior", 1), room("Junior", 1)];
            expectProblem(await hotel().makeBooking(hotel().body(payment, stay, rooms)), 422, "codreser_full");
            assert.deepEqual(await hotel().free(stay), { Junior: 5, Familiar: 3 });
            assert.deepEqual(await hotel().ledger(payment), []);
            const answer = expectBooking(await book(payment, rooms.slice(1)));
            await hotel().expectRow(payment, { used: 86.25, codreser: `HR18001,HR18002,${codreserOf(answer)}` });
          },
        ));

      test("codes that turn out not to fit when settling are for staff, and the ledger has them", () =>
        within(
          (document) => {
            // Codes are longer than the settings say.
            document.reservation_code_length_max = 1;
            document.codreser_length_max = 12;
          },
          async () => {
            const payment = await pay(900);
            const answer = await book(payment, [room("Junior", 2), room("Junior", 1)]);
            assert.equal(answer.json.outcome, "needs_staff", answer.text);
            const row = await hotel().row(payment);
            assert.equal(cents(row.used), 25_875);
            assert.equal(row.codreser, null, "the row keeps what it had");
            const settled = (await hotel().ledger(payment)).filter((entry) => entry.kind === "settled");
            assert.equal(settled.length, 2);
            assert.deepEqual(
              settled.map((entry) => entry.amount),
              [172_500, 86_250],
            );
            hotel().foreign.add(`${payment.payment_method}/${payment.reference}`);
          },
        ));

      test("thirty claims at once set aside no more than there is", async () => {
        const payment = await pay(1000);
        const answers = await Promise.all(Array.from({ length: 30 }, () => validate(payment, 86.25, hotel().waId())));
        const granted = answers.filter((answer) => answer.status === 200);
        assert.equal(granted.length, 11, "11 x 86.25 = 948.75");
        await hotel().expectRow(payment, { used: 948.75, codreser: null });
      });
    });
  }

  describe("a deposit is spread over the rooms to the cent", () => {
    before(async () => {
      const document = await settings((it) => {
        it.room_types[0].rooms = TWENTY_ROOMS;
        it.deposit_percent = 10;
        it.codreser_length_max = 255;
        it.reservation_code_length_max = 7;
      });
      await hotel().load(document, (await settings()).room_types[0].rooms);
    });
    after(async () => hotel().load(await settings(), TWENTY_ROOMS));

    for (let rooms = 2; rooms <= 20; rooms += 1) {
      test(`over ${rooms} rooms`, async () => {
        const next = random(rooms);
        const lines = Array.from({ length: rooms }, () => room("Junior", 1 + next(3)));
        const prices = lines.map((line) => 8_625 * line.adults);
        const total = sum(prices);
        const deposit = Math.ceil(total / 10) + next(Math.floor(total * 0.9));
        const payment = await hotel().payment(deposit / 100);
        const answer = expectBooking(await book(payment, lines, { payment_amount: deposit / 100 }));
        const paid = answer.bookings.map((it) => cents(it.paid_amount));
        assert.equal(sum(paid), deposit, "the shares add up");
        for (const [i, share] of paid.entries()) {
          const exact = (deposit * prices[i]) / total;
          assert.ok(Math.abs(share - exact) < 1, `${share} is within a cent of ${exact}`);
          assert.ok(share <= prices[i]);
        }
        assert.equal(cents(answer.balance_due), total - deposit);
        const settled = (await hotel().ledger(payment)).filter((entry) => entry.kind === "settled");
        assert.deepEqual(
          settled.map((entry) => entry.amount),
          paid.filter((share) => share > 0).map((share) => share * 10),
        );
        await hotel().expectRow(payment, { used: deposit / 100, codreser: codreserOf(answer) });
      });
    }
  });
}
