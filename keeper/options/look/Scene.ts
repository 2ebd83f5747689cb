// SPDX-License-Identifier: MIT
import type { Header } from "../../../sdk/client/chain/blocks.js";
import type { AccountId, Address, GroupId } from "../../../sdk/order.js";
import type { Money } from "../../../sdk/units.js";
import type { BatchState } from "../../plan/Snapshot.js";
import type { HintsFor } from "./hints.js";
import type { GroupView, Health } from "./lens.js";

export const PHASES = ["NORMAL", "LOCKED", "SETTLING"] as const;

/** A phase that the lens tells by its number. */
export function phaseOf({ phase }: GroupView): (typeof PHASES)[number] {
  return PHASES[Number(phase)]!;
}

/** The keeper's own account. */
export type OwnAccount = Pick<Health, "account" | "equity" | "initial" | "maintenance" | "held">;

/** What is known of a group and its accounts at a block, and of its accounts when they were looked at last. */
export interface GroupScene {
  readonly id: GroupId;
  readonly view: GroupView;
  /** Everybody who holds something, as he was when he was looked at last. */
  readonly healths: ReadonlyMap<AccountId, Health>;
  /** As of this block: below maintenance margin, below zero, or below zero at the frozen factors. */
  readonly atRisk: readonly Health[];
  /** In a lock: who could be registered for how much. */
  readonly reliefs: ReadonlyMap<AccountId, Money>;
  /** The keeper's account of this group; undefined when it takes nothing over. */
  readonly own: OwnAccount | undefined;
  /** Places of what it takes over; undefined while there is nothing to take. */
  readonly hintsFor: HintsFor | undefined;
  /** By ladder: rounds to begin its average with. */
  readonly fixings: ReadonlyMap<number, readonly bigint[]>;
}

export interface OptionScene {
  readonly header: Header;
  /** Of the block that will contain the actions. */
  readonly time: bigint;
  readonly keeper: Address;
  readonly groups: ReadonlyMap<GroupId, GroupScene>;
  /** The vault's oldest batch of redeems. */
  readonly batch: BatchState | undefined;
}
