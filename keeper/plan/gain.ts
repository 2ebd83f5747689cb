// SPDX-License-Identifier: MIT
import { money, type Money } from "../../sdk/units.js";
import { keyOf, type Action, type Planned } from "./Action.js";
import { gasOf } from "./gas.js";
import type { Snapshot } from "./Snapshot.js";

/** What kinds come before what others; within a kind the most dangerous first. */
const RANKS: Record<Action["kind"], number> = {
  poke: 0,
  deleverage: 1,
  absorb: 2,
  liquidate: 3,
  liquidateToAccount: 3,
  liquidateToVault: 3,
  marginCall: 4,
  processBatch: 5,
  fillOrder: 6,
  buyInventory: 7,
};

/** A poke that only moves the anchors on, or notes a source, can wait. */
const CALM_POKE_RANK = 8;

/** The action with its costs. `danger`: equity / maintenance of whom it is about, at most 1 more urgent than the next kind. */
export function planned(
  snapshot: Snapshot,
  action: Action,
  markets: number,
  reward: Money = money(0n),
  danger = 0,
): Planned {
  const gas = gasOf(action, markets);
  const calm = action.kind === "poke" && (action.why === "anchors" || action.why === "source");
  const rank = calm ? CALM_POKE_RANK : RANKS[action.kind];
  const cost = (snapshot.policy.millionGas * BigInt(gas)) / 1_000_000n;
  const within = Math.min(0.999, Math.max(0, 0.5 + danger / 4));
  return { action, urgency: rank + within, gas, reward, net: money(reward - cost) };
}

/** Neither refused lately, nor at a loss that the keeper does not want. */
export function isWanted(snapshot: Snapshot, { action, net }: Planned): boolean {
  if (snapshot.refused.has(keyOf(action))) return false;
  return isDuty(action) || net >= -snapshot.policy.maxLoss;
}

/** What protects everybody is done at any price: no loss of a trader may depend on the price of gas. */
export function isDuty(action: Action): boolean {
  switch (action.kind) {
    case "poke":
      return action.why !== "anchors";
    case "absorb":
    case "deleverage":
    case "processBatch":
      return true;
    case "marginCall":
    case "liquidate":
    case "liquidateToAccount":
    case "liquidateToVault":
    case "buyInventory":
    case "fillOrder":
      return false;
  }
}
