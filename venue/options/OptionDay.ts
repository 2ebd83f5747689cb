// SPDX-License-Identifier: MIT
import { Interface, Wallet, toQuantity } from "ethers";
import { accountOf, USE, type Address, type GroupId } from "../../sdk/order.js";
import { laddersOf } from "../../sdk/options/listed.js";
import { seriesOf, type SeriesId } from "../../sdk/options/series.js";
import { seriesName } from "../../sdk/options/seriesName.js";
import type { Price, Size } from "../../sdk/units.js";
import type { LadderView } from "../../sdk/views.js";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { Day } from "../day/Day.js";
import { DayFailed } from "../day/DayFailed.js";
import type { Trader } from "../day/Trader.js";
import { KEYS } from "../people/keys.js";
import type { Wish } from "../people/RelayClient.js";
import type { Venue } from "../run/Venue.js";
import { Eyes } from "./Eyes.js";

const VENUE = IClearinghouse__factory.createInterface();
const SLICED = new Interface([
  "event Sliced(uint192 indexed account, uint192 indexed taker, uint256 fraction, int256 keeperReward, int256 vaultReward, int256 cash)",
]);

const NANO = 10n ** 9n;
const UNIT = 10n ** 18n;
const CENT = UNIT / 100n;
const MAX = 2n ** 256n - 1n;
const MAKER_CASH = 300_000n; // quote
const TAKER_CASH = 20_000n;
const KEEPER_CASH = 200_000n;
const QUOTED = [5, 6, 7, 8, 9]; // strikes that the maker quotes
const MIDDLE = 7;
const SPREAD = 5n; // contracts of the taker's spread
const WRITTEN = 20n; // puts that somebody sells on little more than their margin
const FALL = 0.982; // a step of the price, within the gap threshold
const FALLS = 12;

/** What the day has brought about, for the check. */
export interface DayFacts {
  readonly people: readonly Trader[];
  readonly group: GroupId;
  readonly expiry: bigint;
  /** Of the spread: bought, sold, and how many contracts. */
  readonly spread: { readonly taker: Trader; readonly bought: SeriesId; readonly sold: SeriesId };
  readonly writer: Trader;
}

/** A market maker's day on an option venue that runs: from the first quote to the last withdrawal. */
export class OptionDay extends Day {
  private readonly eyes: Eyes;
  private readonly group: GroupId;
  private readonly aggregator: Address;
  private price = 4_000;

  constructor(venue: Venue, say: (line: string) => void) {
    super(venue, say);
    const { deployment, rpc } = venue;
    this.eyes = new Eyes(rpc, deployment);
    const [group] = deployment.options!.groups;
    [this.group, this.aggregator] = [group!.group, group!.aggregator];
  }

  /** Trades, a fall of the price, and a slice. */
  async trade(): Promise<DayFacts> {
    const ladder = await this.until("an expiry is listed", async () => (await this.eyes.chain(this.group)).ladders[0]);
    await this.until("a second expiry is listed", async () => (await this.eyes.chain(this.group)).ladders[1]);
    const [maker, taker, writer] = ["maker", "taker", "writer"].map((name) => this.traderOf(name));
    const keeper = new Wallet(KEYS.keeper);
    await this.deposit([
      [maker!.account, MAKER_CASH * NANO],
      [taker!.account, TAKER_CASH * NANO],
      [accountOf(keeper.address as Address, this.group), KEEPER_CASH * NANO],
    ]);
    await this.until(
      "prices and volatilities are fresh",
      async () => (await this.eyes.group(this.group)).fresh || undefined,
    );

    await this.quote(maker!, ladder);
    const [bought, sold] = [this.series(ladder, "call", MIDDLE), this.series(ladder, "call", MIDDLE + 1)];
    await this.spread(taker!, ladder, bought, sold);
    await this.write(writer!, maker!, ladder);
    await this.fall(writer!);
    return {
      people: [maker!, taker!, writer!],
      group: this.group,
      expiry: ladder.expiry,
      spread: { taker: taker!, bought, sold },
      writer: writer!,
    };
  }

  /** The expiry, its price, what it pays, and everybody takes his money out. */
  async expire({ expiry, people }: DayFacts): Promise<void> {
    const end = Number(expiry);
    // The price is the average of the last half hour: four answers hold in it, the first from before.
    for (const [before, factor] of [
      [1_740, 1.004],
      [1_100, 0.995],
      [480, 1.006],
      [-15, 0.997],
    ] as const) {
      await this.jumpTo(end - before);
      await this.tell(this.price * factor);
    }
    this.say(`the expiry is over; its price is the average of its last half hour`);
    await this.until("the keeper fixes the price", async () => {
      const ladder = (await this.eyes.chain(this.group)).ladders.find((each) => each.expiry === expiry);
      return ladder === undefined || ladder.settlement > 0n ? true : undefined;
    });
    const keeper = accountOf(new Wallet(KEYS.keeper).address as Address, this.group);
    const holders = [...people.map(({ account }) => account), keeper];
    await this.until("the keeper collects every position", async () => {
      const views = await Promise.all(holders.map((account) => this.eyes.portfolio(account)));
      return views.every(({ positions }) => positions.length === 0) || undefined;
    });
    this.say("the price is fixed, and every position was paid");
    const { clearinghouse, token } = this.venue.deployment;
    for (const trader of people) {
      const purse = await this.purseOf(trader);
      const { address } = trader.wallet;
      await purse.send([{ to: clearinghouse, data: VENUE.encodeFunctionData("withdraw", [0, MAX, address]) }]);
      const units = Number(await this.balanceOf(token, address));
      this.say(`the ${trader.name} takes ${(units / 1e6).toFixed(2)} out`);
    }
  }

  // ------------------------------------------------------------------ inside

  /** Both sides of calls and puts about the middle, a quote of the price to each side of the mark. */
  private async quote(maker: Trader, ladder: LadderView): Promise<void> {
    const expiry = (await this.now()) + 3_600n;
    const wishes: Wish[] = [];
    for (const strike of QUOTED) {
      for (const type of ["call", "put"] as const) {
        const mark = cents(ladder.strikes[strike]![type].mark);
        const market = this.series(ladder, type, strike);
        const common = { account: maker.account, market, expiry, use: USE.MAKER };
        if (mark > 2n * UNIT)
          wishes.push({ ...common, ...this.salted(), size: size(30n), limit: (mark - UNIT) as Price });
        wishes.push({ ...common, ...this.salted(), size: size(-30n), limit: (mark + UNIT) as Price });
      }
    }
    await this.taken("the quotes", () => this.client.post(wishes.map((wish) => ({ wallet: maker.wallet, wish }))));
    this.say(`the maker quotes ${QUOTED.length * 2} series from both sides`);
  }

  private async spread(taker: Trader, ladder: LadderView, bought: SeriesId, sold: SeriesId): Promise<void> {
    const matcher = await this.client.submitter();
    const legOf = async (market: SeriesId, contracts: bigint, strike: number): Promise<Wish> => {
      const limit = (cents(ladder.strikes[strike]!.call.mark) + (contracts > 0n ? 2n : -2n) * UNIT) as Price;
      const expiry = (await this.now()) + 900n;
      return {
        account: taker.account,
        market,
        expiry,
        ...this.salted(),
        size: size(contracts),
        limit,
        use: USE.TAKER,
        matcher,
      };
    };
    const legs = [await legOf(bought, SPREAD, MIDDLE), await legOf(sold, -SPREAD, MIDDLE + 1)];
    await this.taken("the spread", () => this.client.package(taker.wallet, legs));
    await this.until("the spread is settled", async () => {
      const { positions } = await this.eyes.portfolio(taker.account);
      const held = new Map(positions.map((each) => [BigInt(each.series), each.size]));
      return (held.get(bought) === SPREAD * NANO && held.get(sold) === -SPREAD * NANO) || undefined;
    });
    const names = [bought, sold].map((series) => this.nameOf(ladder, series));
    this.say(`the taker buys ${SPREAD} ${names[0]} and sells ${names[1]}, as one package`);
  }

  /** Sells puts on 2% more than their margin. */
  private async write(writer: Trader, maker: Trader, ladder: LadderView): Promise<void> {
    const series = this.series(ladder, "put", MIDDLE);
    const limit = (cents(ladder.strikes[MIDDLE]!.put.mark) - 3n * UNIT) as Price;
    const { later } = await this.eyes.trade(writer.account, this.group, [
      { series, size: size(-WRITTEN), price: limit },
    ]);
    await this.deposit([[writer.account, (later.initial * 102n) / 100n - later.equity]]);
    const wish = { account: writer.account, market: series, expiry: (await this.now()) + 900n, ...this.salted() };
    const order = { ...wish, size: size(-WRITTEN), limit, use: USE.TAKER };
    await this.taken("the puts", () => this.client.post([{ wallet: writer.wallet, wish: order }]));
    await this.until("the puts are sold", async () => {
      const { positions } = await this.eyes.portfolio(writer.account);
      return positions.length > 0 || undefined;
    });
    const { margin } = await this.eyes.portfolio(writer.account);
    const [equity, initial] = [margin.equity, margin.initial].map((value) => (Number(value) / 1e9).toFixed(2));
    this.say(
      `somebody sells ${WRITTEN} ${this.nameOf(ladder, series)} to the ${maker.name}: equity ${equity}, margin ${initial}`,
    );
  }

  /** Falls, a step within the gap threshold after another, until the keeper takes a slice of who sold puts. */
  private async fall(writer: Trader): Promise<void> {
    for (let step = 1; step <= FALLS; ++step) {
      await this.tell(this.price * FALL);
      const spot = BigInt(Math.round(this.price * 1e8)) * 10n ** 10n;
      const sliced = await this.until(`the anchors are at ${this.price.toFixed(2)}, or a slice is taken`, async () => {
        if (await this.isSliced(writer)) return "sliced";
        const { anchor, recorded } = await this.eyes.group(this.group);
        return anchor.spot === spot && recorded.spot === spot ? "settled" : undefined;
      });
      if (sliced === "sliced" || (await this.isSliced(writer))) {
        this.say(`the price falls to ${this.price.toFixed(2)}, and the keeper takes a slice`);
        return;
      }
    }
    throw new DayFailed(`the price fell ${FALLS} times, to ${this.price.toFixed(2)}, and nobody took a slice`);
  }

  private async isSliced(writer: Trader): Promise<boolean> {
    const { deployment, rpc } = this.venue;
    const topics = [SLICED.getEvent("Sliced")!.topicHash, toQuantity(writer.account)];
    topics[1] = `0x${writer.account.toString(16).padStart(64, "0")}`;
    const logs = await rpc.send("eth_getLogs", [
      { address: deployment.clearinghouse, fromBlock: toQuantity(deployment.firstBlock), toBlock: "latest", topics },
    ]);
    return (logs as unknown[]).length > 0;
  }

  private async tell(price: number): Promise<void> {
    const answer = BigInt(Math.round(price * 1e8));
    this.price = Number(answer) / 1e8;
    await this.answer([[this.aggregator, answer]]);
  }

  private series({ place }: LadderView, type: "call" | "put", strike: number): SeriesId {
    return seriesOf(this.group, { type, ladder: Number(place), strike });
  }

  private nameOf(ladder: LadderView, series: SeriesId): string {
    return seriesName("ETH", series, laddersOf({ ladders: [ladder] }));
  }
}

function size(contracts: bigint): Size {
  return (contracts * NANO) as Size;
}

function cents(mark: bigint): bigint {
  return (mark / CENT) * CENT;
}
