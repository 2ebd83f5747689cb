// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";
import { START, publishedMarks, type Symbol } from "../oct10/published.js";
import { scaled, through, type Path } from "../stress/paths.js";

export interface Scene {
  readonly name: string;
  readonly says: string;
  readonly markets: readonly [btc: Path, sol: Path];
  readonly collateral: Path;
  /** Part of a price that does not count. */
  readonly haircut: number;
  /** Seconds of the scene in which no keeper acts. */
  readonly asleep: readonly [from: number, until: number];
  /** What another group's budget spends at a second, or in the lock that runs then: part of pot and line together. */
  readonly drained?: { readonly at: number; readonly part: number };
  /** Worth of the coin that raises the discount its buyers want by a hundredth, part of all that is pledged. */
  readonly depth: number;
}

const HOUR = 3_600;
const AWAKE = [0, 0] as const;

export function scenes(seed: number): Scene[] {
  const btc = crashOf("BTC");
  const sol = crashOf("SOL");
  const ether = { haircut: 0.2, depth: 0.05 };
  const asleep = [120, 306] as const; // from 21:17:00 to 21:20:06, before the lowest marks
  const flat = (fall: number, noise: number, draw: number) =>
    through(
      seeded(seed + draw),
      [
        [0, 1],
        [HOUR, 1 - fall],
      ],
      12,
      noise,
    );
  const broken = {
    markets: [jump(600, 0.98), jump(600, 0.95)] as const,
    collateral: jump(900, 0.4),
    haircut: 0.2,
    asleep: AWAKE,
    depth: 0.005,
  };
  return [
    {
      name: "crash",
      says: "10 October 2025 as published; ether falls as SOL did (25%)",
      markets: [btc, sol],
      collateral: sol,
      asleep: AWAKE,
      ...ether,
    },
    {
      name: "crash, nobody keeps",
      says: "the same, keepers sleep from 21:17:00 to 21:20:06",
      markets: [btc, sol],
      collateral: sol,
      asleep,
      ...ether,
    },
    {
      name: "crash, ether half again as deep",
      says: "the same, and ether falls by 38%",
      markets: [btc, sol],
      collateral: scaled(sol, 1.5),
      asleep,
      ...ether,
    },
    {
      name: "depeg",
      says: "a stablecoin goes from 1 to 0.90 in an hour; the markets fall by 3%",
      markets: [flat(0.03, 0.002, 1), flat(0.03, 0.003, 2)],
      collateral: flat(0.1, 0.0005, 3),
      haircut: 0.05,
      asleep: AWAKE,
      depth: 0.1,
    },
    {
      name: "depeg, nobody buys",
      says: "the same, and only the line buys",
      markets: [flat(0.03, 0.002, 1), flat(0.03, 0.003, 2)],
      collateral: flat(0.1, 0.0005, 3),
      haircut: 0.05,
      asleep: AWAKE,
      depth: 0,
    },
    {
      name: "drained",
      says: "the crash while nobody keeps; another group's budget spends 90% of pot and line first",
      markets: [btc, sol],
      collateral: sol,
      asleep,
      ...ether,
      drained: { at: 324, part: 0.9 },
    },
    { ...broken, name: "broken coin", says: "SOL falls by 5%, and five minutes later a thin coin by 60%" },
    {
      ...broken,
      name: "broken coin, drained",
      says: "the same, and in between another group's budget spends all of pot and line that it can reach",
      drained: { at: 888, part: 1 },
    },
  ];
}

function jump(second: number, to: number): Path {
  return [
    [0, 1],
    [second, to],
  ];
}

function crashOf(symbol: Symbol): Path {
  const own = publishedMarks().filter((mark) => mark.symbol === symbol);
  return own.map(({ time, price }) => [time - START, price / own[0]!.price]);
}
