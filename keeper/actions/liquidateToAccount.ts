// SPDX-License-Identifier: MIT
import { abs, min, notionalUp, sameSide, shareDown } from "../../sdk/arithmetic.js";
import type { NodeId } from "../../sdk/level.js";
import { keepingMinimum } from "../../sdk/margin/closing.js";
import { numberOf } from "../../sdk/order.js";
import { size, type Size } from "../../sdk/units.js";
import { standsAfter } from "../plan/carried.js";
import { measured } from "../plan/gas.js";
import { hasWon, signOf, sizeIn } from "../plan/margins.js";
import type { Means } from "../plan/Means.js";
import type { Planned } from "../plan/planned.js";
import { termsOf, type Terms } from "../plan/terms.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";
import {
  choiceOf,
  closable,
  costOf,
  discountFor,
  isSound,
  liquidation,
  type Liquidation,
  type Target,
} from "./liquidation.js";

/** Liquidates a leg to the keeper's own account. */
export interface LiquidateToAccount extends Liquidation, Terms {
  readonly kind: "liquidateToAccount";
  /** The leg as it was planned with, signed. */
  readonly held: Size;
  /** All that restores the margin, and the keeper's position only grows by it: it can be put together with others. */
  readonly together: boolean;
  readonly max: Size;
  readonly hint: NodeId;
}

export const liquidateToAccount: Kind<LiquidateToAccount> = {
  ...liquidation,
  kind: "liquidateToAccount",
  gas: measured("liquidate", 139_026),
  encode: ({ account, market, number, max, hint, limit, deadline }) =>
    CLEARINGHOUSE.encodeFunctionData("liquidateToAccount", [account, market, number, max, hint, limit, deadline]),
};

export function toAccount(target: Target, means: Means): Planned<LiquidateToAccount> | undefined {
  const { snapshot, group, trader, market, leg } = target;
  const { own } = group;
  // Anybody may list the keeper as a signer: it would take over at the mark, for nothing.
  if (!own || trader.isOwn || !means.mayBe(own.id, "taker")) return undefined;
  const taker = means.now(own);
  const held = sizeIn(taker, leg.market);
  if (group.phase !== "NORMAL" && (sameSide(held, -leg.size) || hasWon(group, taker))) return undefined;

  const discount = discountFor(target);
  const closed = closable(target, discount);
  const able = means.ownCapacity(own, market, leg.market, signOf(leg.size));
  // Part of it only when what is left of the leg may stand.
  const max = keepingMinimum(abs(leg.size), min(closed, able), market.quote, market.parameters.minNotional);
  if (max === 0n || able === 0n) return undefined;
  if (max < closed && notionalUp(max, market.quote.mark) < market.parameters.minNotional) return undefined;
  const cost = costOf(max, market, discount);
  const reward = shareDown(cost, snapshot.venue.keeperShare);
  const delta = size(signOf(leg.size) * max);
  if (!standsAfter(taker, market, leg.market, delta, reward) || !isSound(target, max, cost)) return undefined;

  const terms = termsOf(snapshot, market, signOf(leg.size));
  const base = { account: trader.id, market: market.id, number: numberOf(own.id), ...terms };
  const together = max === closed && !sameSide(held, -leg.size);
  const action = {
    kind: "liquidateToAccount",
    ...base,
    held: leg.size,
    together,
    max,
    hint: snapshot.hintOf(own.id, market.id, delta, market.quote.mark),
  } as const;
  const choice = choiceOf(liquidateToAccount, target, action, reward);
  if (choice) means.ownTakes(own, market, leg.market, delta, reward);
  return choice;
}
