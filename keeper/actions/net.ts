// SPDX-License-Identifier: MIT
import type { AccountId, GroupId } from "../../sdk/order.js";
import { groupIn } from "../../sdk/state/lookup.js";
import { isRegistered } from "../../sdk/state/relief.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { money } from "../../sdk/units.js";
import { allowedEach } from "../plan/gas.js";
import { planned, type Planned } from "../plan/planned.js";
import type { GroupState, Snapshot } from "../plan/Snapshot.js";
import { ofAccounts, reliefSubject } from "./about.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";

/** Registers who gained on one leg of a lock's jump and lost on another: the charge then goes by what is left. */
export interface Net {
  readonly kind: "net";
  readonly group: number;
  readonly accounts: readonly AccountId[];
}

const EACH = 60_000n;
const GAS = allowedEach<Net>(90_000, Number(EACH), ({ accounts }) => accounts.length);

const ABOUT = ofAccounts<Net>("net", reliefSubject);

export const net: Kind<Net> = {
  kind: "net",
  key: ABOUT.key,
  subjects: ABOUT.subjects,
  cause: ({ group }, venue) => {
    const { phase, lock, relieved } = groupIn(venue, BigInt(group) as GroupId);
    return `${phase} ${lock} ${relieved}`;
  },
  rank: () => 31,
  // Who is not registered pays for gains that he does not have, and may default by it.
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ group, accounts }) => CLEARINGHOUSE.encodeFunctionData("net", [group, [...accounts]]),
  event: "NetRegistered",
  many: {
    work: ABOUT.work,
    without: ABOUT.without,
    isDone: ({ group, accounts }, venue) => accounts.every((id) => isDone(venue, BigInt(group) as GroupId, id)),
  },
};

/**
 * Once it shows that somebody will be charged: all whose relief may save more than the gas of registering them, the
 * most first, as many a transaction as fit.
 */
export function netsInLock(snapshot: Snapshot, group: GroupState): Planned<Net>[] {
  const below = group.traders.filter(({ atFrozen, legs }) => atFrozen < 0n && legs.length > 0);
  const owed = below.reduce((sum, { atFrozen }) => sum - atFrozen, group.deficit as bigint);
  if (owed <= group.reserve) return [];
  const leaving = new Set(below.map(({ id }) => id));
  const cost = (snapshot.policy.millionGas * EACH) / 1_000_000n;
  const list = group.nettable.filter(({ id, relief }) => !leaving.has(id) && relief > cost);
  list.sort((a, b) => (a.relief === b.relief ? 0 : a.relief > b.relief ? -1 : 1));
  const markets = group.markets.length;
  const max = Math.max(1, GAS.max(snapshot.policy.transactionGas, markets));
  const batches: Planned<Net>[] = [];
  for (let from = 0; from < list.length; from += max) {
    const accounts = list.slice(from, from + max).map(({ id }) => id);
    const action = { kind: "net", group: group.id, accounts } as const;
    batches.push(planned(net, snapshot, action, markets, money(0n), from / (list.length + 1) - 2));
  }
  return batches;
}

/** It is registered, or has nothing to register any more. */
function isDone(venue: Venue, id: GroupId, accountId: AccountId): boolean {
  const [group, account] = [groupIn(venue, id), venue.accounts.get(accountId)];
  return group.phase !== "LOCKED" || account?.group !== id || isRegistered(group, account);
}
