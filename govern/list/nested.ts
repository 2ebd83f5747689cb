// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/range.js";
import { describeCall, type Described } from "../look/describe.js";
import { MANAGER } from "../look/logs.js";
import type { Situation } from "../look/Situation.js";

/** Calls within calls within calls: nobody makes more, and whoever tries is not followed. */
const DEEPEST = 4;

/**
 * What a call of the AccessManager comes to: of `schedule` and `execute` the call that they are about, of `multicall`
 * each of its calls; of any other the call itself. `by` is what it is done by.
 */
export function nestedIn(
  target: Address,
  data: string,
  situation: Situation,
  depth = 0,
): readonly (Described & { readonly by: "schedule" | "execute" | undefined })[] {
  const isManager = target.toLowerCase() === situation.deployment.authority.toLowerCase();
  const call = isManager && depth < DEEPEST ? parsed(data) : undefined;
  if (call?.name === "multicall") {
    const all = Array.from(call.args[0] as readonly string[]);
    return all.flatMap((each) => nestedIn(target, each, situation, depth + 1));
  }
  if (call?.name === "schedule" || call?.name === "execute") {
    const by = call.name;
    const inner = nestedIn(call.args[0] as Address, call.args[1] as string, situation, depth + 1);
    return inner.map((each) => ({ ...each, by: each.by ?? by }));
  }
  return [{ ...describeCall(target, data, situation), by: undefined }];
}

function parsed(data: string) {
  try {
    return MANAGER.parseTransaction({ data }) ?? undefined;
  } catch {
    return undefined;
  }
}
