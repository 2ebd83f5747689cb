// SPDX-License-Identifier: MIT
import { groupOf, indexOf, type AccountId, type MarketId } from "../../sdk/order";
import type { EventKind, EventOf, Place } from "../../sdk/state/events";
import type { Position } from "../../sdk/state/Venue";
import { sizeOf } from "../../sdk/state/position";
import type { Rows } from "./rows/Rows";
import { nodeId } from "./state/ids";
import type { Part } from "./state/load";

export type Hex = `0x${string}`;

/** Where and when an event happened, as history has it. */
export interface Moment {
  readonly at: Place;
  /** Orders all events: block * 1e6 + index of the log. */
  readonly seq: number;
  readonly tx: Hex;
}

/** An account before an event: its cash, and what it held by the index of the market in its group. */
export interface Before {
  readonly cash: bigint;
  readonly legs: readonly { readonly position: Position; readonly size: bigint }[];
}

/** An event of any contract, over rows. */
export interface Told extends Moment {
  readonly rows: Rows;
}

/** An event of the clearinghouse, with the part of the venue that it changed: before and after. */
export interface Scene<K extends EventKind = EventKind> extends Told {
  readonly event: EventOf<K>;
  readonly before: ReadonlyMap<AccountId, Before>;
  /** Parameters and offices before, by scope and name. */
  readonly values: ReadonlyMap<string, string>;
  /** How much of a share the nodes of the part stood for before, by the ids of their rows. */
  readonly remaining: ReadonlyMap<string, bigint>;
  readonly part: Part;
}

export const SEQ = 1_000_000;

export function momentOf(at: Place, tx: Hex): Moment {
  return { at, seq: at.block * SEQ + at.logIndex, tx };
}

/** The columns that history rows have in common. */
export function stamp({ at, seq, tx }: Moment) {
  return { id: String(seq), seq, block: at.block, time: Number(at.timestamp), tx };
}

/** As `stamp`, of tables without a block. */
export function stampTime(moment: Moment) {
  const { block: _, ...rest } = stamp(moment);
  return rest;
}

/** The accounts of a part as they are now: to be asked before an event is applied. */
export function snapshot(part: Part): Map<AccountId, Before> {
  const taken = new Map<AccountId, Before>();
  for (const account of part.accounts.values()) {
    const legs: Before["legs"][number][] = [];
    account.legs.forEach((position, index) => {
      if (position === undefined) return;
      const market = part.groups.get(account.group)!.markets[index]!;
      legs[index] = { position, size: sizeOf(market, position) };
    });
    taken.set(account.id, { cash: account.cash, legs });
  }
  return taken;
}

/** The frames of a part as they are now. */
export function remainingOf(part: Part): Map<string, bigint> {
  const taken = new Map<string, bigint>();
  for (const group of part.groups.values()) {
    for (const market of Object.values(group.markets)) {
      for (const longs of [true, false]) {
        for (const node of (longs ? market.longs : market.shorts).nodes.values()) {
          taken.set(nodeId({ market: market.id, longs, node: node.id }), node.frame.remaining);
        }
      }
    }
  }
  return taken;
}

/** An account of which nothing was known. */
export const UNKNOWN: Before = { cash: 0n, legs: [] };

/** A market of the scene's part. */
export function marketOfPart(part: Part, id: MarketId) {
  return part.groups.get(groupOf(id, part.kind))!.markets[indexOf(id, part.kind)]!;
}
