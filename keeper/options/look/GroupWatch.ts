// SPDX-License-Identifier: MIT
import type { Rpc } from "../../../sdk/client/chain/Rpc.js";
import type { Header } from "../../../sdk/client/chain/blocks.js";
import { accountOf, type AccountId, type Address, type GroupId } from "../../../sdk/order.js";
import type { Venue } from "../../../sdk/state/Venue.js";
import type { Money } from "../../../sdk/units.js";
import type { Drift } from "../../run/check.js";
import { maxRounds } from "../actions/fixPrice.js";
import { owedIn } from "../plan/locks.js";
import { Candidates, type CandidateRules } from "./Candidates.js";
import { findEntries } from "./findEntries.js";
import type { GroupView, Health, OptionReader } from "./lens.js";
import { heldIn } from "./heldIn.js";
import { hintsFor, type HintsFor } from "./hints.js";
import { phaseOf, type GroupScene } from "./Scene.js";

export interface WatchRules extends CandidateRules {
  /** Milliseconds after which a look asks for no more accounts: the next look goes on. */
  readonly lookTime: number;
  readonly transactionGas: number;
}

export interface Seer {
  readonly rpc: Rpc;
  /** Of its events, as of the same block. */
  readonly venue: Venue;
  readonly reader: OptionReader;
  readonly clearinghouse: Address;
  readonly keeper: Address;
  /** It may take something over: its own account counts. */
  readonly takes: boolean;
}

/** What is known of one group from look to look. */
export class GroupWatch {
  private readonly candidates: Candidates;
  private reliefs = new Map<AccountId, Money>();
  /** Whose relief is not known in that lock. */
  private readonly unasked = new Set<AccountId>();
  /** The lock that they are of. */
  private lock = -1n;
  /** How many accounts the last look asked for, and whether all have been by then since they were due. */
  asked = { count: 0, all: false };
  /** The last look was over before it had asked for all. */
  hasMore = false;
  /** Who of them holds something else than the events say. */
  drifts: readonly Drift[] = [];

  constructor(
    private readonly id: GroupId,
    private readonly rules: WatchRules,
  ) {
    this.candidates = new Candidates(rules);
  }

  /** These may hold something else. */
  changed(ids: Iterable<AccountId>): void {
    this.candidates.changed(ids);
  }

  /** What was found counts for nothing. */
  forget(): void {
    this.candidates.forget();
    this.lock = -1n;
  }

  async look(seer: Seer, header: Header): Promise<GroupScene> {
    const { reader, keeper, takes } = seer;
    const { id, candidates } = this;
    const number = Number(id);
    const [view, own] = await Promise.all([
      reader.group(id),
      takes ? reader.own(id, accountOf(keeper, number)) : undefined,
    ]);
    const until = performance.now() + this.rules.lookTime;
    const isOver = () => performance.now() >= until;
    // A lock cannot wait for accounts: they are looked at once its factors are frozen.
    const ids = view.gapped ? [] : candidates.due(view, header);
    const found = await reader.healths(id, ids, isOver);
    candidates.saw(found, view, header);
    this.asked = { count: found.length, all: !view.gapped && candidates.isWhole };
    this.drifts = found.flatMap((health) => this.compare(seer.venue, health));
    const { atRisk, healths } = candidates;
    const reliefs = await this.reliefsOf(reader, view, atRisk, found, isOver);
    this.hasMore = found.length < ids.length || this.unasked.size > 0;
    const fixings = await this.fixingsOf(seer, view, header);
    const hintsFor = own && (await this.hintsOf(seer, view, own.account as AccountId, header));
    return { id, view, healths, atRisk, reliefs, own, fixings, hintsFor };
  }

  // ------------------------------------------------------------------ inside

  private compare(venue: Venue, { account: id, group, held }: Health): Drift[] {
    const [account, ours] = [id as AccountId, heldIn(venue, this.id, id as AccountId)];
    const theirs = group === this.id ? held : 0n;
    return ours === theirs ? [] : [{ account, what: "series held", venue: ours, chain: theirs }];
  }

  /** Of everybody with several legs once a lock shows that winners will be charged, then of those that changed. */
  private async reliefsOf(
    reader: OptionReader,
    view: GroupView,
    atRisk: readonly Health[],
    looked: readonly Health[],
    isOver: () => boolean,
  ): Promise<ReadonlyMap<AccountId, Money>> {
    const { unasked } = this;
    const isRunning = phaseOf(view) === "LOCKED" && owedIn({ view, atRisk }) > view.reserve;
    if (!isRunning) {
      if (this.reliefs.size > 0) this.reliefs = new Map();
      unasked.clear();
      this.lock = -1n;
      return this.reliefs;
    }
    const { healths } = this.candidates;
    const anew = this.lock !== view.lock;
    if (anew) {
      [this.reliefs, this.lock] = [new Map(), view.lock];
      unasked.clear();
    }
    for (const id of anew ? healths.keys() : looked.map(({ account }) => account as AccountId)) {
      this.reliefs.delete(id);
      if ((healths.get(id)?.legs ?? 0n) > 1n) unasked.add(id);
      else unasked.delete(id);
    }
    const wanted = [...unasked];
    const found = await reader.reliefs(this.id, wanted, isOver);
    for (const [i, relief] of found.entries()) {
      unasked.delete(wanted[i]!);
      if (relief > 0n) this.reliefs.set(wanted[i]!, relief as Money);
    }
    return this.reliefs;
  }

  /** Only when somebody can be taken over: marks of all series are many. */
  private async hintsOf(
    { reader, venue }: Seer,
    view: GroupView,
    own: AccountId,
    { timestamp }: Header,
  ): Promise<HintsFor | undefined> {
    const anyInDanger = this.candidates.atRisk.some(({ equity, maintenance }) => equity >= 0n && equity < maintenance);
    if (!anyInDanger || phaseOf(view) !== "NORMAL" || view.gapped) return undefined;
    return hintsFor(venue, this.id, own, await reader.marks(this.id), timestamp);
  }

  private async fixingsOf(seer: Seer, view: GroupView, header: Header): Promise<Map<number, readonly bigint[]>> {
    const found = new Map<number, readonly bigint[]>();
    const due = view.expiries.find(({ expiry, settlement }) => settlement === 0n && expiry === view.nextExpiry);
    if (due === undefined || phaseOf(view) === "SETTLING" || !view.spotFresh) return found;
    if (header.timestamp <= due.expiry) return found;
    const ladder = Number(due.place);
    const { clearinghouse } = seer;
    const fixing = { clearinghouse, feed: view.feed as Address, group: this.id, ladder, block: header.number };
    const entries = await findEntries(seer.rpc, fixing, maxRounds(this.rules.transactionGas));
    if (entries !== undefined) found.set(ladder, entries);
    return found;
  }
}
