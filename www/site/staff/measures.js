// What the figures come to: the answer of `GET /v1/staff/metrics` as rows of numbers, and what is worked out from them.

const DAY_MS = 86_400_000;

/** The date `days` after `date`. */
export const plus = (date, days) => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The steps between two dates, as the answer names them. */
export function stepsOf({ from, to, step }) {
  const steps = [];
  for (let date = from; date <= to; date = plus(date, 1)) {
    if (step === "hour") for (let hour = 0; hour < 24; hour += 1) steps.push(`${date}T${String(hour).padStart(2, "0")}:00`);
    else if (step === "day") steps.push(date);
    else if (steps.at(-1) !== date.slice(0, 7)) steps.push(date.slice(0, 7));
  }
  return steps;
}

const isLike = (labels, wanted) => Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** An answer, to be asked for rows: one number a step. */
export class History {
  constructor(answer) {
    this.since = answer.since;
    this.buckets = answer.buckets;
    this.steps = stepsOf(answer);
    this.series = answer.series;
  }

  #like(metric, labels) {
    return this.series.filter((it) => it.metric === metric && isLike(it.labels, labels));
  }

  /** The values that a label of a metric has. */
  kinds(metric, label) {
    return [...new Set(this.#like(metric, {}).map((it) => it.labels[label]))];
  }

  /** A counter's numbers, over all its series that have these labels. */
  counted(metric, labels = {}) {
    const all = this.#like(metric, labels);
    return this.steps.map((step) => all.reduce((sum, { values }) => sum + (values[step] ?? 0), 0));
  }

  /** A gauge's highest values; `undefined` where nobody looked. */
  highest(metric, labels = {}) {
    const all = this.#like(metric, labels);
    return this.steps.map((step) => {
      const seen = all.map(({ values }) => values[step]).filter((value) => value !== undefined);
      // A label that is not there was zero, where others were looked at.
      return seen.length > 0 ? Math.max(...seen) : this.#looked(step);
    });
  }

  #looked(step) {
    return this.#like("posada_bookings_open", {}).some(({ values }) => values[step] !== undefined) ? 0 : undefined;
  }

  /** What fell into each bucket of a histogram, step by step, each with its bounds. */
  fallen(metric, labels = {}) {
    const bounds = this.buckets[metric] ?? [];
    return bounds.map((le, i) => ({
      above: i === 0 ? 0 : Number(bounds[i - 1]),
      most: le === "+Inf" ? Infinity : Number(le),
      values: this.counted(metric, { ...labels, le }),
    }));
  }
}

export const total = (values) => values.reduce((sum, value) => sum + (value ?? 0), 0);

/** The highest of what was seen; `undefined` of nothing. */
export function top(values) {
  const seen = values.filter((value) => value !== undefined);
  return seen.length > 0 ? Math.max(...seen) : undefined;
}

/** A share; `undefined` of nothing. */
export const share = (part, all) => (all > 0 ? part / all : undefined);

/**
 * The value that a share `q` of what fell into the buckets is not above, taking what is in a bucket for spread evenly over
 * it, as Prometheus does. What is above the last bound is told as that bound: it is at least so much.
 *
 * @param {{above: number, most: number, count: number}[]} buckets
 */
export function quantile(buckets, q) {
  const rank = q * total(buckets.map(({ count }) => count));
  if (rank === 0) return undefined;
  let before = 0;
  for (const { above, most, count } of buckets) {
    if (count > 0 && before + count >= rank) return most === Infinity ? above : above + ((most - above) * (rank - before)) / count;
    before += count;
  }
  return undefined;
}

/** Both quantiles that are shown, of all steps together and of each. */
export function latencies(fallen) {
  const at = (of, q) => quantile(fallen.map(({ values, ...bounds }) => ({ ...bounds, count: of(values) })), q);
  const steps = fallen[0]?.values.map((_, i) => i) ?? [];
  const both = (of) => ({ median: at(of, 0.5), high: at(of, 0.95) });
  return { calls: total(fallen.map(({ values }) => total(values))), ...both(total), steps: steps.map((i) => both((values) => values[i])) };
}
