// SPDX-License-Identifier: MIT
import type { Order } from "./order.js";
import type { Price } from "./units.js";

/** Whether the order may be filled at this mark: it has no trigger, or the mark is at or beyond it. */
export function isTriggered({ trigger, triggerAbove }: Pick<Order, "trigger" | "triggerAbove">, mark: Price): boolean {
  return trigger === 0n || (triggerAbove ? mark >= trigger : mark <= trigger);
}
