// SPDX-License-Identifier: MIT
// npm run web -- picture [--at URL]: of the trade page of a venue that runs (`npm run venue`), with a trader who has
// deposited and bought, into docs/web.png. The README shows it.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch, Tab, TestWallet } from "../e2e/Browser.js";

const FILE = join(import.meta.dirname, "../../docs/web.png");
const KEY = `0x${"75".repeat(32)}` as const;

const { values } = parseArgs({ options: { at: { type: "string", default: "http://127.0.0.1:8550/" } } });
const at = values.at.endsWith("/") ? values.at : `${values.at}/`;
const { chainId } = (await (await fetch(`${at}deployment.json`)).json()) as { chainId: number };
const browser = await launch();
try {
  const wallet = new TestWallet(`${at}rpc`, Number(chainId), KEY);
  await fetch(`${at}faucet`, { method: "POST", body: JSON.stringify({ address: wallet.account.address }) });
  const tab = await Tab.open(browser, `${at}#/portfolio`, [wallet], { width: 1_280, height: 760 });
  const { page } = tab;
  await tab.connect();
  await page.getByLabel("Amount", { exact: true }).fill("50000");
  await page.getByRole("button", { name: "Review", exact: true }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Deposit", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.goto(`${at}#/trade/BTC`);
  const position = page.getByRole("tab", { name: /^Positions \(1\)/ });
  for (let tries = 0; tries < 10 && !(await position.isVisible()); ++tries) {
    await page.getByLabel("Size", { exact: true }).fill("0.4");
    await page.getByRole("button", { name: "Review buy" }).click();
    await page.getByRole("button", { name: "Sign and post buy" }).click();
    await position.waitFor({ timeout: 20_000 }).catch(() => undefined);
    await page.keyboard.press("Escape");
  }
  await page.getByRole("img", { name: "Candles of BTC" }).waitFor();
  for (const button of await page.getByRole("button", { name: "Dismiss" }).all()) await button.click();
  await page.getByText("Limit", { exact: true }).click();
  const bid = page.locator("[data-testid=book] button").last();
  await bid.click();
  await page.getByLabel("Size", { exact: true }).fill("0.25");
  await page.getByTestId("preview").waitFor();
  await page.waitForTimeout(2_000);
  await page.screenshot({ path: FILE });
  console.log(FILE);
} finally {
  await browser.close();
}
