// SPDX-License-Identifier: MIT
// Gas of the main operations, each one real transaction with cold slots on an in-process chain, production profile.
import { BASE, Bench, print } from "./Bench.js";

const rows: { op: string; gas: number }[] = [];
const note = (op: string, gas: bigint) => rows.push({ op, gas: Number(gas) });

const bench = await Bench.open();
const { clearinghouse } = bench.house;
const quiet = await bench.trader(1_000_000n);
const [long, short] = [await bench.trader(1_000_000n), await bench.trader(1_000_000n)];

note("deposit", await bench.deposit(long, 1_000n));
note("trade-new", await bench.trade(long, [short], BASE));
note("trade-existing, same level", await bench.trade(long, [short], BASE));
const higher = (bench.price * 1_003n) / 1_000n;
note("trade-existing, level changes", await bench.trade(long, [short], BASE, higher));
note("trade-existing, reduce", await bench.trade(short, [long], BASE));
note("withdraw-1", await bench.gasOf(clearinghouse.connect(long).withdraw(0, 1_000n * 10n ** 6n, long.address)));
const maker = await bench.sign(short, -BASE, bench.price, false);
note("fill-own", await bench.gasOf(clearinghouse.connect(long).fillOrder(0, { maker, size: BASE, hint: 0n }, 0n)));
const makers = [];
for (let i = 0; i < 8; ++i) makers.push(await bench.trader(1_000_000n));
await bench.trade(quiet, makers, 8n * BASE);
note("fill-of-8, whole", await bench.trade(quiet, makers, 8n * BASE));
note("cancel", await bench.gasOf(clearinghouse.connect(long).cancel(bench.account(long), (99n << 16n) | 7n)));

// A margin call and a partial liquidation: the mark drifts down without a gap.
const thin = await bench.trader(6_000n);
await bench.trade(thin, [short], BASE);
for (const percent of [985n, 972n]) await bench.settleMark((100_000n * 10n ** 18n * percent) / 1_000n);
note("margin-call", await bench.gasOf(clearinghouse.marginCall(bench.account(thin))));
await bench.settleMark((100_000n * 10n ** 18n * 966n) / 1_000n);
const bid = await bench.sign(quiet, BASE, (bench.price * 998n) / 1_000n, false);
note(
  "liquidate, against an order",
  await bench.gasOf(
    clearinghouse.liquidate(bench.account(thin), bench.market, 0, [{ maker: bid, size: BASE, hint: 0n }]),
  ),
);

// A jump with two defaulters.
const defaulters = [await bench.trader(5_100n), await bench.trader(5_100n)];
for (const wallet of defaulters) await bench.trade(wallet, [short], BASE);
await bench.settleMark(bench.price);
await bench.setMark((bench.price * 90n) / 100n);
note("poke, locks", await bench.gasOf(clearinghouse.poke(bench.market >> 2n)));
for (const [index, wallet] of defaulters.entries()) {
  const op = index === 0 ? "absorb" : "absorb, one more";
  note(op, await bench.gasOf(clearinghouse.absorb(bench.market >> 2n, [bench.account(wallet)])));
}
await bench.chain.networkHelpers.time.increase(121);
note("deleverage-1", await bench.gasOf(clearinghouse.deleverage(bench.market >> 2n, 1_000n)));

print(rows);
