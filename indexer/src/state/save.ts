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
  signers,
  venues,
} from "../../schema";
import { PERPETUAL_INDEX } from "../../../sdk/options/series";
import type { Place } from "../../../sdk/state/events";
import type { Account, Group, Market, Node } from "../../../sdk/state/Venue";
import { indexOf } from "../../../sdk/order";
import { findOr, type Rows } from "../rows/Rows";
import {
  noPosition,
  partOfNode,
  rowOfAccount,
  rowOfCollateral,
  rowOfGroup,
  rowOfLadder,
  rowOfMarket,
  rowOfOptions,
  rowOfVenue,
} from "./convert";
import { laneId, nodeId, pledgeId, positionId } from "./ids";
import type { Part } from "./load";

/** Writes what an event changed of its part of the venue. */
export async function save(rows: Rows, part: Part, at: Place): Promise<void> {
  const { journal } = part;
  const touched = journal.touched(part, "last") || journal.touched(part.recovery) || journal.touched(part.outflow);
  if (touched) rows.put(venues, rowOfVenue(part));
  for (const group of part.groups.values()) await saveGroup(rows, part, group);
  for (const account of part.accounts.values()) await saveAccount(rows, part, account, at);
  const created = new Set(journal.keysOf(part.collaterals));
  for (const each of part.collaterals.values()) {
    if (created.has(each.id) || journal.touched(each)) rows.put(collaterals, rowOfCollateral(each));
  }
  for (const key of journal.keysOf<string>(part.signers)) {
    const [owner, signer] = key.split("/") as [`0x${string}`, `0x${string}`];
    await findOr(rows, signers, { id: key, owner, signer, expiry: 0n });
    rows.put(signers, { id: key, owner, signer, expiry: part.signers.get(key)! });
  }
  for (const id of journal.keysOf<bigint>(part.pauses)) {
    rows.put(pauses, { id, ...part.pauses.get(id as never)! });
  }
}

async function saveGroup(rows: Rows, part: Part, group: Group): Promise<void> {
  const { journal } = part;
  const isNew = [...journal.keysOf(part.groups)].includes(group.id);
  if (isNew || journal.touched(group) || journal.touched(group.markets)) rows.put(groups, rowOfGroup(group));
  if (group.options !== undefined) await saveOptions(rows, part, group, isNew);
  const listed = new Set(journal.keysOf<number>(group.markets));
  for (const market of Object.values(group.markets)) {
    const index = indexOf(market.id, part.kind);
    // Of an option group the perpetual alone: its other series have rows once their ladder is listed.
    const isListed = listed.has(index) && (part.kind === "linear" || index === PERPETUAL_INDEX);
    if (isListed || journal.touched(market)) rows.put(markets, rowOfMarket(market, part.kind));
    for (const longs of [true, false]) await saveNodes(rows, part, market, longs);
  }
}

async function saveOptions(rows: Rows, { journal }: Part, { id, options }: Group, isNew: boolean): Promise<void> {
  if (isNew || journal.touched(options!)) {
    await rows.find(optionGroups, id);
    rows.put(optionGroups, rowOfOptions(id, options!));
  }
  for (const place of journal.keysOf<number>(options!.ladders)) {
    await rows.find(ladders, `${id}-${place}`);
    rows.put(ladders, rowOfLadder(id, place, options!.ladders.get(place)!));
  }
}

async function saveNodes(rows: Rows, { journal }: Part, market: Market, longs: boolean): Promise<void> {
  const side = longs ? market.longs : market.shorts;
  const entered = new Set(journal.keysOf(side.nodes));
  for (const node of side.nodes.values()) {
    if (entered.has(node.id) || journal.touched(node)) await saveNode(rows, market, longs, node);
  }
}

async function saveNode(rows: Rows, market: Market, longs: boolean, node: Node): Promise<void> {
  const id = nodeId({ market: market.id, longs, node: node.id });
  const before = await rows.find(nodes, id);
  const torn = before ?? { tornFunding: 0n, tornCharge: 0n };
  rows.put(nodes, { ...torn, id, market: market.id, longs, ...partOfNode(node) });
}

async function saveAccount(rows: Rows, part: Part, account: Account, at: Place): Promise<void> {
  const { journal } = part;
  const isNew = [...journal.keysOf(part.accounts)].includes(account.id);
  if (isNew || journal.touched(account)) {
    const before = await rows.find(accounts, account.id);
    rows.put(accounts, rowOfAccount(account, before, Number(at.timestamp)));
  }
  for (const index of journal.keysOf<string | number>(account.legs)) {
    const market = part.groups.get(account.group)!.markets[Number(index)]!.id;
    const id = positionId(account.id, market);
    const row = await findOr(rows, positions, noPosition(id, account.id, market));
    const none = { shares: 0n, offset: 0n, residue: 0n, node: 0n };
    rows.put(positions, { ...row, ...(account.legs[Number(index)] ?? none) });
  }
  for (const collateral of journal.keysOf<bigint>(account.pledges)) {
    const id = pledgeId(account.id, collateral);
    rows.put(pledges, { id, account: account.id, collateral, ...account.pledges.get(collateral)! });
  }
  if (account.lanes === undefined) return;
  for (const lane of journal.keysOf<bigint>(account.lanes)) {
    const id = laneId(account.id, lane);
    rows.put(lanes, { id, account: account.id, lane, ...account.lanes.get(lane)! });
  }
}
