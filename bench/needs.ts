// SPDX-License-Identifier: MIT
import type { Operation } from "./operations.js";
import { summary } from "./breakdown.js";
import { COSTS } from "./floor.js";
import { count } from "../tools/table.js";

/**
 * What the limits of those operations that miss theirs would need: of what is above the floor, all that is not
 * computing, and how much computing would be left at the limit if nothing else changed.
 */
export function needsTable(operations: readonly Operation[], limitOf: (op: string) => number): string[][] {
  const head = [
    "op",
    "gas",
    "limit",
    "over",
    "floor",
    "other slots",
    "modules",
    "warm slots",
    "computing",
    "at the limit",
  ];
  const rows = operations
    .filter(({ op, gas, parts }) => parts.length > 0 && !op.startsWith("list-") && gas > limitOf(op))
    .map(({ op, gas, floor, parts }) => {
      const share = parts.reduce((sum, part) => sum + part.gas, 0) / gas;
      const each = (total: number) => Math.round(total / share);
      const spent = summary(parts);
      const computing = each(spent.get("computing") ?? 0);
      const warm = each(spent.get("warm storage") ?? 0);
      const slots = each(otherSlots(parts));
      const modules = gas - floor - slots - warm - computing;
      const over = gas - limitOf(op);
      return [op, ...[gas, limitOf(op), over, floor, slots, modules, warm, computing, computing - over].map(count)];
    });
  return [head, ...rows];
}

/** Slots that the specification does not name, and what a slot costs more than it names. */
function otherSlots(parts: Operation["parts"]): number {
  const slots = parts.flatMap(({ floor }) => floor.slots);
  return slots.reduce((sum, { deed, gas, needed }) => sum + Math.max(0, Math.min(gas, COSTS[deed]) - needed), 0);
}
