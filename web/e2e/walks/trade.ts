// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { accountOf, type Address } from "../../../sdk/index.js";
import { price } from "../../src/format/index.js";
import { arrive } from "./arrive.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"52".repeat(32)}` as const;

/**
 * A trader buys, sees what was foretold, protects the position with a stop, rests an order and cancels it, declines a
 * signature, and closes.
 */
export async function trade(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { wallet, owner, tab, page } = await arrive(stage, KEY, { cash: 20_000, quoted: "BTC" });
  const preview = page.getByTestId("preview");
  const openTab = (name: RegExp) => page.getByRole("tab", { name }).click();
  const sign = async (side: "buy" | "sell") => {
    await page.getByRole("button", { name: `Review ${side}` }).click();
    await page.getByRole("button", { name: `Sign and post ${side}` }).click();
  };

  // Buys: what is foretold is what comes.
  await page.getByTestId("book").waitFor();
  await page.getByLabel("Size", { exact: true }).fill("0.5");
  await preview.getByText("Filled at once, about").waitFor();
  const foretold = await preview.getByTestId("liquidation-after").innerText();
  await sign("buy");
  await openTab(/^Sent orders/);
  await page.getByText("Accepted: filled").first().waitFor();
  await openTab(/^Positions \(1\)/);
  const shown = await page.getByTestId("liquidation").innerText();
  const { lens } = venue.local.deployed;
  const view = await lens.account(venue.deployment.clearinghouse, accountOf(owner, 0));
  assert.equal(view.positions[0]!.size, 500_000_000n);
  assert.equal(shown, price(view.positions[0]!.liquidationMark));
  assert.equal(foretold, shown, "the liquidation price foretold is the lens's afterwards");

  // Declines: told, nothing is posted, and the ticket works again.
  const signedBefore = (await ordersOf(stage, owner)).length;
  wallet.manners.declines = true;
  await page.getByLabel("Size", { exact: true }).fill("0.05");
  await sign("buy");
  await page.getByText("You declined in the wallet. Nothing was signed or sent.").first().waitFor();
  wallet.manners.declines = false;
  await page.getByRole("button", { name: "Back" }).click();
  assert.equal((await ordersOf(stage, owner)).length, signedBefore);

  // A stop-loss, which waits; an offer, which rests, and is cancelled at the relay.
  await page.getByText("Stop-loss", { exact: true }).click();
  await page.getByRole("button", { name: "Sell / Short" }).click();
  await page.getByLabel(/^Trigger/).fill("110000");
  await page.getByLabel("Size", { exact: true }).fill("0.5");
  await sign("sell");
  await page.getByText("Post-only", { exact: true }).click();
  await page.getByLabel("Limit price").fill("113000");
  await page.getByLabel("Size", { exact: true }).fill("0.02");
  await sign("sell");
  await openTab(/^Open orders \(2\)/);
  await page.getByText("waits for its trigger").waitFor();
  const resting = page.getByRole("row", { name: /113,000\.00/ });
  await resting.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel", exact: true }).click();
  await openTab(/^Open orders \(1\)/);

  // The other is voided on the chain.
  await page
    .getByRole("row", { name: /110,000\.00/ })
    .getByRole("button", { name: "Cancel" })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel by the chain" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel by the chain" }).click();
  await openTab(/^Open orders \(0\)/);

  await venue.history;
  await openTab(/^Positions \(1\)/);
  await page.getByTestId("liquidation").waitFor();
  await page.getByRole("img", { name: "Candles of BTC" }).waitFor();
  await survey(stage, page, "trade");

  // Closes.
  await openTab(/^Positions/);
  await page.getByRole("row", { name: /BTC/ }).getByRole("button", { name: "Close" }).click();
  await sign("sell");
  await page.getByText("No position. What you buy or sell shows up here.").waitFor();
  assert.deepEqual(tab.errors, []);
  assert.deepEqual(tab.foreign, []);
}

async function ordersOf({ venue }: Stage, owner: Address): Promise<unknown[]> {
  const url = `http://127.0.0.1:${venue.ports.relay}/v1/accounts/${accountOf(owner, 0)}/orders`;
  return (await (await fetch(url)).json()) as unknown[];
}
