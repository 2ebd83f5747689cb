// SPDX-License-Identifier: MIT
import { addressOf, bigintOf, booleanOf, intOf, uintOf } from "./range.js";
import type { Order } from "./order.js";

/**
 * The order, when each member fits its type in the contract's struct. Members that are not the order's are left out.
 */
export function checkedOrder(order: Order): Order {
  const { account, market, size, limit, salt, expiry, use, reduceOnly, maxFee, matcher, trigger, triggerAbove } = order;
  uintOf(account, 192, "order.account");
  uintOf(market, 32, "order.market");
  intOf(size, 256, "order.size");
  intOf(limit, 256, "order.limit");
  uintOf(salt, 64, "order.salt");
  uintOf(expiry, 40, "order.expiry");
  bigintOf(use, 0n, 2n, "order.use");
  booleanOf(reduceOnly, "order.reduceOnly");
  uintOf(maxFee, 24, "order.maxFee");
  addressOf(matcher, "order.matcher");
  intOf(trigger, 256, "order.trigger");
  booleanOf(triggerAbove, "order.triggerAbove");
  return { account, market, size, limit, salt, expiry, use, reduceOnly, maxFee, matcher, trigger, triggerAbove };
}
