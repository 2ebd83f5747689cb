// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Wallet } from "ethers";
import { USE, accountOf, type Address } from "../../../sdk/index.js";
import { accountText } from "../../src/format/account.js";
import { PRICES, type Venue } from "../Venue.js";
import { arrive } from "./arrive.js";
import { confirm, enabled } from "./confirm.js";
import type { Stage } from "./index.js";

const KEY = `0x${"68".repeat(32)}` as const;
const KEEPER = `0x${"69".repeat(32)}` as const;
/** Half a BTC on 3,000: 1.7% lower its equity is below the call level, and above maintenance margin. */
const HELD = 500_000_000n;
const CASH = 3_000;
const LOWER = 110_100;
/** The grace of a call on the local venue, and a little. */
const GRACE = 910;

/**
 * A keeper records a margin call; a deposit of exactly what the banner asks for ends it. Called again, and not cured,
 * the position goes into the vault, and the keeper takes it over from there. All of it is signed in browsers.
 */
export async function marginCall(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { clearinghouse } = venue.local.deployed;
  const trader = await arrive(stage, KEY, { cash: CASH, quoted: "BTC" });
  const keeper = await arrive(stage, KEEPER, { at: "keepers", cash: 50_000 });
  const { page, owner } = trader;
  const market = venue.market("BTC").id;
  const limit = BigInt(PRICES.BTC + 200) * 10n ** 18n;
  await venue.post(new Wallet(KEY), { market, size: HELD, limit, lane: 5n, sequence: Date.now(), use: USE.TAKER });
  await page.getByRole("tab", { name: /^Positions \(1\)/ }).waitFor();
  await venue.setMark("BTC", LOWER);
  await page.getByText(/anyone may record a margin call\. Deposit [\d,.]+ or reduce/).waitFor();

  const name = accountText(accountOf(owner, 0));
  const act = async (label: string) => {
    const button = keeper.page.getByRole("button", { name: `${label}: ${name}` });
    await enabled(button);
    await button.click();
    await confirm(keeper.page, label);
  };
  await keeper.page.getByLabel("Look up an account").fill(owner);
  await act("Call margin");
  assert.notEqual((await viewOf(venue, owner)).health.calledAt, 0n);

  // What the banner asks for is what ends it: not a cent less.
  const banner = page.getByText(/^Margin call: liquidation may begin in .* Deposit [\d,.]+ or reduce/);
  await banner.waitFor();
  const cure = /Deposit ([\d,]+\.\d\d) /.exec(await banner.innerText())![1]!;
  const { health } = await viewOf(venue, owner);
  const missing = health.callLevel - health.equity;
  const paid = BigInt(cure.replaceAll(/[,.]/g, "")) * 10n ** 7n;
  assert.ok(paid >= missing && paid - missing < 2n * 10n ** 7n, `${paid} of ${missing}`);
  await page.getByRole("alert").getByRole("link", { name: "Deposit" }).click();
  await page.getByText(`Deposit at least ${cure} to end the margin call.`).waitFor();
  await page.getByLabel("Amount", { exact: true }).fill(cure.replaceAll(",", ""));
  await page.getByRole("button", { name: "Review", exact: true }).first().click();
  await confirm(page, "Deposit");
  assert.equal((await viewOf(venue, owner)).health.calledAt, 0n);
  assert.equal((await clearinghouse.queryFilter(clearinghouse.filters.MarginCallCleared!())).length, 1);
  await page.getByRole("link", { name: "Trade", exact: true }).click();
  await page
    .getByText(/^Your equity is below initial margin by [\d,.]+: only orders that reduce are taken\.$/)
    .waitFor();

  // Called again, and not cured: into the vault, and out of it to the keeper.
  await venue.setMark("BTC", LOWER - 100);
  await act("Call margin");
  await page.getByText(/^Margin call: liquidation may begin in/).waitFor();
  await venue.later(GRACE);
  await page.getByText(/^Margin call: its time is over/).waitFor();
  const into = keeper.page.getByRole("button", { name: `Into the vault: BTC: ${name}` });
  await enabled(into);
  await into.click();
  await confirm(keeper.page, "Into the vault: BTC");
  const { positions } = await viewOf(venue, owner);
  const left = positions.length === 0 ? 0n : positions[0]!.size;
  assert.ok(left < HELD, `${left} is left`);
  const take = keeper.page.getByRole("button", { name: "Take: Long BTC" });
  await enabled(take);
  await take.click();
  await confirm(keeper.page, "Take");
  const [bought] = (await viewOf(venue, keeper.owner)).positions;
  assert.equal(bought!.size, HELD - left);
  await keeper.page.getByText("The vault offers nothing now.").waitFor();
  assert.deepEqual([...trader.tab.errors, ...keeper.tab.errors], []);
}

function viewOf({ local, deployment }: Venue, owner: Address) {
  return local.deployed.lens.account(deployment.clearinghouse, accountOf(owner, 0));
}
