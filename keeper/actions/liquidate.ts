// SPDX-License-Identifier: MIT
import { max, positive, shareDown, valueDown } from "../../sdk/arithmetic.js";
import { packMakers } from "../../sdk/packing/batch.js";
import { PPM, money, price, size, type Money } from "../../sdk/units.js";
import { growing } from "../plan/gas.js";
import { signOf } from "../plan/margins.js";
import type { Means } from "../plan/Means.js";
import { fillsFor } from "../plan/offers.js";
import type { Planned } from "../plan/planned.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";
import type { PlannedFill } from "./PlannedFill.js";
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

/** Liquidates a leg against signed maker orders. */
export interface Liquidate extends Liquidation {
  readonly kind: "liquidate";
  readonly fills: readonly PlannedFill[];
}

export const liquidate: Kind<Liquidate> = {
  ...liquidation,
  kind: "liquidate",
  gas: growing(
    { series: "settle-by-fills", line: "one taker", base: 130_005, each: 49_522, bend: 6.247 },
    ({ fills }) => fills.length,
  ),
  encode: ({ account, market, number, fills }) =>
    CLEARINGHOUSE.encodeFunctionData("liquidate", [account, market, number, packMakers(fills)]),
};

export function toOrders(target: Target, means: Means): Planned<Liquidate> | undefined {
  const { snapshot, group, market, trader, leg } = target;
  const discount = discountFor(target);
  // Makers are paid out of the keeper's share, and an account of the keeper's own has none.
  const share = keeperShare(target);
  const worst = (discount * share) / PPM;
  const closing = {
    snapshot,
    market,
    account: trader.id,
    held: leg.size,
    worst,
    keepsMinimum: true,
    band: max(market.parameters.priceBand, worst),
    losersOnly: group.phase !== "NORMAL",
  };
  const found = fillsFor(closing, means, closable(target, discount));
  if (found.length === 0) return undefined;
  const fills = found.map(({ fill }) => fill);
  const closed = size(fills.reduce((sum, fill) => sum + fill.size, 0n));
  // What the fills cost the account, and what is left of the discount for keeper and vault, as the contract rounds
  // both.
  const { mark } = market.quote;
  const sum = (each: (fill: PlannedFill) => Money) => fills.reduce((total, fill) => total + each(fill), 0n);
  const gain = sum(({ maker, size: filled }) =>
    valueDown(size(-signOf(leg.size) * filled), price(mark - maker.order.limit)),
  );
  const premium = sum(({ maker, size: filled }) => valueDown(filled, price(maker.order.limit - mark)));
  const cost = costOf(closed, market, discount);
  const part = shareDown(cost, share);
  const reward = positive(money(part - max(0n, -signOf(leg.size) * premium)));
  if (!isSound(target, closed, money(cost - part + reward - gain))) return undefined;

  const action = { kind: "liquidate", account: trader.id, market: market.id, number: snapshot.payee, fills } as const;
  const choice = choiceOf(liquidate, target, action, reward);
  if (choice) for (const { offer, fill } of found) means.fill(offer, fill.size);
  return choice;
}
