// A payment's ledger counted anew, by other code than the Worker's.

import assert from "node:assert/strict";

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** What a ledger comes to: other programs' use, claims that live, payments for reservations that live. */
export function countLedger(entries) {
  let externalMills = 0;
  let externalCodes = [];
  const claims = new Map();
  const paid = [];
  entries.forEach((entry, index) => {
    assert.equal(entry.seq, index + 1, "entries are numbered without gaps");
    switch (entry.kind) {
      case "external":
        externalMills += entry.amount;
        externalCodes = entry.codes.split(",").filter((code) => code !== "");
        break;
      case "opened":
        assert.ok(!claims.has(entry.claim), "a claim is opened once");
        claims.set(entry.claim, entry.amount);
        break;
      case "changed":
      case "attached":
        claims.set(entry.claim, entry.amount);
        break;
      case "settled":
        assert.ok(claims.get(entry.claim) >= entry.amount, "a claim pays no more than it has");
        claims.set(entry.claim, claims.get(entry.claim) - entry.amount);
        paid.push({ ...entry, isLive: true });
        break;
      case "released":
        assert.ok(claims.get(entry.claim) >= entry.amount, "no more is released than is left of the claim");
        claims.set(entry.claim, claims.get(entry.claim) - entry.amount);
        break;
      case "reversed": {
        const isIt = ({ isLive, code, booking, amount }) =>
          isLive && code === entry.code && booking === entry.booking && amount === entry.amount;
        const it = paid.find(isIt);
        assert.ok(it, "what is reversed was paid");
        it.isLive = false;
        break;
      }
      default:
        assert.fail(`an entry of kind ${entry.kind}`);
    }
  });
  const live = paid.filter((it) => it.isLive);
  const mills = externalMills + sum([...claims.values()]) + sum(live.map((it) => it.amount));
  assert.equal(mills % 10, 0, "the ledger counts whole cents");
  // A code stands there once, however many claims of the payment paid for it.
  const own = [...new Set(live.map((it) => `${it.prefix}${it.code}`))];
  const others = externalCodes.filter((code) => !own.includes(code));
  return { usedCents: mills / 10, codreser: [...others, ...own] };
}
