// SPDX-License-Identifier: MIT
import { entries } from "../../schema";
import { accountsOf } from "../../../sdk/state/accountsOf";
import type { EventKind, VenueEvent } from "../../../sdk/state/events";
import { sizeOf } from "../../../sdk/state/position";
import type { AccountId } from "../../../sdk/order";
import { UNKNOWN, stamp, type Scene } from "../scene";
import type { Change } from "./change";

/** What an entry is called by the event that made it; all others moved a position. */
const KINDS: Partial<Record<EventKind, string>> = {
  Deposited: "DEPOSIT",
  Withdrawn: "WITHDRAWAL",
  Transferred: "TRANSFER",
  CashChanged: "CREDIT",
  Absorbed: "ABSORBED",
  NetCredited: "RELIEF",
  PledgeBoughtByLine: "EXCHANGED",
};

/** A row for each account whose cash changed by an event that moved no position. */
export function recordCash(scene: Scene, moved: ReadonlySet<AccountId>): void {
  for (const id of new Set(accountsOf(scene.event))) {
    const account = scene.part.accounts.get(id);
    if (account === undefined || moved.has(id)) continue;
    const change = account.cash - (scene.before.get(id) ?? UNKNOWN).cash;
    if (change === 0n) continue;
    scene.rows.put(entries, { ...blank(scene, id), change, cash: account.cash });
  }
}

/** A row for a position that changed, with what it paid since its last change. `change`: its part of the cash. */
export function recordPosition(scene: Scene, change: Change, cash: { change: bigint; cash: bigint }): void {
  const { account, market, funding, charge } = change;
  const row = blank(scene, account);
  scene.rows.put(entries, {
    ...row,
    id: `${row.id}-${market.id}`,
    ...cash,
    market: market.id,
    sizeBefore: change.sizeBefore,
    size: sizeOf(market, change.after),
    funding,
    charge,
    shares: change.after?.shares ?? 0n,
    offset: change.after?.offset ?? 0n,
    node: change.after?.node ?? 0n,
  });
}

function blank(scene: Scene, account: AccountId) {
  const row = stamp(scene);
  const place = { market: null, sizeBefore: null, size: null, funding: null, charge: null };
  const none = { ...place, shares: null, offset: null, node: null };
  const kind = KINDS[scene.event.kind] ?? "POSITION";
  return { ...row, id: `${row.id}-${account}`, account, kind, ...none, ...otherOf(scene.event, account) };
}

/** The other side of a movement of cash, and its tokens. */
function otherOf(event: VenueEvent, account: AccountId): { other: string | null; tokens: bigint | null } {
  switch (event.kind) {
    case "Deposited":
      return { other: event.from, tokens: event.tokens };
    case "Withdrawn":
      return { other: event.to, tokens: event.tokens };
    case "Transferred":
      return { other: String(account === event.from ? event.to : event.from), tokens: null };
    default:
      return { other: null, tokens: null };
  }
}
