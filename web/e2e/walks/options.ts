// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { USE, accountOf, expiryName, seriesNamed, type Address, type SeriesId } from "../../../sdk/index.js";
import { deploymentText } from "../../../sdk/deployment.js";
import { money, signedMoney, size } from "../../src/format/index.js";
import { OptionVenue, mined } from "../OptionVenue.js";
import { Tab, TestWallet } from "../Browser.js";
import { confirm, enabled } from "./confirm.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"6f".repeat(32)}` as const;
const [DEALER, KEEPER] = [`0x${"70".repeat(32)}`, `0x${"71".repeat(32)}`];
const [BASE, PRICE, TOKEN] = [10n ** 9n, 10n ** 18n, 10n ** 6n];
const FAR = 2n ** 40n - 1n;
/** The feed's heartbeat is a day. */
const MOST = 80_000;

/**
 * A market maker's day: he lists an expiry, quotes, trades a spread, sees Greeks and what decides his margin, is
 * liquidated by a slice, has the expiry's price fixed, and withdraws.
 */
export async function options(stage: Stage): Promise<void> {
  const { venue, browser } = stage;
  const options = await OptionVenue.open(venue);
  const { deployed, deployment } = options;
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), KEY);
  const owner = wallet.account.address as Address;
  const id = accountOf(owner, 0);
  await options.person(KEY, { tokens: 12_000 });
  const dealer = await options.person(DEALER, { cash: 500_000 });
  const keeper = await options.person(KEEPER, { cash: 200_000 });
  const account = () => deployed.optionLens.portfolio(deployment.clearinghouse, id);
  const sizeOf = async (series: SeriesId) =>
    (await account()).positions.find((each) => each.series === series)?.size ?? 0n;
  const tab = await Tab.open(browser, options.page, [wallet]);
  const { page } = tab;
  const part = async (name: string) => page.getByRole("link", { name, exact: true }).last().click();

  // Lists the earliest possible expiry, by keyboard.
  await page.getByRole("link", { name: "Options" }).click();
  await page.getByText("No expiry is listed").waitFor();
  await tab.connect();
  const list = page.getByRole("button", { name: /^List: ETH-/ });
  await enabled(list);
  await list.focus();
  await page.keyboard.press("Enter");
  await confirm(page, "List");
  await page.getByTestId("chain").waitFor();
  const { base, step, expiry } = await listed(options);
  const nameOf = (name: string) => `ETH-${expiryName(expiry)}-${name}`;
  const named = (name: string) => seriesNamed(nameOf(name), "ETH", 1n, new Map([[0, { expiry, base, step }]]));
  await options.settleAnchors();

  // Deposits, by a permit.
  await part("Portfolio");
  await page.getByText("One signature (a permit) and one transaction.").waitFor();
  await page.getByLabel("Amount", { exact: true }).fill("12000");
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await confirm(page, "Deposit");
  await equity(page, "12,000.00");

  // Quotes both sides of a call; somebody buys, and the bid is cancelled.
  await part("Chain");
  const sold = named("4000-C");
  await page.getByRole("button", { name: `Buy ${nameOf("4000-C")} at the mark: nobody quotes` }).click();
  await page.getByText("Quote", { exact: true }).click();
  await page.getByLabel("Size of each").fill("1");
  await page.getByLabel("Bid", { exact: true }).fill("95");
  await page.getByLabel("Ask", { exact: true }).fill("110");
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await confirm(page, "Sign and post 2");
  await page.getByRole("tab", { name: "Open orders (2)" }).waitFor();
  await options.post(dealer, { series: sold, size: BASE, limit: 110n * PRICE, use: USE.TAKER });
  await page.getByRole("tab", { name: "Open orders (1)" }).waitFor();
  assert.equal(await sizeOf(sold), -BASE);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("tab", { name: "Open orders (0)" }).waitFor();

  // What he cannot carry is refused in the contracts' words.
  await page.getByRole("button", { name: `Sell ${nameOf("4000-C")} at the mark: nobody quotes` }).click();
  await page.getByText("Take", { exact: true }).click();
  await page.getByLabel("Size", { exact: true }).fill("900");
  await page.locator("[data-testid=refusal][data-error=InsufficientMargin]").waitFor();
  await page.getByRole("button", { name: "Clear" }).click();

  // A spread, whose legs trade together: the margin that is foretold is the one that comes.
  const legs = [named("4000-C"), named("4200-C")] as const;
  await options.post(dealer, { series: legs[0], size: 40n * BASE, limit: 100n * PRICE });
  await options.post(dealer, { series: legs[1], size: -40n * BASE, limit: 40n * PRICE });
  await page.getByRole("button", { name: `Sell ${nameOf("4000-C")} at 100.00` }).click();
  await page.getByLabel("Size", { exact: true }).fill("19");
  await page.getByRole("button", { name: `Buy ${nameOf("4200-C")} at 40.00` }).click();
  assert.equal(await page.getByTestId("leg").count(), 2);
  await page.getByTestId("payoff").getByRole("img").waitFor();
  await page.getByTestId("binding").waitFor();
  await survey(stage, page, "options");
  await page.getByRole("button", { name: "As a table" }).click();
  await page.getByRole("cell", { name: "4,000", exact: true }).waitFor();
  const foretold = (await page.getByTestId("initial-after").innerText()).split(" → ")[1];
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await confirm(page, "Sign and post 2");
  await page.getByRole("tab", { name: /^Sent orders/ }).click();
  await page.getByText("Accepted: filled").nth(1).waitFor();
  assert.equal(await sizeOf(legs[0]), -20n * BASE);
  assert.equal(await sizeOf(legs[1]), 19n * BASE);
  assert.equal(money((await account()).margin.initial, "up"), foretold);
  // What was filled, by the indexer: each series by its name, his side of it and his part in it.
  await options.history;
  await page.getByRole("tab", { name: "Fills", exact: true }).click();
  const fills = page.getByRole("table", { name: "Fills" });
  await fills.getByRole("row", { name: /4200-C buy 40\.000 19 .* taker$/ }).waitFor();
  await fills.getByRole("row", { name: /4000-C sell 100\.00 19 .* taker$/ }).waitFor();
  await fills.getByRole("row", { name: /4000-C sell 110\.00 1 .* maker$/ }).waitFor();

  // Closes a part of what he bought, from where he sees it: the ticket has its size, and may only reduce.
  await options.post(dealer, { series: legs[1], size: 4n * BASE, limit: 39n * PRICE });
  await part("Portfolio");
  await page.getByRole("button", { name: `Close ${nameOf("4200-C")}` }).click();
  await page.getByText("It may only reduce what you hold.").waitFor();
  assert.equal(await page.getByLabel("Size", { exact: true }).inputValue(), "19");
  await page.getByLabel("Size", { exact: true }).fill("4");
  await page.getByLabel("Limit price", { exact: true }).fill("39");
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await confirm(page, "Sign and post");
  await page.getByRole("tab", { name: "Fills", exact: true }).click();
  await fills.getByRole("row", { name: /4200-C sell 39\.000 4 .* taker$/ }).waitFor();
  assert.equal(await sizeOf(legs[1]), 15n * BASE);

  // Greeks with units, and the scenario that decides. He takes out what he need not have.
  await part("Portfolio");
  const greeks = page.getByTestId("greeks");
  await greeks.getByText("quote a day").waitFor();
  const { delta, gamma, vega, theta } = (await account()).greeks;
  for (const told of [`${size(delta, 3)} ETH`, `${size(gamma, 3)} ETH`, signedMoney(vega), signedMoney(theta)])
    await greeks.getByText(told, { exact: true }).waitFor();
  await page.getByTestId("scenarios").getByText("decides the margin").first().waitFor();
  await survey(stage, page, "options-portfolio");
  await page.getByRole("tab", { name: "Withdraw" }).click();
  await page.getByRole("button", { name: /^Can leave/ }).click();
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await confirm(page, "Withdraw");
  await moveAgainst(options, id);
  await page.getByText("anyone may take a slice of your positions").waitFor();
  const before = await account();
  await mined(
    deployed.clearinghouse.connect(keeper).liquidateSlice(id, 0, PRICE, 0n, 0n, FAR, [], { gasLimit: 5_000_000n }),
  );
  await page.getByRole("region", { name: "Slices taken of this account" }).getByRole("row").nth(1).waitFor();
  const after = await account();
  assert.ok(after.margin.initial < before.margin.initial && after.margin.equity >= after.margin.initial - 1_000n);

  // Expires: its price is fixed from the page, and anchors move on.
  await expire(options, Number(expiry));
  await part("Upkeep");
  await page.getByText("waits to be fixed").waitFor();
  await survey(stage, page, "options-upkeep");
  await page.getByRole("button", { name: "Post level: ETH" }).click();
  await confirm(page, "Post level");
  await page.getByRole("button", { name: /^Fix price: ETH-/ }).click();
  await confirm(page, "Fix price");
  await page.getByText("waits to be fixed").waitFor({ state: "hidden" });
  await options.settleAnchors();
  await page.getByRole("button", { name: "Poke: ETH" }).click();
  await confirm(page, "Poke");
  await options.settleAnchors();

  // Collects, withdraws everything, and is gone.
  await part("Portfolio");
  const collects = page.getByRole("button", { name: /^Collect: ETH-/ });
  for (let left = (await account()).positions.length; left > 0; --left) {
    await collects.first().click();
    await confirm(page, "Collect");
    await page.waitForFunction(
      (count) => document.querySelectorAll("button[aria-label^='Collect: ETH-']").length === count,
      left - 1,
    );
  }
  const { cash } = await account();
  const history = page.getByRole("region", { name: "History" }).first();
  await history.getByRole("row", { name: new RegExp(`Collected ${nameOf("4200-C")}`) }).waitFor();
  await history
    .getByRole("row", { name: new RegExp(`Fill \\(taker\\) ${nameOf("4200-C")}`) })
    .first()
    .waitFor();
  const had = await deployed.token.balanceOf(owner);
  await page.getByRole("tab", { name: "Withdraw" }).click();
  await page.getByRole("button", { name: /^Can leave/ }).click();
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await confirm(page, "Withdraw");
  await equity(page, "0.00");
  assert.equal((await deployed.token.balanceOf(owner)) - had, (cash * TOKEN) / BASE);
  assert.equal((await account()).positions.length, 0);
  // The same page, of a deployment that is an option clearinghouse itself.
  const alone = await Tab.open(browser, options.page, [wallet], { deployment: deploymentText(deployment) });
  await alone.page.getByRole("tab", { name: expiryName(expiry) }).waitFor();
  await alone.page.getByRole("link", { name: "Status" }).first().click();
  await alone.page.getByText("Lens of options").waitFor();
  assert.equal(await alone.page.getByRole("link", { name: "Trade", exact: true }).count(), 0);
  assert.deepEqual(alone.errors, []);
  assert.deepEqual(tab.errors, []);
  assert.deepEqual(tab.foreign, []);
}

/** The only ladder, as the lens has it. */
async function listed({ deployed, deployment }: OptionVenue) {
  const { ladders } = await deployed.optionLens.chain(deployment.clearinghouse, deployed.group);
  const { expiry, strikes } = ladders[0]!;
  return { expiry, base: strikes[0]!.strike, step: strikes[1]!.strike - strikes[0]!.strike };
}

async function equity(page: Tab["page"], wanted: string): Promise<void> {
  await page.waitForFunction((text) => document.querySelector("[data-testid=equity]")?.textContent === text, wanted);
}

/** The price rises, no faster than anchors follow, until the account is below maintenance margin. */
async function moveAgainst(options: OptionVenue, id: bigint): Promise<void> {
  const { deployed, deployment } = options;
  for (let spot = 4_060; spot < 4_700; spot += 60) {
    await options.spot(spot);
    await options.settleAnchors();
    const { margin } = await deployed.optionLens.portfolio(deployment.clearinghouse, id);
    if (margin.equity < margin.maintenance) return;
  }
  throw new Error("the account stayed above maintenance margin");
}

/** Time passes until a minute after the expiry; the feed answers within its heartbeat, and after it. */
async function expire(options: OptionVenue, expiry: number): Promise<void> {
  const { feed } = options.deployed;
  const spot = Number((await feed.latestRoundData())[1] / 10n ** 8n);
  for (let now = await options.now(); now < expiry - 3_600; now = await options.now()) {
    await options.pass(Math.min(MOST, expiry - 3_600 - now));
    await options.spot(spot);
  }
  await options.settleAnchors();
  await options.pass(expiry - (await options.now()) + 60);
  await options.spot(spot);
  await options.tell();
}
