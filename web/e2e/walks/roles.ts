// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { keccak256, type Hex } from "viem";
import type { Address } from "../../../sdk/index.js";
import { Tab, TestWallet } from "../Browser.js";
import { confirm } from "./funds.js";
import { takePictures } from "./pictures.js";
import type { Stage } from "./index.js";

const KEY = `0x${"63".repeat(32)}` as const;

/** Markets as the lens has them, a keeper's call, governance's parameters, and status with what code is there. */
export async function roles(stage: Stage): Promise<void> {
  const { venue, browser, pictures } = stage;
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), KEY);
  await venue.fund(wallet.account.address as Address, 1_000);
  await venue.quote("BTC", 112_000);
  await venue.take("BTC", 0.4, 112_000);
  await venue.history;
  const tab = await Tab.open(browser, `${venue.page}#/markets/BTC`, [wallet]);
  const { page } = tab;
  await page.getByText("fresh", { exact: true }).first().waitFor();
  await page.getByRole("img", { name: /^Levels of BTC by entry price/ }).waitFor();
  await page.getByRole("link", { name: "SOL" }).click();
  await page.getByRole("heading", { name: "Price feed: SOL" }).waitFor();
  await page.goto(`${venue.page}#/markets/NONE`);
  await page.getByText("There is no market NONE here.").waitFor();

  await page.goto(`${venue.page}#/keepers`);
  const poke = page.getByRole("button", { name: /^Poke: BTC/ });
  await poke.waitFor();
  assert.equal(await poke.getAttribute("aria-disabled"), "true", "without a wallet nothing is sent");
  await tab.connect();
  await poke.click();
  await page.getByRole("dialog").getByText("Gas, estimated").waitFor();
  assert.equal(wallet.signed, 0, "nothing is asked before the preview is confirmed");
  await confirm(page, "Poke");
  assert.equal(wallet.signed, 1);
  await page.getByLabel("Look up an account").fill("nobody");
  await page.getByText("Write an address, address#number, or an account's id.").waitFor();

  await page.goto(`${venue.page}#/governance`);
  await page.getByText("Your address has no role").waitFor();
  await page.getByLabel("Of", { exact: true }).first().selectOption({ label: "BTC" });
  await page.getByText("takerFee").first().waitFor();

  await page.goto(`${venue.page}#/status`);
  await page.getByTestId("recovery").getByText("100.0000%").waitFor();
  const code = (await venue.provider.getCode(venue.deployment.clearinghouse)) as Hex;
  await page.getByText(keccak256(code)).waitFor();
  await page.getByText("as deployed").waitFor();
  assert.deepEqual(tab.errors, []);
  assert.deepEqual(tab.foreign, []);
  await tab.close();

  for (const [name, ready] of [
    ["markets", (shown: Tab) => shown.page.getByRole("img", { name: /^Levels of/ }).waitFor()],
    ["keepers", (shown: Tab) => shown.page.getByRole("button", { name: /^Poke: BTC/ }).waitFor()],
    ["governance", (shown: Tab) => shown.page.getByText("ADMIN").first().waitFor()],
    ["status", (shown: Tab) => shown.page.getByText("as deployed").waitFor()],
  ] as const) {
    await takePictures(browser, `${venue.page}#/${name}`, name, pictures, wallet, async (shown) => {
      await ready(shown);
      await shown.page.waitForTimeout(1_500);
    });
  }
}
