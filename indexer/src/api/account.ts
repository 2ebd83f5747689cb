// SPDX-License-Identifier: MIT
import { eq, inArray } from "drizzle-orm";
import { db } from "ponder:api";
import { lifecycles, markets, nodes, positions, tickers } from "../../schema";
import { abs, floorDiv } from "../../../sdk/arithmetic";
import { ONE } from "../../../sdk/frame";
import { PRICE_UNIT } from "../../../sdk/units";
import type { Row } from "../rows/Rows";
import { marksOf } from "./lens";
import { isOptions } from "./names";
import { WHOLE, fundingThen, shiftsOf, sizeThen, valueThen } from "./held";

export type Held = Row<typeof lifecycles> & {
  readonly mark: bigint | null;
  /** What it adds to equity. */
  readonly value: bigint | null;
  /** Profit by price so far, of what was closed and of what is held. */
  readonly priceProfit: bigint | null;
};

/**
 * The positions that an account holds, each with its lifecycle up to `now`: funding and charges with what has accrued
 * since its last change, so that `cashFlow + value = priceProfit - fees - funding - charges`.
 */
export async function heldBy(account: bigint, now: number): Promise<Held[]> {
  const own = await db.select().from(positions).where(eq(positions.account, account));
  const open = own.filter(({ shares }) => shares !== 0n);
  if (open.length === 0) return [];
  const ids = open.map(({ market }) => market);
  const nodeId = ({ market, shares, node }: Row<typeof positions>) => `${market}-${shares > 0n ? "L" : "S"}-${node}`;
  const [lives, levels, listed, marks] = await Promise.all([
    db
      .select()
      .from(lifecycles)
      .where(
        inArray(
          lifecycles.id,
          open.map(({ id, lifecycle }) => `${id}-${lifecycle}`),
        ),
      ),
    db
      .select()
      .from(nodes)
      .where(inArray(nodes.id, open.map(nodeId))),
    db.select().from(markets).where(inArray(markets.id, ids)),
    db.select().from(tickers).where(inArray(tickers.id, ids)),
  ]);
  const told = isOptions ? await marksOf(account) : undefined;
  return open.map((position) => {
    const life = lives.find(({ id }) => id === `${position.id}-${position.lifecycle}`)!;
    const level = levels.find(({ id }) => id === nodeId(position));
    const market = listed.find(({ id }) => id === position.market)!;
    const fed = marks.find(({ id }) => id === position.market)?.mark;
    const mark = market.settledAt ?? told?.get(position.market) ?? fed ?? null;
    return held(position, life, level, market, mark, now);
  });
}

function held(
  position: Row<typeof positions>,
  life: Row<typeof lifecycles>,
  level: Row<typeof nodes> | undefined,
  market: Row<typeof markets>,
  mark: bigint | null,
  now: number,
): Held {
  const { shares } = position;
  const frame = level ?? WHOLE;
  const shifts = shiftsOf(market);
  const { tornFunding, tornCharge } = level ?? { tornFunding: 0n, tornCharge: 0n };
  const charge = shares > 0n ? shifts.chargeLong : shifts.chargeShort;
  const paid = (torn: bigint, price: bigint, amount: bigint, mark: bigint) =>
    floorDiv(amount * (frame.remaining * price + torn) - mark, ONE * PRICE_UNIT);
  const funding = life.funding + paid(tornFunding, fundingThen(shifts, now), shares, position.fundingMark);
  const charges = life.charges + paid(tornCharge, charge, abs(shares), position.chargeMark);
  const size = sizeThen(position, frame);
  const tornUp = life.tornUp + abs(position.size) - abs(size);
  const value = mark === null ? null : valueThen(position, frame, shifts, mark, now);
  const priceProfit = value === null ? null : life.cashFlow + value + life.fees + funding + charges;
  return { ...life, size, tornUp, funding, charges, mark, value, priceProfit };
}
