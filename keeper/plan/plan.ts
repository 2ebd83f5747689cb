// SPDX-License-Identifier: MIT
import { callLevelOf, callStands } from "../../sdk/margin/standing.js";
import { money } from "../../sdk/units.js";
import type { Planned, PokeWhy } from "./Action.js";
import { absorbsInLock, absorbsThatLock, debtOf } from "./defaults.js";
import { isWanted, planned } from "./gain.js";
import { maxSteps } from "./gas.js";
import { ownTrade } from "./inventory.js";
import { dangerOf, liquidations } from "./liquidations.js";
import { Means } from "./Means.js";
import type { GroupState, Snapshot, TraderState } from "./Snapshot.js";

/**
 * What to do now, most urgent first. Depends on the snapshot alone. Each action is one transaction: the clearinghouse has no multicall, and
 * one that fails must not take others with it. They are to be sent in this order.
 */
export function plan(snapshot: Snapshot): Planned[] {
  const means = new Means(snapshot.policy);
  const list = snapshot.groups.flatMap((group) => planGroup(snapshot, group, means));
  list.push(...batch(snapshot));
  return list.filter((each) => isWanted(snapshot, each)).sort((a, b) => a.urgency - b.urgency);
}

function planGroup(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  if (group.markets.length === 0) return [];
  switch (group.phase) {
    case "SETTLING":
      return [settle(snapshot, group)];
    case "LOCKED":
      if (snapshot.time >= group.until) {
        return [group.absorbed > 0 ? settle(snapshot, group) : poke(snapshot, group, "over")];
      }
      return [...absorbsInLock(snapshot, group), ...remedies(snapshot, group, means)];
    case "NORMAL":
      return planOpen(snapshot, group, means);
  }
}

function planOpen(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  // A lock that is over but that nobody has ended: its end counts from this poke, and an absorb has to wait for it.
  if (group.until > group.lastUnlock) return [poke(snapshot, group, "over")];
  if (group.gapped) return [poke(snapshot, group, "gap")]; // locks; the rest follows in the next look
  const absorbs = absorbsThatLock(snapshot, group);
  if (absorbs.length > 0) return absorbs;
  return [...remedies(snapshot, group, means), ...ownTrade(snapshot, group, means), ...noteSources(snapshot, group)];
}

function poke(snapshot: Snapshot, group: GroupState, why: PokeWhy): Planned {
  return planned(snapshot, { kind: "poke", group: group.id, why }, group.markets.length);
}

/** As many steps as it can take, or as fit into a transaction: it goes on from there in the next. */
function settle(snapshot: Snapshot, group: GroupState): Planned {
  const markets = group.markets.length;
  const fits = Math.max(1, maxSteps(snapshot.policy.transactionGas, markets));
  const steps = BigInt(Math.min(fits, 3 * group.nodes + markets));
  return planned(snapshot, { kind: "deleverage", group: group.id, steps }, markets, snapshot.venue.refund);
}

/** Liquidations, and calls of those whom nobody takes: a liquidation takes its account above the call level. */
function remedies(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  const liquidated = liquidations(snapshot, group, means);
  const due = group.traders.filter((trader) => means.isUntouched(trader.id) && mayBeCalled(snapshot, group, trader));
  const called = due.map((trader) => {
    const action = { kind: "marginCall", account: trader.id } as const;
    return planned(snapshot, action, group.markets.length, money(0n), dangerOf(trader));
  });
  return [...liquidated, ...called];
}

/**
 * Below the call level at fresh prices, without a call that stands. Who owes more than he has is past calling, and
 * absorbed instead.
 */
function mayBeCalled({ time, venue }: Snapshot, group: GroupState, trader: TraderState): boolean {
  const { health, id, legs, atFrozen } = trader;
  if (id === group.inventory.id || legs.length === 0 || health.equity < 0n) return false;
  if (group.phase === "LOCKED" && atFrozen < 0n) return false;
  const rules = { parameters: venue };
  return health.fresh && !callStands(rules, trader, time) && health.equity < callLevelOf(rules, health);
}

/** Since when a source is not usable is known on the chain by a poke alone, and a dead one can be replaced an hour after it. */
function noteSources(snapshot: Snapshot, group: GroupState): Planned[] {
  const unknown = group.markets.some(({ open, quote, staleSince }) => open && quote.fresh !== (staleSince === 0n));
  return unknown ? [poke(snapshot, group, "source")] : anchors(snapshot, group);
}

/** Moves the anchors on, unless somebody owes what the winners since the anchors have gained. */
function anchors(snapshot: Snapshot, group: GroupState): Planned[] {
  const { time } = snapshot;
  if (time < group.anchorsDue || time < group.absorbableFrom) return [];
  if (group.markets.some(({ quote }) => !quote.fresh) || group.traders.some((trader) => debtOf(group, trader) > 0n))
    return [];
  return [poke(snapshot, group, "anchors")];
}

/**
 * The batch of redeems that is due: unpriced it is an option of those who leave. Not while a default waits to be gathered: who leaves would
 * leave a loss to those who stay.
 */
function batch(snapshot: Snapshot): Planned[] {
  const { batch: due, groups, time } = snapshot;
  if (!due || !due.open || time < due.dueAt) return [];
  const troubled = groups.some(
    (group) => group.phase !== "NORMAL" || group.gapped || group.traders.some((trader) => debtOf(group, trader) > 0n),
  );
  if (troubled) return [];
  return [planned(snapshot, { kind: "processBatch", batch: due.id }, Math.max(1, groups.length))];
}
