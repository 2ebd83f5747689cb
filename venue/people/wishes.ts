// SPDX-License-Identifier: MIT
import { USE, saltOf } from "../../sdk/order.js";
import { price, size, type Price, type Size } from "../../sdk/units.js";
import type { Random } from "../../tools/random.js";
import type { Maker, Person, Taker } from "./Crowd.js";
import type { Wish } from "./RelayClient.js";

/** What somebody has, and what the market says, as of a block. */
export interface Seen {
  /** Quote per base. */
  readonly mark: number;
  /** Quote. */
  readonly equity: number;
  /** Base, negative for shorts. */
  readonly held: number;
  /** Unix seconds of the chain. */
  readonly now: number;
  /** Seconds of the chain a block. */
  readonly step: number;
}

const MAX_FEE = 1_000n; // ppm
const LEAST = 30; // quote of notional, above the market's least
const LEVELS = 3; // a side
const WIDEN = 3; // how much further each is than the one before
const MAKER_LEVERAGE = 4;
const LIFE = 40; // blocks of an order that rests
const SLIP = 0.004; // beyond the mark that a taker pays

/** Lanes of an account: a maker's levels and sides, a taker's orders by kind. */
const LANE = { take: 0, rest: 1, stop: 2 } as const;

/** A maker's orders around the mark, in place of those before; each side for a share of what his capital carries. */
export function quotes(maker: Maker, seen: Seen): Wish[] {
  const room = seen.equity * MAKER_LEVERAGE;
  return Array.from({ length: LEVELS }, (_, level) => level).flatMap((level) =>
    [1, -1].flatMap((side) => {
      const free = Math.max(0, room - Math.max(0, seen.held * side) * seen.mark) / 2 ** (LEVELS - level);
      const limit = seen.mark * (1 - side * maker.spread * WIDEN ** level);
      const wish = order(maker, seen, { side, notional: free / 2, limit, lane: level * 2 + (side > 0 ? 0 : 1) });
      return wish === undefined ? [] : [{ ...wish, use: USE.MAKER }];
    }),
  );
}

/** What a taker does in his turn: goes towards what he likes, or takes some of it back; a stop behind what he holds. */
export function move(taker: Taker, seen: Seen, random: Random): Wish[] {
  const { equity, held, mark } = seen;
  if (equity < LEAST) return [];
  const [now, wanted] = [(held * mark) / equity, taker.leverage * (0.4 + 0.6 * random())];
  const chance = random();
  if (held !== 0 && chance < 0.25) {
    const side = held > 0 ? -1 : 1;
    const notional = Math.abs(held) * mark * (random() < 0.3 ? 1 : random());
    const limit = mark * (1 + side * SLIP);
    const wish = order(taker, seen, { side, notional, limit, lane: LANE.take });
    return wish === undefined ? [] : [{ ...wish, use: USE.TAKER, reduceOnly: true }];
  }
  const step = (wanted - now) * equity * 0.5;
  const side = step > 0 ? 1 : -1;
  // Who would grow against his own liking waits.
  if (Math.sign(step) !== Math.sign(taker.leverage) && held === 0) return [];
  const rests = chance > 0.85;
  const limit = mark * (1 + side * (rests ? -0.0003 : SLIP));
  const wish = order(taker, seen, { side, notional: Math.abs(step), limit, lane: rests ? LANE.rest : LANE.take });
  if (wish === undefined) return [];
  return [{ ...wish, use: rests ? USE.EITHER : USE.TAKER }, ...stop(taker, seen, random)];
}

/** Some have a stop-loss behind what they hold. */
function stop(taker: Taker, seen: Seen, random: Random): Wish[] {
  const { held, mark } = seen;
  if (held === 0 || random() > 0.3) return [];
  const side = held > 0 ? -1 : 1;
  const trigger = mark * (1 + side * (0.01 + 0.03 * random()));
  const limit = trigger * (1 + side * 0.02);
  const wish = order(taker, seen, { side, notional: Math.abs(held) * mark, limit, lane: LANE.stop });
  if (wish === undefined) return [];
  const until = BigInt(seen.now + LIFE * 10 * seen.step);
  const of = { use: USE.TAKER, reduceOnly: true, trigger: priceOf(trigger), triggerAbove: side > 0 };
  return [{ ...wish, ...of, expiry: until }];
}

interface Terms {
  /** 1 to buy, -1 to sell. */
  readonly side: number;
  /** Quote. */
  readonly notional: number;
  readonly limit: number;
  readonly lane: number;
}

function order(
  { account, market }: Person,
  { mark, now, step }: Seen,
  { side, notional, limit, lane }: Terms,
): Omit<Wish, "use"> | undefined {
  if (notional < LEAST) return undefined;
  return {
    account,
    market: market.id,
    size: sizeOf((side * notional) / mark),
    limit: priceOf(limit),
    // By the chain's clock, so that who starts again is above what he has signed before.
    salt: saltOf(BigInt(now) * 1_000n, BigInt(lane)),
    expiry: BigInt(now + LIFE * step),
    maxFee: MAX_FEE,
  };
}

/** In 1e-6 base, as people write it. */
function sizeOf(base: number): Size {
  return size(BigInt(Math.trunc(base * 1e6)) * 1_000n);
}

/** To a cent of a thousandth. */
function priceOf(quote: number): Price {
  return price(BigInt(Math.round(quote * 1e5)) * 10n ** 13n);
}
