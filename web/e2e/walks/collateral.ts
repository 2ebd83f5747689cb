// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { JsonRpcProvider, Wallet } from "ethers";
import { builtArtifacts } from "../../../deploy/built-artifacts.js";
import { clearinghouseFunctionsAbi } from "../../../sdk/abis/clearinghouseFunctions.js";
import { tokenAbi } from "../../../sdk/abis/token.js";
import { USE, accountOf, type Address } from "../../../sdk/index.js";
import { onCollateral, type OnCollateral } from "../../../sim/venue/onCollateral.js";
import { createPublicClient, http } from "viem";
import { PRICES, ROOT, type Venue } from "../Venue.js";
import { arrive } from "./arrive.js";
import { confirm, enabled } from "./confirm.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"6c".repeat(32)}` as const;
const BUYER = `0x${"6d".repeat(32)}` as const;
const QUOTE = 10n ** 9n;
const ETHER = 10n ** 18n;
const DAY = 86_400;
/** Half a BTC on 500 and four ether, which count for 9,600: 1.8% lower, cash and positions are below zero. */
const HELD = 500_000_000n;
const LOWER = 110_000;
/** For how long others may buy before the line does, and a little. */
const LATER = 3_610;

/** Ether at 3,000, a fifth of which does not count. */
async function list(venue: Venue): Promise<OnCollateral> {
  const provider = new JsonRpcProvider(venue.rpc, undefined, {
    ...{ staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 },
  });
  try {
    return await onCollateral(
      venue.local.deployed,
      await provider.getSigner(venue.local.operator),
      builtArtifacts(join(ROOT, "artifacts"), "npm run build"),
      {
        ...{ answer: 3_000n * 10n ** 8n, heartbeat: DAY, line: 50_000n * QUOTE },
        params: {
          ...{ haircut: 200_000n, maxDiscount: 100_000n, discountRate: 200_000n, feeRate: 10_000n },
          cap: 1_000n * ETHER,
        },
      },
    );
  } finally {
    // It approved what it needed; walks deposit after it.
    await venue.send(venue.local.deployed.token, "approve", [venue.deployment.clearinghouse, 2n ** 256n - 1n]);
    provider.destroy();
  }
}

/**
 * Ether is pledged and traded on. The market falls: it is put on offer, another account buys some at a discount, and
 * after an hour the line buys the rest of what is missing. What is left is taken back.
 */
export async function collateral(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { coin } = await list(venue);
  const client = createPublicClient({ transport: http(venue.rpc) });
  const at = { address: venue.deployment.clearinghouse, abi: clearinghouseFunctionsAbi } as const;
  const pledgesOf = (owner: Address) =>
    client.readContract({ ...at, functionName: "pledgesOf", args: [accountOf(owner, 0)] });
  const etherOf = (owner: Address) =>
    client.readContract({ address: coin, abi: tokenAbi, functionName: "balanceOf", args: [owner] });

  const trader = await arrive(stage, KEY, { at: "portfolio", cash: 500, quoted: "BTC" });
  const { page, owner } = trader;
  await venue.send(venue.local.deployed.token.attach(coin), "mint", [owner, 5n * ETHER]);
  const panel = page.getByRole("region", { name: "Collateral", exact: true });
  const units = panel.getByLabel("Units", { exact: true });
  const review = panel.getByRole("button", { name: "Review", exact: true });

  // An approval of exactly that, and the pledge; more than the wallet has is not even reviewed.
  await panel.getByText("Wallet: 5.00").waitFor();
  await units.fill("6");
  await panel.getByText("The wallet does not have that much.").waitFor();
  await units.fill("4");
  await review.click();
  await confirm(page, "Pledge");
  const { counted } = await pledgesOf(owner);
  assert.ok(counted <= 9_600n * QUOTE && counted > 9_599n * QUOTE, `${counted}: the fee is little`);
  assert.equal(await etherOf(owner), ETHER);
  // Equity has it, less the fee.
  await page.waitForFunction(() =>
    /^10,(100\.00|099\.\d\d)$/.test(document.querySelector("[data-testid=equity]")!.textContent!),
  );
  await panel.getByText("Not due.").waitFor();

  // It is traded on, and the market falls.
  const order = { market: venue.market("BTC").id, limit: BigInt(PRICES.BTC + 200) * 10n ** 18n, lane: 7n };
  await venue.post(new Wallet(KEY), { ...order, size: HELD, sequence: Date.now(), use: USE.TAKER });
  await venue.setMark("BTC", LOWER);
  await panel.getByText(/^Due now: [\d,.]+ is missing/).waitFor({ timeout: 30_000 });
  const act = async (label: string, subject: string) => {
    const button = panel.getByRole("button", { name: `${label}: ${subject}` });
    await enabled(button);
    await button.click();
    await confirm(page, label);
  };
  await act("Put on offer", "your pledges");
  const { offeredAt } = await pledgesOf(owner);
  assert.ok(offeredAt > 0n);
  await panel.getByText(/^On offer since/).waitFor();
  await survey(stage, page, "collateral");

  // Another account buys a twentieth of one, at the discount of then.
  const buyer = await arrive(stage, BUYER, { at: "portfolio", cash: 5_000 });
  const shop = buyer.page.getByRole("region", { name: "Collateral", exact: true });
  await shop.getByRole("tab", { name: "Buy" }).click();
  await shop.getByLabel("Owner of the account").fill(owner);
  await shop.getByText(/^On sale: 0\.[1-9]/).waitFor();
  await shop.getByLabel("Units", { exact: true }).fill("0.05");
  await shop.getByRole("button", { name: "Review", exact: true }).click();
  await confirm(buyer.page, "Buy");
  assert.equal(await etherOf(buyer.owner), ETHER / 20n);
  assert.ok((await pledgesOf(owner)).pledges[0]!.units <= 4n * ETHER - ETHER / 20n);

  // After an hour the line buys what is still missing.
  await venue.later(LATER);
  await venue.setMark("BTC", LOWER);
  await venue.setMark("SOL", PRICES.SOL);
  await panel.getByText(/The line buys now/).waitFor();
  const before = (await pledgesOf(owner)).pledges[0]!.units;
  await act("Exchange with the line", "WETH");
  const after = await pledgesOf(owner);
  assert.ok(after.pledges[0]!.units < before);
  assert.equal(after.offeredAt, 0n, "nothing is missing any more");

  // The market comes back: what is not needed as margin leaves.
  await venue.setMark("BTC", PRICES.BTC);
  await panel.getByText("Not due.").waitFor();
  await panel.getByRole("tab", { name: "Take back" }).click();
  await units.fill("0.5");
  await review.click();
  await confirm(page, "Take back");
  assert.equal(await etherOf(owner), (3n * ETHER) / 2n);
  assert.deepEqual([...trader.tab.errors, ...buyer.tab.errors], []);
}
