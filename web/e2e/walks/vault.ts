// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { arrive } from "./arrive.js";
import { confirm } from "./confirm.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"62".repeat(32)}` as const;
const UNIT = 1_000_000n;
/** Window and cooldown of the local vault, and a little. */
export const LATER = 4_260;

/** An LP deposits, sees what the vault holds, asks for half of it back, prices the batch when it is due, and claims. */
export async function vault(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { vault: shares, token } = venue.local.deployed;
  const { owner, tab, page } = await arrive(stage, KEY, { at: "vault", tokens: 10_000, connects: false });
  await page.getByTestId("share-price").waitFor();
  await tab.connect();

  await page.getByLabel("Amount", { exact: true }).fill("10000.000001");
  await page.getByText("The wallet does not have that much.").waitFor();
  await page.getByLabel("Amount", { exact: true }).fill("4000");
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await confirm(page, "Deposit");
  const held = (await shares.balanceOf(owner)) as bigint;
  assert.ok(held > 0n);
  const worth = (await shares.convertToAssets(held)) as bigint;
  assert.ok(worth >= 4_000n * UNIT - 2n && worth <= 4_000n * UNIT, `worth ${worth}`);
  await page.waitForFunction(() => !/^(–|0\.00)$/.test(document.querySelector("[data-testid=shares]")!.textContent!));

  await page.getByRole("tab", { name: "Redeem" }).click();
  const decimals = Number(await shares.decimals());
  const half = held / 2n;
  const text = `${half / 10n ** BigInt(decimals)}.${String(half % 10n ** BigInt(decimals)).padStart(decimals, "0")}`;
  await page.getByLabel("Shares", { exact: true }).fill(text);
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await page.getByRole("dialog").getByText("This cannot be undone.").waitFor();
  await confirm(page, "Redeem");
  await page.getByText("gathers requests").waitFor();
  const claim = page.getByRole("button", { name: /^Claim/ });
  assert.equal(await claim.getAttribute("aria-disabled"), "true", "nothing is priced yet");
  const price = page.getByRole("button", { name: "Price it" });
  assert.equal(await price.getAttribute("aria-disabled"), "true", "it is not due yet");

  await page.locator(".u-legend").first().waitFor();
  await survey(stage, page, "vault");

  await venue.later(LATER);
  await page.getByText("due now").waitFor();
  await price.click();
  await confirm(page, "Price it");
  const before = (await token.balanceOf(owner)) as bigint;
  await page.getByRole("button", { name: /^Claim [\d,]+\.\d\d USDC/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Claim", exact: true }).click();
  await page.getByText("No request is open.").waitFor({ timeout: 60_000 });
  const got = ((await token.balanceOf(owner)) as bigint) - before;
  assert.ok(got >= 1_999n * UNIT && got <= 2_001n * UNIT, `claimed ${got}`);
  assert.deepEqual(tab.foreign, []);
}
