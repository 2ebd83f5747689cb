// SPDX-License-Identifier: MIT
// How the gas of a deleverage grows with the nodes it closes, in both modes. Every number is measured.
import { BASE, Bench, print } from "./Bench.js";
import type { ModeName } from "../deploy/deploy-novation.js";

const NODES = [1, 10, 100, 500];
const STEPS = 300n;

/** One long who defaults against shorts that entered at `nodes` different levels. */
async function deleverage(mode: ModeName, nodes: number) {
  const bench = await Bench.open(mode);
  const { clearinghouse } = bench.house;
  const whale = await bench.trader(BigInt(Math.min(3_000 * nodes, 30_000)));
  for (let i = 0; i < nodes; ++i) {
    const short = await bench.trader(100_000n);
    // Shorts queue by rank, the negative of their entry: the newest and highest is the new head, so no hint is needed.
    await bench.trade(whale, [short], BASE / 10n);
    await bench.settleMark((bench.price * 1_002n) / 1_000n);
  }
  // All entries are far above a fifth of the last price, so the whale owes more than he has and every short is a winner.
  await bench.setMark(bench.price / 5n);
  await (await clearinghouse.poke(bench.market >> 2n)).wait();
  await (await clearinghouse.absorb(bench.market >> 2n, [bench.account(whale)])).wait();
  await bench.chain.networkHelpers.time.increase(121);
  // A transaction may use 16,777,216 gas (EIP-7825), so many nodes take several calls.
  const calls: number[] = [];
  while ((await clearinghouse.lockedGroups()) > 0n) {
    calls.push(Number(await bench.gasOf(clearinghouse.deleverage(bench.market >> 2n, STEPS))));
  }
  const gas = calls.reduce((sum, call) => sum + call, 0);
  return {
    op: `deleverage-${nodes}`,
    mode,
    gas,
    gasPerNode: Math.round(gas / nodes),
    calls: calls.length,
    largestCall: Math.max(...calls),
  };
}

const rows = [];
for (const mode of ["QUEUE", "PRORATA"] as const) {
  for (const nodes of NODES) rows.push(await deleverage(mode, nodes));
}
print(rows);
