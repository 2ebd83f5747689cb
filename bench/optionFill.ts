// SPDX-License-Identifier: MIT
import { artifacts, network } from "hardhat";
import { TypedDataEncoder, Wallet, type ContractTransactionResponse } from "ethers";
import type { Artifact } from "../deploy/deploy-novation.js";
import { deployOptions } from "../deploy/deploy-options.js";
import { NO_NODE } from "../sdk/level.js";
import { seriesOf, type SeriesId } from "../sdk/options/series.js";
import { ORDER_TYPES, USE, accountOf, buildOrder, saltOf, type AccountId, type Address } from "../sdk/order.js";
import { packBatch } from "../sdk/packing/batch.js";
import type { Price, Size } from "../sdk/units.js";
import { BASE, TRANSACTION_GAS, USDC } from "./Bench.js";

/** Thursday, 13 November 2075, 08:00 UTC. */
const START = 3_340_857_600;
const DAY = 86_400;
const LEGS = 8;
const LOCK = 121;
/** No mark of the series is within the band of this price. */
const DUST = 10n ** 6n;

interface Trader {
  wallet: Wallet;
  id: AccountId;
}

/**
 * What a fill costs of which both sides hold eight series over two expiries, whose risk arrays are fresh: each adds to
 * a position that it has. Others hold the series too, and the anchors need not move on.
 */
export async function optionFillGas(
  artifact: (name: string) => Promise<Artifact> = (name) => artifacts.readArtifact(name),
): Promise<number> {
  const chain = await network.create({ override: { initialDate: new Date(START * 1_000).toISOString() } });
  const [deployer] = await chain.ethers.getSigners();
  const { clearinghouse, token, vols, group } = await deployOptions({ deployer: deployer!, artifact, handOver: false });
  const venue = await clearinghouse.getAddress();
  const domain = {
    name: "Novation",
    version: "1",
    chainId: (await chain.ethers.provider.getNetwork()).chainId,
    verifyingContract: venue,
  };
  let sequence = 0n;

  const fridays = await expiries();
  for (const expiry of fridays) await mined(clearinghouse.list(group, expiry));
  const [taker, maker, other] = [await trader(1), await trader(2), await trader(3)];
  await settleAnchors();

  // Four strikes of each expiry, calls and puts by turns.
  const series = fridays.flatMap((_, ladder) =>
    Array.from({ length: LEGS / fridays.length }, (_, i) =>
      seriesOf(group, { type: i % 2 === 0 ? "call" : "put", ladder, strike: 6 + (i >> 1) }),
    ),
  );
  for (const one of series) {
    const price = await markOf(one);
    await fill(other, maker, one, BASE, price);
    await fill(taker, maker, one, BASE, price);
  }
  await settleAnchors();
  await mined(clearinghouse.refresh(series));
  return fill(taker, maker, series[3]!, BASE, await markOf(series[3]!));

  /** Two Fridays, 08:00 UTC, from a week ahead on. */
  async function expiries(): Promise<number[]> {
    const now = await chain.networkHelpers.time.latest();
    const first = Math.ceil((now + 7 * DAY - 115_200) / (7 * DAY)) * 7 * DAY + 115_200;
    return [first, first + 7 * DAY];
  }

  async function trader(index: number): Promise<Trader> {
    const wallet = new Wallet(`0x${(0xc0c0000 + index).toString(16).padStart(64, "0")}`);
    const id = accountOf(wallet.address as Address, 0);
    await mined(token.mint(deployer!.address, 500_000n * USDC));
    await mined(token.approve(venue, 500_000n * USDC));
    await mined(clearinghouse.deposit(id, 500_000n * USDC));
    return { wallet, id };
  }

  async function settleAnchors(): Promise<void> {
    for (let i = 0; i < 2; ++i) {
      await chain.networkHelpers.time.increase(LOCK);
      await mined(vols.setLevel(10n ** 9n, await chain.networkHelpers.time.latest()));
      await mined(clearinghouse.postLevel(group));
      await mined(clearinghouse.poke(group));
    }
  }

  /** The mark of a series, as its refusal of a price of nothing tells it. */
  async function markOf(market: SeriesId): Promise<bigint> {
    const args = [packBatch({ strict: true, matches: [matchOf(taker, maker, market, BASE, DUST)] })] as const;
    const refused = await clearinghouse.settle.staticCall(...args).catch((failure: { data: string }) => failure.data);
    const refusal = clearinghouse.interface.parseError(refused as string);
    if (refusal?.name !== "OutsidePriceBand") throw new Error(`refused with ${refusal?.name ?? String(refused)}`);
    return (refusal.args as unknown as { mark: bigint }).mark;
  }

  /** `taker` buys `size` of `maker`. Returns what the transaction used. */
  async function fill(buyer: Trader, seller: Trader, market: SeriesId, size: bigint, limit: bigint): Promise<number> {
    const matches = [matchOf(buyer, seller, market, size, limit)];
    return mined(clearinghouse.settle(packBatch({ strict: true, matches }), { gasLimit: TRANSACTION_GAS }));
  }

  function matchOf(buyer: Trader, seller: Trader, market: SeriesId, size: bigint, limit: bigint) {
    return {
      taker: signed(buyer, market, size, limit, USE.TAKER),
      hint: NO_NODE,
      fills: [{ maker: signed(seller, market, -size, limit, USE.MAKER), size: size as Size, hint: NO_NODE }],
    };
  }

  function signed({ wallet, id }: Trader, market: SeriesId, size: bigint, limit: bigint, use: bigint) {
    const order = buildOrder({
      account: id,
      market,
      size: size as Size,
      limit: limit as Price,
      salt: saltOf(++sequence, 0n),
      expiry: 2n ** 40n - 1n,
      use: use as (typeof USE)["MAKER"],
    });
    const digest = TypedDataEncoder.hash(domain, ORDER_TYPES, order);
    return { order, signer: wallet.address, signature: wallet.signingKey.sign(digest).serialized };
  }

  async function mined(sent: Promise<ContractTransactionResponse>): Promise<number> {
    return Number((await (await sent).wait())!.gasUsed);
  }
}
