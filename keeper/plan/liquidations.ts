// SPDX-License-Identifier: MIT
import { min, notionalUp, positive, sameSide, shareUp } from "../../sdk/arithmetic.js";
import { withCash } from "../../sdk/margin/health.js";
import { isLiquidatable } from "../../sdk/margin/standing.js";
import { money } from "../../sdk/units.js";
import { isLeftToAbsorb } from "../actions/absorb.js";
import { toOrders } from "../actions/liquidate.js";
import { inBatches } from "../actions/liquidateMany.js";
import { toAccount } from "../actions/liquidateToAccount.js";
import { toVault } from "../actions/liquidateToVault.js";
import type { Target } from "../actions/liquidation.js";
import { dangerOf } from "./margins.js";
import type { Means } from "./Means.js";
import type { Planned } from "./planned.js";
import type { GroupState, LegState, Snapshot, TraderState } from "./Snapshot.js";

/**
 * Each liquidatable account once, by one leg: to signed orders, else to the keeper's own account, else to the vault.
 * What goes to its own account goes in batches.
 */
export function liquidations(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  const traders = group.traders.map((trader) =>
    trader.id === group.inventory.id ? funded(group, trader, means) : trader,
  );
  const due = traders.filter((trader) => mayBeLiquidated(snapshot, group, trader));
  due.sort((a, b) => dangerOf(a) - dangerOf(b));
  const list = due.flatMap((trader): Planned[] => {
    if (!means.mayBe(trader.id, "liquidated")) return [];
    for (const leg of legsByMargin(group, trader)) {
      const target = { snapshot, group, trader, leg, market: group.markets[leg.market]! };
      if (!isOpen(target)) continue;
      const choice = toOrders(target, means) ?? toAccount(target, means) ?? toVault(target, means);
      if (!choice) continue;
      means.liquidate(trader.id);
      return [choice];
    }
    return [];
  });
  return inBatches(snapshot, group, list);
}

/** As the contract decides it; not one that is left to an absorb. */
function mayBeLiquidated({ time, venue }: Snapshot, group: GroupState, trader: TraderState): boolean {
  if (trader.id === group.inventory.id && group.phase !== "NORMAL") return false;
  return !isLeftToAbsorb(group, trader) && isLiquidatable({ parameters: venue }, trader, trader.health, time);
}

/** The vault's inventory with the margin that its pot gives it first, as a liquidation of it does. */
function funded(group: GroupState, inventory: TraderState, means: Means): TraderState {
  const { health } = inventory;
  const given = min(positive(money(health.initial - health.equity)), means.fundsOf(group));
  return { ...inventory, health: withCash(health, given) };
}

/** The legs that need most margin first: closing them restores most. */
function legsByMargin(group: GroupState, trader: TraderState): LegState[] {
  const margin = ({ market, size: held }: LegState) => {
    const { quote, parameters } = group.markets[market]!;
    return shareUp(notionalUp(held, quote.mark), parameters.maintenanceMargin);
  };
  const legs = trader.legs.filter((leg) => leg.size !== 0n);
  return legs.sort((a, b) => (margin(a) > margin(b) ? -1 : 1));
}

/** In a lock the winning side is closed. */
function isOpen({ snapshot, group, market, leg }: Target): boolean {
  if (!market.open || !market.quote.fresh || snapshot.time < market.liquidationsFrom) return false;
  return group.phase === "NORMAL" || leg.size === 0n || !sameSide(leg.size, market.jump);
}
