// SPDX-License-Identifier: MIT
// What a visitor loads, gzip, of the build in web/dist: first the pieces of the trade page without its charts, which
// have a limit; then each page and the charts. Ends with 1 above the limit.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = join(import.meta.dirname, "../dist");
const LIMIT = 200; // kB, before the chart
const manifest = JSON.parse(readFileSync(join(DIST, ".vite/manifest.json"), "utf8"));
const CHARTS = /lightweight-charts|uplot|CandleChart|SeriesChart/i;

const sizes = new Map();
function size(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length);
  return sizes.get(file);
}

/** The files that a piece of the build loads at once, itself and its styles. */
function filesOf(key, files = new Set()) {
  const piece = manifest[key];
  if (files.has(piece.file)) return files;
  files.add(piece.file);
  // The first page's styles stand in index.html itself.
  for (const css of piece.css ?? []) if (existsSync(join(DIST, css))) files.add(css);
  for (const each of piece.imports ?? []) filesOf(each, files);
  return files;
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);
const kB = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`.padStart(10);

const entry = filesOf("index.html");
entry.add("index.html");
const first = new Set([...entry, ...filesOf("src/pages/trade/TradePage.tsx")]);
const pages = Object.keys(manifest).filter((key) => /^src\/pages\/.*Page\.tsx$/.test(key));
const charts = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry && CHARTS.test(key));

console.log("loaded, gzip");
console.log(`${kB(total(first))}  the trade page before its chart (limit ${LIMIT} kB)`);
for (const file of [...first].sort((a, b) => size(b) - size(a))) console.log(`${kB(size(file))}    ${file}`);
for (const key of pages) {
  const more = [...filesOf(key)].filter((file) => !entry.has(file));
  console.log(`${kB(total(more))}  more for ${key.split("/")[2]}`);
}
for (const key of charts) {
  const more = [...filesOf(key)].filter((file) => !first.has(file));
  console.log(`${kB(total(more))}  chart: ${key}`);
}
const all = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
console.log(`${all.length} files`);
if (total(first) > LIMIT * 1_000) {
  console.error(`The trade page loads ${kB(total(first)).trim()} before its chart, and may load ${LIMIT} kB.`);
  process.exit(1);
}
