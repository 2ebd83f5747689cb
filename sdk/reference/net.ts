// SPDX-License-Identifier: MIT
import { sameSide } from "../arithmetic.js";
import type { AccountId } from "../order.js";
import { money } from "../units.js";
import { jumpOf, reliefOf } from "./jump.js";
import { syncOrLock } from "./lock.js";
import { Rejected } from "./Rejected.js";
import { accountIn, groupIn, unitsOf, type Account, type State } from "./state.js";

/**
 * Registers accounts that gained on one leg and lost on another, so that they are charged on what is left of the gain.
 */
export function net(state: State, id: number, ids: AccountId[]): void {
  const group = groupIn(state, id);
  syncOrLock(state, id);
  if (group.phase === "NORMAL") throw new Rejected("GroupNotLocked");
  if (group.phase !== "LOCKED" || state.now >= group.until) throw new Rejected("GroupLocked");
  const registered = ids.filter((account) => register(state, id, accountIn(state, account)));
  if (registered.length === 0) throw new Rejected("NothingToNet");
}

/** Once a lock: what it was registered for does not change. Was there anything to register? */
export function register(state: State, id: number, account: Account): boolean {
  const group = groupIn(state, id);
  if (account.group !== id || account.relief !== undefined) return false;
  const relief = reliefOf(group, account);
  if (relief === 0n) return false;
  account.relief = relief;
  group.relieved = money(group.relieved + relief);
  return true;
}

/**
 * In a lock nobody who has a leg elsewhere and a winning one takes the leg in market `index` over: its loss was
 * another's, and he pays a charge.
 */
export function mayTakeOver(state: State, id: number, account: Account, index: number): boolean {
  const { markets } = groupIn(state, id);
  const positions = account.group === id ? [...account.positions] : [];
  if (positions.every(([i, position]) => i === index || unitsOf(position) === 0n)) return true;
  return positions.every(([i, position]) => !sameSide(unitsOf(position), jumpOf(markets[i]!)));
}
