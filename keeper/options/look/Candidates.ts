// SPDX-License-Identifier: MIT
import type { Header } from "../../../sdk/client/chain/blocks.js";
import type { AccountId } from "../../../sdk/order.js";
import type { GroupView, Health } from "./lens.js";

/** Millionths of initial margin: what is between an account and its maintenance margin, and what moves may take. */
type Room = number;

/** An account's room when it was looked at last, at which head, and by which factors. */
interface Seen {
  head: string;
  room: Room;
  spot: number;
  level: number;
  time: number;
}

type Head = Pick<Header, "number" | "hash">;

export interface CandidateRules {
  /** ppm: a move since everybody was looked at, after which everybody is again. */
  readonly everyoneSpot: number;
  readonly everyoneLevel: number;
  /** Blocks after which everybody is looked at though nothing has moved. */
  readonly everyoneBlocks: number;
  /** ppm of initial margin that such a move of the price may take from an account, or one of the level. */
  readonly roomUsed: number;
}

/** Every minute of the hour before an expiry: the add-on for its average grows by half of the scan range. */
const AVERAGING = 3_600;
const MINUTE = 60;
/** Seconds in which time alone is taken to use as much as a move of the level. */
const AGE = 3_600;

/**
 * Who is to be looked at. Each account has room: what is between its equity and maintenance margin. Moves of price and
 * level and time use it up, at a rate that is assumed; it is looked at before that has used it. Everybody is looked at
 * after larger moves, when anything else has changed, and after some blocks: see docs/keeper.md for what that rests on.
 * That is a round. It may take several looks, which go on where the last one ended.
 */
export class Candidates {
  private readonly seen = new Map<AccountId, Seen>();
  private readonly known = new Map<AccountId, Health>();
  /** Known, and holding nothing when last looked at, or not looked at yet. */
  private readonly unseen = new Set<AccountId>();
  /** Not looked at yet in the round that runs. */
  private readonly rest = new Set<AccountId>();
  /** When the round began. */
  private everyone: { spot: number; level: number; time: number; block: number; state: string } | undefined;

  constructor(private readonly rules: CandidateRules) {}

  /** Everybody who holds something, as of when he was looked at. */
  get healths(): ReadonlyMap<AccountId, Health> {
    return this.known;
  }

  /** Below maintenance margin, below zero, or in a lock below zero at the frozen factors: as of the last look. */
  get atRisk(): Health[] {
    return [...this.seen].flatMap(([id, { room }]) => (room === 0 ? [this.known.get(id)!] : []));
  }

  /** They may hold something now, or something else. */
  changed(ids: Iterable<AccountId>): void {
    for (const id of ids) this.unseen.add(id);
  }

  /** What was found is of other blocks: everybody is looked at. */
  forget(): void {
    this.everyone = undefined;
  }

  /** Everybody has been looked at since a round began last. */
  get isWhole(): boolean {
    return this.everyone !== undefined && this.rest.size === 0 && this.unseen.size === 0;
  }

  /**
   * The accounts to look at now, the least room first: of a part of them `saw` hears what was found. Who was looked at
   * at this head is not again by a look that goes on, or those at risk would leave it no time for the others.
   */
  due(view: GroupView, { number: block, hash }: Head): AccountId[] {
    const [spot, level, time] = factorsOf(view);
    if (this.isEveryoneDue(view, block)) {
      for (const id of this.seen.keys()) this.rest.add(id);
      this.everyone = { spot, level, time, block, state: stateOf(view) };
    }
    const { everyoneSpot, everyoneLevel, roomUsed } = this.rules;
    const left: (readonly [AccountId, Room])[] = [];
    for (const [id, each] of this.seen) {
      if (this.unseen.has(id) || (each.head === hash && !this.rest.has(id))) continue;
      const used =
        (Math.abs(spot - each.spot) / each.spot / everyoneSpot) * 1e6 +
        (Math.abs(level - each.level) / each.level / everyoneLevel) * 1e6 +
        (time - each.time) / AGE;
      const room = each.room - used * roomUsed;
      if (room <= 0 || this.rest.has(id)) left.push([id, room]);
    }
    left.sort(([, a], [, b]) => (a === b ? 0 : a < b ? -1 : 1));
    return [...this.unseen, ...left.map(([id]) => id)];
  }

  /** They were looked at. */
  saw(healths: readonly Health[], view: GroupView, { hash: head }: Head): void {
    const [spot, level, time] = factorsOf(view);
    for (const health of healths) {
      const id = health.account as AccountId;
      this.unseen.delete(id);
      this.rest.delete(id);
      if (health.held === 0n || health.group !== view.group) {
        this.seen.delete(id);
        this.known.delete(id);
      } else {
        this.seen.set(id, { head, room: roomOf(health, view), spot, level, time });
        this.known.set(id, health);
      }
    }
  }

  private isEveryoneDue(view: GroupView, block: number): boolean {
    const last = this.everyone;
    if (last === undefined || last.state !== stateOf(view)) return true;
    const [spot, level, time] = factorsOf(view);
    const { everyoneSpot, everyoneLevel, everyoneBlocks } = this.rules;
    if (Math.abs(spot - last.spot) * 1e6 >= last.spot * everyoneSpot) return true;
    if (Math.abs(level - last.level) * 1e6 >= last.level * everyoneLevel) return true;
    if (block - last.block >= everyoneBlocks || block < last.block) return true;
    return isAveraging(view, time) && time - last.time >= MINUTE;
  }
}

/** Below it, or in a lock below zero at the frozen factors: looked at in every block. */
function roomOf({ equity, initial, maintenance, atRecorded }: Health, { phase }: GroupView): Room {
  if (phase !== 0n && atRecorded < 0n) return 0;
  if (equity < maintenance) return 0;
  if (initial <= 0n) return Infinity; // nothing that is held can be lost
  return Number(((equity - maintenance) * 1_000_000n) / initial);
}

/** Price, level and time of its marks, as numbers: only to tell when to look. */
function factorsOf({ live }: GroupView): [spot: number, level: number, time: number] {
  return [Number(live.spot), Number(live.level), Number(live.time)];
}

/** All else that marks and margin depend on. */
function stateOf({ phase, lock, live, expiries, params, risk, round }: GroupView): string {
  const fixed = expiries.map(({ place, expiry, settlement, smile }) => [place, expiry, settlement, smile].join("/"));
  return [phase, lock, round, live.versions, [...params], [...risk], ...fixed].join();
}

function isAveraging({ expiries }: GroupView, time: number): boolean {
  return expiries.some(({ expiry, settlement }) => settlement === 0n && Number(expiry) - time <= AVERAGING);
}
