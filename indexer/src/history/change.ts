// SPDX-License-Identifier: MIT
import { nodes, positions } from "../../schema";
import { abs, floorDiv } from "../../../sdk/arithmetic";
import { NEW_FRAME, ONE, type Frame } from "../../../sdk/frame";
import { indexOf, type AccountId } from "../../../sdk/order";
import { fundingAt } from "../../../sdk/state/funding";
import type { Market, Position } from "../../../sdk/state/Venue";
import { PRICE_UNIT } from "../../../sdk/units";
import { findOr, type Row, type Rows } from "../rows/Rows";
import { UNKNOWN, type Scene } from "../scene";
import { noPosition } from "../state/convert";
import { nodeId, positionId } from "../state/ids";

/**
 * Funding and charges are shifts of a side's price axis, and a node's frame shrinks at tear-ups. So what shares paid up
 * to now is `shares * (A * F + torn)`: `torn` sums F over the parts of A that were torn up. The difference of two such
 * marks is exact, however often the node was torn up between them.
 */
export interface Marks {
  readonly funding: bigint;
  readonly charge: bigint;
}

/** A position that an event changed. Amounts are what was paid since its last change, 1e-9 quote, floor. */
export interface Change {
  readonly account: AccountId;
  readonly market: Market;
  readonly row: Row<typeof positions>;
  readonly before: Position | undefined;
  readonly after: Position | undefined;
  /** Signed, when the event came: less than `row.size` when parts were torn up. */
  readonly sizeBefore: bigint;
  readonly funding: bigint;
  readonly charge: bigint;
  /** Of the shares that are held now. */
  readonly marks: Marks;
}

/** The positions that a scene's event changed, in the order of its accounts. */
export async function changesOf(scene: Scene): Promise<Change[]> {
  const changes: Change[] = [];
  for (const account of scene.part.accounts.values()) {
    const touched = new Set([...scene.part.journal.keysOf<number | string>(account.legs)].map(Number));
    for (const index of touched) {
      const market = scene.part.groups.get(account.group)!.markets[index]!;
      changes.push(await changeOf(scene, account.id, market, account.legs[index]));
    }
  }
  return changes;
}

async function changeOf(
  scene: Scene,
  account: AccountId,
  market: Market,
  after: Position | undefined,
): Promise<Change> {
  const id = positionId(account, market.id);
  const row = await findOr(scene.rows, positions, noPosition(id, account, market.id));
  const held = (scene.before.get(account) ?? UNKNOWN).legs[indexOf(market.id, scene.part.kind)];
  const paid = await marksOf(scene, market, held?.position);
  return {
    account,
    market,
    row,
    before: held?.position,
    after,
    sizeBefore: held?.size ?? 0n,
    funding: held === undefined ? 0n : moneyOf(paid.funding - row.fundingMark),
    charge: held === undefined ? 0n : moneyOf(paid.charge - row.chargeMark),
    marks: await marksOf(scene, market, after),
  };
}

/** What the shares of a position paid up to now, 2^95 times 1e-27 quote. */
async function marksOf({ rows, at }: Scene, market: Market, position: Position | undefined): Promise<Marks> {
  if (position === undefined) return { funding: 0n, charge: 0n };
  const longs = position.shares > 0n;
  const torn = await tornOf(rows, market, longs, position.node);
  const { remaining } = frameOf(market, longs, position);
  const charge = longs ? market.chargeLong : market.chargeShort;
  return {
    funding: position.shares * (remaining * fundingAt(market, at.timestamp) + torn.tornFunding),
    charge: abs(position.shares) * (remaining * charge + torn.tornCharge),
  };
}

export function frameOf(market: Market, longs: boolean, { node }: Position): Frame {
  return (longs ? market.longs : market.shorts).nodes.get(node)?.frame ?? NEW_FRAME;
}

async function tornOf(rows: Rows, market: Market, longs: boolean, node: bigint) {
  const found = await rows.find(nodes, nodeId({ market: market.id, longs, node: node as never }));
  return found ?? { tornFunding: 0n, tornCharge: 0n };
}

const moneyOf = (marks: bigint): bigint => floorDiv(marks, ONE * PRICE_UNIT);
