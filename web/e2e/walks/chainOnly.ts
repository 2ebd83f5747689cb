// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Wallet } from "ethers";
import { USE, accountOf, type Address } from "../../../sdk/index.js";
import { PRICES, type Venue } from "../Venue.js";
import { arrive } from "./arrive.js";
import { confirm, enabled } from "./confirm.js";
import type { Stage } from "./index.js";
import { LATER } from "./vault.js";

const KEY = `0x${"54".repeat(32)}` as const;
const UNIT = 1_000_000n;
const SHARES = 2_000;
const HELD = 200_000_000n;

/**
 * The relay dies, then the indexer too: the page says so, marks what is old, and does what the chain alone can do: it
 * cancels, closes by a maker's signed order, withdraws, redeems and claims. Then both are back.
 */
export async function chainOnly(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { token, vault, clearinghouse } = venue.local.deployed;
  await venue.history;
  const { owner, tab, page } = await arrive(stage, KEY, { cash: 20_000, quoted: "BTC" });
  const market = venue.market("BTC").id;
  await venue.send(token, "approve", [venue.deployment.vault, BigInt(SHARES) * UNIT]);
  await venue.send(vault, "deposit", [BigInt(SHARES) * UNIT, owner]);
  const limit = BigInt(PRICES.BTC + 1_000) * 10n ** 18n;
  await venue.post(new Wallet(KEY), { market, size: HELD, limit, lane: 9n, sequence: Date.now(), use: USE.TAKER });
  await page.getByRole("tab", { name: /^Positions \(1\)/ }).waitFor();
  await page.getByText("Post-only", { exact: true }).click();
  await page.getByLabel("Limit price").fill("111000");
  await page.getByLabel("Size", { exact: true }).fill("0.02");
  await page.getByRole("button", { name: "Review buy" }).click();
  await page.getByRole("button", { name: "Sign and post buy" }).click();
  await page.getByRole("tab", { name: /^Open orders \(1\)/ }).click();

  await venue.kill("relay");
  await page.getByText("The relay is away, so no order can be posted.").waitFor();
  await page.getByText("The relay is away: the book is not shown, because it would be old.").waitFor();
  await page.getByRole("button", { name: "Cancel by the chain" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel by the chain" }).click();
  await page.getByText(/^Mined, block/).waitFor();
  assert.equal((await clearinghouse.queryFilter(clearinghouse.filters.OrderCancelled!(accountOf(owner, 0)))).length, 1);

  await venue.kill("indexer");
  await assert.rejects(fetch(`http://127.0.0.1:${venue.ports.indexer}/v1/health`), "nothing of it goes on answering");
  const bar = page.getByRole("contentinfo");
  await bar.getByText("away").nth(1).waitFor();
  await page.getByRole("region", { name: "Trades" }).first().getByText("· stale").waitFor();

  // A maker gives his signed order by hand, and the position is closed by it.
  const makers = venue.makers[0]!;
  const wish = { market, size: 3n * HELD, limit: BigInt(PRICES.BTC) * 10n ** 18n, lane: 77n, sequence: Date.now() };
  await page.getByLabel("Signed order (JSON)").fill(await venue.sign(makers, wish));
  await page.getByText("You sell 0.2 BTC at 112,000.00, by a transaction.").waitFor();
  const fill = page.getByRole("button", { name: "Fill by the chain: BTC" });
  await enabled(fill);
  await fill.click();
  await confirm(page, "Fill by the chain");
  await page.getByRole("tab", { name: /^Positions \(0\)/ }).waitFor();
  assert.equal((await accountView(venue, owner)).positions.length, 0);

  // Out with the cash.
  await page.getByRole("link", { name: "Portfolio" }).click();
  await page.getByRole("tab", { name: "Withdraw" }).click();
  await page.getByLabel("Amount", { exact: true }).fill("15000");
  const review = page.getByRole("button", { name: "Review", exact: true }).first();
  const before = (await token.balanceOf(owner)) as bigint;
  await enabled(review);
  await review.click();
  await confirm(page, "Withdraw");
  assert.equal(((await token.balanceOf(owner)) as bigint) - before, 15_000n * UNIT);

  // Out of the vault: asked for, priced when it is due, claimed.
  await page.getByRole("link", { name: "Vault" }).click();
  await page.getByRole("tab", { name: "Redeem" }).click();
  await page.getByTitle("Max").click();
  await enabled(review);
  await review.click();
  await confirm(page, "Redeem");
  assert.equal(await vault.balanceOf(owner), 0n);
  await venue.later(LATER);
  const price = page.getByRole("button", { name: "Price it" });
  await enabled(price);
  await price.click();
  await confirm(page, "Price it");
  const claim = page.getByRole("button", { name: /^Claim [\d,]+\.\d\d/ });
  await enabled(claim);
  await claim.click();
  await confirm(page, "Claim");
  const got = ((await token.balanceOf(owner)) as bigint) - before - 15_000n * UNIT;
  assert.ok(got >= (BigInt(SHARES) - 1n) * UNIT, `claimed ${got}`);

  // Both are back, and have read what happened from the chain.
  venue.history = venue.startIndexer();
  await Promise.all([venue.startRelay(), venue.history]);
  await venue.quote("BTC", PRICES.BTC); // older orders have expired meanwhile
  await bar.getByText("away").first().waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "Trade", exact: true }).click();
  await page.getByTestId("book").waitFor();
  await page.getByRole("tab", { name: /^Open orders \(0\)/ }).waitFor();
  assert.deepEqual(tab.errors, []);
}

async function accountView(venue: Venue, owner: Address) {
  return venue.local.deployed.lens.account(venue.deployment.clearinghouse, accountOf(owner, 0));
}
