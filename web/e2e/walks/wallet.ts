// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { privateKeyToAccount } from "viem/accounts";
import type { Address } from "../../../sdk/index.js";
import { accountButton, arrive } from "./arrive.js";
import { confirm } from "./confirm.js";
import { Tab, TestWallet } from "../Browser.js";
import type { Stage } from "./index.js";

const KEY = `0x${"51".repeat(32)}` as const;
const OTHER = `0x${"55".repeat(32)}` as const;

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

/** What a wallet refuses by EIP-1193's codes is told with what to do, in the preview, and can be tried again. */
export async function walletErrors(stage: Stage): Promise<void> {
  const { wallet, owner, tab, page } = await arrive(stage, KEY, { at: "portfolio", cash: 100 });
  const { token } = stage.venue.local.deployed;
  const before = (await token.balanceOf(owner)) as bigint;
  await page.getByRole("tab", { name: "Withdraw" }).click();
  await page.getByLabel("Amount", { exact: true }).fill("100");
  await page.getByRole("button", { name: "Review", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  const send = dialog.getByRole("button", { name: "Withdraw", exact: true });
  for (const [code, sentence] of [
    [4001, "You declined in the wallet. Nothing was signed or sent."],
    [4100, "The wallet does not let this page use that account. Connect it again and choose the account."],
    [4900, "The wallet is not connected to the venue's chain. Check its network, then try again."],
    [4901, "The wallet is not connected to the venue's chain. Check its network, then try again."],
    [4902, "The wallet does not know the venue's chain. Let it be added, then try again."],
  ] as const) {
    wallet.manners.refuses = code;
    await send.click();
    await dialog.getByText(sentence).waitFor();
    assert.equal(await token.balanceOf(owner), before);
  }
  delete wallet.manners.refuses;
  await send.click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await token.balanceOf(owner), before + 100_000_000n);
  assert.deepEqual(tab.errors, []);
}

/** The wallet changes its account under a reviewed withdrawal: it is not sent, and the other account's own is. */
export async function accountSwitch(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { wallet, owner, tab, page } = await arrive(stage, KEY, { at: "portfolio", cash: 1_000 });
  const other = privateKeyToAccount(OTHER);
  await venue.fund(other.address as Address, 1);
  await venue.deposit(other.address as Address, 2_000);
  const { token } = venue.local.deployed;
  const tokens = async () => [await token.balanceOf(owner), await token.balanceOf(other.address)] as [bigint, bigint];
  const [mine, theirs] = await tokens();
  const withdraw = async (amount: string) => {
    await page.getByRole("tab", { name: "Withdraw" }).click();
    await page.getByLabel("Amount", { exact: true }).fill(amount);
    await page.getByRole("button", { name: "Review", exact: true }).first().click();
  };
  await withdraw("1000");
  wallet.account = other; // and says nothing of it
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw", exact: true }).click();
  await page.getByRole("dialog").getByText("The wallet does not let this page use that account.").waitFor();
  assert.equal(wallet.signed, 0);
  await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();

  await tab.emit("accountsChanged", [other.address]);
  await accountButton(page, other.address).waitFor();
  await page.locator("[data-testid=equity]", { hasText: /^2,000\.00$/ }).waitFor();
  await withdraw("500");
  await confirm(page, "Withdraw");
  assert.deepEqual(await tokens(), [mine, theirs + 500_000_000n]);
  assert.equal(wallet.signed, 1);
  assert.deepEqual(tab.errors, []);
}
