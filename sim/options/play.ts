// SPDX-License-Identifier: MIT
import { add, type Account, type Sort } from "./population.js";
import { initialOf, scenariosOf, separateOf, type Rules } from "./margin.js";
import { markOf, type Factors, type Series } from "./series.js";

/** How the venue of one play works. */
export interface Policy {
  readonly margin: "portfolio" | "separate";
  readonly charge: "net" | "gross";
  readonly rules: Rules;
  /** Seconds of a lock, and between advances of the anchors. */
  readonly lockDelay: number;
  /** A move of spot, and of the level, that is a gap. */
  readonly gap: number;
  readonly levelGap: number;
  /** Keepers liquidate; else they only absorb and register. */
  readonly awake: boolean;
  /** Margin is measured by arrays this old, seconds. */
  readonly arraysAge: number;
  /** Fixed discount of a slice, a part of its notional at spot. */
  readonly discount: number;
  /** What the vault pays of deficits, quote, in all. */
  readonly vault: number;
}

/** What happened. Amounts are quote. */
export interface Played {
  locks: number;
  slices: number;
  defaults: number;
  deficit: number;
  vaultPaid: number;
  charged: number;
  shortfall: number;
  largestTheta: number;
  /** Accounts that a charge took below zero, and registered or not, those that ended below both equities. */
  secondDefaults: number;
  belowBoth: number;
  /** Defaulters, what they owed, and what was paid in charges, by sort. */
  readonly defaultsOf: Partial<Record<Sort, number>>;
  readonly paidBy: Partial<Record<Sort, number>>;
}

/** Plays `factors`, ascending in time, over the accounts, which it changes. */
export function play(
  all: readonly Series[],
  accounts: readonly Account[],
  factors: readonly Factors[],
  policy: Policy,
): Played {
  const played = nothingYet();
  let [anchor, recorded] = [factors[0]!, factors[0]!];
  let arraysAt = factors[0]!;
  let lockedAt: number | undefined;
  for (const now of factors) {
    if (lockedAt !== undefined) {
      if (now.time < lockedAt + policy.lockDelay) continue;
      settle(all, accounts, anchor, recorded, policy, played);
      [lockedAt, anchor] = [undefined, recorded];
    }
    const bad = accounts.some((account) => equityOf(account, all, now) < -1e-6);
    if (gapped(now, anchor, policy) || gapped(now, recorded, policy) || bad) {
      [lockedAt, recorded] = [now.time, now];
      ++played.locks;
      continue;
    }
    if (now.time - recorded.time >= policy.lockDelay) [anchor, recorded] = [recorded, now];
    if (now.time - arraysAt.time >= policy.arraysAge) arraysAt = now;
    if (policy.awake) liquidate(all, accounts, now, arraysAt, policy, played);
  }
  return played;
}

/** Before anything has happened. */
export function nothingYet(): Played {
  return {
    locks: 0,
    slices: 0,
    defaults: 0,
    deficit: 0,
    vaultPaid: 0,
    charged: 0,
    shortfall: 0,
    largestTheta: 0,
    secondDefaults: 0,
    belowBoth: 0,
    defaultsOf: {},
    paidBy: {},
  };
}

export function equityOf(account: Account, all: readonly Series[], at: Factors): number {
  return account.legs.reduce((sum, { series, size }) => sum + size * markOf(all[series]!, at), account.cash);
}

function gapped(now: Factors, then: Factors, { gap, levelGap }: Policy): boolean {
  return Math.abs(now.spot / then.spot - 1) > gap || Math.abs(now.level / then.level - 1) > levelGap;
}

/**
 * Absorbs who is below zero at the frozen factors, charges the winners of the jump, tears the estate up at the marks.
 */
export function settle(
  all: readonly Series[],
  accounts: readonly Account[],
  anchor: Factors,
  frozen: Factors,
  { charge, vault }: Pick<Policy, "charge" | "vault">,
  played: Played,
): void {
  const marks = all.map((series) => markOf(series, frozen));
  const jumps = all.map((series, i) => marks[i]! - markOf(series, anchor));
  const states = accounts.map((account) => {
    const gains = account.legs.map(({ series, size }) => size * jumps[series]!);
    const g = gains.reduce((sum, gain) => sum + Math.max(0, gain), 0);
    const l = gains.reduce((sum, gain) => sum + Math.max(0, -gain), 0);
    const equity = equityOf(account, all, frozen);
    return { account, g, l, equity, before: equity - g + l };
  });
  const failed = states.filter(({ equity }) => equity < -1e-9);
  if (failed.length === 0) return;
  const live = states.filter(({ equity }) => equity >= -1e-9);
  const deficit = failed.reduce((sum, { equity }) => sum - equity, 0);
  const paid = Math.min(deficit, Math.max(0, vault - played.vaultPaid));
  const due = deficit - paid;
  const relief = (g: number, l: number) => (charge === "net" ? Math.min(g, l) : 0);
  const capacity = live.reduce((sum, { g, l }) => sum + g - relief(g, l), 0);
  const theta = due === 0 ? 0 : Math.min(1, due / capacity);

  played.defaults += failed.length;
  played.deficit += deficit;
  played.vaultPaid += paid;
  played.charged += theta * capacity;
  played.shortfall += due - theta * capacity;
  played.largestTheta = Math.max(played.largestTheta, theta);
  const slack = 1e-6;
  for (const { account, g, l, equity, before } of live) {
    const cost = theta * (g - relief(g, l));
    if (cost === 0) continue;
    account.cash -= cost;
    played.paidBy[account.sort] = (played.paidBy[account.sort] ?? 0) + cost;
    if (equity - cost < -slack) ++played.secondDefaults;
    if (equity - cost < Math.min(equity, before) - slack) ++played.belowBoth;
  }
  for (const { account } of failed) {
    played.defaultsOf[account.sort] = (played.defaultsOf[account.sort] ?? 0) + 1;
    for (const { series, size } of [...account.legs]) tearUp(accounts, account, series, size, marks[series]!);
    [account.cash, account.legs] = [0, []];
  }
}

/** Closes a defaulter's leg at the mark against the others' in their order, who get what theirs was worth. */
function tearUp(accounts: readonly Account[], defaulter: Account, series: number, size: number, mark: number): void {
  let left = size;
  for (const account of accounts) {
    if (account === defaulter || Math.abs(left) < 1e-12) continue;
    const held = account.legs.find((each) => each.series === series);
    if (held === undefined || held.size * left >= 0) continue;
    const part = Math.sign(held.size) * Math.min(Math.abs(held.size), Math.abs(left));
    account.cash += part * mark;
    add(account, series, -part);
    left += part;
  }
}

/** Slices of whoever is below maintenance margin, to the street's accounts in turn, at marks less the discount. */
function liquidate(
  all: readonly Series[],
  accounts: readonly Account[],
  now: Factors,
  arraysAt: Factors,
  policy: Policy,
  played: Played,
): void {
  const arrays = all.map((series) =>
    series.expiry <= now.time ? NOTHING : scenariosOf(series, arraysAt, policy.rules),
  );
  const ask = policy.margin === "portfolio" ? initialOf : separateOf;
  const initial = (account: Account) => ask(account.legs, all, arrays, now, policy.rules);
  const takers = accounts.filter(({ sort }) => sort === "street");
  for (const account of accounts) {
    if (account.legs.length === 0) continue;
    const [equity, im] = [equityOf(account, all, now), initial(account)];
    if (equity < 0 || equity >= policy.rules.maintenance * im) continue;
    const notional = account.legs.reduce((sum, { size }) => sum + Math.abs(size) * now.spot, 0);
    const cost = Math.min(policy.discount * notional, equity / 2);
    const part = Math.min(1, (im - equity) / Math.max(1e-9, im - cost));
    // One taker after the other: each has several times its margin.
    const taker = takers[played.slices % takers.length]!;
    for (const { series, size } of [...account.legs]) {
      const moved = part === 1 ? size : size * part;
      const price = markOf(all[series]!, now);
      account.cash += moved * price;
      taker.cash -= moved * price;
      add(account, series, -moved);
      add(taker, series, moved);
    }
    account.cash -= part * cost;
    taker.cash += part * cost;
    ++played.slices;
  }
}

const NOTHING: readonly number[] = Array<number>(16).fill(0);
