// SPDX-License-Identifier: MIT
// npm run web -- e2e [WALK ...] [--keep]: a venue of its own, a browser, and walks through the page as people take
// them, with pictures. `--keep`: leaves the venue open afterwards, until Ctrl-C.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launch } from "./Browser.js";
import { freePorts } from "./ports.js";
import { Venue } from "./Venue.js";
import { WALKS, type Stage } from "./walks/index.js";

const wanted = process.argv.slice(2).filter((each) => !each.startsWith("--"));
const unknown = wanted.filter((name) => !(name in WALKS));
if (unknown.length > 0) {
  console.error(`there is no walk ${unknown.join(", ")}: ${Object.keys(WALKS).join(", ")}`);
  process.exit(2);
}
const pictures = join(import.meta.dirname, "pictures");
mkdirSync(pictures, { recursive: true });

const ports = await freePorts();

// Children end with this process however it ends.
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
if (!process.argv.includes("--keep")) process.once("SIGINT", () => process.exit(130));

const began = Date.now();
const seconds = (since: number) => `${((Date.now() - since) / 1_000).toFixed(1)} s`;
const venue = await Venue.open(ports);
const browser = await launch();
console.log(`venue open after ${seconds(began)}: ${venue.page}`);
let [passed, failed] = [0, 0];
try {
  for (const [name, walk] of Object.entries(WALKS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const start = Date.now();
    const stage: Stage = { venue, browser, pictures, faults: [] };
    try {
      await walk(stage);
      assert.deepEqual(stage.faults, [], stage.faults.join("\n"));
      ++passed;
      console.log(`ok    ${name} (${seconds(start)})`);
    } catch (failure) {
      ++failed;
      console.log(`FAIL  ${name} (${seconds(start)})\n${(failure as Error).stack}`);
      await keep(browser, name);
    }
    for (const context of browser.contexts()) await context.close();
  }
  console.log(`${passed} walks passed, ${failed} failed, ${seconds(began)}`);
  const living = new AbortController();
  if (process.argv.includes("--keep"))
    void venue.live(living.signal).catch((failure: unknown) => console.error(failure));
  if (process.argv.includes("--keep")) await new Promise((resolve) => process.once("SIGINT", resolve));
} finally {
  await browser.close();
  await venue.close();
}
process.exit(failed === 0 ? 0 : 1);

/** What the tabs of a walk that failed showed: a picture of each, and what its dialogs said. */
async function keep(browser: Browser, name: string): Promise<void> {
  for (const [index, page] of browser
    .contexts()
    .flatMap((context) => context.pages())
    .entries()) {
    const path = join(pictures, `failed-${name}-${index}.png`);
    await page.screenshot({ path }).catch(() => undefined);
    const said = await page
      .getByRole("dialog")
      .allInnerTexts()
      .catch(() => []);
    console.log([`      ${page.url()}: ${path}`, ...said].join("\n"));
  }
}
