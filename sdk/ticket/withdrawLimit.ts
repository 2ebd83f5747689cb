// SPDX-License-Identifier: MIT
import { min, positive } from "../arithmetic.js";
import { namedError, type NamedError } from "../errors.js";
import { ownerOf } from "../order.js";
import { money, type Money } from "../units.js";
import { PAUSE_LEVELS, PHASES, type AccountView, type GroupView, type VenueView } from "../views.js";

/** What can leave an account now. */
export interface WithdrawLimit {
  /** Claims; each pays the recovery rate. */
  readonly max: Money;
  /** What limits it: the account's cash or its margin, the venue's outflow cap, or something that has to end first. */
  readonly by: "cash" | "margin" | "outflow" | "refusal";
  /** Why nothing can leave at all, as the contracts would say it. */
  readonly refusal: NamedError | undefined;
}

/** What can leave an account, and why no more, from a lens's views of one block. `group`: of its positions. */
export function withdrawLimit(account: AccountView, venue: VenueView, group?: GroupView): WithdrawLimit {
  const { health, positions } = account;
  const refusal = refusalOf(account, venue, group);
  if (refusal !== undefined) return { max: money(0n), by: "refusal", refusal };
  const { withdrawable, cash } = health;
  if (venue.outflowLeft < withdrawable) {
    return { max: positive(min(venue.outflowLeft, withdrawable)), by: "outflow", refusal: undefined };
  }
  return { max: withdrawable, by: positions.length > 0 && withdrawable < cash ? "margin" : "cash", refusal: undefined };
}

function refusalOf(
  { health, positions, phase }: AccountView,
  venue: VenueView,
  group?: GroupView,
): NamedError | undefined {
  const { account } = health;
  const level = PAUSE_LEVELS[Number(venue.pauseLevel)];
  if (level === "REDUCE_ONLY") return namedError("PausedAt", { level: venue.pauseLevel });
  const isVault = ownerOf(account) === venue.vault.toLowerCase();
  if (isVault && venue.lockedGroups > 0n) return namedError("GroupsLocked", { lockedGroups: venue.lockedGroups });
  if (venue.uncoveredGroups > 0n) return namedError("WithdrawalsWait", { uncoveredGroups: venue.uncoveredGroups });
  if (positions.length === 0) return undefined;
  const until = group?.until ?? 0n;
  if (PHASES[Number(phase)] !== "NORMAL") return namedError("GroupLocked", { group: health.group, until });
  if (group?.gapped === true) return namedError("GapOpen", { group: health.group });
  return health.fresh ? undefined : namedError("AccountHasStaleLeg", { account });
}
