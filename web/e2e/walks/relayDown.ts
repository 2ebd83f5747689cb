// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { arrive } from "./arrive.js";
import type { Stage } from "./index.js";

const KEY = `0x${"54".repeat(32)}` as const;

/** The relay dies: the page says so, marks the book as gone, and what the chain alone can do still works. */
export async function relayDown(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { tab, page } = await arrive(stage, KEY, { cash: 20_000, quoted: "BTC" });
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
}
