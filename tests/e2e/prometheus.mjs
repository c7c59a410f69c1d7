// Prometheus' text format, read as strictly as `promtool check metrics` does.

import assert from "node:assert/strict";

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"/g;

/**
 * Reads an answer of `/metrics` into `{kind, help, samples}` by family, each sample with its name, labels and value, and
 * asserts that it is in good form: HELP and TYPE before the samples of a family, families in one piece, no sample twice,
 * counters that end in _total and are not negative, histograms whose buckets add up.
 */
export function readMetrics(text) {
  assert.ok(text.endsWith("\n"), "the last line has an end");
  const families = new Map();
  const seen = new Set();
  let current;
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, what, name, rest] = comment;
      assert.match(name, NAME);
      if (what === "HELP") {
        assert.ok(!families.has(name), `${name} stands in one piece`);
        current = { name, help: rest, samples: [] };
        families.set(name, current);
      } else {
        assert.equal(current?.name, name, "TYPE follows HELP");
        assert.equal(current.kind, undefined);
        assert.ok(["counter", "gauge", "histogram", "summary", "untyped"].includes(rest), rest);
        current.kind = rest;
      }
      continue;
    }
    const sample = SAMPLE.exec(line) ?? assert.fail(`not a line of the format: ${line}`);
    const [, name, inside = "", number] = sample;
    const labels = Object.fromEntries([...inside.matchAll(LABEL)].map(([, label, value]) => [label, value]));
    const value = number === "+Inf" ? Infinity : Number(number);
    assert.ok(!Number.isNaN(value), line);
    const key = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
    assert.ok(!seen.has(key), `twice: ${line}`);
    seen.add(key);
    const family = current?.kind === "histogram" ? name.replace(/_(bucket|sum|count)$/, "") : name;
    assert.equal(family, current?.name, `${line} stands with its family`);
    current.samples.push({ name, labels, value });
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function checkFamily({ name, kind, help, samples }) {
  assert.ok(kind !== undefined && help.length > 0, name);
  assert.match(name, /^posada_/);
  if (kind === "counter") {
    assert.match(name, /_total$/);
    assert.ok(samples.every(({ value }) => value >= 0), name);
  }
  if (kind !== "histogram") return;
  const groups = new Map();
  for (const it of samples) {
    const { le, ...rest } = it.labels;
    const key = JSON.stringify(rest);
    groups.set(key, [...(groups.get(key) ?? []), { ...it, le }]);
  }
  for (const [key, group] of groups) {
    const buckets = group.filter((it) => it.name === `${name}_bucket`);
    const bounds = buckets.map(({ le }) => (le === "+Inf" ? Infinity : Number(le)));
    assert.deepEqual(bounds, [...bounds].sort((a, b) => a - b), `${name} ${key}: buckets stand in their order`);
    assert.equal(bounds.at(-1), Infinity);
    buckets.reduce((before, { value }) => (assert.ok(value >= before, `${name} ${key}: buckets are cumulative`), value), 0);
    const count = group.find((it) => it.name === `${name}_count`)?.value;
    assert.equal(count, buckets.at(-1).value, `${name} ${key}: the last bucket has all`);
    assert.ok(group.find((it) => it.name === `${name}_sum`)?.value >= 0, `${name} ${key}: there is a sum`);
  }
}

/** The value of a sample; 0 where it is not there. */
export function valueOf(families, name, labels = {}) {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ""));
  const wanted = JSON.stringify(Object.entries(labels).sort());
  const found = family?.samples.find((it) => it.name === name && JSON.stringify(Object.entries(it.labels).sort()) === wanted);
  return found?.value ?? 0;
}
