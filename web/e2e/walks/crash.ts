// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Wallet } from "ethers";
import { USE, accountOf, type Address } from "../../../sdk/index.js";
import { exact } from "../../src/format/index.js";
import { Tab } from "../Browser.js";
import { arrive } from "./arrive.js";
import type { Venue } from "../Venue.js";
import { confirm, enabled } from "./confirm.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"66".repeat(32)}` as const;
const KEEPER = `0x${"65".repeat(32)}` as const;
const LOSER = new Wallet(`0x${"67".repeat(32)}`);
const [MARK, CRASHED] = [185, 120];
/** SOL: 15 million, on a million of the loser's: the vault cannot pay all of its fall. */
const SIZE = 80_000n * 10n ** 9n;
const LOCK_DELAY = 125;

/** A group's account number: SOL is the second group, and each of its traders has an account for it. */
const NUMBER = 1;

/**
 * A crash lived through on the winning side: lights before, a shock tried, the lock with its countdown, and the receipt
 * with what it cost, verified in the browser. A keeper locks, absorbs and settles on his page.
 */
export async function crash(stage: Stage): Promise<void> {
  const { venue, browser } = stage;
  await venue.fund(LOSER.address as Address, 1);
  await venue.deposit(LOSER.address as Address, 1_000_000, NUMBER);
  const { tab, page } = await arrive(stage, KEY, { at: "risk", cash: 2_000_000, number: NUMBER });
  await trade(venue);

  // Before: no light for whoever does not win; one while the mark is a little lower.
  const lamps = page.getByTestId("lamps");
  await lamps.waitFor();
  await venue.setMark("SOL", MARK * 0.99);
  await page.locator("[data-testid=lamps]:not([data-lit='0'])").waitFor();
  // The shock: the other side would default, the group lock, and the winner pay.
  await page.getByLabel("Move").fill("-350");
  await page.getByText("would lock", { exact: true }).waitFor();
  await page.getByText("You would pay").waitFor();
  await survey(stage, page, "risk");

  const keeper = await arrive(stage, KEEPER, { at: "keepers" });
  const call = async (name: string) => {
    const button = keeper.page.getByRole("button", { name: `${name}: SOL` });
    await enabled(button);
    await button.click();
    await confirm(keeper.page, name);
  };
  await venue.setMark("SOL", CRASHED);
  await page.getByText("A mark has jumped from its anchor").waitFor();
  await call("Poke");
  await page.getByText("Marks are frozen.").waitFor();
  await call("Absorb");
  await page.getByText("Absorbed so far").waitFor();
  const [absorbed] = await eventsOf(venue, "Absorbed");
  assert.equal(absorbed!["account"], accountOf(LOSER.address as Address, NUMBER));
  await survey(stage, page, "risk-locked");
  // Whoever trades in a locked group is told why nothing leaves.
  await page.getByRole("link", { name: "Portfolio" }).click();
  await page.getByRole("tab", { name: "Withdraw" }).click();
  await page.getByText(/The group is locked: nobody in it withdraws|All withdrawals wait/).waitFor();
  await venue.later(LOCK_DELAY);
  await call("Deleverage");

  // After: the receipt, mine first, and its proof.
  await page.getByRole("link", { name: "Receipts" }).click();
  const lock = page.getByRole("row", { name: /SOL · lock 1/ });
  await lock.getByText(/you paid/).waitFor({ timeout: 60_000 });
  await survey(stage, page, "receipts");
  await lock.getByRole("link").click();
  await page.getByText(/^You paid [\d,.]+ of what the jump in SOL brought you\.$/).waitFor();
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText("Verified.").waitFor({ timeout: 120_000 });
  await page.getByRole("row", { name: /you/ }).first().waitFor();
  const said = await page.getByTestId("deficit").getAttribute("title");
  const { deficit } = (await eventsOf(venue, "Deleveraged")).at(-1) as { deficit: bigint };
  assert.equal(said, exact(deficit, 9));
  await survey(stage, page, "receipt");

  // The link that is shared shows it to somebody without a wallet.
  const guest = await Tab.open(browser, page.url(), []);
  await guest.page.getByText("Winners charged").first().waitFor();
  assert.deepEqual([...tab.foreign, ...guest.foreign, ...keeper.tab.foreign], []);
}

async function eventsOf({ local }: Venue, name: string): Promise<Record<string, unknown>[]> {
  const { clearinghouse } = local.deployed;
  const events = await clearinghouse.queryFilter(clearinghouse.filters[name as "Absorbed"]!());
  return events.map((event) => (event as never as { args: { toObject(): Record<string, unknown> } }).args.toObject());
}

/** The owner sells, the loser buys: both orders rest and take at the relay. */
async function trade(venue: Venue): Promise<void> {
  const { id } = venue.market("SOL");
  await venue.setMark("SOL", MARK);
  const limit = BigInt(MARK) * 10n ** 18n;
  const sequence = Date.now();
  await venue.post(new Wallet(KEY), { market: id, size: -SIZE, limit, lane: 1n, sequence });
  await venue.post(LOSER, { market: id, size: SIZE, limit, lane: 1n, sequence, use: USE.TAKER });
  const { lens } = venue.local.deployed;
  const account = accountOf(LOSER.address as Address, NUMBER);
  for (let tries = 0; tries < 100; ++tries) {
    // Between two blocks the node may answer with the state of one and the time of the other: then the lens fails.
    const view = await lens.account(venue.deployment.clearinghouse, account).catch(() => undefined);
    if (view !== undefined && view.positions.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error("the trade was not settled");
}
