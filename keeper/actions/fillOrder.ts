// SPDX-License-Identifier: MIT
import { abs, min } from "../../sdk/arithmetic.js";
import type { NodeId } from "../../sdk/level.js";
import { numberOf } from "../../sdk/order.js";
import { packMaker } from "../../sdk/packing/batch.js";
import { size } from "../../sdk/units.js";
import { stands } from "../plan/carried.js";
import { measured } from "../plan/gas.js";
import { sizeIn } from "../plan/margins.js";
import type { Means } from "../plan/Means.js";
import { fillsFor } from "../plan/offers.js";
import { planned, type Planned } from "../plan/planned.js";
import type { AccountState, MarketState, Snapshot } from "../plan/Snapshot.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";
import type { PlannedFill } from "./PlannedFill.js";

/** Closes a part of the keeper's own position against a maker order. */
export interface FillOrder {
  readonly kind: "fillOrder";
  readonly number: number;
  readonly fill: PlannedFill;
  readonly hint: NodeId;
  /** The largest fee rate and the last second at which the plan is worth it. */
  readonly maxFee: bigint;
  readonly deadline: bigint;
}

export const fillOrder: Kind<FillOrder> = {
  kind: "fillOrder",
  key: nameOfOrder,
  subjects: (action) => [`order ${nameOfOrder(action)}`],
  cause: ({ fill }, venue) => {
    const { account, salt } = fill.maker.order;
    const lane = venue.accounts.get(account)?.lanes?.get(salt & 0xffffn);
    return `${lane?.sequence} ${lane?.filled}`;
  },
  rank: () => 70,
  duty: () => false,
  ownKey: true,
  sender: "keeper",
  gas: measured("fill-own", 155_597),
  to: "clearinghouse",
  encode: ({ number, fill, hint, maxFee, deadline }) =>
    CLEARINGHOUSE.encodeFunctionData("fillOrder", [
      fill.maker.order.market,
      number,
      packMaker(fill),
      hint,
      maxFee,
      deadline,
    ]),
};

/** Seconds for which it is still wanted: a transaction that waits longer was planned at another mark. */
const STAYS_WORTH_IT = 300n;

/** Against the best maker order, if it is not much worse than the mark. */
export function unwind(
  snapshot: Snapshot,
  own: AccountState,
  market: MarketState,
  index: number,
  means: Means,
): Planned<FillOrder> | undefined {
  const held = sizeIn(own, index);
  const { parameters } = market;
  if (held === 0n) return undefined;
  const band = parameters.priceBand;
  const worst = min(snapshot.policy.unwindCost, band);
  const closing = { snapshot, market, account: own.id, held, worst, band, losersOnly: false, keepsMinimum: false };
  const best = fillsFor(closing, means, abs(held))[0];
  if (!best) return undefined;
  const { offer, fill } = best;
  const delta = size(held > 0n ? -fill.size : fill.size);
  if (!stands(own, market, index, delta, offer.signed.order.limit, parameters.takerFee)) return undefined;
  means.fill(offer, fill.size);
  const bounds = { maxFee: parameters.takerFee, deadline: snapshot.time + STAYS_WORTH_IT };
  const hint = snapshot.hintOf(own.id, market.id, delta, offer.signed.order.limit);
  const action = { kind: "fillOrder", number: numberOf(own.id), fill, hint, ...bounds } as const;
  return planned(fillOrder, snapshot, action, 1);
}

function nameOfOrder({ fill }: FillOrder): string {
  const { account, salt } = fill.maker.order;
  return `${account} ${salt}`;
}
