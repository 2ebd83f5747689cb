// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { Address } from "../../../sdk/index.js";
import { Tab, TestWallet } from "../Browser.js";
import type { Stage } from "./index.js";

const KEY = `0x${"54".repeat(32)}` as const;
const MARK = 112_000;

/** The relay dies: the page says so, marks the book as gone, and what the chain alone can do still works. */
export async function relayDown({ venue, browser }: Stage): Promise<void> {
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), KEY);
  const owner = wallet.account.address as Address;
  await venue.fund(owner, 50_000);
  await venue.deposit(owner, 20_000);
  await venue.setMark("BTC", MARK);
  await venue.quote("BTC", MARK);
  const tab = await Tab.open(browser, venue.page, [wallet]);
  const { page } = tab;
  await tab.connect();
  await page.getByTestId("book").waitFor();
  await page.getByText("Post-only", { exact: true }).click();
  await page.getByLabel("Limit price").fill("111000");
  await page.getByLabel("Size", { exact: true }).fill("0.02");
  await page.getByRole("button", { name: "Review buy" }).click();
  await page.getByRole("button", { name: "Sign and post buy" }).click();
  await page.getByRole("tab", { name: /^Open orders \(1\)/ }).click();

  await venue.kill("relay");
  try {
    await page.getByText("The relay is away, so no order can be posted.").waitFor();
    await page.getByText("The relay is away: the book is not shown, because it would be old.").waitFor();
    await page.getByRole("button", { name: "Cancel by the chain" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel by the chain" }).click();
    await page.getByText(/^Mined, block/).waitFor();
  } finally {
    await venue.startRelay();
  }
  // The relay that is back has read the cancellation from the chain.
  await page.getByTestId("book").waitFor();
  await page.getByRole("tab", { name: /^Open orders \(0\)/ }).waitFor();
  assert.deepEqual(tab.errors, []);
  await tab.close();
}
