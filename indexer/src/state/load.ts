// SPDX-License-Identifier: MIT
import {
  accounts,
  collaterals,
  groups,
  ladders,
  lanes,
  markets,
  nodes,
  optionGroups,
  pauses,
  pledges,
  positions,
  venues,
} from "../../schema";
import { PERPETUAL_INDEX } from "../../../sdk/options/series";
import {
  groupOf,
  indexOf,
  MAX_MARKETS,
  marketOf,
  type AccountId,
  type GroupId,
  type MarketId,
  type VenueKind,
} from "../../../sdk/order";
import type { OptionGroup } from "../../../sdk/state/OptionGroup";
import type { Account, Group, Market, Node, Venue } from "../../../sdk/state/Venue";
import { createVenue } from "../../../sdk/state/Venue";
import { placeOf } from "../../../sdk/state/queue";
import type { Row, Rows } from "../rows/Rows";
import {
  accountOfRow,
  collateralOfRow,
  groupOfRow,
  marketOfRow,
  nodeOfRow,
  optionGroupOf,
  pledgeOfRow,
  positionOfRow,
  venueOf,
} from "./convert";
import { VENUE, laneId, nodeId, pledgeId, positionId } from "./ids";
import type { Needs, NodePlace } from "./needs";
import type { RowJournal } from "./RowJournal";

/** The part of the venue that one event may read or change; its journal knows what was changed. */
export type Part = Venue & { readonly journal: RowJournal };

/** An empty venue over a journal of rows. */
export function emptyPart(tokenDecimals: number, kind: VenueKind, journal: RowJournal): Part {
  return { ...createVenue({ tokenDecimals, kind, reorgDepth: 0 }), journal };
}

/** The row of the venue, into an empty part; nothing before its first event. */
export async function loadVenue(rows: Rows, part: Part): Promise<void> {
  const row = await rows.find(venues, VENUE);
  if (row !== undefined) Object.assign(part, venueOf(row));
}

/** The rest of what an event needs. */
export async function loadNeeds(rows: Rows, part: Part, needs: Needs): Promise<void> {
  if (needs.group !== undefined) await loadGroup(rows, part, needs.group, needs);
  for (const id of needs.ownGroups ? needs.accounts : []) {
    const row = await rows.find(accounts, id);
    if (row !== undefined) await loadGroup(rows, part, row.group as GroupId, needs);
  }
  for (const place of needs.nodes) await loadNode(rows, part, place);
  for (const id of needs.accounts) await loadAccount(rows, part, id, needs);
  if (needs.collateral !== undefined) await loadCollateral(rows, part, needs.collateral);
  if (needs.pause !== undefined) await loadPause(rows, part, needs.pause);
  if (needs.everyPause) await loadEveryPause(rows, part, needs);
}

async function loadPause(rows: Rows, part: Part, id: MarketId): Promise<void> {
  const pause = await rows.find(pauses, id);
  if (pause !== undefined) part.pauses.set(id, pause);
}

/** Groups are numbered from 1. */
async function loadEveryPause(rows: Rows, part: Part, needs: Needs): Promise<void> {
  await loadPause(rows, part, 0n as MarketId);
  for (let id = 1n as GroupId; ; id = (id + 1n) as GroupId) {
    await loadGroup(rows, part, id, needs);
    if (!part.groups.has(id)) return;
    for (let index = 0; index < MAX_MARKETS; ++index) await loadPause(rows, part, marketOf(id, index));
  }
}

/** And what the accounts that are loaded have pledged of it. */
async function loadCollateral(rows: Rows, part: Part, id: bigint): Promise<void> {
  const row = await rows.find(collaterals, id);
  if (row === undefined) return;
  part.collaterals.set(id, collateralOfRow(row));
  for (const account of part.accounts.values()) {
    const pledge = await rows.find(pledges, pledgeId(account.id, id));
    if (pledge !== undefined) account.pledges.set(id, pledgeOfRow(pledge));
  }
}

async function loadGroup(rows: Rows, part: Part, id: GroupId, needs: Needs): Promise<void> {
  const row = await rows.find(groups, id);
  if (row === undefined || part.groups.has(id)) return;
  if (part.kind === "options") {
    const list = await seriesOf(rows, id, needs);
    part.groups.set(id, groupOfRow(row, list, await loadOptions(rows, id)));
    return;
  }
  const list = [];
  for (let index = 0; index < row.markets; ++index) {
    list.push(marketOfRow((await rows.find(markets, marketOf(id, index)))!));
  }
  part.groups.set(id, groupOfRow(row, list, undefined));
}

/** A sparse list: the perpetual, and the series that are needed. */
async function seriesOf(rows: Rows, group: GroupId, { market, everySeries }: Needs): Promise<Market[]> {
  const list: Market[] = [];
  const perpetual = marketOf(group, PERPETUAL_INDEX, "options");
  const found = everySeries
    ? await rows.where(markets, "group", group)
    : [await rows.find(markets, perpetual), market === undefined ? undefined : await rows.find(markets, market)];
  for (const row of found) if (row !== undefined) list[row.index] = marketOfRow(row);
  return list;
}

async function loadOptions(rows: Rows, group: GroupId): Promise<OptionGroup | undefined> {
  const row = await rows.find(optionGroups, group);
  return row && optionGroupOf(row, await rows.where(ladders, "group", group));
}

async function loadAccount(rows: Rows, part: Part, id: AccountId, needs: Needs): Promise<void> {
  const row = await rows.find(accounts, id);
  if (row === undefined || part.accounts.has(id)) return;
  const account = accountOfRow(row);
  part.accounts.set(id, account);
  await loadLegs(rows, part, account, row, needs);
  for (const number of needs.lanes) {
    const lane = await rows.find(lanes, laneId(id, number));
    if (lane === undefined) continue;
    account.lanes ??= new Map();
    account.lanes.set(number, lane as never);
  }
}

/** Positions in the group that is loaded: an event touches no other. */
async function loadLegs(
  rows: Rows,
  part: Part,
  account: Account,
  row: Row<typeof accounts>,
  { everySeries }: Needs,
): Promise<void> {
  const group: Group | undefined = part.groups.get(row.group as GroupId);
  if (group === undefined) return;
  // Of the hundreds of series that are loaded then, an account has a few.
  if (part.kind === "options" && everySeries) await rows.where(positions, "account", account.id);
  for (const market of Object.values(group.markets)) {
    const found = await rows.find(positions, positionId(account.id, market.id));
    const position = found && positionOfRow(found);
    if (position === undefined) continue;
    account.legs[indexOf(market.id, part.kind)] = position;
    await loadNode(rows, part, { market: market.id, longs: position.shares > 0n, node: position.node });
  }
}

async function loadNode(rows: Rows, part: Part, place: NodePlace): Promise<void> {
  const row = await rows.find(nodes, nodeId(place));
  const market = part.groups.get(groupOf(place.market, part.kind))?.markets[indexOf(place.market, part.kind)];
  if (row === undefined || market === undefined) return;
  const side = place.longs ? market.longs : market.shorts;
  if (side.nodes.has(place.node)) return;
  const node: Node = nodeOfRow(row);
  side.nodes.set(place.node, node);
  if (node.linked) side.queue.splice(placeOf(side, node.rank), 0, node);
}
