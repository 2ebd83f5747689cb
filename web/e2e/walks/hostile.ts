// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Tab, TestWallet } from "../Browser.js";
import type { Stage } from "./index.js";

const KEY = `0x${"53".repeat(32)}` as const;

/** A relay of another venue and an indexer with a script in a number: errors are shown, and nothing can be signed. */
export async function hostile({ venue, browser }: Stage): Promise<void> {
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), KEY);
  const tab = await Tab.open(browser, venue.page, [wallet]);
  const { page } = tab;
  const headers = { "access-control-allow-origin": "*" };
  const evil = '<img src=x onerror="window.__owned = true">';
  await page.route("**/v1/info", async (route) => {
    const info = (await (await route.fetch()).json()) as Record<string, unknown>;
    await route.fulfill({ json: { ...info, clearinghouse: `0x${"66".repeat(20)}` }, headers });
  });
  await page.route("**/candles?**", (route) =>
    route.fulfill({
      json: [{ start: 1, open: evil, high: "1", low: "1", close: "1", count: 1, base: "1", quote: "1" }],
      headers,
    }),
  );
  await page.reload();
  await tab.connect();
  await page.getByText("The relay is away, so no order can be posted.").waitFor();
  await page.getByText("The indexer gave an answer that cannot be right").waitFor();
  await page.getByLabel("Size", { exact: true }).fill("0.01");
  const review = page.getByRole("button", { name: "Review buy" });
  assert.equal(await review.getAttribute("aria-disabled"), "true");
  await review.click({ force: true });
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(wallet.signed, 0);
  assert.equal(await page.evaluate(() => "__owned" in window), false);
  await tab.close();
}
