// SPDX-License-Identifier: MIT
import { groups } from "./groups.js";

// The figures of docs/decisions/net-charge.md: node --import tsx sim/lock/figures.ts [groups] [seed]

const [count = 4_000, seed = 1] = process.argv.slice(2).map(Number);
const KINDS = [
  { markets: 1, deviation: 0.1, hedgers: 0.5 },
  { markets: 2, deviation: 0.1, hedgers: 0.5 },
  { markets: 4, deviation: 0.1, hedgers: 0.5 },
  { markets: 4, deviation: 0.1, hedgers: 0 },
  { markets: 4, deviation: 0.2, hedgers: 0.5 },
];

for (const kind of KINDS) {
  const { settlements, firstDefaults, gross, net } = groups({ groups: count, seed, ...kind });
  const both = (pick: (of: typeof gross) => number, digits = 0) =>
    `${pick(gross).toFixed(digits)} / ${pick(net).toFixed(digits)}`;
  console.log({
    ...kind,
    settlements,
    firstDefaults,
    secondDefaults: both((c) => c.secondDefaults),
    below: both((c) => c.below),
    shortfall: both((c) => c.shortfall),
    meanTheta: both((c) => c.theta / settlements, 4),
    largestTheta: both((c) => c.largestTheta, 3),
    paidByOthers: both((c) => c.paidByOthers),
    paidByHedged: both((c) => c.paidByHedged),
  });
}
