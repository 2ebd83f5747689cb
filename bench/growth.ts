// SPDX-License-Identifier: MIT
// How the gas of a deleverage grows with the nodes it closes, in both modes. Every number is measured.
import { BASE, Bench, print } from "./Bench.js";
import type { ModeName } from "../deploy/deploy-novation.js";

const NODES = [1, 10, 100, 500];

/** One long who defaults against shorts that entered at `nodes` different levels. */
async function deleverage(mode: ModeName, nodes: number) {
  const bench = await Bench.open(mode);
  const { clearinghouse } = bench.house;
  const whale = await bench.trader(50_000_000n);
  let hint = 0n;
  for (let i = 0; i < nodes; ++i) {
    const short = await bench.trader(100_000n);
    // Shorts queue by rank, the negative of their entry: the newest and highest is the new head, so no hint is needed.
    await bench.trade(whale, [short], BASE / 10n, bench.price, [0n, hint]);
    hint = 0n;
    await bench.settleMark((bench.price * 1_002n) / 1_000n);
  }
  // The whale keeps just above initial margin: 5% of what he holds.
  const account = await bench.house.lens.account(clearinghouse, bench.account(whale));
  const spare = (BigInt(account.withdrawable) * 999n) / 1_000n;
  const withdrawn = spare / 1_000n;
  if (withdrawn > 0n) await (await clearinghouse.connect(whale).withdraw(0, withdrawn, whale.address)).wait();
  await bench.setMark((bench.price * 70n) / 100n);
  await (await clearinghouse.poke(bench.market >> 2n)).wait();
  await (await clearinghouse.absorb(bench.market >> 2n, [bench.account(whale)])).wait();
  await bench.chain.networkHelpers.time.increase(121);
  const gas = await bench.gasOf(clearinghouse.deleverage(bench.market >> 2n, 10_000n, { gasLimit: 900_000_000n }));
  const done = (await clearinghouse.lockedGroups()) === 0n;
  if (!done) throw new Error(`deleverage of ${nodes} nodes did not complete`);
  return { op: `deleverage-${nodes}`, mode, gas: Number(gas), gasPerNode: Math.round(Number(gas) / nodes) };
}

const rows = [];
for (const mode of ["QUEUE", "PRORATA"] as const) {
  for (const nodes of NODES) rows.push(await deleverage(mode, nodes));
}
print(rows);
