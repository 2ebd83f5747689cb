// SPDX-License-Identifier: MIT
// Rows as the SDK's venue has them, and back. Amounts are the same bigints: only their brands are put on.
import type { Row } from "../rows/Rows";
import {
  accounts,
  collaterals,
  groups,
  ladders,
  markets,
  nodes,
  optionGroups,
  pledges,
  positions,
  venues,
} from "../../schema";
import type { ListedLadder, OptionGroup } from "../../../sdk/state/OptionGroup";
import type { Account, Collateral, Group, Market, Node, Pledge, Position, Venue } from "../../../sdk/state/Venue";
import { groupOf, indexOf, numberOf, ownerOf, type AccountId, type VenueKind } from "../../../sdk/order";
import { ofText, toText } from "./text";
import { VENUE } from "./ids";

type Branded<T> = T;
const as = <T>(value: unknown): Branded<T> => value as T;

export type Recorded = Pick<
  Venue,
  "vault" | "treasury" | "accessGate" | "parameters" | "anyStoppedUntil" | "recovery" | "outflow"
>;

export function venueOf(row: Row<typeof venues>): Recorded {
  const { held, shortfall, fees, protectedCash, epoch, index, minHeld, lowest, since } = row;
  return {
    vault: row.vault,
    treasury: row.treasury,
    accessGate: row.accessGate,
    parameters: ofText(row.parameters),
    anyStoppedUntil: row.anyStoppedUntil,
    recovery: as({ held, shortfall, fees, protectedCash, epoch, index }),
    outflow: as({ minHeld, lowest, since }),
  };
}

export function rowOfVenue(venue: Recorded) {
  const { vault, treasury, accessGate, parameters, anyStoppedUntil, recovery, outflow } = venue;
  return {
    id: VENUE,
    vault,
    treasury,
    accessGate,
    parameters: toText(parameters),
    anyStoppedUntil,
    ...recovery,
    ...outflow,
  } satisfies Row<typeof venues>;
}

export function groupOfRow(row: Row<typeof groups>, list: Market[], options: OptionGroup | undefined): Group {
  const jumps = Object.assign([], ofText(row.jumps));
  return as<Group>({ ...row, markets: list, options, jumps, shares: new Map() });
}

/** Shares of locks stand with the locks. */
export function rowOfGroup({ markets: list, options, jumps, shares: _, ...group }: Group): Row<typeof groups> {
  if (options === undefined) return { ...group, markets: list.length, jumps: toText(jumps) };
  return { ...group, markets: 0, jumps: toText({ ...jumps }) };
}

export function optionGroupOf(row: Row<typeof optionGroups>, list: Row<typeof ladders>[]): OptionGroup {
  const { risk, volSource, level, levelTime, versions, anchor, frozen } = row;
  return as<OptionGroup>({
    risk: ofText(risk),
    volSource,
    level: level === null ? undefined : { value: level, observedAt: levelTime! },
    versions,
    ladders: new Map(list.map((ladder) => [ladder.place, ladderOfRow(ladder)])),
    frozen: anchor === null ? undefined : { anchor: ofText(anchor), frozen: ofText(frozen!) },
  });
}

export function rowOfOptions(id: bigint, options: OptionGroup): Row<typeof optionGroups> {
  const { risk, volSource, level, versions, frozen } = options;
  return {
    id,
    risk: toText(risk),
    volSource,
    level: level?.value ?? null,
    levelTime: level?.observedAt ?? null,
    versions,
    anchor: frozen === undefined ? null : toText(frozen.anchor),
    frozen: frozen === undefined ? null : toText(frozen.frozen),
  };
}

function ladderOfRow(row: Row<typeof ladders>): ListedLadder {
  const { expiry, base, step, firstSmile, secondSmile, fixing, settlement, riskSpot, riskLevel, riskTime } = row;
  return as<ListedLadder>({
    expiry,
    base,
    step,
    smiles: [firstSmile, secondSmile],
    fixing: fixing ?? undefined,
    settlement: settlement ?? undefined,
    arrays: riskSpot === null ? undefined : { spot: riskSpot, level: riskLevel!, time: riskTime! },
  });
}

export function rowOfLadder(group: bigint, place: number, ladder: ListedLadder): Row<typeof ladders> {
  const { expiry, base, step, smiles, fixing, settlement, arrays } = ladder;
  return {
    id: `${group}-${place}`,
    ...{ group, place, expiry, base, step },
    firstSmile: smiles[0],
    secondSmile: smiles[1],
    fixing: fixing ?? null,
    settlement: settlement ?? null,
    riskSpot: arrays?.spot ?? null,
    riskLevel: arrays?.level ?? null,
    riskTime: arrays?.time ?? null,
  };
}

export function marketOfRow(row: Row<typeof markets>): Market {
  const { group: _, index: __, parameters, settledAt, soughtAt, collectedSize, collectedNetted, ...market } = row;
  return as<Market>({
    ...market,
    parameters: ofText(parameters),
    settledAt: settledAt ?? undefined,
    soughtAt: soughtAt ?? undefined,
    collected: collectedSize === null ? undefined : { size: collectedSize, netted: collectedNetted },
    longs: { nodes: new Map(), queue: [], generations: new Map() },
    shorts: { nodes: new Map(), queue: [], generations: new Map() },
  });
}

export function rowOfMarket(whole: Market, kind: VenueKind) {
  const { longs: _, shorts: __, parameters, settledAt, soughtAt, collected, ...market } = whole;
  return {
    ...market,
    group: groupOf(market.id, kind) as bigint,
    index: indexOf(market.id, kind),
    parameters: toText(parameters),
    settledAt: settledAt ?? null,
    soughtAt: soughtAt ?? null,
    collectedSize: collected?.size ?? null,
    collectedNetted: collected?.netted ?? null,
  } satisfies Row<typeof markets>;
}

export function nodeOfRow(row: Row<typeof nodes>): Node {
  const { node, rank, shares, remaining, proceeds, touched, linked } = row;
  return as<Node>({ id: node, rank, shares, frame: { remaining, proceeds }, touched, linked });
}

/** The members that the SDK knows of a node's row. */
export function partOfNode({ id, rank, shares, frame, touched, linked }: Node) {
  return { node: id as bigint, rank: rank as bigint, shares, ...frame, touched, linked };
}

export function accountOfRow(row: Row<typeof accounts>): Account {
  const { id, cash, group, calledAt, minSequence, protectedAmount: amount, protectedEpoch, protectedIndex } = row;
  const protection = amount === null ? undefined : { amount, epoch: protectedEpoch!, index: protectedIndex! };
  const { reliefAmount, reliefGroup, reliefLock } = row;
  const relief = reliefAmount === null ? undefined : { amount: reliefAmount, group: reliefGroup!, lock: reliefLock! };
  return as<Account>({
    ...{ id, cash, group, legs: [], calledAt, minSequence, protection, relief, lanes: undefined },
    pledges: new Map(),
    pledgesOfferedAt: row.pledgesOfferedAt,
  });
}

/** `before`: its row so far. */
export function rowOfAccount(
  account: Account,
  before: Row<typeof accounts> | undefined,
  now: number,
): Row<typeof accounts> {
  const { id, cash, group, calledAt, minSequence, protection, relief } = account;
  const same = relief !== undefined && relief.lock === before?.reliefLock && relief.group === before.reliefGroup;
  return {
    id,
    owner: ownerOf(id),
    number: BigInt(numberOf(id)),
    cash,
    group,
    calledAt,
    minSequence,
    protectedAmount: protection?.amount ?? null,
    protectedEpoch: protection?.epoch ?? null,
    protectedIndex: protection?.index ?? null,
    reliefAmount: relief?.amount ?? null,
    reliefGroup: relief?.group ?? null,
    reliefLock: relief?.lock ?? null,
    credit: same ? before.credit : 0n,
    pledgesOfferedAt: account.pledgesOfferedAt,
    firstSeen: before?.firstSeen ?? now,
  };
}

export function collateralOfRow({ parameters, ...row }: Row<typeof collaterals>): Collateral {
  return as<Collateral>({ ...row, parameters: ofText(parameters) });
}

export function rowOfCollateral({ parameters, ...collateral }: Collateral): Row<typeof collaterals> {
  return { ...collateral, parameters: toText(parameters) };
}

export function pledgeOfRow({ units, since, feeRate }: Row<typeof pledges>): Pledge {
  return { units, since, feeRate };
}

export function positionOfRow(row: Row<typeof positions>): Position | undefined {
  const { shares, offset, residue, node } = row;
  return shares === 0n ? undefined : as<Position>({ shares, offset, residue, node });
}

/** A position's row before anything was held. */
export function noPosition(id: string, account: AccountId, market: bigint): Row<typeof positions> {
  const none = { shares: 0n, offset: 0n, residue: 0n, node: 0n };
  const nothing = { size: 0n, entryCost: 0n, fundingMark: 0n, chargeMark: 0n, feesAhead: 0n };
  return { id, account, market, ...none, lifecycle: 0, ...nothing };
}
