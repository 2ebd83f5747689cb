// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { indexOf, type AccountId, type GroupId, type MarketId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";

// What several actions are about, and the state that they change.

export function groupSubject(id: number): string {
  return `group ${id}`;
}

/** Its positions: it is absorbed, or liquidated, by one action at a time. */
export function accountSubject(id: AccountId): string {
  return `account ${id}`;
}

/** What it has pledged: sold by one action at a time. */
export function pledgeSubject(id: AccountId): string {
  return `pledges ${id}`;
}

/** Its registration in a lock, which changes no position: it is in nobody's way. */
export function reliefSubject(id: AccountId): string {
  return `relief ${id}`;
}

/** What an action about many accounts of a group has of its kind. `subject`: what it is about of each of them. */
export function ofAccounts<A extends { readonly group: number; readonly accounts: readonly AccountId[] }>(
  kind: string,
  subject: (id: AccountId) => string,
) {
  return {
    key: ({ group, accounts }: A) => `${group} ${accounts.length} ${digest(accounts)}`,
    subjects: ({ accounts }: A) => accounts.map(subject),
    work: ({ group }: A) => `${kind} ${group}`,
    without: (action: A, busy: ReadonlySet<string>): A | undefined => {
      const accounts = action.accounts.filter((id) => !busy.has(subject(id)));
      return accounts.length === 0 ? undefined : { ...action, accounts };
    },
  };
}

/** Locks and unlocks, and what a settlement in steps has done so far. */
export function groupCause(venue: Venue, id: number): string {
  const group = venue.groups.get(BigInt(id) as GroupId)!;
  const sides = group.markets.map(({ estateLong, estateShort, soughtAt }) =>
    [estateLong, estateShort, ...(soughtAt === undefined ? [] : [soughtAt])].join("/"),
  );
  return [group.phase, group.until, group.lastUnlock, group.absorbed, group.deficit, ...sides].join(" ");
}

/** Of many accounts: one of hundreds is named by a digest, as databases limit keys. */
export function digest(accounts: readonly AccountId[]): string {
  return createHash("sha256").update(accounts.join()).digest("hex").slice(0, 20);
}

export function legCause(venue: Venue, id: AccountId, market: MarketId): string {
  const leg = venue.accounts.get(id)?.legs[indexOf(market)];
  return leg === undefined ? "" : `${leg.shares} ${leg.offset} ${leg.node}`;
}
