// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Wallet } from "ethers";
import { accountOf, type Address } from "../../../sdk/index.js";
import type { Venue } from "../Venue.js";
import { address as short } from "../../src/format/index.js";
import { arrive } from "./arrive.js";
import { confirm } from "./confirm.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"61".repeat(32)}` as const;
const AGENT = new Wallet(`0x${"6b".repeat(32)}`);
const WEEK = 604_800;
const UNIT = 1_000_000n;
const NANO = 10n ** 9n;

/** The account's cash by the contracts, whatever the page says. */
async function cashOf(venue: Venue, owner: Address, number: number): Promise<bigint> {
  const { lens } = venue.local.deployed;
  const [health] = await lens.accounts(venue.deployment.clearinghouse, [accountOf(owner, number)]);
  return health!.cash as bigint;
}

/** Until when the key signs for the owner, by the chain's last word. */
async function untilOf({ local }: Venue, owner: Address): Promise<bigint> {
  const { clearinghouse } = local.deployed;
  const events = await clearinghouse.queryFilter(clearinghouse.filters.SignerSet!(owner));
  return (events.at(-1) as never as { args: { expiry: bigint } }).args.expiry;
}

/** The token without `nonces` and `permit`, as most tokens are: the same code, which does not know their selectors. */
async function withoutPermit(venue: Venue): Promise<() => Promise<unknown>> {
  const { token } = venue.deployment;
  const code = await venue.provider.getCode(token);
  const changed = code.replaceAll("637ecebe00", "63deadbee1").replaceAll("63d505accf", "63deadbee2");
  assert.notEqual(changed, code);
  await venue.provider.send("anvil_setCode", [token, changed]);
  return () => venue.provider.send("anvil_setCode", [token, code]);
}

/**
 * Money in by a permit and by an approval, out again with its limit, between own accounts; a key that may sign, and no
 * longer; the history as a table and as a file.
 */
export async function funds(stage: Stage): Promise<void> {
  const { venue } = stage;
  const arrival = { at: "portfolio", tokens: 5_000, connects: false };
  const { wallet, owner, tab, page } = await arrive(stage, KEY, arrival);
  await page.getByText("Connect a wallet to see your accounts").waitFor();
  await tab.connect();
  const amount = page.getByLabel("Amount", { exact: true });
  const review = page.getByRole("button", { name: "Review", exact: true }).first();
  const equity = async (text: string) =>
    page.waitForFunction((wanted) => document.querySelector("[data-testid=equity]")?.textContent === wanted, text);
  const signed = (method: RegExp) => wallet.asked.filter((each) => method.test(each.method)).length;

  // A permit: one signature, one transaction, and no approval stays.
  await page.getByText("One signature (a permit) and one transaction.").waitFor();
  await amount.fill("1000");
  await review.click();
  await confirm(page, "Deposit");
  await equity("1,000.00");
  assert.equal(signed(/signTypedData/), 1);
  assert.equal(signed(/sendTransaction/), 1);
  assert.equal(await cashOf(venue, owner, 0), 1_000n * NANO);

  // Declined: told in the preview, nothing moves, and it can be tried again.
  wallet.manners.declines = true;
  await amount.fill("1");
  await review.click();
  await page.getByRole("dialog").getByRole("button", { name: "Deposit", exact: true }).click();
  await page.getByRole("dialog").getByText("You declined in the wallet.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();
  wallet.manners.declines = false;

  // A token that takes no permit: an approval of exactly the amount.
  const restore = await withoutPermit(venue);
  await page.getByText("Two transactions: an approval of exactly this amount").waitFor({ timeout: 30_000 });
  await amount.fill("500.25");
  await review.click();
  await confirm(page, "Deposit");
  await equity("1,500.25");
  const { token } = venue.local.deployed;
  assert.equal(await token.allowance(owner, venue.deployment.clearinghouse), 0n, "exactly what was deposited");
  await restore();

  // Out again; more than there is is not even reviewed.
  await page.getByRole("tab", { name: "Withdraw" }).click();
  await page.getByText("All of the account's cash can leave.").waitFor();
  await amount.fill("2000");
  await page.getByText("At most 1,500.25 can leave now.").waitFor();
  assert.equal(await review.getAttribute("aria-disabled"), "true");
  await amount.fill("200.25");
  await review.click();
  await confirm(page, "Withdraw");
  await equity("1,300.00");
  assert.equal(await token.balanceOf(owner), (5_000n - 1_300n) * UNIT);

  // Between own accounts.
  await page.getByRole("tab", { name: "Transfer" }).click();
  await amount.fill("300");
  await review.click();
  await confirm(page, "Transfer");
  await equity("1,000.00");
  assert.equal(await cashOf(venue, owner, 1), 300n * NANO);
  const second = page.getByRole("row", { name: /^#1 / });
  await second.getByText("300.00").first().waitFor();

  // A key that signs orders for a week, and no longer once it is revoked.
  const keys = page.getByRole("region", { name: "Agent keys" }).first();
  const { address: key } = AGENT;
  await page.getByLabel("Key's address").fill(key.slice(0, -1) + (key.endsWith("1") ? "2" : "1"));
  await page.getByText("An address with a digit wrong").waitFor();
  await page.getByLabel("Key's address").fill(key);
  await keys.getByRole("button", { name: "Review" }).click();
  await page.getByRole("dialog").getByText("withdraw or transfer").waitFor();
  await confirm(page, "Let it sign");
  const row = page.getByRole("row", { name: short(key) });
  await row.getByText("may sign").waitFor();
  const until = await untilOf(venue, owner);
  const { timestamp } = (await venue.provider.getBlock("latest"))!;
  assert.ok(Math.abs(Number(until) - timestamp - WEEK) < 600, `until ${until}`);
  const limit = 100_000n * 10n ** 18n;
  const order = { market: venue.market("BTC").id, size: 10_000_000n, limit, lane: 1n, by: AGENT };
  await venue.post(new Wallet(KEY), { ...order, sequence: Date.now() });
  await row.getByRole("button", { name: "Revoke" }).click();
  await confirm(page, "Revoke");
  await row.getByText("revoked").waitFor();
  assert.ok((await untilOf(venue, owner)) <= 1n);
  await assert.rejects(venue.post(new Wallet(KEY), { ...order, sequence: Date.now(), lane: 2n }), /refused an order/);

  // All of it is in the history, and in the file.
  const history = page.getByRole("region", { name: "History" }).first();
  await history
    .getByRole("row", { name: /Transfer/ })
    .first()
    .waitFor({ timeout: 60_000 });
  await history.getByRole("row", { name: /Withdrawal/ }).waitFor();
  assert.equal(await history.getByRole("row", { name: /Deposit/ }).count(), 2);
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    history.getByRole("button", { name: "CSV of these" }).click(),
  ]);
  const lines = (await readFile((await saved.path())!, "utf8")).trimEnd().split("\r\n");
  assert.equal(lines.length, 1 + 4);
  assert.match(lines[1]!, /,TRANSFER,.*,-300,1000,/);
  await history.getByRole("combobox", { name: "What" }).selectOption("trades");
  await history.getByText("Nothing fits these filters.").waitFor();
  assert.deepEqual(tab.foreign, []);
  await history.getByRole("combobox", { name: "What" }).selectOption("all");
  await page.locator(".u-legend").first().waitFor();
  await survey(stage, page, "portfolio");
}
