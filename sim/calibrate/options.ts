// SPDX-License-Identifier: MIT
import { OptionError, wholeWithin } from "../../tools/options.js";
import { MAX_MOVE, maxMoveOf } from "../files/readMarks.js";
import type { CalibrationOptions } from "./calibrate.js";
import { NetworkParameters, networkName } from "./networkFile.js";
import { TARGETS, readTargets } from "./targets.js";

const DAYS = 730;

export const USAGE = `npm run lab -- calibrate [options]
  --prices FILE     CSV: timestamp, asset, mark, as the price source would have given them; or an exchange's klines. May be repeated, in
                    order of time. Without it a path is drawn from a model
  --asset NAME      the market of price files that do not name theirs
  --max-move X      how many times the mark before a mark may be within a day (default ${MAX_MOVE}); more is refused as another unit
  --depth FILE      CSV: asset, bps, notional; what moves the price by so much in the worst hours. Without it a curve is made up
  --days N          length of the path that is drawn, 30 to 7300 (default ${DAYS})
  --seed S          draws another path (default 1)
  --target T        NAME=VALUE, or NAME:ASSET=VALUE for one market; may be repeated:
${Object.entries(TARGETS)
  .map(([name, { value, says }]) => `                    ${name.padEnd(12)}${says} (default ${value})`)
  .join("\n")}
  --network NAME    local or sepolia: whose parameters are compared with and written (default local)
  --out FILE        writes the network's parameters file with what is proposed, for npm run deploy -- ... --parameters FILE
  --report FILE     writes everything that was found as JSON
  --json            one JSON object a market, one a line, and one for the venue
  --help
Ends with 2 when an option or a file cannot be used.`;

export const OPTIONS = {
  prices: { type: "string", multiple: true },
  asset: { type: "string" },
  "max-move": { type: "string" },
  depth: { type: "string" },
  days: { type: "string" },
  seed: { type: "string" },
  target: { type: "string", multiple: true },
  network: { type: "string" },
  out: { type: "string" },
  report: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

interface Values {
  prices?: string[] | undefined;
  asset?: string | undefined;
  "max-move"?: string | undefined;
  depth?: string | undefined;
  days?: string | undefined;
  seed?: string | undefined;
  target?: string[] | undefined;
  network?: string | undefined;
}

export function calibrationOptions(values: Values): CalibrationOptions {
  if (values.prices !== undefined && values.days !== undefined) {
    throw new OptionError("--days is the length of a drawn path: leave it out with --prices");
  }
  if (values.prices === undefined && (values.asset ?? values["max-move"]) !== undefined) {
    throw new OptionError("--asset and --max-move are of price files: give --prices");
  }
  return {
    asset: values.asset,
    maxMove: maxMoveOf(values["max-move"] ?? String(MAX_MOVE)),
    prices: values.prices,
    depth: values.depth,
    targets: readTargets(values.target ?? []),
    days: wholeWithin("days", values.days ?? String(DAYS), 30, 7_300),
    seed: wholeWithin("seed", values.seed ?? "1", 0, 2 ** 32 - 1),
    network: new NetworkParameters(networkName(values.network ?? "local")),
  };
}
