// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { accountButton } from "./arrive.js";
import { Tab, TestWallet } from "../Browser.js";
import type { Stage } from "./index.js";

const KEY = `0x${"51".repeat(32)}` as const;

/** Connect: declined, then allowed; another account of the wallet; disconnect. */
export async function connect({ venue, browser }: Stage): Promise<void> {
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), KEY);
  const tab = await Tab.open(browser, venue.page, [wallet]);
  const { page } = tab;
  await page.getByRole("button", { name: "Connect wallet" }).click();
  wallet.manners.declines = true;
  await page.getByRole("button", { name: "Test Wallet" }).click();
  await page.getByText("You declined in the wallet. Nothing was signed or sent.").waitFor();
  wallet.manners.declines = false;
  await page.getByRole("button", { name: "Test Wallet" }).click();
  await accountButton(page, wallet.account.address).waitFor();

  const other = "0x00000000000000000000000000000000000a11CE";
  await tab.emit("accountsChanged", [other]);
  await accountButton(page, other).click();
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.getByRole("button", { name: "Connect wallet" }).waitFor();
  assert.equal(wallet.signed, 0);
  assert.deepEqual(tab.foreign, []);
  await tab.close();
}

/** The wallet is on another chain, which does not even know the venue's: told, closed, and mended by a button. */
export async function wrongChain({ venue, browser }: Stage): Promise<void> {
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), KEY);
  wallet.manners.chainId = 1;
  wallet.manners.knowsChain = false;
  const tab = await Tab.open(browser, venue.page, [wallet]);
  const { page } = tab;
  await tab.connect();
  await page.getByText("Your wallet is on another chain.").first().waitFor();
  const review = page.getByRole("button", { name: "Review buy" });
  await page.getByLabel("Size", { exact: true }).fill("0.01");
  assert.equal(await review.getAttribute("aria-disabled"), "true");
  await page.getByRole("button", { name: "Switch to Novation test chain" }).click();
  await page.getByText("Your wallet is on another chain.").first().waitFor({ state: "hidden" });
  assert.ok(wallet.asked.some(({ method }) => method === "wallet_addEthereumChain"));
  assert.equal(wallet.signed, 0);
  await tab.close();
}
