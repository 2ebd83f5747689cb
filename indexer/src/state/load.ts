// SPDX-License-Identifier: MIT
import { accounts, collaterals, groups, lanes, markets, nodes, pauses, pledges, positions, venues } from "../../schema";
import { marketOf, type AccountId, type GroupId, type MarketId } from "../../../sdk/order";
import type { Account, Group, Node, Venue } from "../../../sdk/state/Venue";
import { createVenue } from "../../../sdk/state/Venue";
import { placeOf } from "../../../sdk/state/queue";
import type { Row, Rows } from "../rows/Rows";
import {
  accountOfRow,
  collateralOfRow,
  groupOfRow,
  marketOfRow,
  nodeOfRow,
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
export function emptyPart(tokenDecimals: number, journal: RowJournal): Part {
  return { ...createVenue({ tokenDecimals, reorgDepth: 0 }), journal };
}

/** The row of the venue, into an empty part; nothing before its first event. */
export async function loadVenue(rows: Rows, part: Part): Promise<void> {
  const row = await rows.find(venues, VENUE);
  if (row !== undefined) Object.assign(part, venueOf(row));
}

/** The rest of what an event needs. */
export async function loadNeeds(rows: Rows, part: Part, needs: Needs): Promise<void> {
  if (needs.group !== undefined) await loadGroup(rows, part, needs.group);
  for (const place of needs.nodes) await loadNode(rows, part, place);
  for (const id of needs.accounts) await loadAccount(rows, part, id, needs.lanes);
  if (needs.collateral !== undefined) await loadCollateral(rows, part, needs.collateral);
  if (needs.pause === undefined) return;
  const pause = await rows.find(pauses, needs.pause);
  if (pause !== undefined) part.pauses.set(needs.pause, pause);
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

async function loadGroup(rows: Rows, part: Part, id: GroupId): Promise<void> {
  const row = await rows.find(groups, id);
  if (row === undefined || part.groups.has(id)) return;
  const list = [];
  for (let index = 0; index < row.markets; ++index) {
    list.push(marketOfRow((await rows.find(markets, marketOf(id, index)))!));
  }
  part.groups.set(id, groupOfRow(row, list));
}

async function loadAccount(rows: Rows, part: Part, id: AccountId, laneNumbers: readonly bigint[]): Promise<void> {
  const row = await rows.find(accounts, id);
  if (row === undefined || part.accounts.has(id)) return;
  const account = accountOfRow(row);
  part.accounts.set(id, account);
  await loadLegs(rows, part, account, row);
  for (const number of laneNumbers) {
    const lane = await rows.find(lanes, laneId(id, number));
    if (lane === undefined) continue;
    account.lanes ??= new Map();
    account.lanes.set(number, lane as never);
  }
}

/** Positions in the group that is loaded: an event touches no other. */
async function loadLegs(rows: Rows, part: Part, account: Account, row: Row<typeof accounts>): Promise<void> {
  const group: Group | undefined = part.groups.get(row.group as GroupId);
  if (group === undefined) return;
  for (const market of group.markets) {
    const found = await rows.find(positions, positionId(account.id, market.id));
    const position = found && positionOfRow(found);
    if (position === undefined) continue;
    account.legs[Number(market.id & 3n)] = position;
    await loadNode(rows, part, { market: market.id, longs: position.shares > 0n, node: position.node });
  }
}

async function loadNode(rows: Rows, part: Part, place: NodePlace): Promise<void> {
  const row = await rows.find(nodes, nodeId(place));
  const market = part.groups.get((place.market >> 2n) as GroupId)?.markets[Number((place.market as MarketId) & 3n)];
  if (row === undefined || market === undefined) return;
  const side = place.longs ? market.longs : market.shorts;
  if (side.nodes.has(place.node)) return;
  const node: Node = nodeOfRow(row);
  side.nodes.set(place.node, node);
  if (node.linked) side.queue.splice(placeOf(side, node.rank), 0, node);
}
