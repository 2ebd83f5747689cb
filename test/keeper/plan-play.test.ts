// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { subjectsOf } from "../../keeper/act/jobs.js";
import type { Action } from "../../keeper/actions/Action.js";
import { plan } from "../../keeper/plan/plan.js";
import type { Policy } from "../../keeper/plan/Snapshot.js";
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
import type { MarketParameters } from "../../sdk/parameters/market.js";
import type { VenueParameters } from "../../sdk/parameters/venue.js";
import { ReferenceClearinghouse } from "../../sdk/reference/ReferenceClearinghouse.js";
import { unitsOf } from "../../sdk/reference/state.js";
import { Rejected } from "../../sdk/reference/Rejected.js";
import { money, price, size, type Price } from "../../sdk/units.js";
import { Random } from "../differential/random.js";
import { ownOf, snapshotOf } from "./snapshotOf.js";
import { MARKET_DEFAULTS, VENUE_DEFAULTS } from "./defaults.js";

const UNIT = 10n ** 9n;
const PRICE = 10n ** 18n;
const EXPIRY = 2n ** 40n - 1n;
const TRADERS = 12;
const MARKS = [100n * PRICE, 3n * PRICE, 50_000n * PRICE];
const ROUNDS = 60;

const address = (n: bigint): Address => `0x${n.toString(16).padStart(40, "0")}`;
const [KEEPER, VAULT, TREASURY] = [address(0xbeefn), address(0x7a017n), address(0x73ea5n)];

const MARKET: Omit<MarketParameters, "softCap" | "hardCap"> = { ...MARKET_DEFAULTS, maxFunding: 100n };

const VENUE: VenueParameters = {
  ...VENUE_DEFAULTS,
  callGrace: 300n,
  callLapse: 600n,
  offerRate: 50_000n,
  outflowFloor: money(2n ** 63n),
  minDebt: money(UNIT),
  refund: money(UNIT),
};

const POLICY: Policy = {
  millionGas: money(1_000n),
  maxLoss: money(UNIT),
  transactionGas: 16_777_216,
  appetite: money(5_000n * UNIT),
  minDiscount: 500n,
  unwindCost: 10_000n,
};

/** A random market on the reference clearinghouse, with a keeper that does what the plan says. */
class Play {
  readonly did = new Map<Action["kind"], number>();
  private readonly random: Random;
  private readonly venue: ReferenceClearinghouse;
  private readonly markets: number;
  private readonly traders: AccountId[];
  private orders: Order[] = [];
  private now = 1_000n;
  private sequence = 0n;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.markets = this.random.whole(1, 3);
    this.venue = new ReferenceClearinghouse(this.now, VENUE, VAULT, TREASURY);
    this.venue.createGroup(money(BigInt(this.random.pick([0, 2_000])) * UNIT));
    for (let i = 0; i < this.markets; ++i) {
      const mark = price(MARKS[i]!);
      const softCap = size((400_000n * UNIT * PRICE) / mark);
      const parameters = { ...MARKET, softCap, hardCap: size(3n * softCap) };
      this.venue.createMarket(1, parameters, this.random.chance(0.5), mark, this.now);
    }
    this.traders = Array.from({ length: TRADERS }, (_, i) => accountOf(address(BigInt(i + 1)), 0));
    for (const trader of this.traders)
      this.venue.deposit(this.now, trader, money(this.random.scaled(1_000n * UNIT, 0.2, 3)));
    this.venue.deposit(this.now, ownOf(KEEPER, 1), money(BigInt(this.random.pick([0, 300, 3_000])) * UNIT));
    this.venue.deposit(this.now, accountOf(VAULT, 0), money(BigInt(this.random.pick([0, 5_000])) * UNIT));
  }

  run(): void {
    for (let round = 0; round < ROUNDS; ++round) {
      this.now += BigInt(this.random.pick([2, 12, 40, 130]));
      this.move();
      for (let i = 0; i < 3; ++i) this.trade();
      this.quote();
      if (this.random.chance(0.85)) for (let look = 0; look < 2; ++look) this.keep();
    }
  }

  private move(): void {
    for (let i = 0; i < this.markets; ++i) {
      const market = this.venue.state.groups[1]!.markets[i]!;
      const step = this.random.chance(0.08) ? 0.06 : 0.012;
      const mark = price(this.random.scaled(market.mark, 1 - step, 1 + step));
      const stale = this.random.chance(market.stale ? 0.5 : 0.03);
      this.venue.setMark(1, i, stale ? market.mark : mark, stale);
    }
  }

  /** Somebody trades with somebody, at high leverage; the venue refuses what it must. */
  private trade(): void {
    const [taker, maker] = [this.random.pick(this.traders), this.random.pick(this.traders)];
    const index = this.random.whole(0, this.markets - 1);
    const { mark } = this.venue.state.groups[1]!.markets[index]!;
    const wanted = (this.random.scaled(8_000n * UNIT, 0.1, 1) * PRICE) / mark;
    const sign = this.random.chance(0.5) ? 1n : -1n;
    const orders = [
      this.order(taker, index, sign * wanted, mark, true),
      this.order(maker, index, -sign * wanted, mark, false),
    ];
    this.tried(() => this.venue.settle(this.now, orders[0]!, [{ order: orders[1]!, size: size(wanted) }], true));
  }

  /** A few maker orders around the mark, for as long as they are good. */
  private quote(): void {
    this.orders = this.orders.slice(-6);
    if (this.random.chance(0.5)) return;
    const index = this.random.whole(0, this.markets - 1);
    const { mark } = this.venue.state.groups[1]!.markets[index]!;
    const limit = price(this.random.scaled(mark, 0.985, 1.015));
    const wanted = (this.random.scaled(3_000n * UNIT, 0.1, 1) * PRICE) / mark;
    const sign = this.random.chance(0.5) ? 1n : -1n;
    this.orders.push(this.order(this.random.pick(this.traders), index, sign * wanted, limit, false));
  }

  private order(account: AccountId, index: number, amount: bigint, limit: Price, taker: boolean): Order {
    const salt = saltOf(++this.sequence, this.sequence % 1_000n);
    const market = marketOf(1, index);
    return buildOrder({
      account,
      market,
      size: size(amount),
      limit,
      salt,
      expiry: EXPIRY,
      use: taker ? USE.TAKER : USE.MAKER,
    });
  }

  private keep(): void {
    this.tried(() => this.venue.deposit(this.now, this.traders[0]!, money(1n))); // brings the clock to now
    const list = plan(snapshotOf(this.venue.state, KEEPER, this.orders, POLICY));
    const subjects = list.flatMap(({ action }) => subjectsOf(action));
    expect(new Set(subjects).size, `two actions about one subject: ${subjects.join("; ")}`).to.equal(subjects.length);
    for (const { action } of list) {
      try {
        this.perform(action);
      } catch (error) {
        if (!(error instanceof Rejected)) throw error;
        const whole = JSON.stringify(action, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
        throw new Error(`refused with ${error.message}: ${whole}`, { cause: error });
      }
      this.did.set(action.kind, (this.did.get(action.kind) ?? 0) + 1);
    }
  }

  private perform(action: Action): void {
    const { venue, now } = this;
    switch (action.kind) {
      case "poke":
        return venue.poke(now, action.group);
      case "absorb":
        return venue.absorb(now, action.group, [...action.accounts]);
      case "net":
        return venue.net(now, action.group, [...action.accounts]);
      case "deleverage":
        venue.settleGroup(now, action.group);
        return venue.unlockSettled(now, action.group, KEEPER);
      case "marginCall":
        return venue.marginCall(now, action.account);
      case "marginCalls":
        for (const { account } of action.calls) venue.marginCall(now, account);
        return;
      case "liquidate": {
        const fills = action.fills.map(({ maker, size: filled }) => ({ order: maker.order, size: filled }));
        return venue.liquidateByOrders(now, action.account, at(action.market), accountOf(KEEPER, action.number), fills);
      }
      case "liquidateToAccount": {
        const own = accountOf(KEEPER, action.number);
        return venue.liquidateToAccount(now, action.account, at(action.market), own, action.max);
      }
      case "liquidateMany": {
        const ids = action.legs.map(({ account }) => account);
        const before = ids.map((id) => this.held(id, action.market));
        venue.liquidateMany(now, ids, at(action.market), accountOf(KEEPER, action.number), action.max);
        const skipped = ids.filter((id, i) => this.held(id, action.market) === before[i]);
        if (skipped.length > 0) throw new Rejected(`passed over in a batch: ${skipped.join()}`);
        return;
      }
      case "liquidateToVault":
        return venue.liquidateToVault(now, action.account, at(action.market), accountOf(KEEPER, action.number));
      case "buyInventory":
        return venue.buyInventory(now, at(action.market), accountOf(KEEPER, action.number), action.max);
      case "fillOrder": {
        const { order } = action.fill.maker;
        const own = accountOf(KEEPER, action.number);
        const taker = this.order(
          own,
          Number(order.market & 3n),
          order.size > 0n ? -action.fill.size : action.fill.size,
          order.limit,
          true,
        );
        return venue.settle(now, taker, [{ order, size: action.fill.size }], true);
      }
      default:
        throw new Error(`the reference clearinghouse has nothing to play ${action.kind} on`);
    }
  }

  private held(id: AccountId, market: bigint): bigint {
    const position = this.venue.state.accounts.get(id)?.positions.get(at(market)[1]);
    return position === undefined ? 0n : unitsOf(position);
  }

  private tried(operation: () => void): void {
    try {
      operation();
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
    }
  }
}

function at(market: bigint): [number, number] {
  return [Number(market >> 2n), Number(market & 3n)];
}

describe("keeper's plan in play", () => {
  it("never has an action that the clearinghouse refuses, nor two about one subject, and uses every way there is", function () {
    this.timeout(120_000);
    const did = new Map<Action["kind"], number>();
    for (let seed = 1; seed <= 60; ++seed) {
      const play = new Play(seed);
      try {
        play.run();
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
      for (const [kind, times] of play.did) did.set(kind, (did.get(kind) ?? 0) + times);
    }
    const kinds = ["poke", "absorb", "deleverage", "marginCall", "liquidate", "liquidateToAccount", "liquidateToVault"];
    kinds.push("liquidateMany", "marginCalls");
    expect([...did.keys()]).to.include.members([...kinds, "buyInventory", "fillOrder"]);
  });
});
