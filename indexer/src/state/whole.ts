// SPDX-License-Identifier: MIT
import type { Table } from "drizzle-orm";
import { accounts, groups, lanes, locks, markets, nodes, pauses, positions, signers, venues } from "../../schema";
import { withGeneration, type NodeId } from "../../../sdk/level";
import type { AccountId, GroupId } from "../../../sdk/order";
import { createVenue, type Venue } from "../../../sdk/state/Venue";
import type { Row } from "../rows/Rows";
import { accountOfRow, groupOfRow, marketOfRow, nodeOfRow, positionOfRow, venueOf } from "./convert";

/** Tells all rows of a table. */
export type AllRows = <T extends Table>(table: T) => Promise<Row<T>[]>;

/** The venue that the rows tell of: what the SDK rebuilds from the same events. */
export async function wholeVenue(all: AllRows, tokenDecimals: number): Promise<Venue> {
  const venue = createVenue({ tokenDecimals, reorgDepth: 0 });
  for (const row of await all(venues)) Object.assign(venue, venueOf(row));
  const listed = (await all(markets)).sort((a, b) => a.index - b.index);
  for (const row of await all(groups)) {
    const own = listed.filter(({ group }) => group === row.id).map(marketOfRow);
    venue.groups.set(row.id as GroupId, groupOfRow(row, own));
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
    if (position !== undefined) account!.legs[Number(row.market & 3n)] = position;
  }
  for (const { account: id, lane, sequence, filled } of await all(lanes)) {
    const account = venue.accounts.get(id as AccountId)!;
    account.lanes ??= new Map();
    account.lanes.set(lane, { sequence, filled } as never);
  }
  for (const { id, expiry } of await all(signers)) venue.signers.set(id, expiry);
  for (const { id, ...pause } of await all(pauses)) venue.pauses.set(id as never, pause);
  return venue;
}

function addNode(venue: Venue, row: Row<typeof nodes>): void {
  const market = venue.groups.get((row.market >> 2n) as GroupId)!.markets[Number(row.market & 3n)]!;
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
