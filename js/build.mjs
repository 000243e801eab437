// Builds the front end into the Python package: ES modules for anywidget, report.js for the report file, l4e.css for all.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../l4e_widgets/static/");
const shared = { bundle: true, minify: true, target: "es2020", legalComments: "none", logLevel: "warning" };

await mkdir(out, { recursive: true });
await Promise.all([
  build({ ...shared, entryPoints: [here("src/main.js")], outfile: `${out}chart.js`, format: "esm" }),
  ...["panel.js", "page-link.js", "sensor-table.js", "uploader.js"].map((name) =>
    build({ ...shared, entryPoints: [here(`src/${name}`)], outfile: out + name, format: "esm" }),
  ),
  build({ ...shared, entryPoints: [here("src/report.js")], outfile: `${out}report.js`, format: "iife" }),
  build({ ...shared, entryPoints: [here("styles/l4e.css")], outfile: `${out}l4e.css` }),
]);
