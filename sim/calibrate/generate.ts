// SPDX-License-Identifier: MIT
import { normal, seeded, type Random } from "../../tools/random.js";
import { FIGURES, SYMBOLS, publishedMarks, type Symbol } from "../oct10/published.js";
import type { Depth } from "../stress/depth.js";
import type { History } from "./history.js";

/**
 * Stochastic volatility with jumps, after Bates (1996): the variance follows Heston's square-root process, and jumps
 * arrive that make more jumps likely for a while (Hawkes), as in a cascade. Sizes of jumps follow the inverse cubic law
 * of returns (Gopikrishnan and others, European Physical Journal B 3, 1998): jumps that are twice as large are an
 * eighth as frequent, so that the true tail has the shape 1/3. Both assets share a part of the noise and all jumps.
 * Round figures of ours, in the order of what majors do; not fitted to any market.
 */
export const MODEL = {
  /** Seconds. */
  step: 60,
  /**
   * Mean volatility a year, and of the variance: seconds to half of the way back, standard deviation over mean,
   * correlation with the price.
   */
  volatility: 0.55,
  halfLife: 86_400,
  variation: 0.9,
  leverage: -0.3,
  /**
   * Jumps a year without excitement; how many each brings on in the mean, over which time; least size, of the log
   * price; share of falls.
   */
  jumps: 400,
  offspring: 0.6,
  excited: 600,
  size: 0.003,
  exponent: 3,
  falls: 0.6,
  /** How much of its noise an asset shares, and by how much it moves more than the first. */
  shared: 0.8,
  beta: { BTC: 1, SOL: 1.5 } as Readonly<Record<Symbol, number>>,
} as const;

export const YEAR = 365.25 * 86_400;
const START = Date.UTC(2023, 9, 11) / 1000;

/** `days` of both assets up to the marks before the crash of 10 October 2025. The same for the same seed. */
export function generateHistories(days: number, seed: number): History[] {
  const random = seeded(seed);
  const count = Math.floor((days * 86_400) / MODEL.step) + 1;
  const times = Float64Array.from({ length: count }, (_, i) => START + i * MODEL.step);
  const walks = SYMBOLS.map((asset) => ({ asset, walk: new Walk(), marks: new Float64Array(count) }));
  const jumps = new Jumps(random);
  for (const { marks } of walks) marks[0] = 1;
  for (let i = 1; i < count; ++i) {
    const [common, jump] = [normal(random), jumps.next()];
    for (const { asset, walk, marks } of walks) {
      const own = normal(random);
      const noise = Math.sqrt(MODEL.shared) * common + Math.sqrt(1 - MODEL.shared) * own;
      marks[i] = marks[i - 1]! * Math.exp(MODEL.beta[asset] * (walk.next(noise, normal(random)) + jump));
    }
  }
  return walks.map(({ asset, marks }) => {
    const last = publishedMarks().find(({ symbol }) => symbol === asset)!.price;
    return { asset, times, marks: marks.map((mark) => (mark / marks.at(-1)!) * last) };
  });
}

/** The log price of one asset between jumps: full truncation where the discretised variance falls below zero. */
class Walk {
  private variance = MODEL.volatility ** 2;

  next(noise: number, other: number): number {
    const dt = MODEL.step / YEAR;
    const speed = (Math.LN2 * YEAR) / MODEL.halfLife;
    const mean = MODEL.volatility ** 2;
    const wobble = MODEL.variation * Math.sqrt(2 * speed * mean); // stationary deviation = variation * mean
    const v = Math.max(0, this.variance);
    const shock = MODEL.leverage * noise + Math.sqrt(1 - MODEL.leverage ** 2) * other;
    this.variance += speed * (mean - v) * dt + wobble * Math.sqrt(v * dt) * shock;
    return -0.5 * v * dt + Math.sqrt(v * dt) * noise;
  }
}

const MEAN_JUMP = ((1 - 2 * MODEL.falls) * MODEL.size * MODEL.exponent) / (MODEL.exponent - 1);

/** The log move of an asset that so many jumps a year of the model exceed. */
export function trueJumpLevel(asset: Symbol, perYear: number): number {
  const all = MODEL.jumps / (1 - MODEL.offspring);
  return MODEL.beta[asset] * MODEL.size * (all / perYear) ** (1 / MODEL.exponent);
}

class Jumps {
  /** Expected further jumps that the past ones bring on. */
  private excitement = 0;

  constructor(private readonly random: Random) {}

  next(): number {
    const fading = Math.exp(-MODEL.step / MODEL.excited);
    const expected = (MODEL.jumps * MODEL.step) / YEAR + this.excitement * (1 - fading);
    this.excitement *= fading;
    const drift = -MEAN_JUMP * expected; // so that jumps do not move the price in the mean
    if (this.random() >= 1 - Math.exp(-expected)) return drift;
    this.excitement += MODEL.offspring;
    const size = MODEL.size * (1 - this.random()) ** (-1 / MODEL.exponent);
    return drift + (this.random() < MODEL.falls ? -size : size);
  }
}

/**
 * A depth curve that grows with the square of the distance (the square-root law of impact): 2% of the published open
 * interest of 10 October 2025 within 1%. A round figure of ours; undefined for other assets.
 */
export function generateDepth(asset: string, mark: number): Depth[] | undefined {
  const symbol = SYMBOLS.find((each) => each === asset);
  if (!symbol) return undefined;
  const within1 = 0.02 * FIGURES[symbol].interest * mark;
  return [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05].map((distance) => ({
    distance,
    notional: within1 * (distance / 0.01) ** 2,
  }));
}
