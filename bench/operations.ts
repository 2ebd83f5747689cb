// SPDX-License-Identifier: MIT
import { BASE, Bench, PRICE, USDC, type Measured, type Quoting, type Trader } from "./Bench.js";
import { Meter, type Part } from "./Meter.js";
import { optionMargins, optionPrice, optionRefresh } from "./options.js";
import { optionFillGas } from "./optionFill.js";
import { netOfEight, settlementOf120 } from "./optionOperations.js";
import { purchase, withPledge } from "./pledges.js";
import { rankOf } from "../sdk/level.js";
import { TARGETS } from "./peers.js";
import type { SpecificationName } from "./specification.js";
import { INTRINSIC } from "./trace.js";

/** An operation of the table. docs/gas.md says what each one is. */
export interface Operation {
  op: string;
  gas: number;
  floor: number;
  parts: Part[];
}

const RICH = 200_000n;
const FORTUNE = 900_000n;
const WEEK = 604_800;
/** Accounts of one batch, and the levels of their entries. */
const [MANY, LEVELS] = [50, 12];
const ROUNDS = 8;
const NEVER = 2n ** 40n - 1n;
const LANE = 2n; // of the second slot of fills; lane 0 is of the first

/** What runs together, in the order of the table. */
const RUNS: readonly { ops: readonly string[]; run: (meter: Meter) => Promise<Operation[]> }[] = [
  { ops: ["deposit", "withdraw-1", "withdraw-3"], run: cashOperations },
  { ops: ["trade-new", "trade-existing", "trade-existing-fresh", "funding"], run: tradeOperations },
  { ops: ["fill-of-8"], run: async (meter) => [await fillOfEight(meter)] },
  { ops: ["fill-own"], run: async (meter) => [await fillOwn(meter)] },
  { ops: ["liquidate"], run: async (meter) => [await liquidation(meter)] },
  { ops: ["liquidate-many"], run: async (meter) => [await liquidationOfMany(meter)] },
  { ops: ["deleverage-1"], run: async (meter) => [await deleverageOne(meter)] },
  { ops: ["deleverage-1000"], run: async (meter) => [await deleverageThousand(meter)] },
  { ops: ["cancel"], run: async (meter) => [await cancel(meter)] },
  { ops: ["absorb"], run: async (meter) => [await absorbOneMore(meter)] },
  { ops: ["net-register", "net-register-10"], run: registrations },
  { ops: ["health-collateral", "health-collateral-feed", "withdraw-collateral"], run: healthWithPledge },
  { ops: ["exchange"], run: async (meter) => [await exchange(meter)] },
  { ops: ["list-insert", "list-join", "list-remove", "list-step"], run: listOperations },
  { ops: ["option-price"], run: async () => [await optionPrice()] },
  { ops: ["margin-4", "margin-8", "margin-16", "margin-32"], run: optionMargins },
  { ops: ["option-refresh"], run: async () => [await optionRefresh()] },
  { ops: ["option-fill"], run: async () => [{ op: "option-fill", gas: await optionFillGas(), floor: 0, parts: [] }] },
  { ops: ["net-8"], run: async (meter) => [await netOptions(meter)] },
  { ops: ["settle-120"], run: async (meter) => [await settleOptions(meter)] },
];

/** Runs every operation, or those `wanted`, each as a transaction of its own in a market where others trade. */
export async function operations(wanted?: readonly string[]): Promise<Operation[]> {
  const meter = new Meter();
  const list: Operation[] = [];
  for (const { ops, run } of RUNS) {
    if (wanted && !ops.some((op) => wanted.includes(op))) continue;
    list.push(...(await run(meter)).filter(({ op }) => !wanted || wanted.includes(op)));
  }
  const place = (op: string) => TARGETS.findIndex((target) => target.op === op);
  return list.sort((a, b) => place(a.op) - place(b.op));
}

function operation(op: string, parts: Part[], share = 1): Operation {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const each = (gas: number) => Math.round(gas / share);
  return { op, gas: each(sum(({ gas }) => gas)), floor: each(sum(({ floor }) => floor.gas)), parts };
}

/** A market in which others hold positions on every level that is traded at, and fees wait. */
async function busy(): Promise<Bench> {
  const bench = await Bench.open();
  await bench.crowd(-12, 12);
  return bench;
}

/** `buyer` and `seller` open a position each, `size` at a price. */
async function open(bench: Bench, buyer: Trader, seller: Trader, size: bigint, price: bigint): Promise<void> {
  await bench.settle([{ taker: buyer, makers: [{ trader: seller, size, price }] }]);
}

async function pair(bench: Bench): Promise<[Trader, Trader]> {
  return [await bench.trader("taker", RICH), await bench.trader("maker", RICH)];
}

async function cashOperations(meter: Meter): Promise<Operation[]> {
  const bench = await Bench.open([1, 3]);
  const { clearinghouse } = bench.venue;
  await bench.crowd(-12, 12);
  const [one, counter] = [await bench.trader("trader", RICH), await bench.trader("counterparty", RICH)];
  const [three, other] = [await bench.trader("trader", RICH), await bench.trader("counterparty", RICH)];
  await open(bench, one, counter, BASE, bench.rung(0));
  for (let index = 0n; index < 3n; ++index) {
    const makers = [{ trader: other, size: BASE, price: bench.rung(0) }];
    await bench.settle([{ taker: three, makers, market: bench.market(2n, index) }]);
  }
  const take = ({ wallet, number }: Trader): Promise<Measured> =>
    bench.send(clearinghouse, "withdraw", [number, 1_000n * USDC, wallet.address], wallet.address);
  await bench.pass(1n);
  await bench.pass(2n);
  await take(counter); // begins the day's window

  const paid = await bench.send(clearinghouse, "deposit", [one.id, 1_000n * USDC], one.wallet.address);
  return [
    operation("deposit", [await meter.part(bench, "deposit", paid)]),
    operation("withdraw-1", [await meter.part(bench, "withdraw-1", await take(one))]),
    operation("withdraw-3", [await meter.part(bench, "withdraw-3", await take(three))]),
  ];
}

async function tradeOperations(meter: Meter): Promise<Operation[]> {
  const bench = await busy();
  const rung = (k: number) => bench.rung(k);
  const [taker, maker] = await pair(bench);
  const trade = (k: number, size: bigint, lane?: bigint) =>
    bench.settle([{ taker, lane, makers: [{ trader: maker, size, price: rung(k), lane }] }]);
  await bench.pass();

  const fresh = operation("trade-new", [await meter.part(bench, "trade-new", await trade(0, BASE))]);
  // Entries average at rung 2, then at rung 4, where others are.
  const existing = await meter.part(bench, "trade-existing", await trade(4, BASE));
  const again = await meter.part(bench, "trade-existing-fresh", await trade(6, 2n * BASE, LANE));
  return [
    fresh,
    operation("trade-existing", [existing]),
    operation("trade-existing-fresh", [again]),
    fundingOf(operation("trade-existing", [existing])),
  ];
}

/** Four makers add to shorts at levels below and above, whose average changes level, four reduce longs. */
async function fillOfEight(meter: Meter): Promise<Operation> {
  const bench = await busy();
  const taker = await bench.trader("taker", RICH);
  const counter = await bench.trader("counterparty", RICH);
  const makers = await bench.traders("maker", 8, RICH);
  await open(bench, taker, counter, 8n * BASE, bench.rung(4));
  for (const [index, k] of [-6, -4, 4, 6].entries()) await open(bench, counter, makers[index]!, BASE, bench.rung(k));
  for (const [index, k] of [-3, -1, 1, 3].entries()) {
    // Bought with an order of his own, so that his lane is used.
    const seller = { trader: counter, size: 2n * BASE, price: bench.rung(k) };
    await bench.settle([{ taker: makers[4 + index]!, makers: [seller] }]);
  }
  await bench.pass();
  // A ladder of prices a dollar apart around the mark, all within one level.
  const ladder = makers.map((trader, i) => ({ trader, size: BASE, price: bench.rung(0) + BigInt(i - 4) * PRICE }));
  const sent = await bench.settle([{ taker, makers: ladder }]);
  return operation("fill-of-8", [await meter.part(bench, "fill-of-8", sent)], 8);
}

async function fillOwn(meter: Meter): Promise<Operation> {
  const bench = await busy();
  const [taker, maker] = await pair(bench);
  await open(bench, taker, maker, BASE, bench.rung(0));
  await bench.pass();
  const sent = await bench.fillOrder(taker, { trader: maker, size: BASE, price: bench.rung(4) });
  return operation("fill-own", [await meter.part(bench, "fill-own", sent)]);
}

/** The mark drifts down without a gap; a keeper with a position takes over what restores the debtor's margin. */
async function liquidation(meter: Meter): Promise<Operation> {
  const bench = await busy();
  const [debtor, keeper] = [await bench.trader("debtor", 5_700n), await bench.trader("keeper", RICH)];
  const counter = await bench.trader("counterparty", RICH);
  await open(bench, debtor, counter, BASE, bench.rung(0));
  const start = bench.price;
  for (const permille of [985n, 971n]) await bench.settleMark((start * permille) / 1_000n);
  await bench.crowd(-12, 12);
  await open(bench, keeper, counter, BASE, bench.rung(8));
  await bench.pass();
  const args = [debtor.id, bench.market(), keeper.number, 2n ** 88n, 0n, 2n ** 96n, NEVER];
  const sent = await bench.send(bench.venue.clearinghouse, "liquidateToAccount", args, keeper.wallet.address);
  return operation("liquidate", [await meter.part(bench, "liquidate", sent)]);
}

/** As `liquidation`, of 50 owners whose entries are at twelve levels, into a keeper who can carry them all. */
async function liquidationOfMany(meter: Meter): Promise<Operation> {
  const bench = await busy();
  const counter = await bench.trader("counterparty", FORTUNE);
  const debtors: Quoting[] = [];
  for (let i = 0; i < MANY; ++i) {
    const price = bench.rung((i % LEVELS) - LEVELS / 2);
    // The later an entry loses, the less he has to lose: all are as weak in the end.
    const quote = 5_700n + (price - bench.rung(0)) / PRICE;
    debtors.push({ trader: await bench.trader(`debtor ${i + 1}`, quote), size: BASE, price });
  }
  for (let from = 0; from < MANY; from += 25)
    await bench.settle([{ taker: counter, sells: true, makers: debtors.slice(from, from + 25) }]);
  const start = bench.price;
  for (const permille of [985n, 971n]) await bench.settleMark((start * permille) / 1_000n);
  await bench.crowd(-12, 12);
  const keeper = await bench.trader("keeper", FORTUNE);
  await open(bench, keeper, counter, BASE, bench.rung(8));
  await bench.pass();
  const ids = debtors.map(({ trader }) => trader.id);
  const args = [bench.market(), ids, keeper.number, 2n ** 70n, 0n, 2n ** 96n, NEVER];
  const sent = await bench.send(bench.venue.clearinghouse, "liquidateMany", args, keeper.wallet.address);
  const taken = await bench.countOf(sent, "Liquidated");
  if (taken !== MANY) throw new Error(`${taken} of ${MANY} were liquidated`);
  return operation("liquidate-many", [await meter.part(bench, "liquidate-many", sent)], MANY);
}

/** A market that had a jump upwards some days ago, in which a short defaulted: its slots for locks are not new. */
async function experienced(): Promise<{ bench: Bench; keeper: Trader; counter: Trader }> {
  const bench = await busy();
  const keeper = await bench.trader("keeper", RICH);
  const counter = await bench.trader("counterparty", RICH);
  const debtor = await bench.trader("debtor", 5_600n);
  await open(bench, counter, debtor, BASE, bench.rung(0));
  await bench.pass();
  await bench.setMark((bench.price * 11n) / 10n);
  await absorb(bench, keeper, debtor);
  await deleverage(bench, keeper);
  bench.rename(debtor, "earlier defaulter");
  bench.wait(WEEK);
  await bench.settleMark(bench.price);
  return { bench, keeper, counter };
}

/** Longs of half a unit who cannot pay a fall by a tenth; the mark has fallen. */
async function defaulted(count: number): Promise<{ bench: Bench; keeper: Trader; debtors: Trader[] }> {
  const { bench, keeper, counter } = await experienced();
  await bench.crowd(-12, 12);
  const debtors: Trader[] = [];
  for (let i = 0; i < count; ++i) {
    debtors.push(await bench.trader("debtor", 3_100n));
    await open(bench, debtors[i]!, counter, BASE / 2n, bench.rung(0));
  }
  await bench.pass();
  await bench.setMark((bench.price * 9n) / 10n);
  return { bench, keeper, debtors };
}

/** The lock ends, and its settlement is one transaction. */
async function deleverage(bench: Bench, keeper: Trader): Promise<Measured> {
  bench.wait();
  return bench.send(bench.venue.clearinghouse, "deleverage", [1n, 100n], keeper.wallet.address);
}

/** The mark has fallen: absorbs a debtor, which locks the group if nobody has. */
async function absorb(bench: Bench, keeper: Trader, debtor: Trader): Promise<Measured> {
  bench.rename(debtor, "defaulter");
  return bench.send(bench.venue.clearinghouse, "absorb", [1n, [debtor.id]], keeper.wallet.address);
}

async function deleverageOne(meter: Meter): Promise<Operation> {
  const { bench, keeper, debtors } = await defaulted(1);
  const locked = await meter.part(bench, "lock and absorb", await absorb(bench, keeper, debtors[0]!));
  const sent = await deleverage(bench, keeper);
  return operation("deleverage-1", [locked, await meter.part(bench, "deleverage", sent)]);
}

async function absorbOneMore(meter: Meter): Promise<Operation> {
  const { bench, keeper, debtors } = await defaulted(2);
  await absorb(bench, keeper, debtors[0]!);
  const sent = await absorb(bench, keeper, debtors[1]!);
  return operation("absorb", [await meter.part(bench, "absorb", sent)]);
}

/**
 * Two markets of a group fall by a tenth, in which hedgers are short and long. One is registered, then one more in a
 * transaction of its own, and ten in another, whose difference is that of nine.
 */
async function registrations(meter: Meter): Promise<Operation[]> {
  const bench = await Bench.open([1, 2]);
  const counter = await bench.trader("counterparty", FORTUNE);
  const hedgers = await bench.traders("hedger", 12, RICH / 10n);
  const [first, second] = [bench.market(2n, 0n), bench.market(2n, 1n)];
  const makers = hedgers.map((trader) => ({ trader, size: BASE / 2n, price: bench.rung(0) }));
  await bench.settle([{ taker: counter, makers, market: first }]);
  await bench.settle([{ taker: counter, sells: true, makers, market: second }]);
  await bench.pass(2n);
  await bench.pass(2n);
  const fallen = (bench.price * 9n) / 10n;
  for (const place of [1, 2]) await bench.setMark(fallen, place);
  const net = (list: readonly Trader[]): Promise<Measured> =>
    bench.send(bench.venue.clearinghouse, "net", [2n, list.map(({ id }) => id)]);
  await net(hedgers.slice(0, 1)); // locks
  bench.rename(hedgers[1]!, "hedger");
  const one = operation("one", [await meter.part(bench, "net-register", await net(hedgers.slice(1, 2)))]);
  const ten = operation("ten", [await meter.part(bench, "net-register-10", await net(hedgers.slice(2)))]);
  const more = (of: (each: Operation) => number) => Math.round((of(ten) - of(one)) / 9);
  return [
    { op: "net-register", gas: more(({ gas }) => gas), floor: more(({ floor }) => floor), parts: one.parts },
    operation("net-register-10", ten.parts, 10),
  ];
}

/** A whale against 1,000 shorts of 10 levels, who are the ten most profitable and are torn up whole. */
async function deleverageThousand(meter: Meter): Promise<Operation> {
  const { bench, keeper } = await experienced();
  await bench.crowd(-12, 0);
  const whale = await bench.trader("defaulter", 650_000n);
  const shorts = await bench.traders("short", 1_000, 3_000n);
  for (let level = 0; level < 10; ++level) {
    for (let from = 0; from < 100; from += 50) {
      const makers = shorts
        .slice(level * 100 + from, level * 100 + from + 50)
        .map((trader) => ({ trader, size: BASE / 10n, price: bench.rung(level + 1) }));
      await bench.settle([{ taker: whale, makers }]);
    }
  }
  await bench.pass();
  await bench.setMark((bench.price * 9n) / 10n);
  await absorb(bench, keeper, whale);
  const sent = await deleverage(bench, keeper);
  return operation("deleverage-1000", [await meter.part(bench, "deleverage-1000", sent)]);
}

async function cancel(meter: Meter): Promise<Operation> {
  const bench = await busy();
  const [trader, maker] = await pair(bench);
  await open(bench, trader, maker, BASE, bench.rung(0));
  bench.rename(trader, "trader");
  const sent = await bench.send(
    bench.venue.clearinghouse,
    "cancelOrder",
    [1n << 40n, trader.id], // a later sequence of lane 0, which the trade used
    trader.wallet.address,
  );
  return operation("cancel", [await meter.part(bench, "cancel", sent)]);
}

/**
 * What a trade pays for storage that holds funding and nothing else. Computing and the event are in the trade's own
 * figure.
 */
function fundingOf({ parts }: Operation): Operation {
  const isFunding = (member: string) => /\.funding(Rate|Time)?$/.test(member);
  const slots = parts[0]!.floor.slots.filter(({ members }) => members.some(isFunding));
  if (slots.length === 0) throw new Error("the trade touches no slot with funding in it");
  const only = slots.filter(({ members }) => members.every(isFunding));
  return { op: "funding", gas: only.reduce((sum, { gas }) => sum + gas, 0), floor: 0, parts: [] };
}

/** The list alone, net of what any transaction costs: nodes on every second level, hints exact. */
async function listOperations(meter: Meter): Promise<Operation[]> {
  const bench = await Bench.open();
  const list = await bench.deploy("QueueBench");
  const level = (k: number) => bench.level(bench.rung(k), true);
  const enter = (k: number, hint: number) => bench.send(list, "enter", [level(k), BASE, level(hint)]);
  for (let k = 0; k <= 100; k += 2) await enter(k, k - 2);
  const net = async (op: string, specification: Parameters<Meter["part"]>[1], sent: Measured): Promise<Operation> => {
    const part = await meter.part(bench, specification, sent, list, "QueueBench");
    const common = INTRINSIC + part.trace.calldata;
    return { op, gas: part.gas - common, floor: part.floor.gas - common, parts: [part] };
  };
  const insert = await net("list-insert", "list-insert", await enter(41, 40));
  const join = await net("list-join", "list-join", await enter(41, 41));
  const remove = await net("list-remove", "list-remove", await bench.send(list, "remove", [level(20), BASE]));
  const near = await net("list-step", "list-step", await enter(61, 60));
  const far = await net("list-step", "list-step", await enter(81, 80 - 2 * ROUNDS));
  if (rankOf(level(81)) <= rankOf(level(80))) throw new Error("levels do not ascend");
  const each = (of: (each: Operation) => number) => Math.round((of(far) - of(near)) / ROUNDS);
  return [
    insert,
    join,
    remove,
    { op: "list-step", gas: each(({ gas }) => gas), floor: each(({ floor }) => floor), parts: [...far.parts] },
  ];
}

/** What a pledge adds to a trade and to a withdrawal, by difference. */
async function healthWithPledge(meter: Meter): Promise<Operation[]> {
  const [none, market, own] = [await withPledge(), await withPledge("market"), await withPledge("own")];
  const more = async (
    op: string,
    name: "trade" | "withdrawal",
    pledged: typeof none,
    specifications: [bare: SpecificationName, pledged: SpecificationName],
  ) => {
    const before = await meter.part(none.bench, specifications[0], none[name]);
    const after = await meter.part(pledged.bench, specifications[1], pledged[name]);
    return { op, gas: after.gas - before.gas, floor: after.floor.gas - before.floor.gas, parts: [] };
  };
  return [
    await more("health-collateral", "trade", market, ["trade-existing", "trade with a pledge"]),
    await more("health-collateral-feed", "trade", own, ["trade-existing", "trade with a pledge, two feeds"]),
    await more("withdraw-collateral", "withdrawal", market, ["withdrawal by a taker", "withdrawal with a pledge"]),
  ];
}

async function exchange(meter: Meter): Promise<Operation> {
  const { bench, sent } = await purchase();
  return operation("exchange", [await meter.part(bench, "exchange", sent)]);
}

async function netOptions(meter: Meter): Promise<Operation> {
  const { option, sent } = await netOfEight();
  return operation("net-8", [await meter.part(option.bench, "net-8", sent, option.venue as never, "OptionSandbox")]);
}

async function settleOptions(meter: Meter): Promise<Operation> {
  const { option, sent } = await settlementOf120();
  const part = await meter.part(option.bench, "settle-120", sent, option.venue as never, "OptionSandbox");
  return operation("settle-120", [part]);
}
