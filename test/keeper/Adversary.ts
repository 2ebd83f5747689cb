// SPDX-License-Identifier: MIT
import type { AccountInput, FrameInput, PositionInput } from "../../keeper/scan/AccountInput.js";
import { exactHealth } from "../../keeper/scan/exact.js";
import type { MarketQuote } from "../../keeper/scan/quote.js";
import { NEW_FRAME, ONE, grossUp, tearUp, type Frame } from "../../sdk/frame.js";
import type { NodeId } from "../../sdk/level.js";
import { MAX_MARKETS } from "../../sdk/order.js";
import { money, price, size, type Price } from "../../sdk/units.js";
import { Random } from "../differential/random.js";
import { quoteAt, staleQuote, type MarketInput } from "./quotes.js";

const MARKS = [10n ** 6n, 3n * 10n ** 9n, 10n ** 18n, 65_432n * 10n ** 18n, 10n ** 24n];
const NODES = 6;
const CALL = 1_250_000n;

interface Listed extends MarketInput {
  readonly mark: Price;
  readonly stale: boolean;
}

/**
 * A group whose prices, sizes and accounts are chosen to be hard on doubles: marks at both ends of what is allowed,
 * shares up to 2^95, funding many times the mark, nodes worn down and closed, and equities one unit around each level.
 */
export class Adversary {
  readonly accounts = new Map<bigint, AccountInput>();
  callLevel = CALL;
  private readonly markets: Listed[];
  private readonly frames = new Map<string, Frame>();
  private nextId = 1n;

  constructor(
    private readonly random: Random,
    count: number,
  ) {
    this.markets = Array.from({ length: count }, () => this.listed());
  }

  static group(seed: number): Adversary {
    const random = new Random(seed);
    return new Adversary(random, random.whole(1, MAX_MARKETS));
  }

  get size(): number {
    return this.markets.length;
  }

  quotes(): MarketQuote[] {
    return this.markets.map((market) => (market.stale ? staleQuote(market) : quoteAt(market, market.mark)));
  }

  /** Moves marks, funding, charges, freshness and parameters: mostly marks, mostly a little. */
  move(): void {
    const { random } = this;
    const wild = random.chance(0.1);
    this.markets.forEach((market, i) => {
      const step = wild ? random.pick([0.01, 0.1, 0.5, 3]) : 0.002;
      const up = random.scaled(market.mark, 1, 1 + step);
      const mark = clamp(random.chance(0.5) ? up : (market.mark * market.mark) / up);
      const funding = market.funding + (random.chance(0.3) ? random.scaled(mark, -0.001, 0.001) : 0n);
      const charged = random.chance(0.05) ? random.scaled(mark, 0, 0.02) : 0n;
      const toLongs = random.chance(0.5);
      const stale = random.chance(0.05) ? !market.stale : market.stale;
      const maintenance = random.chance(0.02) ? BigInt(random.whole(5_000, 200_000)) : market.maintenance;
      this.markets[i] = {
        ...market,
        mark: price(mark),
        funding: price(funding),
        stale,
        maintenance,
        chargeLong: price(market.chargeLong + (toLongs ? charged : 0n)),
        chargeShort: price(market.chargeShort + (toLongs ? 0n : charged)),
        recordedMark: market.stale ? market.recordedMark : price(mark - funding),
      };
    });
    if (random.chance(0.02)) this.callLevel = BigInt(random.whole(1_000_000, 1_333_333));
  }

  /** A new account, or another state of one: at random, or within a unit of a level at the present quotes. */
  account(id = this.nextId++): AccountInput {
    const { random } = this;
    const largest = random.pick([20n, 40n, 60n, 72n, 95n]);
    const positions: PositionInput[] = [];
    this.markets.forEach((market, index) => {
      if (positions.length > 0 && random.chance(0.4)) return;
      const sign = random.chance(0.5) ? 1n : -1n;
      const shares = sign * (1n + (BigInt(Math.floor(random.next() * 2 ** 48)) << largest) / 2n ** 48n);
      const node = BigInt(random.whole(1, NODES)) as NodeId;
      const position = { market: index, shares, node, offset: money(0n) };
      const { long, short } = quoteAt(market, market.mark);
      const gross = grossUp(this.frameOf(position), shares, sign > 0n ? long : short);
      const gain = random.scaled(gross < 0n ? -gross : gross, -0.05, 0.05);
      positions.push({ ...position, offset: money(gross - gain) });
    });
    const bare = { id, cash: money(0n), positions };
    const { equity, maintenance, callLevel } = exactHealth(bare, this.quotes(), this.callLevel, this.frameOf);
    const level = random.pick([0n, maintenance, callLevel]);
    const spare = random.scaled(callLevel, -1, 6);
    const edge = BigInt(random.whole(-2, 2));
    const account = { ...bare, cash: money((random.chance(0.4) ? level + edge : spare) - equity) };
    this.accounts.set(id, account);
    return account;
  }

  /** Tears up a part of some nodes, now and then all. */
  tearUp(): FrameInput[] {
    const { random } = this;
    const market = random.whole(0, this.size - 1);
    const longs = random.chance(0.5);
    const torn: FrameInput[] = [];
    for (let node = 1; node <= NODES; ++node) {
      if (!random.chance(0.3)) continue;
      const { long, short } = quoteAt(this.markets[market]!, this.markets[market]!.mark);
      const key = keyOf(market, longs, BigInt(node));
      const before = this.frames.get(key) ?? NEW_FRAME;
      const shares = ONE - 1n;
      const whole = (shares * before.remaining) / ONE;
      const closed = size(random.chance(0.1) ? whole : random.scaled(whole, 0, 0.7));
      const frame = tearUp(before, shares, closed, longs ? long : short, longs);
      this.frames.set(key, frame);
      torn.push({ market, longs, node: BigInt(node) as NodeId, frame });
    }
    return torn;
  }

  readonly frameOf = ({ market, shares, node }: PositionInput): Frame =>
    this.frames.get(keyOf(market, shares > 0n, node)) ?? NEW_FRAME;

  private listed(): Listed {
    const { random } = this;
    const mark = price(random.pick(MARKS));
    const funding = price(random.chance(0.3) ? random.scaled(mark, -1_000, 1_000) : 0n);
    const maintenance = BigInt(random.pick([5_000, 30_000, 750_000]));
    return {
      mark,
      funding,
      chargeLong: price(0n),
      chargeShort: price(0n),
      recordedMark: price(mark - funding),
      staleShock: BigInt(random.pick([0, 50_000, 500_000])),
      maintenance,
      stale: false,
    };
  }
}

function clamp(mark: bigint): bigint {
  const [min, max] = [10n ** 6n, 10n ** 24n];
  return mark < min ? min : mark > max ? max : mark;
}

function keyOf(market: number, longs: boolean, node: bigint): string {
  return `${market} ${longs} ${node}`;
}
