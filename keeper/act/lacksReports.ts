// SPDX-License-Identifier: MIT
import { groupOf, type GroupId } from "../../sdk/order.js";
import { kindOf, type Action } from "../actions/Action.js";
import type { Ahead } from "../look/Pull.js";

/**
 * Would the action do less without the reports of its group, although it would go through? Only of kinds that go
 * through in any case; of the others the simulation tells.
 */
export function lacksReports(action: Action, { present, look, brought }: Ahead): boolean {
  if (!kindOf(action).quiet) return false;
  if (action.kind === "poke" && action.why === "over") return false; // at the frozen marks
  const group =
    "group" in action ? (BigInt(action.group) as GroupId) : "market" in action ? groupOf(action.market) : 0n;
  const [now, then] = [present.groups.get(group as GroupId), look.groups.get(group as GroupId)];
  if (now === undefined || then === undefined || !brought.has(group as GroupId)) return false;
  const isFresher = then.markets.some(({ fresh }, i) => fresh && !now.markets[i]!.fresh);
  if (action.kind === "poke") return isFresher || then.group.gapped !== now.group.gapped;
  return isFresher || then.markets.some(({ mark }, i) => mark !== now.markets[i]!.mark);
}
