// SPDX-License-Identifier: MIT
import { Fraction, max, min } from "./Fraction.js";

/**
 * An executable model of one clearing group: its lock, its charge and its tear-up, in exact fractions.
 *
 * PRICES are "tilde" prices, mark - F, so ordinary funding is part of the price. A position's value is
 * `q * tilde - |q| * charge[side] - cost`; a charge on a side therefore moves that side alone.
 *
 * RULES switch each rule of the specification that did not hold (`SPECIFIED`) against its repair (`REPAIRED`).
 */
export interface Rules {
  /**
   * "rounds": charge at `until`, then rounds of absorbs. "implied": the charge so far counts in every absorb of the
   * lock. "net": only the frozen marks count; who is registered gets the charge on min(gains, losses) back.
   */
  readonly charge: "rounds" | "implied" | "net";
  /** Which losses a registration counts: those of now, or those of the lock's start: a liquidation registers first. */
  readonly lossesOf: "now" | "start";
  /** Who may take a leg over in a lock: anybody on its side, or only who has no winning leg, and so no relief. */
  readonly takers: "any" | "winless";
  /** Marks at which an account in a lock must be below zero to be absorbed. */
  readonly absorbAt: "frozenAndLive" | "frozen";
  /**
   * Liquidations inside a lock: at live marks with the taker's margin there; or only if both parties also stay above
   * zero (or no lower) at the anchors and at the frozen marks; or at the frozen marks after the largest charge that
   * this lock can bring them; or none.
   */
  readonly liquidateInLock: "live" | "solvent" | "charged" | "never";
  /** What a reduction below initial margin must leave: a ratio not lower; or also an equity at the anchors and at the
   * recorded marks that is not negative (or not lower). */
  readonly reduceTo: "ratio" | "anchors";
  /** Whether anchors go on rolling while a market of the group is stale. */
  readonly rollWhileStale: boolean;
  /** What bounds the vault's payment beside its budget: its cash, or its equity after the largest possible charge. */
  readonly vaultPays: "cash" | "equity";
  /** Whether the debts absorbed in one call are summed before they are compared with `minDebt`. */
  readonly batchMinDebt: boolean;
  /** "frozen" or, the rule to compare with, "live": the anchor a lock leaves behind. */
  readonly anchorAfter: "frozen" | "live";
}

export const SPECIFIED: Rules = {
  charge: "rounds",
  lossesOf: "now",
  takers: "any",
  absorbAt: "frozenAndLive",
  liquidateInLock: "live",
  reduceTo: "ratio",
  rollWhileStale: true,
  vaultPays: "cash",
  batchMinDebt: false,
  anchorAfter: "frozen",
};

/** The second design: gross charges, and absorbs to their least fixed point. */
export const IMPLIED: Rules = {
  charge: "implied",
  lossesOf: "now",
  takers: "any",
  absorbAt: "frozen",
  liquidateInLock: "solvent",
  reduceTo: "anchors",
  rollWhileStale: false,
  vaultPays: "equity",
  batchMinDebt: true,
  anchorAfter: "frozen",
};

export const REPAIRED: Rules = { ...IMPLIED, charge: "net", lossesOf: "start", takers: "winless" };

export interface Parameters {
  readonly gapBps: number;
  readonly initialBps: number;
  readonly maintenanceBps: number;
  readonly bandBps: number;
  /** Seconds. */
  readonly lockDelay: number;
  readonly roundDelay: number;
  readonly lockPause: number;
  readonly calmPeriod: number;
  readonly maxRounds: number;
  readonly maxGapLevel: number;
  readonly minDebt: Fraction;
  readonly vaultBudget: Fraction;
  readonly mode: "QUEUE" | "PRORATA";
}

export const DEFAULTS: Parameters = {
  gapBps: 300,
  initialBps: 1000,
  maintenanceBps: 500,
  bandBps: 200,
  lockDelay: 60,
  roundDelay: 15,
  lockPause: 60,
  calmPeriod: 600,
  maxRounds: 8,
  maxGapLevel: 3,
  minDebt: Fraction.ZERO,
  vaultBudget: Fraction.ZERO,
  mode: "QUEUE",
};

export type Side = 0 | 1;
export const LONG: Side = 0;
export const SHORT: Side = 1;
export const VAULT = 0;

export interface Position {
  q: Fraction;
  cost: Fraction;
}

export interface Account {
  cash: Fraction;
  readonly positions: Position[];
  /** What this lock's charge is not taken of; undefined when not registered. */
  relief: Fraction | undefined;
}

export interface Market {
  /** Live mark - F. While stale it moves unseen: `seen` keeps the last one the contract knows. */
  live: Fraction;
  fresh: boolean;
  anchor: Fraction;
  recordedMark: Fraction;
  frozen: Fraction;
  charge: [Fraction, Fraction];
  charged: Fraction;
  estate: [Fraction, Fraction];
  openInterest: Fraction;
}

/** What a finished settlement leaves for the tests to check. */
export interface Settlement {
  readonly deficit: Fraction;
  readonly vaultPaid: Fraction;
  readonly collected: Fraction;
  readonly shortfall: Fraction;
  readonly charged: Fraction[];
  readonly jumps: Fraction[];
  readonly capacityLeft: Fraction;
  readonly round: number;
  /** Whether each account that was in the group during the lock was solvent at the anchors. */
  readonly solventAtAnchors: boolean;
  /** The same, of the accounts as they stood when the lock began. */
  readonly solventAtStart: boolean;
  readonly absorbed: number;
  readonly registered: number;
  readonly theta: Fraction;
  /** Accounts at or above zero before the charges and below after it. */
  readonly secondDefaults: number;
  /** Charged accounts that end below their equity at the anchors. */
  readonly belowAnchor: number;
  /** Registered accounts that end below zero although they were solvent at anchors and frozen marks. */
  readonly registeredDefaults: number;
  /**
   * Registered accounts that took no part in a liquidation of the lock and end below the lesser of their equities at
   * anchors and frozen marks.
   */
  readonly registeredBelow: number;
  readonly lockedFor: number;
}

export class Revert extends Error {}

export class LockModel {
  now = 0;
  phase: "NORMAL" | "LOCKED" | "SETTLING" = "NORMAL";
  until = 0;
  lockedAt = 0;
  round = 0;
  recordedMarkTime = 0;
  lastUnlock = -1_000_000;
  gapLevel = 0;
  /** Unpaid debts of absorbed accounts; under "implied" their debts before any charge of this lock. */
  deficit = Fraction.ZERO;
  tokens = Fraction.ZERO;
  shortfall = Fraction.ZERO;
  vaultBudgetLeft = Fraction.ZERO;
  readonly markets: Market[];
  readonly accounts: Account[] = [];
  readonly settlements: Settlement[] = [];

  private anyAbsorbed = false;
  private absorbedCount = 0;
  private insolventAbsorbed = 0;
  private firstDeficit = Fraction.ZERO;
  private paid = Fraction.ZERO;
  private collected = Fraction.ZERO;
  private anchorEquities: Fraction[] = [];
  private frozenEquities: Fraction[] = [];
  private plans: TearUp[] = [];
  private unused = Fraction.ZERO;
  private damage = { secondDefaults: 0, belowAnchor: 0, registeredDefaults: 0, registeredBelow: 0 };
  /** Of the accounts when the lock began: at the anchors, at the frozen marks; and what each has deposited since. */
  private atStart: { anchor: Fraction; frozen: Fraction; deposited: Fraction; moved: boolean }[] = [];
  private share = Fraction.ZERO;

  constructor(
    readonly rules: Rules,
    readonly parameters: Parameters,
    marks: Fraction[],
    accounts: number,
  ) {
    this.markets = marks.map((mark) => ({
      live: mark,
      fresh: true,
      anchor: mark,
      recordedMark: mark,
      frozen: mark,
      charge: [Fraction.ZERO, Fraction.ZERO],
      charged: Fraction.ZERO,
      estate: [Fraction.ZERO, Fraction.ZERO],
      openInterest: Fraction.ZERO,
    }));
    for (let i = 0; i < accounts; i++) {
      this.accounts.push({
        cash: Fraction.ZERO,
        positions: marks.map(() => ({ q: Fraction.ZERO, cost: Fraction.ZERO })),
        relief: undefined,
      });
    }
  }

  // ---------------------------------------------------------------- valuation

  /** Marks as the contract knows them: a stale market counts at its recorded mark. */
  marks(): Fraction[] {
    return this.markets.map((m) => (m.fresh ? m.live : m.recordedMark));
  }

  frozen(): Fraction[] {
    return this.markets.map((m) => m.frozen);
  }

  anchors(): Fraction[] {
    return this.markets.map((m) => m.anchor);
  }

  /** Equity at `tildes`; `sinceLock = false` leaves out what this lock has charged so far. */
  equity(id: number, tildes: Fraction[], sinceLock = true): Fraction {
    const account = this.account(id);
    let sum = account.cash;
    account.positions.forEach((position, k) => {
      if (position.q.sign === 0) return;
      const market = this.market(k);
      let charge = market.charge[sideOf(position.q)];
      if (!sinceLock && this.winner(k) === sideOf(position.q)) charge = charge.minus(market.charged);
      sum = sum
        .plus(position.q.times(at(tildes, k)))
        .minus(position.q.abs().times(charge))
        .minus(position.cost);
    });
    return sum;
  }

  notional(id: number, tildes: Fraction[]): Fraction {
    return this.account(id).positions.reduce(
      (sum, position, k) => (position.q.sign === 0 ? sum : sum.plus(position.q.times(at(tildes, k)).abs())),
      Fraction.ZERO,
    );
  }

  maintenance(id: number, tildes: Fraction[]): Fraction {
    return this.notional(id, tildes).times(bps(this.parameters.maintenanceBps));
  }

  initial(id: number, tildes: Fraction[]): Fraction {
    return this.notional(id, tildes).times(bps(this.parameters.initialBps));
  }

  jump(k: number): Fraction {
    return this.market(k).frozen.minus(this.market(k).anchor);
  }

  winner(k: number): Side | undefined {
    if (this.phase === "NORMAL") return undefined;
    const sign = this.jump(k).sign;
    return sign === 0 ? undefined : sign > 0 ? LONG : SHORT;
  }

  /** sum of live winning size x |jump|. */
  weight(): Fraction {
    return this.markets.reduce((sum, _, k) => sum.plus(this.liveWinners(k).times(this.jump(k).abs())), Fraction.ZERO);
  }

  /** What the registered live accounts need not pay a charge of. */
  relieved(): Fraction {
    return this.accounts.reduce((sum, { relief }) => (relief === undefined ? sum : sum.plus(relief)), Fraction.ZERO);
  }

  capacityLeft(): Fraction {
    const gross = this.markets.reduce(
      (sum, m, k) => sum.plus(this.liveWinners(k).times(this.jump(k).abs().minus(m.charged))),
      Fraction.ZERO,
    );
    return this.rules.charge === "net" ? gross.minus(this.relieved().times(Fraction.ONE.minus(this.share))) : gross;
  }

  /** The fraction of the jump's gain that the debts absorbed so far take from every live winner. */
  theta(): Fraction {
    const open = max(Fraction.ZERO, this.deficit.minus(this.vaultBudgetLeft));
    if (open.sign === 0) return Fraction.ZERO;
    const weight = this.weight().minus(this.relieved());
    return weight.sign === 0 ? Fraction.ONE : min(Fraction.ONE, open.over(weight));
  }

  private liveWinners(k: number): Fraction {
    const side = this.winner(k);
    return side === undefined ? Fraction.ZERO : this.market(k).openInterest.minus(this.market(k).estate[side]);
  }

  gainOfJump(id: number): Fraction {
    return this.account(id).positions.reduce(
      (sum, position, k) => sum.plus(max(Fraction.ZERO, position.q.times(this.jump(k)))),
      Fraction.ZERO,
    );
  }

  lossOfJump(id: number): Fraction {
    return this.account(id).positions.reduce(
      (sum, position, k) => sum.plus(max(Fraction.ZERO, position.q.times(this.jump(k)).negated())),
      Fraction.ZERO,
    );
  }

  /** Whether registering would relieve the account. */
  nettable(id: number): boolean {
    if (this.phase !== "LOCKED" || this.now >= this.until) return false;
    return this.account(id).relief === undefined && this.reliefOf(id).sign > 0;
  }

  private reliefOf(id: number): Fraction {
    return min(this.gainOfJump(id), this.lossOfJump(id));
  }

  /** Registers accounts in a lock that runs: their charge is on gains less losses. */
  net(...ids: number[]): void {
    this.sync();
    if (this.rules.charge !== "net") throw new Revert("gross");
    if (this.phase !== "LOCKED" || this.now >= this.until) throw new Revert("no lock");
    const some = ids.filter((id) => this.nettable(id));
    if (some.length === 0) throw new Revert("nothing to net");
    for (const id of some) this.account(id).relief = this.reliefOf(id);
  }

  // ---------------------------------------------------------------- lock

  hasGap(): boolean {
    return this.markets.some((m) => {
      if (!m.fresh) return false;
      return bps(this.gapBps()).times(m.live.abs()).lt(m.live.minus(m.anchor).abs());
    });
  }

  private gapBps(): number {
    const { gapBps, maintenanceBps, initialBps } = this.parameters;
    // Mark and recorded mark each lie within the threshold g of the anchor, hence within 2g/(1-g) of each other: at
    // most IM.
    const apart =
      this.rules.reduceTo === "anchors" ? Math.floor((initialBps * 10_000) / (20_000 + initialBps)) : 10_000;
    return Math.min(gapBps << this.gapLevel, maintenanceBps, apart);
  }

  /** Runs first in every operation; returns whether the group may trade. */
  sync(): boolean {
    if (this.phase === "LOCKED" && this.now >= this.until && !this.anyAbsorbed) this.unlock();
    if (this.phase !== "NORMAL") return false;
    if (this.hasGap()) return false;
    const rolls = this.rules.rollWhileStale || this.markets.every((m) => m.fresh);
    if (rolls && this.now >= this.recordedMarkTime + this.parameters.lockDelay) {
      for (const m of this.markets) {
        if (!m.fresh) continue;
        m.anchor = m.recordedMark;
        m.recordedMark = m.live;
      }
      this.recordedMarkTime = this.now;
    }
    if (this.now >= this.lastUnlock + this.parameters.calmPeriod && this.gapLevel > 0) {
      this.gapLevel -= 1;
      this.lastUnlock = this.now;
    }
    return true;
  }

  private lock(): void {
    this.phase = "LOCKED";
    this.lockedAt = this.now;
    this.until = this.now + this.parameters.lockDelay;
    this.round = 0;
    this.deficit = this.firstDeficit = this.paid = this.collected = Fraction.ZERO;
    this.anyAbsorbed = false;
    this.absorbedCount = this.insolventAbsorbed = 0;
    for (const m of this.markets) {
      m.frozen = m.fresh ? m.live : m.recordedMark;
      m.charged = Fraction.ZERO;
    }
    this.share = Fraction.ZERO;
    this.atStart = this.accounts.map((account, id) => {
      account.relief = undefined;
      return {
        anchor: this.equity(id, this.anchors()),
        frozen: this.equity(id, this.frozen()),
        deposited: Fraction.ZERO,
        moved: false,
      };
    });
    this.vaultBudgetLeft = this.parameters.vaultBudget;
    if (this.rules.vaultPays === "equity") {
      const spare = this.equity(VAULT, this.frozen()).minus(this.gainOfJump(VAULT));
      this.vaultBudgetLeft = max(Fraction.ZERO, min(this.vaultBudgetLeft, spare));
    }
    if (this.now < this.lastUnlock + this.parameters.calmPeriod) {
      this.gapLevel = Math.min(this.gapLevel + 1, this.parameters.maxGapLevel);
    }
  }

  private unlock(): void {
    this.phase = "NORMAL";
    for (const m of this.markets) {
      const anchor = this.rules.anchorAfter === "live" && m.fresh ? m.live : m.frozen;
      m.anchor = m.recordedMark = anchor;
      m.charged = Fraction.ZERO;
    }
    for (const account of this.accounts) account.relief = undefined;
    this.recordedMarkTime = this.lastUnlock = this.now;
  }

  poke(): void {
    if (!this.sync() && this.phase === "NORMAL") this.lock();
  }

  // ---------------------------------------------------------------- money

  rate(): Fraction {
    const claims = this.tokens.plus(this.shortfall);
    return claims.sign === 0 ? Fraction.ONE : this.tokens.over(claims);
  }

  deposit(id: number, amount: Fraction): void {
    const rate = this.rate();
    if (rate.sign === 0) throw new Revert("no tokens left");
    const credit = amount.over(rate);
    this.account(id).cash = this.account(id).cash.plus(credit);
    const start = this.atStart[id];
    if (start !== undefined) start.deposited = start.deposited.plus(credit);
    this.shortfall = this.shortfall.plus(credit).minus(amount);
    this.tokens = this.tokens.plus(amount);
  }

  withdraw(id: number, amount: Fraction): void {
    const open = this.account(id).positions.some((p) => p.q.sign !== 0);
    const free = this.sync();
    if (open && (!free || this.account(id).positions.some((p, k) => p.q.sign !== 0 && !this.market(k).fresh))) {
      throw new Revert("locked");
    }
    if (this.phase !== "NORMAL" && this.uncovered().sign > 0) throw new Revert("deficit above capacity");
    const marks = this.marks();
    const available = min(this.account(id).cash, this.equity(id, marks)).minus(this.initial(id, marks));
    if (available.lt(amount)) throw new Revert("margin");
    const pays = amount.times(this.rate());
    if (this.tokens.lt(pays)) throw new Revert("tokens");
    this.account(id).cash = this.account(id).cash.minus(amount);
    this.shortfall = this.shortfall.minus(amount.minus(pays));
    this.tokens = this.tokens.minus(pays);
  }

  private uncovered(): Fraction {
    return this.deficit.minus(this.vaultBudgetLeft).minus(this.capacityLeft());
  }

  // ---------------------------------------------------------------- trades

  /** `buyer` takes `size` from `seller` at tilde price `price`. */
  fill(buyer: number, seller: number, k: number, size: Fraction, price: Fraction): void {
    if (buyer === seller || size.sign <= 0) throw new Revert("order");
    if (!this.sync()) throw new Revert("GapOpen");
    const market = this.market(k);
    if (!market.fresh) throw new Revert("stale");
    if (bps(this.parameters.bandBps).times(market.live.abs()).lt(price.minus(market.live).abs())) {
      throw new Revert("band");
    }
    this.atomically(() => {
      const before = [buyer, seller].map((id) => this.health(id));
      this.move(buyer, k, size, price);
      this.move(seller, k, size.negated(), price);
      this.recount(k);
      [buyer, seller].forEach((id, i) => {
        const was = before[i];
        if (was !== undefined) this.requireMargin(id, was);
      });
    });
  }

  /** `taker` takes `size` of the leg of `id` in market `k` at a discount in bps of the mark. */
  liquidate(id: number, taker: number, k: number, size: Fraction, discountBps: number): void {
    if (id === taker || size.sign <= 0) throw new Revert("order");
    const free = this.sync();
    if (!free && this.phase === "NORMAL") this.lock();
    if (this.phase === "SETTLING" || (this.phase === "LOCKED" && this.rules.liquidateInLock === "never")) return;
    const market = this.market(k);
    const marks = this.marks();
    if (!market.fresh) throw new Revert("stale");
    const q = this.position(id, k).q;
    if (q.abs().lt(size)) throw new Revert("size");
    const side = sideOf(q);
    if (this.phase === "LOCKED") {
      if (this.now >= this.until) throw new Revert("until");
      // What the vault may pay was fixed when the lock began.
      if (this.rules.vaultPays === "equity" && (id === VAULT || taker === VAULT)) throw new Revert("vault");
      if (this.winner(k) === undefined || this.winner(k) === side) throw new Revert("winning leg");
      const held = this.position(taker, k).q;
      if (held.sign !== 0 && sideOf(held) !== side) throw new Revert("taker would leave the winning side");
      if (this.rules.takers === "winless" && this.gainOfJump(taker).sign > 0) throw new Revert("taker has won");
    }
    const equity = this.equity(id, marks);
    if (equity.sign < 0 || !equity.lt(this.maintenance(id, marks))) throw new Revert("healthy or insolvent");
    const notional = this.notional(id, marks);
    const discount = min(bps(discountBps), equity.over(notional));
    const price = market.live.times(q.sign > 0 ? Fraction.ONE.minus(discount) : Fraction.ONE.plus(discount));
    this.atomically(() => {
      if (this.phase === "LOCKED") this.registerBefore(id, taker);
      const before = this.health(id);
      const takerBefore = this.health(taker);
      const signed = q.sign > 0 ? size : size.negated();
      this.move(taker, k, signed, price);
      this.move(id, k, signed.negated(), price);
      this.recount(k);
      if (this.equity(taker, marks).lt(this.initial(taker, marks))) throw new Revert("taker margin");
      const after = this.health(id);
      if (after.equity.times(before.maintenance).lt(before.equity.times(after.maintenance))) throw new Revert("ratio");
      this.requireAnchors(before, after);
      if (this.phase === "LOCKED") this.requireAnchors(takerBefore, this.health(taker));
    });
  }

  /** A loss counts once, for who held it when the jump happened. */
  private registerBefore(...ids: number[]): void {
    for (const id of ids) {
      at(this.atStart, id).moved = true;
      if (this.rules.charge === "net" && this.rules.lossesOf === "start") {
        this.account(id).relief ??= this.reliefOf(id);
      }
    }
  }

  private health(id: number): Health {
    const marks = this.marks();
    return {
      equity: this.equity(id, marks),
      maintenance: this.maintenance(id, marks),
      atAnchor: this.atAnchor(id),
      atNext: this.atNextAnchor(id),
      sizes: this.account(id).positions.map((p) => p.q),
      stale: this.account(id).positions.some((p, k) => p.q.sign !== 0 && !this.market(k).fresh),
    };
  }

  private atAnchor(id: number): Fraction {
    if (this.phase !== "LOCKED" || this.rules.liquidateInLock !== "charged") return this.equity(id, this.anchors());
    const charged = this.gainOfJump(id).minus(this.account(id).relief ?? Fraction.ZERO);
    return this.equity(id, this.frozen()).minus(charged);
  }

  private atNextAnchor(id: number): Fraction {
    if (this.phase === "NORMAL") {
      return this.equity(
        id,
        this.markets.map((m) => m.recordedMark),
      );
    }
    const implied = this.rules.charge === "implied" ? this.theta().times(this.gainOfJump(id)) : Fraction.ZERO;
    return this.equity(id, this.frozen()).minus(implied);
  }

  private requireMargin(id: number, before: Health): void {
    const marks = this.marks();
    const after = this.health(id);
    if (!after.stale && !after.equity.lt(this.initial(id, marks))) return;
    const reduces = this.account(id).positions.every((p, k) => {
      const was = at(before.sizes, k);
      return p.q.sign === 0 || (p.q.sign === was.sign && !was.abs().lt(p.q.abs()));
    });
    if (!reduces || after.equity.sign < 0) throw new Revert("margin");
    if (after.equity.times(before.maintenance).lt(before.equity.times(after.maintenance))) throw new Revert("ratio");
    this.requireAnchors(before, after);
  }

  private requireAnchors(before: Health, after: Health): void {
    const inLock = this.phase === "LOCKED";
    if (inLock ? this.rules.liquidateInLock === "live" : this.rules.reduceTo === "ratio") return;
    const worse = (was: Fraction, is: Fraction) => is.sign < 0 && is.lt(was);
    if (worse(before.atAnchor, after.atAnchor) || worse(before.atNext, after.atNext)) {
      throw new Revert("below zero at the anchor");
    }
  }

  private atomically(action: () => void): void {
    const cash = this.accounts.map((a) => a.cash);
    const relief = this.accounts.map((a) => a.relief);
    const moved = this.atStart.map((s) => s.moved);
    const positions = this.accounts.map((a) => a.positions.map((p) => ({ ...p })));
    const interest = this.markets.map((m) => m.openInterest);
    try {
      action();
    } catch (error) {
      this.accounts.forEach((a, i) => {
        a.cash = at(cash, i);
        a.relief = relief[i];
        a.positions.splice(0, a.positions.length, ...at(positions, i));
      });
      this.markets.forEach((m, k) => (m.openInterest = at(interest, k)));
      this.atStart.forEach((s, i) => (s.moved = at(moved, i)));
      throw error;
    }
  }

  /** Changes a position by `dq` at tilde price `price`; what is closed goes to cash. */
  private move(id: number, k: number, dq: Fraction, price: Fraction): void {
    const account = this.account(id);
    const position = this.position(id, k);
    const charge = this.market(k).charge;
    if (position.q.sign !== 0 && position.q.sign !== dq.sign) {
      const closes = min(dq.abs(), position.q.abs());
      const share = closes.over(position.q.abs());
      const freed = position.cost.times(share);
      const signed = position.q.sign > 0 ? closes : closes.negated();
      account.cash = account.cash
        .plus(signed.times(price))
        .minus(closes.times(charge[sideOf(position.q)]))
        .minus(freed);
      position.q = position.q.minus(signed);
      position.cost = position.q.sign === 0 ? Fraction.ZERO : position.cost.minus(freed);
      dq = dq.plus(signed);
    }
    if (dq.sign === 0) return;
    position.cost = position.cost.plus(dq.times(price)).minus(dq.abs().times(charge[sideOf(dq)]));
    position.q = position.q.plus(dq);
  }

  private recount(k: number): void {
    const long = this.sizeOf(k, LONG).plus(this.market(k).estate[LONG]);
    if (!long.eq(this.sizeOf(k, SHORT).plus(this.market(k).estate[SHORT]))) throw new Error("longs differ from shorts");
    this.market(k).openInterest = long;
  }

  sizeOf(k: number, side: Side): Fraction {
    return this.accounts.reduce((sum, a) => {
      const q = at(a.positions, k).q;
      return q.sign !== 0 && sideOf(q) === side ? sum.plus(q.abs()) : sum;
    }, Fraction.ZERO);
  }

  // ---------------------------------------------------------------- default

  absorbable(id: number): boolean {
    if (this.account(id).positions.every((p) => p.q.sign === 0)) return false;
    if (this.phase === "LOCKED") {
      if (this.rules.absorbAt === "frozenAndLive") {
        if (this.account(id).positions.some((p, k) => p.q.sign !== 0 && !this.market(k).fresh)) return false;
        if (this.equity(id, this.marks()).sign >= 0) return false;
      }
      const implied = this.rules.charge === "implied" ? this.theta().times(this.gainOfJump(id)) : Fraction.ZERO;
      return this.now < this.until && this.equity(id, this.frozen()).lt(implied);
    }
    if (this.phase === "SETTLING") return false;
    if (this.account(id).positions.some((p, k) => p.q.sign !== 0 && !this.market(k).fresh)) return false;
    return this.equity(id, this.marks()).sign < 0;
  }

  absorb(...ids: number[]): void {
    const free = this.sync();
    if (this.phase === "NORMAL" && !free) this.lock();
    if (this.phase === "NORMAL") {
      if (!ids.every((id) => this.absorbable(id))) throw new Revert("solvent");
      if (this.now < this.lastUnlock + this.parameters.lockPause) throw new Revert("lockPause");
      const debts = ids.map((id) => this.equity(id, this.marks()).negated());
      const first = at(debts, 0);
      const debt = this.rules.batchMinDebt ? debts.reduce((sum, d) => sum.plus(d), Fraction.ZERO) : first;
      if (debt.lt(this.parameters.minDebt)) throw new Revert("minDebt");
      this.lock();
    }
    for (const id of ids) {
      if (!this.absorbable(id)) throw new Revert("not absorbable");
      this.take(id);
    }
  }

  private take(id: number): void {
    const account = this.account(id);
    if (this.equity(id, this.anchors(), false).sign < 0) this.insolventAbsorbed += 1;
    const debt = this.equity(id, this.frozen()).negated();
    account.positions.forEach((position, k) => {
      if (position.q.sign === 0) return;
      const estate = this.market(k).estate;
      const side = sideOf(position.q);
      estate[side] = estate[side].plus(position.q.abs());
      position.q = position.cost = Fraction.ZERO;
    });
    account.cash = Fraction.ZERO;
    account.relief = undefined;
    this.deficit = this.deficit.plus(debt);
    this.firstDeficit = this.firstDeficit.plus(debt);
    this.anyAbsorbed = true;
    this.absorbedCount += 1;
  }

  /** One step for each unit of `maxSteps` closes one level of one market. */
  deleverage(maxSteps = 1_000_000): void {
    this.sync();
    if (this.phase === "LOCKED") {
      if (this.now < this.until || !this.anyAbsorbed) throw new Revert("nothing to do");
      if (this.charge()) return;
      this.prepareTearUp();
      this.phase = "SETTLING";
    }
    if (this.phase !== "SETTLING") throw new Revert("nothing to do");
    for (let step = 0; step < maxSteps; step++) {
      const plan = this.plans[0];
      if (plan === undefined) break;
      const level = plan.levels.shift();
      if (level === undefined) {
        this.plans.shift();
        continue;
      }
      for (const { id, size } of level) this.tearUp(id, plan.market, plan.side, size);
    }
    if (this.plans.length === 0) this.finish();
  }

  /** Charges the winners; returns whether another round of absorbs follows. */
  private charge(): boolean {
    const pays = min(
      this.deficit,
      this.rules.vaultPays === "cash"
        ? min(this.vaultBudgetLeft, max(Fraction.ZERO, this.account(VAULT).cash))
        : this.vaultBudgetLeft,
    );
    if (this.round === 0) {
      this.anchorEquities = this.accounts.map((_, id) => this.equity(id, this.anchors(), false));
      this.frozenEquities = this.accounts.map((_, id) => this.equity(id, this.frozen(), false));
    }
    this.account(VAULT).cash = this.account(VAULT).cash.minus(pays);
    this.vaultBudgetLeft = this.vaultBudgetLeft.minus(pays);
    this.deficit = this.deficit.minus(pays);
    this.paid = this.paid.plus(pays);

    const relieved = this.relieved();
    const weight = this.weight().minus(relieved);
    if (weight.sign < 0) throw new Error("more is relieved than was gained");
    let chargedNow = false;
    if (this.deficit.sign > 0 && (weight.sign > 0 || relieved.sign > 0)) {
      const theta = weight.sign > 0 ? this.deficit.over(weight) : Fraction.ONE;
      this.share = min(Fraction.ONE, theta);
      this.markets.forEach((market, k) => {
        const side = this.winner(k);
        if (side === undefined) return;
        const jump = this.jump(k).abs();
        const charge = min(jump.minus(market.charged), theta.times(jump));
        const amount = this.liveWinners(k).times(charge);
        market.charge[side] = market.charge[side].plus(charge);
        market.charged = market.charged.plus(charge);
        this.deficit = this.deficit.minus(amount);
        this.collected = this.collected.plus(amount);
        chargedNow ||= amount.sign > 0;
      });
      for (const account of this.accounts) {
        const credit = (account.relief ?? Fraction.ZERO).times(this.share);
        account.cash = account.cash.plus(credit);
        this.deficit = this.deficit.plus(credit);
        this.collected = this.collected.minus(credit);
      }
    }
    const again =
      this.rules.charge === "rounds" &&
      this.markets.length > 1 &&
      chargedNow &&
      this.capacityLeft().sign > 0 &&
      this.round < this.parameters.maxRounds;
    if (again) {
      this.round += 1;
      this.until = this.now + this.parameters.roundDelay;
    }
    return again;
  }

  private prepareTearUp(): void {
    this.measure();
    this.plans = [];
    this.markets.forEach((market, k) => {
      const netted = min(market.estate[LONG], market.estate[SHORT]);
      market.estate = [market.estate[LONG].minus(netted), market.estate[SHORT].minus(netted)];
      market.openInterest = market.openInterest.minus(netted);
      const side = market.estate[LONG].sign > 0 ? LONG : SHORT;
      const opposite = side === LONG ? SHORT : LONG;
      if (market.estate[side].sign === 0) return;

      const held = this.position(VAULT, k).q;
      if (held.sign !== 0 && sideOf(held) === opposite) {
        this.tearUp(VAULT, k, side, min(held.abs(), market.estate[side]));
      }
      const spare = this.equity(VAULT, this.frozen()).minus(this.initial(VAULT, this.frozen()));
      const price = market.frozen.abs().times(bps(this.parameters.initialBps));
      if (spare.sign > 0 && price.sign > 0 && this.parameters.vaultBudget.sign > 0) {
        const takes = min(market.estate[side], spare.over(price));
        this.move(VAULT, k, side === LONG ? takes : takes.negated(), market.frozen);
        market.estate[side] = market.estate[side].minus(takes);
      }
      this.plans.push({ market: k, side, levels: this.levels(k, opposite, market.estate[side]) });
    });
  }

  /** The shares of the opposite side's accounts in closing `rest`, level by level. */
  private levels(k: number, side: Side, rest: Fraction): { id: number; size: Fraction }[][] {
    const market = this.market(k);
    const holders = this.accounts.flatMap((a, id) => {
      const { q, cost } = at(a.positions, k);
      if (q.sign === 0 || sideOf(q) !== side) return [];
      const gain = q.times(market.frozen).minus(q.abs().times(market.charge[side])).minus(cost).over(q.abs());
      return [{ id, size: q.abs(), gain }];
    });
    holders.sort((a, b) => b.gain.compare(a.gain));
    const groups: (typeof holders)[] = [];
    for (const holder of holders) {
      const last = groups.at(-1);
      const together =
        last?.[0] !== undefined &&
        (last[0].gain.eq(holder.gain) || (this.parameters.mode === "PRORATA" && holder.gain.sign > 0));
      if (together) last.push(holder);
      else groups.push([holder]);
    }
    const levels: { id: number; size: Fraction }[][] = [];
    for (const group of groups) {
      if (rest.sign === 0) break;
      const size = group.reduce((sum, holder) => sum.plus(holder.size), Fraction.ZERO);
      const closes = min(rest, size);
      levels.push(group.map((holder) => ({ id: holder.id, size: holder.size.times(closes).over(size) })));
      rest = rest.minus(closes);
    }
    return levels;
  }

  /** Closes `size` of an account opposite to the estate's `side` at the frozen mark. */
  private tearUp(id: number, k: number, side: Side, size: Fraction): void {
    const market = this.market(k);
    this.move(id, k, side === LONG ? size : size.negated(), market.frozen);
    market.estate[side] = market.estate[side].minus(size);
    market.openInterest = market.openInterest.minus(size);
  }

  private measure(): void {
    this.unused = this.capacityLeft();
    const frozen = this.frozen();
    let [secondDefaults, belowAnchor, registeredDefaults, registeredBelow] = [0, 0, 0, 0];
    this.accounts.forEach(({ relief }, id) => {
      const after = this.equity(id, frozen);
      const before = at(this.frozenEquities, id);
      const unpaid = id === VAULT ? this.paid : Fraction.ZERO;
      if (before.minus(unpaid).sign >= 0 && after.sign < 0) secondDefaults += 1;
      const charged = after.lt(before.minus(unpaid));
      if (charged && after.plus(unpaid).lt(at(this.anchorEquities, id))) belowAnchor += 1;
      if (relief === undefined) return;
      const start = at(this.atStart, id);
      const least = min(start.anchor, start.frozen);
      if (least.sign >= 0 && after.plus(unpaid).sign < 0) registeredDefaults += 1;
      if (!start.moved && after.plus(unpaid).lt(least.plus(start.deposited))) registeredBelow += 1;
    });
    this.damage = { secondDefaults, belowAnchor, registeredDefaults, registeredBelow };
  }

  private finish(): void {
    const insolventLive = this.anchorEquities.some((e) => e.sign < 0);
    const jumps = this.markets.map((_, k) => this.jump(k));
    this.shortfall = this.shortfall.plus(this.deficit);
    this.settlements.push({
      deficit: this.firstDeficit,
      vaultPaid: this.paid,
      collected: this.collected,
      shortfall: this.deficit,
      charged: this.markets.map((m) => m.charged),
      jumps,
      capacityLeft: this.unused,
      round: this.round,
      solventAtAnchors: !insolventLive && this.insolventAbsorbed === 0,
      solventAtStart: this.atStart.every((s) => s.anchor.sign >= 0),
      absorbed: this.absorbedCount,
      registered: this.accounts.filter((a) => a.relief !== undefined && a.relief.sign > 0).length,
      theta: this.share,
      ...this.damage,
      lockedFor: this.now - this.lockedAt,
    });
    this.deficit = Fraction.ZERO;
    this.unlock();
  }

  // ---------------------------------------------------------------- access

  get settled(): boolean {
    return this.phase === "NORMAL";
  }

  clone(): LockModel {
    const copy = Object.assign(Object.create(LockModel.prototype) as LockModel, this);
    return Object.assign(copy, {
      markets: this.markets.map((m) => ({ ...m, charge: [...m.charge], estate: [...m.estate] })),
      accounts: this.accounts.map((a) => ({ ...a, positions: a.positions.map((p) => ({ ...p })) })),
      atStart: this.atStart.map((s) => ({ ...s })),
      settlements: [...this.settlements],
      plans: this.plans.map((plan) => ({ ...plan, levels: [...plan.levels] })),
    });
  }

  account(id: number): Account {
    return at(this.accounts, id);
  }

  market(k: number): Market {
    return at(this.markets, k);
  }

  position(id: number, k: number): Position {
    return at(this.account(id).positions, k);
  }

  /** What must be zero in every state: claims + debts of the estate = tokens + shortfall + debts. */
  imbalance(): Fraction {
    const marks = this.phase === "NORMAL" ? this.marks() : this.frozen();
    const claims = this.accounts.reduce((sum, _, id) => sum.plus(this.equity(id, marks)), Fraction.ZERO);
    return claims.minus(this.tokens).minus(this.shortfall).minus(this.deficit);
  }
}

interface Health {
  readonly equity: Fraction;
  readonly maintenance: Fraction;
  readonly atAnchor: Fraction;
  /** Equity at the marks that may become the next anchors. */
  readonly atNext: Fraction;
  readonly sizes: Fraction[];
  readonly stale: boolean;
}

interface TearUp {
  readonly market: number;
  readonly side: Side;
  readonly levels: { id: number; size: Fraction }[][];
}

export function bps(value: number): Fraction {
  return Fraction.of(value, 10_000);
}

function sideOf(q: Fraction): Side {
  return q.sign > 0 ? LONG : SHORT;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no element ${index}`);
  return item;
}
