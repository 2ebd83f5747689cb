// SPDX-License-Identifier: MIT
import { Fraction, max, min } from "./Fraction.js";

/**
 * An executable model of one lock of a group whose accounts have pledged collateral, in exact fractions: from the
 * anchors to the end of the settlement. It has no queue: a tear-up changes no value at the frozen marks.
 *
 * RULES switch each rule against the one that does not hold; `HELD` is what the contracts do.
 */
export interface CollateralRules {
  /** At which price the line buys in a lock: the haircut price of the recorded floor, or of the live price. */
  readonly paidAt: "floor" | "live";
  /** Whether the floor of a collateral may move on while a group is locked. */
  readonly floorMoves: boolean;
  /** Where the line's money is: set aside, or in the pot that budgets of other groups spend. */
  readonly money: "aside" | "pot";
  /** Whether a unit counts for at most what the line can pay for each unit that is pledged. */
  readonly boundByLine: boolean;
}

export const HELD: CollateralRules = { paidAt: "floor", floorMoves: false, money: "aside", boundByLine: true };

export interface JumpedMarket {
  readonly anchor: Fraction;
  readonly frozen: Fraction;
}

export interface Collateral {
  /** Part of a price that does not count. */
  readonly haircut: Fraction;
  /** The lesser of the anchor and the recorded price. */
  floor: Fraction;
  live: Fraction;
  /** What the vault has committed. */
  line: Fraction;
}

export interface Pledger {
  /** Cash and positions at the anchors. */
  readonly atAnchor: Fraction;
  /** By market; long is positive. */
  readonly sizes: readonly Fraction[];
  /** By collateral. */
  readonly units: Fraction[];
}

interface State {
  cash: Fraction;
  absorbed: boolean;
}

export interface Outcome {
  readonly deficit: Fraction;
  readonly theta: Fraction;
  readonly shortfall: Fraction;
  /** What the line paid above the live price of what it bought; negative: below it. */
  readonly lineLoss: Fraction;
  /** By account: cash, positions and pledges at their counted value, at the end; undefined when absorbed. */
  readonly ends: readonly (Fraction | undefined)[];
}

export class CollateralModel {
  readonly accounts: State[];
  /** Relief of each account at the start: all are registered. */
  private readonly relief: Fraction[];
  private readonly pledged: Fraction[];
  private deficit = Fraction.ZERO;
  private lineLoss = Fraction.ZERO;

  constructor(
    readonly rules: CollateralRules,
    readonly markets: readonly JumpedMarket[],
    readonly collaterals: readonly Collateral[],
    readonly people: readonly Pledger[],
    /** The vault's pot beside the lines. */
    public pot: Fraction,
  ) {
    this.accounts = people.map(({ atAnchor }) => ({ cash: atAnchor, absorbed: false }));
    this.pledged = collaterals.map((_, c) => sum(people.map(({ units }) => at(units, c))));
    this.relief = people.map((_, i) => min(this.gained(i), this.lost(i)));
  }

  /** What a unit counts for, at most: the haircut price of the floor, within what the line can pay. */
  countedPrice(c: number): Fraction {
    const collateral = at(this.collaterals, c);
    const price = Fraction.ONE.minus(collateral.haircut).times(collateral.floor);
    const pledged = at(this.pledged, c);
    if (!this.rules.boundByLine || pledged.sign === 0) return price;
    return min(price, collateral.line.over(pledged));
  }

  countedValue(i: number): Fraction {
    return sum(at(this.people, i).units.map((units, c) => units.times(this.countedPrice(c))));
  }

  /** Equity with pledges, at the anchors or at the frozen marks. */
  equityAtAnchor(i: number): Fraction {
    return at(this.people, i).atAnchor.plus(this.countedValue(i));
  }

  equityAtFrozen(i: number): Fraction {
    return this.alone(i).plus(this.countedValue(i));
  }

  /** Cash and positions at the frozen marks. */
  alone(i: number): Fraction {
    return at(this.accounts, i).cash.plus(this.gained(i)).minus(this.lost(i));
  }

  /** Another group's settlement spends of the pot, within its budget; and of lines that are in it. */
  spend(amount: Fraction): void {
    if (this.rules.money === "aside") {
      this.pot = max(Fraction.ZERO, this.pot.minus(amount));
      return;
    }
    let left = amount.minus(min(amount, this.pot));
    this.pot = max(Fraction.ZERO, this.pot.minus(amount));
    for (const collateral of this.collaterals) {
      const taken = min(left, collateral.line);
      collateral.line = collateral.line.minus(taken);
      left = left.minus(taken);
    }
  }

  /** Anyone records the live price of a collateral. */
  recordPrice(c: number): void {
    if (!this.rules.floorMoves) return;
    const collateral = at(this.collaterals, c);
    collateral.floor = min(collateral.floor, collateral.live);
  }

  /** Exchanges first; absorbs who is below zero even so. */
  absorb(i: number): boolean {
    const account = at(this.accounts, i);
    if (account.absorbed || this.alone(i).sign >= 0) return false;
    for (let c = 0; c < this.collaterals.length; c++) this.exchange(i, c);
    const equity = this.alone(i);
    if (equity.sign >= 0) return true;
    account.absorbed = true;
    this.deficit = this.deficit.minus(equity);
    return true;
  }

  /** What all that were absorbed owe. */
  get debt(): Fraction {
    return this.deficit;
  }

  /** One settlement of all that were absorbed, with every account registered for its relief; the vault pays first. */
  settle(byVault = Fraction.ZERO): Outcome {
    const live = this.people.map((_, i) => i).filter((i) => !at(this.accounts, i).absorbed);
    const capacity = sum(live.map((i) => this.gained(i).minus(at(this.relief, i))));
    const rest = this.deficit.minus(byVault);
    const theta = rest.sign === 0 ? Fraction.ZERO : min(Fraction.ONE, ratio(rest, capacity));
    const ends = this.people.map((_, i) => {
      if (at(this.accounts, i).absorbed) return undefined;
      const charge = theta.times(this.gained(i).minus(at(this.relief, i)));
      return this.equityAtFrozen(i).minus(charge);
    });
    return {
      deficit: this.deficit,
      theta,
      shortfall: rest.minus(theta.times(capacity)),
      lineLoss: this.lineLoss,
      ends,
    };
  }

  /** The line buys the least that makes the account whole. */
  private exchange(i: number, c: number): void {
    const collateral = at(this.collaterals, c);
    const { units } = at(this.people, i);
    const factor = Fraction.ONE.minus(collateral.haircut);
    const price = this.rules.paidAt === "live" ? factor.times(collateral.live) : this.countedPrice(c);
    const owed = this.alone(i).negated();
    if (owed.sign <= 0 || at(units, c).sign === 0 || price.sign === 0) return;
    const paid = min(min(owed, at(units, c).times(price)), collateral.line);
    const sold = paid.over(price);
    // Its price for the rest stays: the line and what is pledged fall together.
    units[c] = at(units, c).minus(sold);
    this.pledged[c] = at(this.pledged, c).minus(sold);
    collateral.line = collateral.line.minus(paid);
    at(this.accounts, i).cash = at(this.accounts, i).cash.plus(paid);
    this.lineLoss = this.lineLoss.plus(paid).minus(sold.times(collateral.live));
  }

  private gained(i: number): Fraction {
    return sum(this.changes(i).map((change) => max(change, Fraction.ZERO)));
  }

  private lost(i: number): Fraction {
    return sum(this.changes(i).map((change) => max(change.negated(), Fraction.ZERO)));
  }

  private changes(i: number): Fraction[] {
    const { sizes } = at(this.people, i);
    return this.markets.map(({ anchor, frozen }, k) => at(sizes, k).times(frozen.minus(anchor)));
  }
}

function sum(list: readonly Fraction[]): Fraction {
  return list.reduce((total, each) => total.plus(each), Fraction.ZERO);
}

function ratio(part: Fraction, whole: Fraction): Fraction {
  return whole.sign === 0 ? Fraction.ONE : part.over(whole);
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`nothing at ${index}`);
  return value;
}
