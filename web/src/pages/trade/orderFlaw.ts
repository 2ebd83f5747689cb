// SPDX-License-Identifier: MIT
import { USE, type Order } from "../../../../sdk/order.js";
import { tradeText } from "../../text/trade";

const text = tradeText.direct;

/** Why a maker's order cannot be taken by `me`; the contracts tell the rest when it is tried. */
export function orderFlaw(order: Order, me: bigint | undefined, now: bigint): string | undefined {
  if (order.account === me) return text.own;
  if (order.use === USE.TAKER) return text.taker;
  return order.expiry < now ? text.expired : undefined;
}
