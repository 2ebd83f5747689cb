// SPDX-License-Identifier: MIT
import { groupOf, type GroupId } from "../../sdk/order.js";
import type { Action } from "../actions/Action.js";

/** The group whose prices an action needs; undefined: those of all groups, as the vault's. */
export function groupOfAction(action: Action, groupOfAccount: (account: bigint) => GroupId | undefined) {
  if ("group" in action) return BigInt(action.group) as GroupId;
  if ("market" in action) return groupOf(action.market);
  if (action.kind === "fillOrder") return groupOf(action.fill.maker.order.market);
  return action.kind === "marginCall" ? groupOfAccount(action.account) : undefined;
}
