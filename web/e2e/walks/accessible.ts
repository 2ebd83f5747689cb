// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { violationsOf } from "../axe.js";
import { Tab, TestWallet, type TabOptions } from "../Browser.js";
import type { Stage } from "./index.js";

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
const LOOKS: readonly TabOptions[] = [
  { theme: "dark" },
  { theme: "light" },
  { theme: "light", width: 360, height: 740 },
];
/** For what a page asks for to be there, ms: what is loading is checked too. */
const SETTLED = 2_500;

/** Every page in both themes, with a wallet and on a phone: axe finds no violation of WCAG 2.2 AA. */
export async function accessible({ venue, browser }: Stage): Promise<void> {
  await venue.history;
  const found: string[] = [];
  for (const options of LOOKS) {
    const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), KEY);
    const tab = await Tab.open(browser, `${venue.page}#/trade`, [wallet], options);
    await tab.connect();
    for (const name of PAGES) {
      await tab.page.goto(`${venue.page}#/${name}`);
      await tab.page.locator("main section").first().waitFor();
      await tab.page.waitForTimeout(SETTLED);
      // As tall as all of it: what stands at the window's lower edge covers what would be scrolled to.
      const height = await tab.page.evaluate(() => document.documentElement.scrollHeight);
      await tab.page.setViewportSize({ width: options.width ?? 1_440, height });
      const size = options.width === undefined ? "desktop" : "phone";
      for (const line of await violationsOf(tab.page)) found.push(`${name}, ${options.theme}, ${size}: ${line}`);
      const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) found.push(`${name}, ${size}: the page scrolls sideways by ${wide} px`);
    }
    assert.deepEqual(tab.errors, []);
    await tab.close();
  }
  assert.deepEqual(found, [], found.join("\n"));
}
