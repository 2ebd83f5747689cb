// SPDX-License-Identifier: MIT
import {
  groupOf,
  numberOf,
  ownerOf,
  type AccountId,
  type GroupId,
  type MarketId,
  type VenueKind,
} from "../../../sdk/order";
import { accountsOf } from "../../../sdk/state/accountsOf";
import type { VenueEvent } from "../../../sdk/state/events";
import { unpackPosition } from "../../../sdk/state/position";
import type { NodeId } from "../../../sdk/level";

/** A node by its place: a market's side, and its id there. */
export interface NodePlace {
  readonly market: MarketId;
  readonly longs: boolean;
  readonly node: NodeId;
}

/** What an event's rule may read of the stored venue, beside the venue's own row. */
export interface Needs {
  readonly accounts: readonly AccountId[];
  /** With all its markets; of an option group with its perpetual, and with `market`. */
  readonly group: GroupId | undefined;
  /** Those of the accounts, which the event does not name: whether a fee of a pledge goes on is a matter of theirs. */
  readonly ownGroups: boolean;
  readonly market: MarketId | undefined;
  /** Every series of the group that has a row, and all legs of the accounts: for what happens seldom. */
  readonly everySeries: boolean;
  /** Those that positions of the accounts are in come on top. */
  readonly nodes: readonly NodePlace[];
  /** Each account's lanes of these numbers. */
  readonly lanes: readonly bigint[];
  readonly pause: MarketId | undefined;
  /** Every pause, and every group: a stop that is lifted early counts until the last of all. */
  readonly everyPause: boolean;
  /** With what the accounts have pledged of it. */
  readonly collateral: bigint | undefined;
}

/**
 * By the names of its members, so that an event that is merged or split elsewhere is followed without a word here: a
 * `market` or `group`, packed `position`s, `salt`s.
 */
export function needsOf(event: VenueEvent, vault: string, kind: VenueKind): Needs {
  const members = Object.entries(event) as [string, unknown][];
  const named = (pattern: RegExp) =>
    members
      .filter(([name, value]) => pattern.test(name) && typeof value === "bigint")
      .map(([, value]) => value as bigint);
  const market = "market" in event ? event.market : undefined;
  const accounts = accountsOf(event);
  return {
    accounts,
    group: groupIn(event, market, accounts, vault, kind),
    ownGroups: event.kind === "PledgeFeeTaken",
    market,
    everySeries: event.kind === "MarketParamsSet" || event.kind === "Absorbed",
    nodes: market === undefined ? [] : [...entered(market, named(/position$/i)), ...torn(event, market)],
    lanes: named(/salt$/i).map((salt) => salt & 0xffffn),
    pause: event.kind === "Paused" ? event.market : undefined,
    everyPause: event.kind === "Paused" && event.level === 0n && kind === "linear",
    collateral: "id" in event ? event.id : undefined,
  };
}

function groupIn(
  event: VenueEvent,
  market: MarketId | undefined,
  accounts: readonly AccountId[],
  vault: string,
  kind: VenueKind,
): GroupId | undefined {
  if (market !== undefined) return groupOf(market, kind);
  if ("group" in event) return event.group;
  // The vault's inventory is funded from what its group set aside.
  const own = event.kind === "CashChanged" ? accounts.find((account) => ownerOf(account) === vault) : undefined;
  return own === undefined ? undefined : (BigInt(numberOf(own)) as GroupId);
}

function entered(market: MarketId, words: readonly bigint[]): NodePlace[] {
  return words.flatMap((word) => {
    const position = unpackPosition(word);
    return position === undefined ? [] : [{ market, longs: position.shares > 0n, node: position.node }];
  });
}

function torn(event: VenueEvent, market: MarketId): NodePlace[] {
  return "node" in event && "longs" in event ? [{ market, longs: event.longs, node: event.node }] : [];
}
