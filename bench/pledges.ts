// SPDX-License-Identifier: MIT
import { accountOf, type Address } from "../sdk/order.js";
import { ICollateral__factory } from "../types/ethers-contracts/index.js";
import { chainlinkConfig } from "../deploy/deploy-novation.js";
import { BASE, Bench, PRICE, USDC, type Measured, type Trader } from "./Bench.js";

const [COIN, ONE, NANO] = [1n, 10n ** 18n, 10n ** 9n];
const FEW = ONE / 10n;
const COIN_PRICE = 3_000n * 10n ** 8n;
const HEARTBEAT = 86_400;
const PARAMS = {
  haircut: 200_000n,
  maxDiscount: 100_000n,
  discountRate: 200_000n,
  feeRate: 10_000n,
  cap: 1_000n * ONE,
};
const LINE = 50_000n;
const RICH = 200_000n;
const [SELLERS_CASH, SELLERS_COINS] = [500n, 4n * ONE];
const FALL = 98_500n * PRICE;

/** Whose feed prices the coin: the market's own, or one of the coin's own. */
export type Feed = "market" | "own";

/** A busy market of a venue that lists a coin, which owners of an account pledge. */
export class PledgeBench {
  private constructor(
    readonly bench: Bench,
    private readonly collateral: Parameters<Bench["send"]>[0],
    private readonly coin: Parameters<Bench["send"]>[0],
  ) {}

  static async open(feed: Feed): Promise<PledgeBench> {
    const bench = await Bench.open();
    await bench.crowd(-12, 12);
    const { clearinghouse, vault, markets } = bench.venue;
    const collateral = ICollateral__factory.connect(await clearinghouse.getAddress());
    const coin = await bench.deploy("MockToken", "Wrapped Ether", "WETH", 18);
    const source = feed === "own" ? await ownSource(bench) : markets[0]!.source;
    const [deployer] = await bench.chain.ethers.getSigners();
    const govern = (name: string, args: unknown[]) => bench.send(collateral, name, args, deployer!.address);
    const pot = accountOf((await vault.getAddress()) as Address, 0);
    await bench.send(clearinghouse, "deposit", [pot, LINE * USDC]);
    await govern("createCollateral", [await coin.getAddress(), await source.getAddress(), PARAMS]);
    await govern("setCollateralLine", [COIN, LINE * NANO]);
    return new PledgeBench(bench, collateral, coin as unknown as Parameters<Bench["send"]>[0]);
  }

  async give({ wallet }: Trader, units: bigint): Promise<void> {
    await this.bench.send(this.coin, "mint", [wallet.address, units]);
  }

  async pledge(trader: Trader, units: bigint): Promise<void> {
    const { address } = trader.wallet;
    await this.give(trader, units);
    const spender = await this.bench.venue.clearinghouse.getAddress();
    await this.bench.send(this.coin, "approve", [spender, 2n ** 256n - 1n], address);
    await this.bench.send(this.collateral, "pledge", [trader.number, COIN, units], address);
  }

  offer(trader: Trader): Promise<Measured> {
    return this.bench.send(this.collateral, "offerPledges", [trader.id]);
  }

  buy(buyer: Trader, seller: Trader, units: bigint): Promise<Measured> {
    const { address } = buyer.wallet;
    return this.bench.send(this.collateral, "buyPledge", [seller.id, COIN, units, buyer.number, address, 0n], address);
  }
}

async function ownSource(bench: Bench) {
  const aggregator = await bench.deploy("MockAggregator", 8, COIN_PRICE);
  const proxy = await bench.deploy("MockAggregatorProxy", aggregator);
  return bench.deploy("ChainlinkPriceSource", chainlinkConfig(proxy, HEARTBEAT));
}

/** The trade of `trade-existing`, then a withdrawal by the taker. He has pledged a coin with such a feed, or none. */
export async function withPledge(feed?: Feed): Promise<{ bench: Bench; trade: Measured; withdrawal: Measured }> {
  const pledges = await PledgeBench.open(feed ?? "own");
  const { bench } = pledges;
  const [taker, maker] = [await bench.trader("taker", RICH), await bench.trader("maker", RICH)];
  const trade = (k: number) => bench.settle([{ taker, makers: [{ trader: maker, size: BASE, price: bench.rung(k) }] }]);
  const take = ({ wallet, number }: Trader) =>
    bench.send(bench.venue.clearinghouse, "withdraw", [number, 1_000n * USDC, wallet.address], wallet.address);
  if (feed) await pledges.pledge(taker, FEW);
  await bench.pass();
  await trade(0);
  const measured = await trade(4);
  await bench.pass();
  await take(maker); // begins the day's window
  return { bench, trade: measured, withdrawal: await take(taker) };
}

/**
 * A purchase of all that an account needs to sell, which ends the offer. The buyer has some of the coin already;
 * without any, the slot of his balance is fresh.
 */
export async function purchase(hasSome = true): Promise<{ bench: Bench; sent: Measured }> {
  const pledges = await PledgeBench.open("own");
  const { bench } = pledges;
  const seller = await bench.trader("seller", SELLERS_CASH);
  const counter = await bench.trader("counterparty", RICH);
  const buyer = await bench.trader("buyer", RICH);
  await pledges.pledge(seller, SELLERS_COINS);
  await bench.settle([{ taker: seller, makers: [{ trader: counter, size: BASE / 2n, price: bench.rung(0) }] }]);
  await bench.settleMark(FALL);
  await pledges.offer(seller);
  if (hasSome) await pledges.give(buyer, ONE);
  await bench.pass();
  return { bench, sent: await pledges.buy(buyer, seller, SELLERS_COINS) };
}
