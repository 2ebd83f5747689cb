// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import { money, type Money } from "../../sdk/units.js";
import type { Planned } from "./Action.js";
import { planned } from "./gain.js";
import { maxAbsorbed } from "./gas.js";
import type { GroupState, Snapshot, TraderState } from "./Snapshot.js";

/**
 * What an absorb that locks the group may count on: debts at live prices, of accounts whose prices are all fresh. Not the vault's inventory: the
 * pot pays what it owes at the lock.
 */
export function debtOf(group: GroupState, { health, legs, id }: TraderState): Money {
  const owes = health.fresh && health.equity < 0n && legs.length > 0 && id !== group.inventory.id;
  return money(owes ? -health.equity : 0n);
}

/** In a lock that runs: everybody below zero at the frozen marks less the charge so far implied. */
export function absorbsInLock(snapshot: Snapshot, group: GroupState): Planned[] {
  if (snapshot.time < group.absorbableFrom) return [];
  const below = group.traders.filter(({ atFrozen, legs }) => atFrozen < 0n && legs.length > 0);
  return batches(snapshot, group, below, ({ atFrozen }) => money(-atFrozen));
}

/**
 * In an open group without a gap: those below zero, if their debts may lock it. The first batch must reach the least
 * debt by itself; once all markets are settled any debt will do.
 */
export function absorbsThatLock(snapshot: Snapshot, group: GroupState): Planned[] {
  const { time, venue } = snapshot;
  if (time < group.absorbableFrom || time < group.lastUnlock + venue.lockDelay) return [];
  const debt = (trader: TraderState) => debtOf(group, trader);
  const below = group.traders.filter((trader) => debt(trader) > 0n);
  const list = batches(snapshot, group, below, debt);
  const first = list[0]?.action;
  if (first?.kind !== "absorb") return [];
  const locking = below.filter(({ id }) => first.accounts.includes(id)).reduce((sum, each) => sum + debt(each), 0n);
  return locking >= venue.minDebt || group.markets.every(({ open }) => !open) ? list : [];
}

/** The largest debts first, as many as fit into a transaction, each batch in ascending order. */
function batches(
  snapshot: Snapshot,
  group: GroupState,
  traders: TraderState[],
  debt: (trader: TraderState) => Money,
): Planned[] {
  const max = Math.max(1, maxAbsorbed(snapshot.policy.transactionGas, group.markets.length));
  const ids = [...traders].sort((a, b) => (debt(a) === debt(b) ? 0 : debt(a) > debt(b) ? -1 : 1)).map(({ id }) => id);
  const list: Planned[] = [];
  for (let from = 0; from < ids.length; from += max) {
    const accounts = ids.slice(from, from + max).sort(ascending);
    // Later batches are less urgent, and count on the first one's lock.
    const order = -2 + from / (ids.length + 1);
    list.push(planned(snapshot, { kind: "absorb", group: group.id, accounts }, group.markets.length, money(0n), order));
  }
  return list;
}

function ascending(a: AccountId, b: AccountId): number {
  return a < b ? -1 : 1;
}
