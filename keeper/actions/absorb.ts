// SPDX-License-Identifier: MIT
import { positive } from "../../sdk/arithmetic.js";
import type { AccountId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { money, type Money } from "../../sdk/units.js";
import { growing } from "../plan/gas.js";
import { legsAreFresh } from "../plan/atMost.js";
import { planned, type Planned } from "../plan/planned.js";
import type { GroupState, Snapshot, TraderState } from "../plan/Snapshot.js";
import { accountSubject, groupCause, ofAccounts } from "./about.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";

/** Gathers defaulters into a lock, and locks an open group if they owe enough. */
export interface Absorb {
  readonly kind: "absorb";
  readonly group: number;
  readonly accounts: readonly AccountId[];
}

/** Allowances: a lock on top of an absorb, and each leg of an account more than one. */
const [LOCK, LEG] = [150_000, 12_000];

const GAS = growing<Absorb>(
  { series: "absorb-by-accounts", line: "absorb", base: 59_300, each: 15_539, bend: 18.04 },
  ({ accounts }) => accounts.length,
  (accounts, markets) => LOCK + accounts * (markets - 1) * LEG,
);

const ABOUT = ofAccounts<Absorb>("absorb", accountSubject);

export const absorb: Kind<Absorb> = {
  kind: "absorb",
  key: ABOUT.key,
  subjects: ABOUT.subjects,
  cause: ({ group }, venue) => groupCause(venue, group),
  rank: () => 30,
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ group, accounts }) => CLEARINGHOUSE.encodeFunctionData("absorb", [group, [...accounts]]),
  event: "Absorbed",
  many: {
    work: ABOUT.work,
    without: ABOUT.without,
    isDone: ({ accounts }, venue) => accounts.every((id) => hasNothing(venue, id)),
  },
};

/**
 * What an absorb that locks the group may count on: debts at live prices, of accounts whose prices are all fresh. Not
 * the vault's inventory: the pot pays what it owes at the lock.
 */
export function debtOf(group: GroupState, trader: TraderState): Money {
  const { legs, id } = trader;
  const owes = legs.length > 0 && id !== group.inventory.id;
  return money(owes ? positive(money(-worthInLock(group, trader))) : 0n);
}

/** Left to an absorb: it owes at fresh prices, or at the frozen marks of a lock. */
export function isLeftToAbsorb(group: GroupState, trader: TraderState): boolean {
  return worthInLock(group, trader) < 0n || (group.phase === "LOCKED" && trader.atFrozen < 0n);
}

/**
 * What it has at live prices, with what the line would pay in a lock for what is pledged: of that, prices of now matter
 * not. 0 when a price that matters is not fresh.
 */
function worthInLock(group: GroupState, trader: TraderState): bigint {
  const { health, pledged } = trader;
  if (!legsAreFresh(group, trader)) return 0n;
  return pledged === undefined ? health.equity : health.equity - pledged.counted + pledged.committed;
}

/** In a lock that runs: everybody below zero at the frozen marks. */
export function absorbsInLock(snapshot: Snapshot, group: GroupState): Planned<Absorb>[] {
  if (snapshot.time < group.absorbableFrom) return [];
  const below = group.traders.filter(({ atFrozen, legs }) => atFrozen < 0n && legs.length > 0);
  return batches(snapshot, group, below, ({ atFrozen }) => money(-atFrozen));
}

/**
 * In an open group without a gap: those below zero, if their debts may lock it. The first batch must reach the least
 * debt by itself; once all markets are settled any debt will do.
 */
export function absorbsThatLock(snapshot: Snapshot, group: GroupState): Planned<Absorb>[] {
  const { time, venue } = snapshot;
  if (time < group.absorbableFrom || time < group.lastUnlock + venue.lockDelay) return [];
  const debt = (trader: TraderState) => debtOf(group, trader);
  const below = group.traders.filter((trader) => debt(trader) > 0n);
  const list = batches(snapshot, group, below, debt);
  const first = list[0]?.action;
  if (first === undefined) return [];
  const locking = below.filter(({ id }) => first.accounts.includes(id)).reduce((sum, each) => sum + debt(each), 0n);
  return locking >= venue.minDebt || group.markets.every(({ open }) => !open) ? list : [];
}

/** The most accounts in one absorb within `gas`. */
export function maxAbsorbed(gas: number, markets: number): number {
  return GAS.max(gas, markets);
}

/** The largest debts first, as many as fit into a transaction, each batch in ascending order. */
function batches(
  snapshot: Snapshot,
  group: GroupState,
  traders: TraderState[],
  debt: (trader: TraderState) => Money,
): Planned<Absorb>[] {
  const markets = group.markets.length;
  const max = Math.max(1, maxAbsorbed(snapshot.policy.transactionGas, markets));
  const ids = [...traders].sort((a, b) => (debt(a) === debt(b) ? 0 : debt(a) > debt(b) ? -1 : 1)).map(({ id }) => id);
  const list: Planned<Absorb>[] = [];
  for (let from = 0; from < ids.length; from += max) {
    const accounts = ids.slice(from, from + max).sort(ascending);
    // Later batches are less urgent, and count on the first one's lock.
    const order = -2 + from / (ids.length + 1);
    list.push(planned(absorb, snapshot, { kind: "absorb", group: group.id, accounts }, markets, money(0n), order));
  }
  return list;
}

function hasNothing(venue: Venue, id: AccountId): boolean {
  return venue.accounts.get(id)?.legs.every((leg) => leg === undefined) ?? true;
}

function ascending(a: AccountId, b: AccountId): number {
  return a < b ? -1 : 1;
}
