// A chart: columns on top of each other, or lines, over steps of time. It is drawn as SVG at the width that it has, so that
// its text keeps its size; its colours are the page's. Choosing a step, by pointer or by keys, shows its figures in
// the legend.

import { el } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 190;
const BELOW = 26;
const ABOVE = 10;
/** About the width of a character of the axes. */
const CHARACTER = 7;

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

/** Round numbers from 0 to the highest value or beyond, at most five steps apart. */
export function ticks(highest, isWhole) {
  const least = isWhole ? 1 : Number.MIN_VALUE;
  const raw = Math.max((highest || 1) / 4, least);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((it) => it * power).find((it) => it >= raw * 0.999 && (!isWhole || Number.isInteger(it)));
  const count = Math.max(1, Math.ceil((highest || step) / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

/** How high a step reaches. */
function reach(kind, series, i) {
  const values = series.map(({ values: all }) => all[i] ?? 0);
  return kind === "columns" ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
}

function columns({ series, left, band, y }) {
  const width = Math.max(1, Math.min(band * 0.72, 44));
  const drawn = [];
  for (let i = 0; i < series[0].values.length; i += 1) {
    let under = 0;
    for (const [which, { tone, values }] of series.entries()) {
      const value = values[i] ?? 0;
      if (value === 0) continue;
      const [from, to] = [y(under), y(under + value)];
      drawn.push(
        svg("rect", {
          class: `mark ${tone}`, x: (left + band * i + (band - width) / 2).toFixed(2), width: width.toFixed(2), y: to.toFixed(2), height: (from - to).toFixed(2),
          "data-step": i, "data-series": which,
        }),
      );
      under += value;
    }
  }
  return drawn;
}

function lines({ series, left, band, y }) {
  const x = (i) => (left + band * (i + 0.5)).toFixed(2);
  return series.flatMap(({ tone, values }, which) => {
    const known = values.map((value, i) => ({ value, i })).filter(({ value }) => value !== undefined);
    const path = known.map(({ value, i }) => `${i > 0 && values[i - 1] !== undefined ? "L" : "M"}${x(i)} ${y(value).toFixed(2)}`).join("");
    const dots = known.map(({ value, i }) =>
      svg("circle", { class: `dot ${tone}`, cx: x(i), cy: y(value).toFixed(2), r: 2.75, "data-step": i, "data-series": which }),
    );
    return [svg("path", { class: `line ${tone}`, d: path }), ...dots];
  });
}

/**
 * A chart with its legend.
 *
 * @param {object} of
 * @param {string} of.title what it shows, for who does not see it
 * @param {"columns" | "lines"} of.kind
 * @param {{short: string, long: string}[]} of.steps
 * @param {{name: string, tone: string, values: (number | undefined)[], whole: string}[]} of.series `whole` is said of all steps together
 * @param {(value: number | undefined) => string} of.format a value in words
 * @param {string} of.all what all steps together are called
 * @param {boolean} [of.isWhole] whether values are whole numbers
 * @param {number} [of.most] where the axis ends, if that is known
 */
export function chart({ title, kind, steps, series, format, all, isWhole = true, most }) {
  const plot = el("div", {
    class: "plot", role: "slider", tabindex: "0", "aria-label": title, "aria-valuemin": "0", "aria-valuemax": String(steps.length), "aria-orientation": "horizontal",
  });
  const when = el("p", { class: "when" });
  const values = series.map(() => el("dd", {}));
  const legend = el(
    "dl",
    { class: "legend" },
    series.map(({ name, tone }, i) => el("div", { class: tone }, el("dt", {}, name), values[i])),
  );
  const marks = ticks(most ?? Math.max(...steps.map((_, i) => reach(kind, series, i))), isWhole);
  const end = marks.at(-1);
  const labels = marks.map(format);
  const left = Math.max(...labels.map((it) => it.length)) * CHARACTER + 14;
  let chosen;
  let band = 1;
  let cursor;

  /** Chooses a step, or none: then all of them are told together. */
  const choose = (i) => {
    chosen = i;
    when.textContent = i === undefined ? all : steps[i].long;
    for (const [which, one] of series.entries()) values[which].textContent = i === undefined ? one.whole : format(one.values[i]);
    const told = series.map(({ name }, which) => `${name}: ${values[which].textContent}`);
    plot.setAttribute("aria-valuenow", String(i === undefined ? steps.length : i));
    plot.setAttribute("aria-valuetext", [when.textContent, ...told].join(". "));
    if (cursor === undefined) return;
    cursor.setAttribute("x", (left + band * (i ?? 0)).toFixed(2));
    cursor.setAttribute("visibility", i === undefined ? "hidden" : "visible");
  };

  const draw = (width) => {
    band = (width - left) / steps.length;
    const y = (value) => ABOVE + (HEIGHT - ABOVE - BELOW) * (1 - value / end);
    const longest = Math.max(...steps.map(({ short }) => short.length)) * CHARACTER + 14;
    const every = Math.max(1, Math.ceil(longest / band));
    const grid = marks.flatMap((value, i) => [
      svg("line", { class: i === 0 ? "base" : "grid", x1: left, x2: width, y1: y(value), y2: y(value) }),
      svg("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, labels[i]),
    ]);
    const under = steps.flatMap(({ short }, i) => {
      const middle = left + band * (i + 0.5);
      const half = (short.length * CHARACTER) / 2;
      // A label that would be cut off at the side is moved in.
      const x = Math.min(Math.max(middle, half), width - half);
      return i % every === 0 ? [svg("text", { x, y: HEIGHT - 6, "text-anchor": "middle" }, short)] : [];
    });
    cursor = svg("rect", { class: "cursor", y: ABOVE, width: band.toFixed(2), height: HEIGHT - ABOVE - BELOW });
    const drawn = (kind === "columns" ? columns : lines)({ series, left, band, y });
    plot.replaceChildren(
      svg("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, "aria-hidden": "true", focusable: "false", "data-end": end, "data-height": HEIGHT - ABOVE - BELOW }, cursor, grid, under, drawn),
    );
    choose(chosen);
  };

  const last = steps.length - 1;
  plot.addEventListener("keydown", (event) => {
    const to = {
      ArrowLeft: chosen === undefined ? last : Math.max(0, chosen - 1),
      ArrowRight: chosen === undefined ? 0 : Math.min(last, chosen + 1),
      Home: 0,
      End: last,
      Escape: undefined,
    };
    if (!Object.hasOwn(to, event.key)) return;
    event.preventDefault();
    choose(to[event.key]);
  });
  const point = ({ clientX }) => {
    const i = Math.floor((clientX - plot.getBoundingClientRect().left - left) / band);
    choose(i >= 0 && i <= last ? i : undefined);
  };
  plot.addEventListener("pointermove", point);
  plot.addEventListener("pointerdown", point);
  plot.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "mouse") choose(undefined);
  });
  plot.addEventListener("blur", () => choose(undefined));
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width > 0) draw(contentRect.width);
  }).observe(plot);
  choose(undefined);
  return el("div", { class: "chart" }, plot, when, legend);
}
