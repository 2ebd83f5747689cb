// SPDX-License-Identifier: MIT
import type { ModeName } from "../../deploy/deploy-novation.js";
import { OptionError, wholeWithin } from "../../tools/options.js";
import { MAX_MOVE, maxMoveOf } from "../files/readMarks.js";
import { readPositions, readPrices, readRounds } from "./csv.js";
import { assemble, type PositionRow, type ReplayInput } from "./input.js";
import { synthetic } from "./synthetic.js";

export const USAGE = `npm run lab -- replay --positions FILE --prices FILE [--rounds FILE] [options]
npm run lab -- replay --synthetic N [--seed S] [options]
  --positions FILE   CSV: account, side, size, entry_price, margin; and asset, unless --asset names it; or as published:
                     perp_positions_by_market_*.json, adl_detailed_analysis_REALTIME.csv (docs/lab.md has their columns)
  --prices FILE      CSV: timestamp, asset, mark; or an exchange's klines. May be repeated, in order of time
  --rounds FILE      CSV: asset, timestamp, adl_price, qty, mark_exec_gap; optional: wave, side (of the defaulters, else long);
                     or as published: two_pass_wave_coin_gap_per_contract.csv, with the marks before them as prices
  --asset NAME       the market of all positions and prices whose file does not name theirs
  --max-move X       how many times the mark before a mark may be within a day (default ${MAX_MOVE}); more is refused as another unit
  --largest N        the N largest positions of each market alone
  --drawn N          the policy table of N drawn accounts beside that of the files: see --synthetic (30 to 20000)
  --synthetic N      N accounts drawn from the published quantiles of 10 October 2025, and that day's rounds (30 to 20000)
  --seed S           draws another population and another random order (default 1)
  --mode MODE        queue, prorata, or both (default both)
  --defaulters N     accounts that share the quantity of a round (default 3)
  --vault AMOUNT     what the insurance vault may pay in each market, quote (default 0: winners pay all)
  --no-day           leaves out the play of the prices at their own times
  --workers N        N workers of this machine, and all others that share DATABASE_URL, play the modes (0 to 64)
  --report FILE      writes everything that was found as JSON
  --json             one JSON object a policy, one a line
  --help
Ends with 1 when a claim about the contracts is broken, with 2 when an option or a file cannot be used.`;

export const OPTIONS = {
  positions: { type: "string" },
  prices: { type: "string", multiple: true },
  rounds: { type: "string" },
  asset: { type: "string" },
  "max-move": { type: "string" },
  largest: { type: "string" },
  drawn: { type: "string" },
  synthetic: { type: "string" },
  seed: { type: "string" },
  mode: { type: "string" },
  defaulters: { type: "string" },
  vault: { type: "string" },
  "no-day": { type: "boolean" },
  report: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

export const MODES: Record<string, ModeName[]> = { queue: ["QUEUE"], prorata: ["PRORATA"], both: ["QUEUE", "PRORATA"] };

const DRAWN = [30, 20_000] as const;

export interface Sources {
  positions?: string | undefined;
  prices?: string[] | undefined;
  rounds?: string | undefined;
  asset?: string | undefined;
  "max-move"?: string | undefined;
  largest?: string | undefined;
  drawn?: string | undefined;
  synthetic?: string | undefined;
}

/** What the options name. `say` hears what is left out of it. */
export function inputOf(values: Sources, seed: number, say: (text: string) => void): ReplayInput {
  const { positions, prices, rounds, synthetic: accounts } = values;
  if (accounts !== undefined) {
    const file = positions ?? prices ?? rounds ?? values.asset ?? values["max-move"] ?? values.largest ?? values.drawn;
    if (file !== undefined)
      throw new OptionError("--synthetic draws everything: it takes no files and nothing about them");
    return synthetic(wholeWithin("synthetic", accounts, ...DRAWN), seed);
  }
  if (positions === undefined || prices === undefined) {
    throw new OptionError("give --positions and --prices, or --synthetic");
  }
  const maxMove = maxMoveOf(values["max-move"] ?? String(MAX_MOVE));
  const marks = readPrices(prices, { asset: values.asset, maxMove });
  const assets = [...new Set(marks.map(({ asset }) => asset))];
  const only = values.asset ?? (assets.length === 1 ? assets[0] : undefined);
  const found = readPositions(positions, only);
  const priced = found.isPublished ? found.positions.filter(({ asset }) => assets.includes(asset)) : found.positions;
  const left = found.positions.length - priced.length;
  if (left > 0) say(`left out: ${left} positions in markets without prices`);
  const own =
    values.largest === undefined ? priced : largest(priced, wholeWithin("largest", values.largest, 1, 1e6), say);
  return assemble({
    positions: own,
    prices: marks,
    source: positions,
    rounds: rounds === undefined ? [] : readRounds(rounds, marks).filter((each) => isPlayed(each.asset, own, found)),
  });
}

/** How many accounts to draw beside; undefined: none. */
export function drawnOf({ drawn }: Sources): number | undefined {
  return drawn === undefined ? undefined : wholeWithin("drawn", drawn, ...DRAWN);
}

/** A published table has rounds of markets that are not played; in a table of one's own they are a mistake. */
function isPlayed(asset: string, own: readonly PositionRow[], { isPublished }: { isPublished: boolean }): boolean {
  return !isPublished || own.some((position) => position.asset === asset);
}

/** The largest of each market by what they were worth when they were opened. */
function largest(positions: readonly PositionRow[], count: number, say: (text: string) => void): PositionRow[] {
  const notional = ({ size, entry }: PositionRow) => size * entry;
  const sum = (list: readonly PositionRow[]) => list.reduce((total, each) => total + notional(each), 0);
  return [...new Set(positions.map(({ asset }) => asset))].flatMap((asset) => {
    const all = positions.filter((each) => each.asset === asset);
    const kept = [...all].sort((a, b) => notional(b) - notional(a)).slice(0, count);
    const share = ((100 * sum(kept)) / sum(all)).toFixed(1);
    if (kept.length < all.length)
      say(`${asset}: the ${count} largest of ${all.length} positions, ${share}% of notional`);
    return kept;
  });
}
