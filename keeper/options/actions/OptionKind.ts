// SPDX-License-Identifier: MIT
import { IOptionClearinghouse__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IOptionClearinghouse__factory.js";
import type { AccountId, GroupId } from "../../../sdk/order.js";
import type { AnyAction, Kind } from "../../actions/Kind.js";
import type { GroupScene, OptionScene } from "../look/Scene.js";

/** An action in an option clearinghouse: causes are read from the scene of a look. */
export type OptionKind<A extends AnyAction> = Kind<A, OptionScene, undefined>;

/** The calls of an option clearinghouse: the compiler checks their names and arguments. */
export const OPTIONS = IOptionClearinghouse__factory.createInterface();

export function groupIn(scene: OptionScene, id: number): GroupScene | undefined {
  return scene.groups.get(BigInt(id) as GroupId);
}

/** Locks and unlocks, and what a settlement in steps has done so far. */
export function lockCause(scene: OptionScene, id: number): string {
  const view = groupIn(scene, id)?.view;
  if (view === undefined) return "";
  const { phase, lock, until, lastUnlock, absorbed, deficit, round, cursor, series } = view;
  return [phase, lock, until, lastUnlock, absorbed, deficit, round, cursor, series].join(" ");
}

/** What an account holds, and its cash: whatever takes from it changes it. */
export function accountCause(scene: OptionScene, group: number, id: AccountId): string {
  const health = groupIn(scene, group)?.healths.get(id);
  return health === undefined ? "" : `${health.held} ${health.cash}`;
}

/** Does it hold nothing any more? */
export function isFlat(scene: OptionScene, group: number, id: AccountId): boolean {
  return groupIn(scene, group)?.healths.get(id) === undefined;
}

/** How many bits are set. */
export function countOf(bits: bigint): number {
  let count = 0;
  for (let rest = bits; rest !== 0n; rest &= rest - 1n) ++count;
  return count;
}
