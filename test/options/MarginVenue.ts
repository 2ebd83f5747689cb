// SPDX-License-Identifier: MIT
import { network } from "hardhat";
import { arrayOf, type RiskParams } from "../../sdk/reference/options/array.js";
import { PERPETUAL, curveOf, markOf, type Factors, type LadderTerms } from "../../sdk/reference/options/curve.js";
import { marginOf, type Margin, type MarginLeg } from "../../sdk/reference/options/margin.js";
import type { MockAggregator, OptionBench } from "../../types/ethers-contracts/index.js";

export const UNIT = 10n ** 18n;
export const BASE = 10n ** 9n;
export const DAY = 86_400n;
export const GROUP = 1n;
export const ACCOUNT = 7n;
const FEED_UNIT = 10n ** 10n;

export const PARAMS: RiskParams & { levelGap: bigint; maxLegs: bigint } = {
  scanRange: 160_000n,
  extremeMove: 480_000n,
  extremeShare: 333_333n,
  volUp: 450_000n,
  volDown: 300_000n,
  volPower: 300_000n,
  maintenanceShare: 750_000n,
  levelGap: 150_000n,
  shortMinimum: 5_000n,
  basisMove: 50_000n,
  maxLegs: 32n,
};

/** A position that somebody holds: 1e-9 base, and what it is worth less than its size times the mark. */
export interface Held {
  readonly index: number;
  readonly size: bigint;
  readonly offset: bigint;
}

type Ethers = Awaited<ReturnType<typeof network.create>>["ethers"];

/** The bench's storage with its reference beside it. */
export class MarginVenue {
  spot = 0n;
  level = 10n ** 9n;
  params = PARAMS;
  readonly ladders: LadderTerms[] = [];

  private constructor(
    readonly bench: OptionBench,
    private readonly feed: MockAggregator,
    readonly ethers: Ethers,
    private readonly time: { latest(): Promise<number>; increase(by: bigint): Promise<unknown> },
  ) {}

  static async open(params = PARAMS): Promise<MarginVenue> {
    const { ethers, networkHelpers } = await network.create();
    const feed = (await ethers.deployContract("MockAggregator", [8, 1n])) as unknown as MockAggregator;
    const bench = (await ethers.deployContract("OptionBench")) as unknown as OptionBench;
    const venue = new MarginVenue(bench, feed, ethers, networkHelpers.time);
    venue.params = params;
    await venue.setLevel(venue.level);
    await venue.setSpot(60_000n * UNIT);
    return venue;
  }

  async now(): Promise<bigint> {
    return BigInt(await this.time.latest());
  }

  async pass(seconds: bigint): Promise<void> {
    await this.time.increase(seconds);
    await this.setSpot(this.spot);
  }

  async setSpot(spot: bigint): Promise<void> {
    this.spot = (spot / FEED_UNIT) * FEED_UNIT;
    await this.feed.setAnswer(this.spot / FEED_UNIT);
  }

  async setLevel(level: bigint): Promise<void> {
    this.level = level;
    await this.bench.setGroup(GROUP, await this.feed.getAddress(), level, this.params);
  }

  async setLadder(place: number, terms: LadderTerms): Promise<void> {
    this.ladders[place] = terms;
    const { expiry, base, step, settlement = 0n } = terms;
    const smile = smileOf(terms);
    await this.bench.setLadder(GROUP, place, { expiry, base, step, settlement, smiles: [smile, smile] });
  }

  async refresh(indices: readonly number[]): Promise<void> {
    await (await this.bench.refresh(indices.map((index) => seriesOf(index)))).wait();
  }

  async factors(): Promise<Factors> {
    return { spot: this.spot, level: this.level, time: await this.now() };
  }

  /** The lanes of a series' strike, at the factors that the ladder's arrays have been computed at, or the given. */
  lanesAt(index: number, at: Factors): bigint[] {
    const terms = this.ladders[index >> 5]!;
    return arrayOf(curveOf(terms, at), this.params, at.spot, terms.expiry - at.time, index & 30);
  }

  /** The legs of a portfolio by the reference. `stored`: from arrays of these factors; else at the present ones. */
  async legs(held: readonly Held[], stored?: (index: number) => Factors | undefined): Promise<MarginLeg[]> {
    const factors = await this.factors();
    return held.map(({ index, size }) => {
      if (index === PERPETUAL) return { index, size, mark: this.spot, forward: this.spot, left: 0n, lanes: [] };
      const terms = this.ladders[index >> 5]!;
      const curve = curveOf(terms, factors);
      const left = terms.expiry > factors.time ? terms.expiry - factors.time : 0n;
      const isOption = (index & 31) !== 30;
      const lanes = isOption && left > 0n ? this.lanesAt(index, stored?.(index) ?? factors) : [];
      return { index, size, mark: markOf(curve, index & 31), forward: curve.forward, left, lanes };
    });
  }

  margin(legs: readonly MarginLeg[]): Margin {
    return marginOf(legs, this.params, this.spot);
  }

  async hold(held: readonly Held[], cash = 0n): Promise<void> {
    await this.bench.hold(ACCOUNT, GROUP, cash, [...held]);
  }
}

export const seriesOf = (index: number): bigint => (GROUP << 8n) | BigInt(index);

export function smileOf({ vols, basis }: LadderTerms): bigint {
  return vols.reduce((word, vol, i) => word | (vol << BigInt(16 * i)), BigInt.asUintN(16, basis) << 240n);
}

/** A smile with its least volatility in the middle. */
export const smiling = (vol: bigint, step: bigint): bigint[] =>
  Array.from({ length: 15 }, (_, i) => vol + step * BigInt(Math.abs(i - 7)));
