// node measure.mjs: in a folder where package.json was installed. Bundles what a page would load of each package, as small
// as esbuild makes it, and prints `[{"name", "bytes"}]`, gzipped.

import { gzipSync } from "node:zlib";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { build } = await import(pathToFileURL(createRequire(join(process.env.POSADA_ROOT, "package.json")).resolve("esbuild")));

const PAGES = {
  "@duffel/components": `import "@duffel/components/custom-elements";`,
  "react + react-day-picker": `import { createElement } from "react"; import { createRoot } from "react-dom/client";
    import { DayPicker } from "react-day-picker"; import "react-day-picker/style.css";
    createRoot(document.body).render(createElement(DayPicker, { mode: "range" }));`,
  flatpickr: `import flatpickr from "flatpickr"; import "flatpickr/dist/flatpickr.css"; flatpickr("#date", { mode: "range" });`,
};

const measured = [];
for (const [name, contents] of Object.entries(PAGES)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() }, bundle: true, minify: true, write: false, format: "esm", outdir: "out",
    legalComments: "none", define: { "process.env.NODE_ENV": '"production"' }, logLevel: "error",
  });
  measured.push({ name, bytes: outputFiles.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0) });
}
process.stdout.write(`${JSON.stringify(measured)}\n`);
