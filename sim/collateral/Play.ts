// SPDX-License-Identifier: MIT
import { LINE_DELAY, OFFER_LAPSE } from "../../sdk/margin/offer.js";
import { CollateralModel } from "../lock/CollateralModel.js";
import { Fraction, min } from "../lock/Fraction.js";
import { at } from "../stress/paths.js";
import { Coin } from "./Coin.js";
import type { Policy } from "./policies.js";
import { FIRST, MARKETS, initialOf, maintenanceOf, valueOf, type Account } from "./population.js";
import type { Scene } from "./scenes.js";
import { newTally, type Tally } from "./tally.js";

const STEP = 12; // a block of mainnet
const LOCK_DELAY = 120;
/** For so long after the last price offers and stock find their buyers. */
const AFTER = 2 * 3_600;
/** Of notional: what a liquidation costs its account. The vault gets it. */
const PENALTY = 0.005;
/** What others take of liquidations in a step, part of all longs at first. */
const LIQUIDITY = 0.02;
/** The vault's pot, part of all longs at first; and what it may pay in a lock, part of what it has. */
const POT = 0.01;
const BUDGET = 0.5;
/** Money that is less is rounding. */
const DUST = 1e-3;

interface Lock {
  readonly model: CollateralModel;
  /** What each account had pledged when it began. */
  readonly units: readonly Fraction[];
  readonly until: number;
}

/**
 * A scene under a policy. What happens in a lock is CollateralModel's, in exact fractions; between locks the rules of
 * the contracts in floating point, a block a step. Keepers put debts first, then record prices, then offers.
 */
export class Play {
  readonly tally: Tally = newTally();
  readonly coin: Coin;
  pot: number;
  private now = 0;
  private marks: number[] = MARKETS.map(({ mark }) => mark);
  private anchors = [...this.marks];
  private recorded = [...this.marks];
  private recordedAt = 0;
  private lastUnlock = -Infinity;
  private lock: Lock | undefined;
  private drained = false;
  private readonly estate = MARKETS.map(() => 0);
  private readonly liquidity: number;

  constructor(
    readonly scene: Scene,
    readonly policy: Policy,
    readonly accounts: Account[],
  ) {
    const longs = MARKETS.reduce(
      (sum, { mark }, k) => sum + mark * accounts.reduce((all, { sizes }) => all + Math.max(0, sizes[k]!), 0),
      0,
    );
    this.liquidity = LIQUIDITY * longs;
    this.pot = POT * longs;
    if (policy.cashOnly) {
      for (const account of accounts) {
        account.base += account.units * FIRST;
        account.units = 0;
      }
    }
    const pledged = accounts.reduce((sum, { units }) => sum + units, 0);
    const line = pledged * FIRST * (1 - scene.haircut);
    this.coin = new Coin(policy.rules, FIRST, scene.haircut, pledged, line, scene.depth * pledged * FIRST);
    this.tally.pledged = pledged * FIRST;
  }

  /** All money, at the marks: of accounts, the pot and the line. */
  get money(): number {
    return this.accounts.reduce((sum, account) => sum + valueOf(account, this.marks), this.pot + this.coin.line);
  }

  run(): Tally {
    const last = Math.max(...[...this.scene.markets, this.scene.collateral].map((path) => path.at(-1)![0]));
    for (this.now = STEP; this.now <= last + AFTER || this.lock !== undefined; this.now += STEP) {
      this.marks = MARKETS.map(({ mark }, k) => mark * at(this.scene.markets[k]!, this.now));
      this.coin.live = FIRST * at(this.scene.collateral, this.now);
      const [from, until] = this.scene.asleep;
      if (this.now < from || this.now >= until) this.keep();
      this.check();
    }
    const { coin, tally } = this;
    tally.stock = coin.stock * coin.live * (1 - coin.haircut / 2);
    if (tally.ofLine > DUST) tally.broken.push(`INV-20: budgets spent ${tally.ofLine} of the line`);
    tally.lineResult = tally.stockSold + tally.stock - tally.byLineInLock - tally.byLineInTime;
    return tally;
  }

  private keep(): void {
    if (this.lock !== undefined) {
      if (this.now < this.lock.until) return;
      this.settle();
      return;
    }
    this.drain((amount) => {
      const ofPot = Math.min(amount, this.pot);
      const ofLine = this.policy.rules.money === "pot" ? Math.min(amount - ofPot, this.coin.line) : 0;
      this.pot -= ofPot;
      this.coin.line -= ofLine;
      return [ofPot, ofLine];
    });
    this.payDebts();
    if (this.begin()) return;
    this.record();
    this.exchange();
    this.liquidate();
    const paid = this.coin.sellStock(this.now);
    this.pot += paid;
    this.tally.stockSold += paid;
    this.tally.outside += paid;
  }

  /** Once: another group's settlement spends its budget. */
  private drain(spend: (amount: number) => readonly [ofPot: number, ofLine: number]): void {
    const { drained } = this.scene;
    if (drained === undefined || this.drained || this.now < drained.at) return;
    this.drained = true;
    const [ofPot, ofLine] = spend(drained.part * (this.pot + this.coin.line));
    this.tally.spentByOthers += ofPot + ofLine;
    this.tally.ofLine += ofLine;
  }

  /**
   * Below zero with what its pledges count for now, but not with what the line pays: it pays at once, and the debt
   * alone.
   */
  private payDebts(): void {
    for (const account of this.accounts) {
      const value = valueOf(account, this.marks);
      if (value + account.units * this.coin.counted >= 0 || value + account.units * this.coin.forDebts < 0) continue;
      const need = this.policy.toInitial ? Math.max(0, initialOf(account, this.marks) - value) : -value;
      this.toLine(account, need, this.coin.forDebts, "byLineInLock");
    }
  }

  private begin(): boolean {
    if (this.now < this.lastUnlock + LOCK_DELAY) return false;
    const below = this.accounts.some(
      (account) => valueOf(account, this.marks) + account.units * this.coin.forDebts < -DUST,
    );
    if (!below) return false;
    const { coin } = this;
    const units = this.accounts.map((account) => exact(account.units));
    const model = new CollateralModel(
      this.policy.rules,
      this.marks.map((mark, k) => ({ anchor: exact(this.anchors[k]!), frozen: exact(mark) })),
      [
        {
          haircut: exact(coin.haircut),
          floor: exact(Math.min(coin.anchor, coin.recorded)),
          live: exact(coin.live),
          line: exact(coin.line),
        },
      ],
      this.accounts.map((account, i) => ({
        atAnchor: exact(valueOf(account, this.anchors)),
        sizes: account.sizes.map(exact),
        units: [units[i]!],
      })),
      exact(this.pot),
    );
    this.lock = { model, units, until: this.now + LOCK_DELAY };
    this.tally.locks += 1;
    return true;
  }

  private settle(): void {
    const { model, units } = this.lock!;
    const { coin, tally } = this;
    const state = model.collaterals[0]!;
    state.live = exact(coin.live);
    const frozen = model.markets.map(({ frozen: mark }) => mark.toNumber());
    const solvent = this.accounts.every((_, i) => model.equityAtAnchor(i).toNumber() >= -DUST);
    this.drain((amount) => {
      const before = [model.pot, state.line] as const;
      model.spend(exact(amount));
      return [before[0].minus(model.pot).toNumber(), before[1].minus(state.line).toNumber()];
    });
    for (let i = 0; i < this.accounts.length; ++i) model.absorb(i);
    const atHand = this.policy.rules.money === "pot" ? model.pot.plus(state.line) : model.pot;
    const byVault = min(model.debt, atHand.times(exact(BUDGET)));
    const result = model.settle(byVault);
    // Before the line may fall by what the vault pays, and with it what a pledge counts for.
    const charges = result.ends.map((end, i) =>
      end === undefined ? 0 : model.equityAtFrozen(i).minus(end).toNumber(),
    );
    const lineBefore = state.line;
    model.spend(byVault);
    tally.ofLine += lineBefore.minus(state.line).toNumber();

    this.accounts.forEach((account, i) => {
      const person = model.people[i]!;
      const after = model.accounts[i]!;
      const sold = Math.min(account.units, units[i]!.minus(person.units[0]!).toNumber());
      const paid = after.cash.minus(person.atAnchor).toNumber();
      if (sold > 0) this.soldToLine(sold, paid, "byLineInLock");
      account.units -= sold;
      account.base += paid;
      if (after.absorbed) this.absorbed(account);
      else account.base -= charges[i]!;
    });
    this.tearUp(frozen);
    coin.line = state.line.toNumber();
    this.pot = model.pot.toNumber();

    const shortfall = result.shortfall.toNumber();
    tally.deficit += result.deficit.toNumber();
    tally.vaultPaid += byVault.toNumber();
    tally.charged += result.deficit.minus(byVault).minus(result.shortfall).toNumber();
    tally.shortfall += shortfall;
    tally.largestTheta = Math.max(tally.largestTheta, result.theta.toNumber());
    if (!solvent) tally.lateLocks += 1;
    if (solvent && shortfall > DUST) tally.broken.push(`INV-21: ${shortfall} short though all were solvent`);
    this.lock = undefined;
    this.lastUnlock = this.now;
    this.anchors = frozen;
    this.recorded = [...this.marks];
    this.recordedAt = this.now;
  }

  /** Its positions are the estate's; what it still has pledged is the vault's. */
  private absorbed(account: Account): void {
    this.tally.defaults += 1;
    if (account.units > 0 && account.units * this.coin.live > DUST) this.tally.unpaidUnits += account.units;
    this.coin.pledged -= account.units;
    this.coin.addStock(account.units, this.now);
    account.units = 0;
    account.offeredAt = undefined;
    account.sizes.forEach((size, k) => (this.estate[k]! += size));
    account.base = 0;
    account.sizes.fill(0);
  }

  /** Closes the estate at the frozen marks against all of the other side, pro rata. */
  private tearUp(frozen: readonly number[]): void {
    this.estate.forEach((size, k) => {
      const others = this.accounts.filter(({ sizes }) => sizes[k]! * size < 0);
      const held = others.reduce((sum, { sizes }) => sum + Math.abs(sizes[k]!), 0);
      if (size === 0 || held === 0) return;
      for (const account of others) {
        const closed = (account.sizes[k]! * Math.abs(size)) / held;
        account.sizes[k]! -= closed;
        account.base += closed * frozen[k]!;
      }
      this.estate[k] = 0;
    });
  }

  private record(): void {
    this.coin.record(this.now, LOCK_DELAY);
    if (this.now < this.recordedAt + LOCK_DELAY) return;
    this.anchors = this.recorded;
    this.recorded = [...this.marks];
    this.recordedAt = this.now;
  }

  /** Offers what is due; buyers take it as the discount grows, the line takes it after an hour. */
  private exchange(): void {
    const { coin, tally, now } = this;
    for (const account of this.accounts) {
      if (account.units * coin.live < DUST) continue;
      const value = valueOf(account, this.marks);
      const equity = value + account.units * coin.counted;
      const due = this.liquidatable(account, equity);
      const need = due ? Math.max(0, initialOf(account, this.marks) - value) : Math.max(0, -value);
      if (need < DUST || account.sizes.every((size) => size === 0)) {
        account.offeredAt = undefined;
        continue;
      }
      if (account.offeredAt === undefined || now >= account.offeredAt + Number(OFFER_LAPSE)) account.offeredAt = now;
      if (equity < 0) continue;
      const discount = coin.discountSince(account.offeredAt, now);
      const price = coin.live * (1 - discount);
      const units = Math.min(account.units, need / price, coin.wanted(discount, now) / coin.live);
      if (units * coin.live > DUST) {
        const paid = units * price;
        coin.bought(units);
        coin.pledged -= units;
        account.units -= units;
        account.base += paid;
        tally.byBuyers += paid;
        tally.outside += paid;
        tally.discounts += units * coin.live - paid;
        tally.largestDiscount = Math.max(tally.largestDiscount, discount);
      }
      const left = need - units * price;
      if (now >= account.offeredAt + Number(LINE_DELAY) && left > DUST) {
        this.toLine(account, left, coin.counted, "byLineInTime");
      }
    }
  }

  private toLine(account: Account, need: number, price: number, how: "byLineInLock" | "byLineInTime"): void {
    const units = Math.min(account.units, need / price);
    if (!(units > 0)) return;
    const paid = Math.min(units * price, this.coin.line);
    account.units -= units;
    account.base += paid;
    this.coin.line -= paid;
    this.soldToLine(units, paid, how);
  }

  private soldToLine(units: number, paid: number, how: "byLineInLock" | "byLineInTime"): void {
    const { coin, tally } = this;
    coin.pledged -= units;
    coin.addStock(units, this.now);
    tally[how] += paid;
    const worth = units * coin.live;
    tally.lineAtPurchase += worth - paid;
    if (worth < paid - DUST && coin.live >= (1 - coin.haircut) * Math.min(coin.anchor, coin.recorded))
      tally.broken.push(`INV-21: the line lost ${paid - worth} within the haircut`);
  }

  private liquidatable(account: Account, equity: number): boolean {
    return equity < maintenanceOf(account, this.marks);
  }

  /** Others take, at the marks, the least part of each account that brings it back to its initial margin. */
  private liquidate(): void {
    const street = this.accounts.at(-1)!;
    let left = this.liquidity;
    for (const account of this.accounts) {
      if (account === street || left <= 0) continue;
      const equity = valueOf(account, this.marks) + account.units * this.coin.counted;
      if (equity < 0 || !this.liquidatable(account, equity)) continue;
      const notional = account.sizes.reduce((sum, size, k) => sum + Math.abs(size) * this.marks[k]!, 0);
      const initial = initialOf(account, this.marks);
      const penalty = Math.min(PENALTY, equity / notional);
      const wanted = (initial - equity) / Math.max(1e-9, initial - penalty * notional);
      const part = Math.min(1, wanted, left / notional);
      account.sizes.forEach((size, k) => {
        const closed = size * part;
        account.sizes[k]! -= closed;
        account.base += closed * this.marks[k]!;
        street.sizes[k]! += closed;
        street.base -= closed * this.marks[k]!;
      });
      account.base -= penalty * notional * part;
      this.pot += penalty * notional * part;
      left -= notional * part;
      this.tally.liquidated += notional * part;
    }
  }

  private check(): void {
    const { coin, tally } = this;
    const pledged = this.accounts.reduce((sum, { units }) => sum + units, 0);
    const off = Math.max(Math.abs(coin.pledged - pledged), Math.abs(coin.held - coin.pledged - coin.stock));
    if (off > 1e-5) tally.broken.push(`INV-19: ${off} units are missing at ${this.now}`);
    if (coin.committed * coin.pledged > coin.line + DUST || coin.line < 0)
      tally.broken.push(`INV-20: the line is short at ${this.now}`);
  }
}

function exact(value: number): Fraction {
  return Fraction.of(BigInt(Math.round(value * 1e6)), 1_000_000n);
}
