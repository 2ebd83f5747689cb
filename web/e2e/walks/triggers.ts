// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Wallet } from "ethers";
import { USE, accountOf } from "../../../sdk/index.js";
import { PRICES } from "../Venue.js";
import { arrive } from "./arrive.js";
import type { Stage } from "./index.js";

const KEY = `0x${"6a".repeat(32)}` as const;
const HELD = 100_000_000n;

/** A stop-loss fires when the mark falls to it, a take-profit when it rises: each closes its position on the chain. */
export async function triggers(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { lens } = venue.local.deployed;
  const { owner, tab, page } = await arrive(stage, KEY, { cash: 20_000, quoted: "BTC" });
  const held = async () => {
    const { positions } = await lens.account(venue.deployment.clearinghouse, accountOf(owner, 0));
    return positions.length === 0 ? 0n : positions[0]!.size;
  };
  let lane = 20n;
  for (const { kind, trigger, from, to } of [
    { kind: "Stop-loss", trigger: "111000", from: PRICES.BTC, to: 110_950 },
    { kind: "Take-profit", trigger: "111500", from: 110_950, to: 111_550 },
  ]) {
    const wish = { market: venue.market("BTC").id, size: HELD, limit: BigInt(from + 500) * 10n ** 18n, lane: ++lane };
    await venue.post(new Wallet(KEY), { ...wish, sequence: Date.now(), use: USE.TAKER });
    await page.getByRole("tab", { name: /^Positions \(1\)/ }).waitFor();
    assert.equal(await held(), HELD);
    await page.getByText(kind, { exact: true }).click();
    await page.getByRole("button", { name: "Sell / Short" }).click();
    await page.getByLabel(/^Trigger/).fill(trigger);
    await page.getByLabel("Size", { exact: true }).fill("0.1");
    await page.getByRole("button", { name: "Review sell" }).click();
    await page.getByRole("button", { name: "Sign and post sell" }).click();
    await page.getByRole("tab", { name: /^Open orders \(1\)/ }).click();
    await page.getByText("waits for its trigger").waitFor();
    // What is triggered takes at once, or is dropped: somebody has to quote there before.
    await venue.quote("BTC", to);
    await venue.setMark("BTC", to);
    await page.getByRole("tab", { name: /^Positions \(0\)/ }).click();
    await page.getByRole("tab", { name: /^Open orders \(0\)/ }).waitFor();
    assert.equal(await held(), 0n, kind);
  }
  assert.deepEqual(tab.errors, []);
}
