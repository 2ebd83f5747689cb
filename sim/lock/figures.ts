// SPDX-License-Identifier: MIT
// npm run lab -- net: the figures of docs/decisions/net-charge.md. See USAGE.
import { main, wholeWithin } from "../../tools/options.js";
import { groups, type Charged, type GroupsResult } from "./groups.js";

const USAGE = `npm run lab -- net [options]
  --groups N  random groups of each kind, 1 to 100000 (default 400; 4000 take five minutes)
  --seed S    draws others, 0 to 4294967295 (default 1)
  --json      one JSON object a kind, one a line
  --help

Each group jumps once and is settled twice on the executable model of the lock: nobody registered (gross), and everybody (net).`;

const OPTIONS = {
  groups: { type: "string", default: "400" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

const KINDS = [
  { markets: 1, deviation: 0.1, hedgers: 0.5 },
  { markets: 2, deviation: 0.1, hedgers: 0.5 },
  { markets: 4, deviation: 0.1, hedgers: 0.5 },
  { markets: 4, deviation: 0.1, hedgers: 0 },
  { markets: 4, deviation: 0.2, hedgers: 0.5 },
];

const HEAD = `| markets, deviation, hedgers | settlements | first defaults | second defaults | below both | shortfall | mean theta | largest theta | paid by accounts with a losing leg | by the others |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|`;

await main(USAGE, OPTIONS, async ({ json, ...values }) => {
  const count = wholeWithin("groups", values.groups, 1, 100_000);
  const seed = wholeWithin("seed", values.seed, 0, 2 ** 32 - 1);
  if (!json) console.log(HEAD);
  for (const kind of KINDS) {
    const result = groups({ groups: count, seed, ...kind });
    console.log(json ? JSON.stringify({ ...kind, ...result }) : lineOf(kind, result));
  }
});

/** Gross / net. */
function lineOf({ markets, deviation, hedgers }: (typeof KINDS)[number], result: GroupsResult): string {
  const { settlements, firstDefaults } = result;
  const both = (pick: (of: Charged) => string) => `${pick(result.gross)} / ${pick(result.net)}`;
  const whole = (n: number) => Math.round(n).toLocaleString("en-US");
  const million = (n: number) => `${(n / 1e6).toFixed(1)} m`;
  const percent = (n: number) => `${(100 * n).toFixed(1)}%`;
  const cells = [
    `${markets}, ${percent(deviation)}, ${percent(hedgers)}`,
    whole(settlements),
    whole(firstDefaults),
    both((c) => whole(c.secondDefaults)),
    both((c) => whole(c.below)),
    both((c) => whole(c.shortfall)),
    both((c) => percent(settlements === 0 ? 0 : c.theta / settlements)),
    both((c) => percent(c.largestTheta)),
    both((c) => million(c.paidByHedged)),
    both((c) => million(c.paidByOthers)),
  ];
  return `| ${cells.join(" | ")} |`;
}
