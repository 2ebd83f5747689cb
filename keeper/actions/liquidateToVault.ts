// SPDX-License-Identifier: MIT
import { max, min, shareDown } from "../../sdk/arithmetic.js";
import type { NodeId } from "../../sdk/level.js";
import { discountLimit } from "../../sdk/margin/discount.js";
import { callStands } from "../../sdk/margin/standing.js";
import { ownerOf } from "../../sdk/order.js";
import { money, size } from "../../sdk/units.js";
import { standsAfter } from "../plan/carried.js";
import { allowed } from "../plan/gas.js";
import { signOf } from "../plan/margins.js";
import type { Means } from "../plan/Means.js";
import type { Planned } from "../plan/planned.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";
import {
  choiceOf,
  closable,
  costOf,
  discountFor,
  isSound,
  keeperShare,
  liquidation,
  type Liquidation,
  type Target,
} from "./liquidation.js";

/** Liquidates a leg to the vault. */
export interface LiquidateToVault extends Liquidation {
  readonly kind: "liquidateToVault";
  readonly hint: NodeId;
}

export const liquidateToVault: Kind<LiquidateToVault> = {
  ...liquidation,
  kind: "liquidateToVault",
  gas: allowed(260_000),
  encode: ({ account, market, number, hint }) =>
    CLEARINGHOUSE.encodeFunctionData("liquidateToVault", [account, market, number, hint]),
};

export function toVault(target: Target, means: Means): Planned<LiquidateToVault> | undefined {
  const { snapshot, group, trader, market, leg } = target;
  const { venue, time } = snapshot;
  if (group.phase !== "NORMAL" || !callStands({ parameters: venue }, trader, time)) return undefined;
  // Neither a pause nor a lock counts.
  const from = max(max(trader.calledAt, market.liquidationsFrom), group.lastUnlock);
  if (time < from + venue.vaultDelay) return undefined;
  if (ownerOf(group.inventory.id) === ownerOf(trader.id)) return undefined;
  const own = discountFor(target);
  const discount = max(own, venue.vaultDiscount);
  if (own < discount) {
    const { equity, maintenance } = trader.health;
    if (equity <= 0n || maintenance === 0n || discount > discountLimit(trader.health, market.parameters))
      return undefined;
  }
  const closed = closable(target, discount);
  const cost = costOf(closed, market, discount);
  const kept = costOf(closed, market, venue.vaultDiscount);
  const reward = min(shareDown(cost, keeperShare(target)), money(cost - kept));
  const [vault, delta, gain] = [means.now(group.inventory), size(signOf(leg.size) * closed), money(cost - reward)];
  if (!standsAfter(vault, market, leg.market, delta, gain, means.fundsOf(group))) return undefined;
  if (!isSound(target, closed, cost)) return undefined;

  const base = { account: trader.id, market: market.id, number: snapshot.payee };
  const hint = snapshot.hintOf(vault.id, market.id, delta, market.quote.mark);
  const action = { kind: "liquidateToVault", ...base, hint } as const;
  const choice = choiceOf(liquidateToVault, target, action, reward);
  if (choice) means.vaultTakes(group, market, leg.market, delta, gain);
  return choice;
}
