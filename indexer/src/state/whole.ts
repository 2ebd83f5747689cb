// SPDX-License-Identifier: MIT
import type { Table } from "drizzle-orm";
import {
  accounts,
  collaterals,
  groups,
  ladders,
  lanes,
  locks,
  markets,
  nodes,
  optionGroups,
  pauses,
  pledges,
  positions,
  signers,
  venues,
} from "../../schema";
import { withGeneration, type NodeId } from "../../../sdk/level";
import { PERPETUAL_INDEX } from "../../../sdk/options/series";
import {
  NOBODY,
  groupOf,
  indexOf,
  marketOf,
  type AccountId,
  type GroupId,
  type MarketId,
  type VenueKind,
} from "../../../sdk/order";
import { newMarket } from "../../../sdk/state/governance";
import { createVenue, type Market, type Venue } from "../../../sdk/state/Venue";
import type { Row } from "../rows/Rows";
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

/** Tells all rows of a table. */
export type AllRows = <T extends Table>(table: T) => Promise<Row<T>[]>;

/** The venue that the rows tell of: what the SDK rebuilds from the same events. */
export async function wholeVenue(all: AllRows, tokenDecimals: number, kind: VenueKind): Promise<Venue> {
  const venue = createVenue({ tokenDecimals, kind, reorgDepth: 0 });
  for (const row of await all(venues)) Object.assign(venue, venueOf(row));
  const listed = (await all(markets)).sort((a, b) => a.index - b.index);
  const options = await all(optionGroups);
  const expiries = await all(ladders);
  for (const row of await all(groups)) {
    const own = listed.filter(({ group }) => group === row.id);
    const option = options.find(({ id }) => id === row.id);
    const theirs = expiries.filter(({ group }) => group === row.id);
    const series = option === undefined ? own.map(marketOfRow) : everySeries(row.id as GroupId, own);
    venue.groups.set(row.id as GroupId, groupOfRow(row, series, option && optionGroupOf(option, theirs)));
  }
  for (const { group, number, numerator, denominator } of await all(locks)) {
    if (numerator === null || denominator === null) continue;
    venue.groups.get(group as GroupId)!.shares.set(BigInt(number), { numerator, denominator });
  }
  for (const row of await all(nodes)) addNode(venue, row);
  for (const group of venue.groups.values()) {
    for (const market of group.markets) for (const side of [market.longs, market.shorts]) side.queue.sort(byPlace);
  }
  for (const row of await all(accounts)) venue.accounts.set(row.id as AccountId, accountOfRow(row));
  for (const row of await all(positions)) {
    const position = positionOfRow(row);
    const account = venue.accounts.get(row.account as AccountId);
    if (position !== undefined) account!.legs[indexOf(row.market as MarketId, kind)] = position;
  }
  for (const { account: id, lane, sequence, filled } of await all(lanes)) {
    const account = venue.accounts.get(id as AccountId)!;
    account.lanes ??= new Map();
    account.lanes.set(lane, { sequence, filled } as never);
  }
  for (const row of await all(collaterals)) venue.collaterals.set(row.id, collateralOfRow(row));
  for (const row of await all(pledges)) {
    venue.accounts.get(row.account as AccountId)!.pledges.set(row.collateral, pledgeOfRow(row));
  }
  for (const { id, expiry } of await all(signers)) venue.signers.set(id, expiry);
  for (const { id, ...pause } of await all(pauses)) venue.pauses.set(id as never, pause);
  return venue;
}

/** Series that were never listed have no row. */
function everySeries(group: GroupId, rows: readonly Row<typeof markets>[]): Market[] {
  const known = new Map(rows.map((row) => [row.index, marketOfRow(row)]));
  const { parameters } = known.get(PERPETUAL_INDEX)!;
  return Array.from({ length: PERPETUAL_INDEX + 1 }, (_, index) => {
    const fresh = () => newMarket(marketOf(group, index, "options"), NOBODY, false, 0n);
    return known.get(index) ?? { ...fresh(), parameters };
  });
}

function addNode(venue: Venue, row: Row<typeof nodes>): void {
  const id = row.market as MarketId;
  const market = venue.groups.get(groupOf(id, venue.kind))!.markets[indexOf(id, venue.kind)]!;
  const side = row.longs ? market.longs : market.shorts;
  const node = nodeOfRow(row);
  side.nodes.set(node.id, node);
  if (node.linked) side.queue.push(node);
  const level = withGeneration(node.id, 0n);
  const generation = node.id & 0xffffn;
  if (generation > (side.generations.get(level) ?? 0n)) side.generations.set(level, generation);
}

/** As the queue has them: by rank, and of one rank the older generation first. */
function byPlace(a: { rank: bigint; id: NodeId }, b: { rank: bigint; id: NodeId }): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return Number((a.id & 0xffffn) - (b.id & 0xffffn));
}
