// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { violationsOf } from "../axe.js";
import { arrive } from "./arrive.js";
import type { Stage } from "./index.js";
import { LOOKS, look } from "./pictures.js";

const KEY = `0x${"64".repeat(32)}` as const;
const PAGES = [
  "trade",
  "portfolio",
  "risk",
  "receipts",
  "markets",
  "vault",
  "keepers",
  "governance",
  "status",
] as const;
/** For what a page asks for to be there, ms: what is loading is checked too. */
const SETTLED = 2_500;

/** Every page in both themes and on a phone, with a wallet: axe finds no violation of WCAG 2.2 AA. */
export async function accessible(stage: Stage): Promise<void> {
  const { venue } = stage;
  await venue.history;
  const { tab, page } = await arrive(stage, KEY);
  const found: string[] = [];
  for (const name of PAGES) {
    await page.goto(`${venue.page}#/${name}`);
    await page.locator("main section").first().waitFor();
    await page.waitForTimeout(SETTLED);
    found.push(...(await faultsOf(page, name)));
  }
  assert.deepEqual(tab.errors, []);
  assert.deepEqual(found, [], found.join("\n"));
}

/** What is wrong with a page as it is, in both themes and on a phone, a line each. */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const each of LOOKS) {
    await look(page, each);
    await whole(page, each.width);
    // The light theme differs from the dark one by its colours alone.
    const rules = each.name === "light" ? ["color-contrast"] : undefined;
    for (const line of await violationsOf(page, rules)) found.push(`${name}, ${each.name}: ${line}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) found.push(`${name}, ${each.name}: the page scrolls sideways by ${wide} px`);
  }
  await look(page, LOOKS[0]);
  return found;
}

/** As tall as all of it: the bar at the window's lower edge covers what one would scroll to. */
async function whole(page: Page, width: number): Promise<void> {
  let height = 0;
  for (let tries = 0; tries < 20; ++tries) {
    const now = await page.evaluate(() => document.documentElement.scrollHeight);
    if (now === height) return;
    height = now;
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(100);
  }
}
