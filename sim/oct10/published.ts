// SPDX-License-Identifier: MIT
// The deleveraging cascade of 10 October 2025, 21:15 to 21:27 UTC, from public analyses: marks from the repositories
// HyperAnalyzeADL, HyperMultiAssetedADL and autodeleveraging-analysis; quantiles of the accounts in them. Single
// published figures only.

export type Symbol = "BTC" | "SOL";
export const SYMBOLS: readonly Symbol[] = ["BTC", "SOL"];

/** A published mark. `time`: Unix seconds. */
export interface Mark {
  time: number;
  symbol: Symbol;
  price: number;
}

export const START = unix("21:15:00");
export const END = unix("21:27:00");

/** The first gap of both markets follows this moment; keepers that sleep fall asleep here. */
export const FALL_ASLEEP = unix("21:17:00");

/**
 * Execution prices of deleveraging rounds (each the mark before it), fills, and the official marks at the end. The
 * times of the lows are guesses.
 */
const MARKS: Record<Symbol, readonly (readonly [string, number])[]> = {
  BTC: [
    ["21:15:00", 112_000],
    ["21:17:06", 108_416],
    ["21:17:47", 107_228],
    ["21:19:08", 108_202],
    ["21:19:22", 107_350],
    ["21:19:25", 106_216],
    ["21:19:28", 105_809],
    ["21:19:31", 105_250],
    ["21:19:34", 104_504],
    ["21:19:40", 104_545],
    ["21:19:52", 103_960],
    ["21:20:08", 102_959],
    ["21:20:10", 100_839],
    ["21:22:10", 107_399],
    ["21:27:00", 108_340],
  ],
  SOL: [
    ["21:15:00", 185],
    ["21:15:09", 182.07],
    ["21:17:06", 173.05],
    ["21:17:47", 168.21],
    ["21:19:08", 160.58],
    ["21:19:12", 159.99],
    ["21:19:22", 156.42],
    ["21:19:25", 155.22],
    ["21:19:34", 152.99],
    ["21:19:52", 148.46],
    ["21:20:10", 138.37],
    ["21:25:05", 177.22],
    ["21:27:00", 169.36],
  ],
};

/** Values at these shares of a population. */
export const SHARES: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];
export type Quantiles = readonly number[];

/** What is known about the accounts of a market. */
export interface Figures {
  /** Accounts that held longs, and shorts (deleveraged, or open at the end). */
  longs: number;
  shorts: number;
  /** Longs that were liquidated, and that were open at the end, among those with known size. */
  liquidated: number;
  survived: number;
  /** What a liquidated long lost, quote. */
  loss: Quantiles;
  /** Sizes of longs open at the end, and of deleveraged shorts, base. */
  longSize: Quantiles;
  shortSize: Quantiles;
  /** Gain of a deleveraged short against the execution price, and the price of the largest round. */
  gain: Quantiles;
  execution: number;
  /** Leverage of accounts that were deleveraged. */
  leverage: Quantiles;
  /** Share of the largest account in what was deleveraged. */
  largest: number;
  /** Longs before the crash, base. */
  interest: number;
}

export const FIGURES: Record<Symbol, Figures> = {
  BTC: {
    longs: 4_483,
    shorts: 1_674 + 425,
    liquidated: 1_466,
    survived: 1_717,
    loss: [2.12, 7.03, 13.39, 56.55, 349.45, 2_829.12, 23_079.53, 77_889.23, 916_804.41, 7_076_550],
    longSize: [0.00045, 0.00173, 0.00332, 0.01426, 0.09355, 0.8264, 3.15689, 6.31334, 47.66274, 877.35983],
    shortSize: [0.00047, 0.00131, 0.00179, 0.00434, 0.01474, 0.07991, 0.62368, 2.24752, 13.43651, 280.0926],
    gain: [0.0151, 0.0307, 0.0545, 0.0841, 0.1164, 0.1376, 0.157, 0.1731, 0.1976, 0.2099],
    execution: 107_228,
    leverage: [0.35, 1.151, 1.673, 2.63, 4.483, 6.867, 11.58, 28.164, 23_846.868, 82_938_240],
    largest: 0.5298,
    interest: 17_912,
  },
  SOL: {
    longs: 2_983,
    shorts: 2_811 + 154,
    liquidated: 1_301,
    survived: 822,
    loss: [1.31, 4.66, 9.41, 39.35, 308.97, 2_977.98, 20_622.82, 93_735.6, 917_999.66, 6_846_713.44],
    longSize: [0.07, 0.2605, 0.6, 2.295, 13.47, 95.7775, 520.714, 1_236.301, 9_329.1735, 73_312.57],
    shortSize: [0.03, 0.08, 0.14, 0.69, 2.01, 11.39, 157.69, 801.244, 6_264.1816, 269_597.8],
    gain: [0.0086, 0.0582, 0.1019, 0.1547, 0.2211, 0.2937, 0.3609, 0.4009, 0.5041, 0.7337],
    execution: 173.05,
    leverage: [0.049, 0.205, 0.256, 0.375, 0.697, 1.694, 3.006, 5.839, 70.454, 4_469_677.14],
    largest: 0.1613,
    interest: 2_759_149,
  },
};

/** A round of the deleveraging: longs of `qty` were closed against shorts at `price`, `gap` above the mark. */
export interface PublishedRound {
  time: number;
  symbol: Symbol;
  wave: number;
  price: number;
  qty: number;
  gap: number;
}

// Execution prices and quantities: HyperMultiAssetedADL. Gaps: averages over a wave and coin in
// autodeleveraging-analysis; those of waves 3 and 6, which it does not have, are taken from wave 13.
const ROUNDS: Record<Symbol, readonly (readonly [string, number, number, number, number])[]> = {
  BTC: [
    ["21:17:06.037", 3, 108_416, 460.0822, 616.55],
    ["21:17:47.450", 6, 107_228, 1_870.3928, 616.55],
    ["21:19:08.820", 13, 108_202, 423.1411, 616.551596],
    ["21:19:22.251", 13, 107_350, 1_003.7914, 616.551596],
    ["21:19:25.321", 13, 106_216, 872.4139, 616.551596],
    ["21:19:28.995", 13, 105_809, 0.6641, 616.551596],
    ["21:19:31.173", 13, 105_250, 35.9011, 616.551596],
    ["21:19:34.026", 13, 104_504, 2.3495, 616.551596],
    ["21:19:52.582", 13, 103_960, 732.166, 616.551596],
    ["21:20:08.014", 14, 102_959, 431.1, 965.707046],
  ],
  SOL: [
    ["21:17:06.037", 3, 173.05, 750_607.1299, 1.118],
    ["21:17:47.450", 6, 168.21, 215_632.5327, 1.118],
    ["21:19:08.820", 13, 160.58, 358_485.0711, 1.118004],
    ["21:19:22.251", 13, 156.42, 307_424.4546, 1.118004],
    ["21:19:25.321", 13, 155.22, 1_195.8801, 1.118004],
    ["21:19:34.026", 13, 152.99, 12_656.7969, 1.118004],
    ["21:19:52.582", 13, 148.46, 25_696.9502, 1.118004],
  ],
};

/** The rounds of both markets in order of time. */
export function rounds(): PublishedRound[] {
  const list = SYMBOLS.flatMap((symbol) =>
    ROUNDS[symbol].map(([at, wave, price, qty, gap]) => ({ time: unix(at), symbol, wave, price, qty, gap })),
  );
  return list.sort((a, b) => a.time - b.time);
}

/** The marks written above in order of time, whatever files lie beside the checkout. */
export function publishedMarks(): Mark[] {
  const list = SYMBOLS.flatMap((symbol) => MARKS[symbol].map(([at, price]) => ({ time: unix(at), symbol, price })));
  return list.sort((a, b) => a.time - b.time);
}

function unix(at: string): number {
  return Date.parse(`2025-10-10T${at}Z`) / 1000;
}
