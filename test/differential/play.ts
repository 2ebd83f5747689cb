// SPDX-License-Identifier: MIT
import { abs, max, min, positive } from "../../sdk/arithmetic.js";
import {
  USE,
  accountOf,
  buildOrder,
  marketOf,
  saltOf,
  type AccountId,
  type Address,
  type Order,
} from "../../sdk/order.js";
import { equityAlone } from "../../sdk/reference/margin.js";
import { collateralIn } from "../../sdk/reference/pledge.js";
import { liveQuotes } from "../../sdk/reference/quote.js";
import { accountIn, groupIn, marketIn, unitsOf, type Market } from "../../sdk/reference/state.js";
import { price, size } from "../../sdk/units.js";
import type { Duel } from "./Duel.js";
import { Random } from "./random.js";

export interface Habits {
  readonly operations: number;
  /** How often nobody absorbs in a lock, so that debts are carried past their anchor. */
  readonly sleepiness: number;
  /** Widest jump of a price, as a share of it. */
  readonly jump: number;
  /** Begins with a default that nobody absorbs before its anchor is gone, so that the run goes on at r < 1. */
  readonly lateDefault: boolean;
  /** An access gate keeps now this trader out, now that one. */
  readonly gate?: boolean;
  /** Some pledge a coin, whose price moves, and others buy it. */
  readonly collateral?: boolean;
}

const QUOTE = 10n ** 9n;
const WEIGHTS = {
  trade: 34,
  move: 14,
  jump: 5,
  deposit: 4,
  withdraw: 8,
  transfer: 2,
  poke: 1,
  wait: 4,
  call: 1,
  clear: 0.5,
  liquidate: 5,
  absorb: 1,
  net: 0.5,
  deleverage: 0.5,
  collect: 1,
  fees: 1,
  cover: 0.7,
  inventory: 1,
  stale: 1,
};

const COIN = {
  haircut: 200_000n,
  maxDiscount: 100_000n,
  discountRate: 200_000n,
  feeRate: 50_000n,
  cap: 30n * 10n ** 18n,
};
const ETHER = 10n ** 18n;

let sequence = 0n;

/** A random run: everybody trades at high leverage, prices jump, and keepers work most of the time. */
export async function play(
  duel: Duel,
  random: Random,
  { operations, sleepiness, jump, lateDefault, gate = false, collateral = false }: Habits,
): Promise<void> {
  for (const trader of duel.traders)
    await duel.deposit(trader, own(trader.address, 1), random.scaled(20_000n * QUOTE, 0.2, 2));
  await duel.deposit(duel.keeper, own(duel.keeper.address, 1), 200_000n * QUOTE);
  // Acquaintances, who are paid nothing for each other's liquidations: one authorised, one revoked, one of the keeper.
  const [one, two, three] = duel.traders;
  await duel.setSigner(one!, two!, duel.now + 1_000_000n);
  await duel.setSigner(three!, one!, duel.now + 1_000_000n);
  await duel.setSigner(three!, one!, 0n);
  await duel.setSigner(two!, duel.keeper, 1n);
  if (collateral) await duel.createCollateral(3_000n, COIN, 40_000n * QUOTE);
  if (lateDefault) await defaultLate(duel);
  const first = duel.log.length;
  while (duel.log.length - first < operations) {
    const group = random.pick(duel.groups);
    if (groupIn(duel.reference.state, group).phase !== "NORMAL") await bringThrough(duel, random, group, sleepiness);
    if (collateral && random.chance(0.5)) await coinStep(duel, random, group);
    else await step(duel, random, group, jump, gate);
  }
  for (const group of duel.groups) {
    if (groupIn(duel.reference.state, group).phase !== "NORMAL") await bringThrough(duel, random, group, 0);
  }
}

async function step(duel: Duel, random: Random, group: number, jump: number, gate: boolean): Promise<void> {
  const { markets } = groupIn(duel.reference.state, group);
  const index = random.whole(0, markets.length - 1);
  const at: [number, number] = [group, index];
  const trader = random.pick(duel.traders.filter((_, i) => tradesIn(duel, i, group) || random.chance(0.05)));
  const id = own(trader.address, 1);
  switch (random.weighted({ bar: gate ? 6 : 0, ...WEIGHTS })) {
    case "bar":
      return void (await duel.bar(trader, random.chance(0.6)));
    case "trade":
      return void (await trade(duel, random, at));
    case "move":
      await move(duel, random, at, random.chance(0.5) ? 0.019 : 0.004);
      if (random.chance(0.6)) await liquidate(duel, random, at);
      return;
    case "jump":
      await move(duel, random, at, jump);
      return void (await duel.poke(group));
    case "deposit":
      return void (await duel.deposit(trader, id, random.scaled(10_000n * QUOTE, 0.01, 1)));
    case "withdraw": {
      const all = random.chance(0.6);
      const equity = positive(duel.reference.health(id, group).cash);
      return void (await duel.withdraw(trader, 1, all ? "all" : random.scaled(equity, 0.01, 0.9) + 1n));
    }
    case "transfer": {
      const two = random.pick(duel.traders.slice(0, 2));
      const [from, to] = random.chance(0.6) ? [1, 2] : [2, 1];
      const cash = positive(accountIn(duel.reference.state, own(two.address, from)).cash);
      return void (await duel.transfer(two, from, to, random.scaled(cash, 0.01, 0.6) + 1n));
    }
    case "poke":
      return void (await duel.poke(group));
    case "wait":
      return duel.wait(random.chance(0.2) ? random.whole(600, 36_000) : random.whole(1, 200));
    case "call":
      return void (await duel.marginCall(weakest(duel, group)));
    case "clear":
      return void (await duel.clearCall(random.pick(duel.accounts.slice(4))));
    case "liquidate":
      return liquidate(duel, random, at);
    case "absorb":
      return void (await duel.absorb(group, everybody(duel, group)));
    case "net":
      return void (await duel.net(group, shuffled(random, everybody(duel, group))));
    case "deleverage":
      return void (await duel.deleverage(group, 1));
    case "collect": {
      const torn = tornUp(duel, group);
      return void (await duel.collect(...(torn.length > 0 ? random.pick(torn) : ([id, at] as const))));
    }
    case "fees":
      return void (await duel.collectFees());
    case "cover":
      return void (await duel.cover(random.scaled(max(QUOTE, duel.reference.state.shortfall), 0.05, 1.1)));
    case "inventory": {
      const held = abs(unitsOf(accountIn(duel.reference.state, accountOf(duel.vault, group)).positions.get(index)));
      return void (await duel.buyInventory(trader, at, random.scaled(held, 0.3, 1.2) + 1n));
    }
    case "stale": {
      await duel.setPrice(at, answerOf(marketIn(groupIn(duel.reference.state, group), index)), true);
      await trade(duel, random, [group, random.whole(0, markets.length - 1)]);
      await liquidate(duel, random, [group, random.whole(0, markets.length - 1)]);
      return duel.setPrice(at, answerOf(marketIn(groupIn(duel.reference.state, group), index)), false);
    }
  }
}

/** Somebody does something with the coin that counts as collateral. */
async function coinStep(duel: Duel, random: Random, group: number): Promise<void> {
  const { state } = duel.reference;
  const coin = collateralIn(state, 1);
  const trader = random.pick(duel.traders.filter((_, i) => tradesIn(duel, i, group)));
  const holders = [...state.accounts.values()].filter(({ pledges }) => pledges.size > 0);
  const poorest = holders
    .map((account) => ({ account, alone: equityAlone(state, account, liveQuotes(groupIn(state, group))) }))
    .sort((a, b) => (a.alone < b.alone ? -1 : 1))[0]?.account.id;
  const held = poorest ?? own(trader.address, 1);
  const all = state.accounts.get(own(trader.address, 1))?.pledges.get(1)?.units ?? 0n;
  switch (
    random.weighted({
      pledge: 8,
      withdraw: 5,
      price: 6,
      record: 4,
      poor: 8,
      exchange: 8,
      stock: 2,
      govern: 2,
      fee: 2,
      stale: 2,
      close: 1,
    })
  ) {
    case "pledge":
      return void (await duel.pledge(trader, 1, random.scaled(3n * ETHER, 0.1, 2)));
    case "withdraw":
      return void (await duel.withdrawPledge(
        trader,
        1,
        random.chance(0.4) ? "all" : random.scaled(all, 0.1, 1.1) + 1n,
      ));
    case "price":
      return duel.setCollateralPrice(random.scaled(coin.live, 0.93, 1.07), false);
    case "record":
      await duel.wait(random.whole(30, 200));
      return void (await duel.recordCollateralPrice());
    case "poor": {
      // Who has pledged takes his cash out, and his position moves against him.
      const account = accountIn(state, held);
      const owner = duel.traders.find(({ address }) => own(address, 1) === held);
      if (owner !== undefined) await duel.withdraw(owner, 1, "all");
      const index = [...account.positions.keys()][0];
      if (index === undefined) return;
      const position = account.positions.get(index)!;
      const answer = answerOf(marketIn(groupIn(state, group), index));
      const moved = position.fine > 0n ? (answer * 984n) / 1_000n : (answer * 1_016n) / 1_000n;
      return duel.setPrice([group, index], moved, false);
    }
    case "exchange": {
      await duel.offerPledges(held);
      const buyer = duel.traders[0]!;
      await duel.deposit(buyer, own(buyer.address, 2), 500n * QUOTE);
      if (random.chance(0.6)) await duel.buyPledge(held, buyer, 2, random.scaled(ETHER, 0.001, 1));
      if (random.chance(0.5)) {
        await duel.wait(3_601);
        for (let i = 0; i < 2; ++i) await duel.poke(group);
      }
      await duel.exchangeWithLine(held);
      return void (random.chance(0.3) && (await duel.clearOffer(held)));
    }
    case "stock":
      return void (await duel.buyStock(duel.traders[0]!, 2, random.scaled(ETHER / 10n, 0.01, 1)));
    case "govern":
      if (random.chance(0.5)) return void (await duel.setCollateralLine(random.scaled(40_000n * QUOTE, 0.2, 1.3)));
      return void (await duel.setCollateralParameters({
        ...COIN,
        haircut: BigInt(random.whole(140_000, 300_000)),
        feeRate: BigInt(random.whole(0, 50_000)),
      }));
    case "fee":
      return void (await duel.takePledgeFee(held));
    case "close": {
      if (coin.closesAt === 0n) await duel.setCollateralParameters({ ...coin.parameters, cap: 0n });
      await duel.wait(7 * 86_400 + random.whole(0, 7_200));
      for (const each of duel.groups) {
        const { markets } = groupIn(state, each);
        for (const [index, market] of markets.entries()) await duel.setPrice([each, index], answerOf(market), false);
      }
      for (let i = 0; i < 4; ++i) {
        for (const each of duel.groups) await duel.poke(each);
        await duel.wait(125);
        await duel.recordCollateralPrice();
      }
      const buyer = duel.traders[0]!;
      for (const { id } of holders) {
        await duel.deposit(buyer, own(buyer.address, 2), 500n * QUOTE);
        if (random.chance(0.5)) await duel.buyPledge(id, buyer, 2, random.scaled(ETHER / 10n, 0.001, 1));
        await duel.exchangeWithLine(id);
      }
      return void (random.chance(0.8) && (await duel.setCollateralParameters({ ...coin.parameters, cap: COIN.cap })));
    }
    case "stale":
      await duel.setCollateralPrice(coin.live, true);
      await duel.pledge(trader, 1, ETHER);
      await trade(duel, random, [group, 0]);
      await duel.marginCall(held);
      await duel.offerPledges(held);
      await duel.exchangeWithLine(held);
      await duel.absorb(group, [held]);
      return duel.setCollateralPrice(coin.live, false);
  }
}

/**
 * A long at full leverage falls below zero in a jump, the lock passes without an absorb, and the next one finds no
 * winner to charge.
 */
async function defaultLate(duel: Duel): Promise<void> {
  const at: [number, number] = [duel.groups[0]!, 0];
  const { mark } = marketIn(groupIn(duel.reference.state, at[0]), 0);
  const long = duel.traders[0]!;
  const id = own(long.address, 1);
  const notional = min<bigint>(accountIn(duel.reference.state, id).cash * 15n, 100_000n * QUOTE);
  const units = (notional * 10n ** 18n) / mark;
  const order = (account: AccountId, bought: bigint, taker: boolean): Order =>
    buildOrder({
      account,
      market: marketOf(...at),
      size: size(bought),
      limit: mark,
      use: taker ? USE.TAKER : USE.MAKER,
      salt: saltOf(++sequence, 9n),
      expiry: duel.now + 1_000_000n,
    });
  const maker = { order: order(own(duel.keeper.address, 1), -units, false), size: units };
  await duel.settle(order(id, units, true), [maker], true);
  await duel.withdraw(long, 1, "all");
  await duel.setPrice(at, (mark * 88n) / (100n * 10n ** 10n), false);
  await duel.poke(at[0]);
  await duel.wait(130);
  await duel.poke(at[0]);
  await duel.wait(130);
  await duel.absorb(at[0], [id]);
  await duel.wait(130);
  await duel.deleverage(at[0], 1);
}

/** What keepers do in a lock: absorb, liquidate, wait and deleverage; or sleep. */
async function bringThrough(duel: Duel, random: Random, group: number, sleepiness: number): Promise<void> {
  const asleep = random.chance(sleepiness);
  const { state } = duel.reference;
  if (!asleep && state.now < groupIn(state, group).until) {
    if (random.chance(0.3)) await liquidate(duel, random, [group, 0]);
    const all = everybody(duel, group);
    const register = () => duel.net(group, shuffled(random, all).slice(0, random.whole(1, all.length + 1)));
    if (random.chance(0.4)) await register();
    if (random.chance(0.3))
      await duel.absorb(
        group,
        all.filter(() => random.chance(0.5)),
      );
    for (let rounds = 0; rounds < 4 && (await duel.absorb(group, all));) ++rounds;
    if (random.chance(0.7)) await register();
    if (random.chance(0.3)) await liquidate(duel, random, [group, 0]);
    if (random.chance(0.5)) await duel.deposit(duel.keeper, random.pick(duel.accounts.slice(4)), 500n * QUOTE);
  }
  const left = Number(max(0n, groupIn(duel.reference.state, group).until - duel.now));
  if (random.chance(0.2)) await duel.deleverage(group, 3);
  await duel.wait(left + random.whole(1, 30));
  if (groupIn(duel.reference.state, group).absorbed > 0) {
    await duel.deleverage(group, random.chance(0.5) ? random.whole(1, 4) : 1_000);
  } else {
    await duel.poke(group);
  }
}

async function trade(duel: Duel, random: Random, [group, index]: [number, number]): Promise<void> {
  const { state } = duel.reference;
  const market = marketIn(groupIn(state, group), index);
  const inGroup = [...duel.traders, duel.keeper].filter((_, i) => tradesIn(duel, i, group) || random.chance(0.03));
  const [taker, ...others] = shuffled(random, inGroup).map((signer) => own(signer.address, 1));
  if (duel.reference.health(taker!, group).equity < 200n * QUOTE) {
    await duel.deposit(duel.keeper, taker!, random.scaled(10_000n * QUOTE, 0.05, 1));
  }
  const makers = others.slice(0, random.chance(0.3) ? 2 : 1);
  const held = unitsOf(heldBy(duel, taker!, group, index));
  const closes = held !== 0n && random.chance(0.35);
  const equity = max(QUOTE, duel.reference.health(taker!, group).equity);
  const weaker = min(equity, max(QUOTE, duel.reference.health(makers[0]!, group).equity));
  const notional = random.scaled(weaker, 0.3, random.chance(0.5) ? 17 : 5);
  const units = max(1n, (notional * 10n ** 18n) / market.mark);
  const wanted = closes ? (random.chance(0.4) ? abs(held) : random.scaled(abs(held), 0.1, 1.6) + 1n) : units;
  const buys = closes ? held < 0n : random.chance(0.5);
  const limit = price(random.scaled(market.mark, 0.996, 1.004));
  const expiry = state.now + BigInt(random.chance(0.97) ? 1_000_000 : -10);
  // Of its own, so that what is played without them stays as it was.
  const terms = new Random(Number((wanted + 7n) % 2n ** 31n));
  const order = (account: AccountId, magnitude: bigint, takes: boolean): Order =>
    buildOrder({
      account,
      market: marketOf(group, index),
      size: size((takes ? buys : !buys) ? magnitude : -magnitude),
      limit: takes ? price(buys ? (limit * 1_003n) / 1_000n : (limit * 997n) / 1_000n) : limit,
      salt: saltOf(++sequence, BigInt(random.whole(0, 5))),
      expiry,
      use: terms.chance(0.3) ? USE.EITHER : takes ? USE.TAKER : USE.MAKER,
      ...(terms.chance(0.05)
        ? { trigger: price(terms.scaled(market.mark, 0.99, 1.01)), triggerAbove: terms.chance(0.5) }
        : {}),
      reduceOnly: random.chance(takes && closes ? 0.4 : 0.05),
    });
  const fills = makers.map((maker) => ({
    order: order(maker, random.scaled(wanted, 0.6, 1.3) + 1n, false),
    size: random.scaled(wanted, 0.6, 1.2) + 1n,
  }));
  await duel.settle(order(taker!, wanted, true), fills, random.chance(0.7));
}

async function liquidate(duel: Duel, random: Random, [group, preferred]: [number, number]): Promise<void> {
  const id = weakest(duel, group);
  const legs = [...accountIn(duel.reference.state, id).positions.keys()];
  const index = legs.length > 0 && random.chance(0.8) ? random.pick(legs) : preferred;
  const at: [number, number] = [group, index];
  const market = marketIn(groupIn(duel.reference.state, group), index);
  const held = unitsOf(heldBy(duel, id, group, index));
  const way = random.whole(0, 4);
  if (way === 0) {
    await duel.marginCall(id);
    await duel.wait(20);
    return void (await duel.liquidateToVault(id, at));
  }
  if (way === 1) {
    const others = duel.traders.map((signer) => own(signer.address, 1)).filter((other) => other !== id);
    const fills = shuffled(random, others)
      .slice(0, 2)
      .map((account) => ({
        order: buildOrder({
          account,
          market: marketOf(group, index),
          size: held === 0n ? size(1n) : held,
          use: USE.MAKER,
          limit: price(random.scaled(market.mark, held > 0n ? 0.998 : 1, held > 0n ? 1 : 1.002)),
          salt: saltOf(++sequence, 7n),
          expiry: duel.now + 1_000_000n,
        }),
        size: random.scaled(abs(held), 0.3, 1) + 1n,
      }));
    return void (await duel.liquidateByOrders(id, at, fills));
  }
  const taker = random.chance(0.5) ? duel.keeper : random.pick(duel.traders);
  if (way === 2) return liquidateMany(duel, random, at, taker, held);
  // Sometimes all but dust.
  const part = random.chance(0.2) ? max(1n, abs(held) - 1n) : random.scaled(abs(held), 0.2, 1) + 1n;
  const limit = random.chance(0.5) ? 10n ** 20n : part;
  await duel.liquidateToAccount(id, at, taker, limit);
}

/** Everybody in the group, in any order: most are passed over. Sometimes with little appetite. */
async function liquidateMany(
  duel: Duel,
  random: Random,
  at: [number, number],
  taker: Duel["keeper"],
  held: bigint,
): Promise<void> {
  const ids = shuffled(random, everybody(duel, at[0]));
  const twice = random.chance(0.3) && ids.length > 0 ? [random.pick(ids)] : [];
  const max = random.chance(0.6) ? 10n ** 20n : random.scaled(abs(held), 0.3, 2) + 1n;
  const longs = held > 0n !== random.chance(0.1);
  await duel.liquidateMany([...ids, ...twice], at, taker, longs ? max : -max);
}

async function move(duel: Duel, random: Random, [group, index]: [number, number], widest: number): Promise<void> {
  const { markets } = groupIn(duel.reference.state, group);
  const together = random.chance(0.3);
  const way = random.chance(0.5) ? 1 : -1;
  for (const [i, market] of markets.entries()) {
    if (i !== index && !together) continue;
    const factor = 1 + way * widest * (random.chance(0.8) ? 1 : -1) * (0.2 + 0.8 * random.next());
    const answer = random.scaled(answerOf(market), factor, factor);
    await duel.setPrice([group, i], max(answer, 1_000n), false);
  }
}

function answerOf(market: Market): bigint {
  return market.mark / 10n ** 10n;
}

/** All accounts of the group with positions, the vault's inventory included. */
function everybody(duel: Duel, group: number): AccountId[] {
  return duel.accounts.filter((id) => {
    const account = accountIn(duel.reference.state, id);
    return account.group === group && account.positions.size > 0;
  });
}

function weakest(duel: Duel, group: number): AccountId {
  let [found, worst] = [duel.accounts[4]!, 10n ** 30n];
  for (const id of everybody(duel, group)) {
    const { equity, maintenance } = duel.reference.health(id, group);
    const ratio = maintenance === 0n ? 10n ** 29n : (equity * 1_000n) / maintenance;
    if (equity >= 0n && ratio < worst) [found, worst] = [id, min(ratio, worst)];
  }
  return found;
}

function tornUp(duel: Duel, group: number): [AccountId, [number, number]][] {
  return everybody(duel, group).flatMap((id) =>
    [...accountIn(duel.reference.state, id).positions]
      .filter(([, position]) => unitsOf(position) === 0n)
      .map(([index]): [AccountId, [number, number]] => [id, [group, index]]),
  );
}

function heldBy(duel: Duel, id: AccountId, group: number, index: number) {
  const account = accountIn(duel.reference.state, id);
  return account.group === group ? account.positions.get(index) : undefined;
}

/** Everybody has a home group, so that accounts rarely stand in each other's way. */
function tradesIn(duel: Duel, trader: number, group: number): boolean {
  return duel.groups[trader % duel.groups.length] === group;
}

function shuffled<T>(random: Random, from: readonly T[]): T[] {
  return from
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function own(address: string, number: number): AccountId {
  return accountOf(address as Address, number);
}
