// SPDX-License-Identifier: MIT
import type { AccountInput, PositionInput } from "../../keeper/scan/AccountInput.js";
import type { MarketQuote } from "../../keeper/scan/quote.js";
import { levelUp } from "../../sdk/level.js";
import { money, price } from "../../sdk/units.js";
import { normal, seeded, type Random } from "../../tools/random.js";

/** Four majors of one group, at 40x. */
const MARKS = [100_000, 3_500, 150, 0.2];
const MAINTENANCE = 15_000n;
const HELD = 3;

/** Most accounts at 2x to 10x, some at 1x, a few at 40x. */
const MAX_LEVERAGE = 40;

/**
 * An ordinary tick moves a mark by 0.03%, half of it common to all; one in 50 is a jump of 1% to 10%, as likely down as
 * up.
 */
const STEP = 0.0003;
const JUMPS = 0.02;
const FUNDING = 1e-8;

/** How far entries lie from the mark: some 400 levels a side hold nine tenths of them. */
const ENTRIES = 0.15;

/** A crowd of accounts with three positions each in a group of four markets, and the ticks that it lives through. */
export class Crowd {
  private readonly random = seeded(5);
  private readonly marks = [...MARKS];
  private funding = 0;

  /** The next tick, and the largest move in it. */
  tick(): { quotes: MarketQuote[]; move: number } {
    const { random } = this;
    const common = fatTailed(random);
    const jump = random() < JUMPS ? factor(random, 0.01, 0.1) * (random() < 0.5 ? 1 : -1) : 0;
    this.funding += FUNDING;
    let move = 0;
    this.marks.forEach((mark, i) => {
      const step = STEP * (common + fatTailed(random)) * Math.SQRT1_2 + jump * (0.7 + 0.6 * random());
      this.marks[i] = mark * Math.exp(Math.max(-0.15, Math.min(0.15, step)));
      move = Math.max(move, Math.abs(step));
    });
    return { quotes: this.quotes(), move };
  }

  quotes(): MarketQuote[] {
    return this.marks.map((mark) => {
      const exact = toPrice(mark);
      const frame = price(exact - toPrice(mark * this.funding));
      return { mark: exact, long: frame, short: frame, fresh: true, maintenance: MAINTENANCE };
    });
  }

  /** An account as it might stand now, entered at some time before: one side for most, else each position by itself. */
  account(id: bigint): AccountInput {
    const { random } = this;
    const equity = factor(random, 100, 1_000_000);
    const leverage = Math.min(MAX_LEVERAGE, Math.max(1, 4 * Math.exp(0.9 * normal(random))));
    const quotes = this.quotes();
    const left = Math.floor(random() * MARKS.length);
    const side = random() < 0.55 ? 1 : -1;
    const alike = random() < 0.6;
    const shares = MARKS.map((_, i) => (i === left ? 0 : 0.1 + random()));
    const whole = shares.reduce((sum, share) => sum + share, 0);
    const positions: PositionInput[] = [];
    let cash = BigInt(Math.round(equity * 1e9));
    shares.forEach((share, market) => {
      if (share === 0) return;
      const sign = alike || random() < 0.5 ? side : -side;
      const notional = (equity * leverage * share) / whole;
      const held = BigInt(Math.round((sign * notional * 1e9) / this.marks[market]!)) || 1n;
      const { long, mark } = quotes[market]!;
      const entry = price((long * BigInt(Math.round(1e6 * Math.exp(ENTRIES * normal(random))))) / 1_000_000n);
      const offset = money((held * entry) / 10n ** 18n);
      cash -= (held * long) / 10n ** 18n - offset;
      positions.push({ market, shares: held, offset, node: levelUp(price(sign > 0 ? entry : -entry), mark).level });
    });
    return { id, cash: money(cash), positions };
  }
}

export const POSITIONS = HELD;
export const MARKETS = MARKS.length;

function toPrice(value: number) {
  return price(BigInt(Math.round(value * 1e9)) * 10n ** 9n);
}

/** From `low` to `high`, every factor between them as likely. */
function factor(random: Random, low: number, high: number): number {
  return low * (high / low) ** random();
}

/** Student's t with 3 degrees of freedom, of variance 1: the tails of price changes over short times. */
function fatTailed(random: Random): number {
  const chi = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2;
  return normal(random) / Math.sqrt(chi);
}
