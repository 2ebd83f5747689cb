// SPDX-License-Identifier: MIT
import type { AccountId, GroupId } from "../../sdk/order.js";
import { accountsOf } from "../../sdk/state/accountsOf.js";
import type { EventOf, VenueEvent } from "../../sdk/state/events.js";
import type { Account, Venue } from "../../sdk/state/Venue.js";
import { marketIn, sideOf } from "../../sdk/state/lookup.js";
import { cashOf } from "../../sdk/state/recovery.js";
import { groupOf, indexOf } from "../../sdk/order.js";
import type { AccountInput, FrameInput, PositionInput } from "../scan/AccountInput.js";
import type { GroupScan } from "../scan/GroupScan.js";
import { Scan } from "../scan/Scan.js";

/** An account as the scan takes it. */
export function inputOf(venue: Venue, account: Account): AccountInput {
  const positions: PositionInput[] = [];
  account.legs.forEach((leg, market) => {
    if (leg !== undefined) positions.push({ market, shares: leg.shares, offset: leg.offset, node: leg.node });
  });
  return { id: account.id, cash: cashOf(venue, account), positions };
}

/** Whose cash a settlement has changed, as their next operation will find it. */
function registeredIn(venue: Venue, { group, lock }: EventOf<"NetSettled">): AccountId[] {
  const all = [...venue.accounts.values()].filter(({ relief }) => relief?.group === group && relief.lock === lock);
  return all.map(({ id }) => id);
}

/** Keeps the scan in step with the venue. */
export class Watch {
  private scan = new Scan();
  private readonly markets = new Map<GroupId, number>();
  private epoch = 0n;
  /** Accounts with something pledged: their prices are others than the scan's, so each is looked at by itself. */
  private readonly pledgers = new Set<AccountId>();

  /** `events`: what has changed since the last call; undefined: anything. */
  update(venue: Venue, events: readonly VenueEvent[] | undefined): void {
    const grown = [...venue.groups.values()].some(({ id, markets }) => this.markets.get(id) !== markets.length);
    if (events === undefined || grown || venue.recovery.epoch !== this.epoch) return this.rebuild(venue);
    const torn = new Map<GroupId, FrameInput[]>();
    const changed = new Set<AccountId>();
    for (const event of events) {
      for (const id of accountsOf(event)) changed.add(id);
      if (event.kind === "NetSettled") for (const id of registeredIn(venue, event)) changed.add(id);
      if (event.kind !== "NodeTornUp") continue;
      const frames = torn.get(groupOf(event.market)) ?? [];
      torn.set(groupOf(event.market), frames);
      const { frame } = sideOf(marketIn(venue, event.market), event.longs).nodes.get(event.node)!;
      frames.push({ market: indexOf(event.market), longs: event.longs, node: event.node, frame });
    }
    for (const [group, frames] of torn) this.group(group).tearUp(frames);
    for (const id of changed) this.put(venue, id);
  }

  group(id: GroupId): GroupScan {
    return this.scan.group(Number(id));
  }

  /** Of these the scan knows nothing. */
  withPledges(): Iterable<AccountId> {
    return this.pledgers;
  }

  /** Does the work that ticks have left, when nothing waits for it. */
  tidy(): void {
    this.scan.tidy();
  }

  private rebuild(venue: Venue): void {
    this.scan = new Scan();
    this.markets.clear();
    this.pledgers.clear();
    this.epoch = venue.recovery.epoch;
    for (const { id, markets } of venue.groups.values()) {
      this.markets.set(id, markets.length);
      const scan = this.scan.list(Number(id), markets.length);
      scan.tearUp(
        markets.flatMap((market, index) =>
          [true, false].flatMap((longs) =>
            [...sideOf(market, longs).nodes.values()]
              .filter(({ touched }) => touched)
              .map(({ id: node, frame }) => ({ market: index, longs, node, frame })),
          ),
        ),
      );
    }
    for (const id of venue.accounts.keys()) this.put(venue, id);
  }

  private put(venue: Venue, id: AccountId): void {
    const account = venue.accounts.get(id);
    if (account === undefined) return;
    const pledges = [...account.pledges.values()].some(({ units }) => units > 0n);
    if (pledges) this.pledgers.add(id);
    else this.pledgers.delete(id);
    const input = inputOf(venue, account);
    if (input.positions.length === 0 || pledges) this.scan.remove(id);
    else this.scan.put(Number(account.group), input);
  }
}
