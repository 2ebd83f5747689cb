// SPDX-License-Identifier: MIT
import { lifecycles, positions } from "../../schema";
import { abs } from "../../../sdk/arithmetic";
import type { AccountId, MarketId } from "../../../sdk/order";
import { sizeOf } from "../../../sdk/state/position";
import type { Market, Position } from "../../../sdk/state/Venue";
import { fundingAt } from "../../../sdk/state/funding";
import { PRICE_UNIT } from "../../../sdk/units";
import { findOr, type Row, type Rows } from "../rows/Rows";
import type { Scene, Told } from "../scene";
import { noPosition } from "../state/convert";
import { positionId } from "../state/ids";
import { frameOf, type Change } from "./change";

type Lifecycle = Row<typeof lifecycles>;
type PositionRow = Row<typeof positions>;

/** How a position ended, as its last event tells. */
type Ending = "TRADE" | "LIQUIDATION" | "TEAR_UP" | "ABSORPTION" | "SETTLEMENT" | "EXPIRY";

/**
 * Carries an account's position through one change: what it paid, what its entry is, whether it ended or began. `cash`:
 * how the account's cash changed by it.
 */
export async function follow(scene: Scene, change: Change, cash: bigint): Promise<void> {
  const { rows } = scene;
  const { before, after, sizeBefore } = change;
  const size = sizeOf(change.market, after);
  const same = before !== undefined && after !== undefined && before.shares > 0n === after.shares > 0n;
  const continues = same && sizeBefore !== 0n; // what was torn up whole has ended
  let { row } = change;
  if (before !== undefined) {
    const lifecycle = paid(await current(rows, row), change, cash);
    if (continues) rows.put(lifecycles, grown(lifecycle, size, entryAfter(scene, change, size)));
    else rows.put(lifecycles, ended(scene, lifecycle, endingOf(scene, change)));
  }
  if (after !== undefined && !continues) {
    row = { ...row, lifecycle: row.lifecycle + 1 };
    const opened = begun(scene, change, row, size);
    rows.put(lifecycles, before === undefined ? { ...opened, cashFlow: cash } : opened);
  }
  rows.put(positions, {
    ...row,
    size,
    entryCost: entryAfter(scene, { ...change, sizeBefore: continues ? sizeBefore : 0n }, size),
    fundingMark: change.marks.funding,
    chargeMark: change.marks.charge,
    feesAhead: after === undefined || continues ? row.feesAhead : 0n,
  });
}

/**
 * A fee of a fill. It belongs to the position that is held, or was held last; when the fill's position is told only
 * later (`ahead`), to the next one. A fill that turns a position round pays its whole fee on one side.
 */
export async function addFee(rows: Rows, account: AccountId, market: MarketId, fee: bigint, ahead: boolean) {
  if (fee === 0n) return;
  const row = await findOr(rows, positions, noPosition(positionId(account, market), account, market));
  if (row.shares === 0n && ahead) return rows.put(positions, { ...row, feesAhead: row.feesAhead + fee });
  const lifecycle = await current(rows, row);
  const profit = lifecycle.profit === null ? null : lifecycle.profit + fee;
  rows.put(lifecycles, { ...lifecycle, fees: lifecycle.fees + fee, profit });
}

/** A liquidation closed so much of the position that is held, or was held last. */
export async function liquidated({ rows }: Told, account: AccountId, market: MarketId, closed: bigint) {
  const row = await rows.find(positions, positionId(account, market));
  if (row === undefined || row.lifecycle === 0) return;
  const lifecycle = await current(rows, row);
  rows.put(lifecycles, { ...lifecycle, liquidated: lifecycle.liquidated + closed });
}

async function current(rows: Rows, row: PositionRow): Promise<Lifecycle> {
  return (await rows.find(lifecycles, `${row.id}-${row.lifecycle}`))!;
}

/** What the position paid since its last change, and what was torn up of it. */
function paid(lifecycle: Lifecycle, { row, sizeBefore, funding, charge }: Change, cash: bigint): Lifecycle {
  return {
    ...lifecycle,
    cashFlow: lifecycle.cashFlow + cash,
    funding: lifecycle.funding + funding,
    charges: lifecycle.charges + charge,
    tornUp: lifecycle.tornUp + abs(row.size) - abs(sizeBefore),
  };
}

function grown(lifecycle: Lifecycle, size: bigint, entryCost: bigint): Lifecycle {
  const largest = abs(size) > lifecycle.largest ? abs(size) : lifecycle.largest;
  return { ...lifecycle, size, largest, entry: size === 0n ? lifecycle.entry : entryCost / size };
}

function ended(scene: Scene, lifecycle: Lifecycle, closedBy: Ending): Lifecycle {
  const { cashFlow, fees, funding, charges } = lifecycle;
  const profit = cashFlow + fees + funding + charges;
  return { ...lifecycle, size: 0n, profit, closedBy, closedAt: Number(scene.at.timestamp), closedSeq: scene.seq };
}

function endingOf({ event }: Scene, { market, row, sizeBefore }: Change): Ending {
  if (event.kind === "Absorbed") return "ABSORPTION";
  if (event.kind === "Liquidated") return "LIQUIDATION";
  if (market.settledAt !== undefined) return "SETTLEMENT";
  if (event.kind === "PositionChanged" && market.collected !== undefined && sizeBefore !== 0n) return "EXPIRY";
  return sizeBefore === 0n && row.size !== 0n ? "TEAR_UP" : "TRADE";
}

function begun(scene: Scene, change: Change, row: PositionRow, size: bigint): Lifecycle {
  const { account, market } = change;
  const cost = entryAfter(scene, { ...change, sizeBefore: 0n }, size);
  return {
    id: `${row.id}-${row.lifecycle}`,
    account,
    market: market.id,
    number: row.lifecycle,
    isLong: change.after!.shares > 0n,
    size,
    largest: abs(size),
    entry: size === 0n ? 0n : cost / size,
    cashFlow: 0n,
    fees: row.feesAhead,
    funding: 0n,
    charges: 0n,
    liquidated: 0n,
    tornUp: 0n,
    profit: null,
    closedBy: null,
    openedAt: Number(scene.at.timestamp),
    openedSeq: scene.seq,
    closedAt: null,
    closedSeq: null,
  };
}

/**
 * What the size held now cost at entry, without funding and charges, 1e-27 quote. An increase adds what its fill cost:
 * the difference of `offset - shares * K`, which is the cost in the side's frame, shifted back by the frame. A decrease
 * or a tear-up leaves the average as it is.
 */
function entryAfter({ at }: Scene, change: Change, size: bigint): bigint {
  const { market, before, after, row, sizeBefore } = change;
  if (after === undefined) return 0n;
  const held = row.size === 0n || sizeBefore === 0n ? 0n : (row.entryCost * sizeBefore) / row.size;
  if (abs(size) <= abs(sizeBefore)) return sizeBefore === 0n ? 0n : (held * size) / sizeBefore;
  const earlier = sizeBefore === 0n ? 0n : costInFrame(market, before!);
  const added = costInFrame(market, after) - earlier;
  const shift = fundingAt(market, at.timestamp) + (size > 0n ? market.chargeLong : -market.chargeShort);
  return held + added + (size - sizeBefore) * shift;
}

function costInFrame(market: Market, position: Position): bigint {
  const { proceeds } = frameOf(market, position.shares > 0n, position);
  return position.offset * PRICE_UNIT - position.shares * proceeds;
}
