// SPDX-License-Identifier: MIT
import { abs } from "../../../../sdk/arithmetic.js";
import type { Receipt } from "../../../../sdk/receipt/Receipt.js";
import { PRICE_UNIT } from "../../../../sdk/units.js";
import { isOf } from "../../format/account";
import type { ReceiptRows } from "./rows";

/** A lock's receipt as the page shows it: of the indexer, or recomputed. Undefined: that source does not tell it. */
export interface ReceiptView {
  readonly state: string;
  readonly lockedAt: bigint;
  readonly until?: bigint;
  readonly settledAt?: bigint;
  readonly unlockedAt?: bigint;
  readonly deficit: bigint;
  readonly vaultPaid: bigint;
  readonly charged: bigint;
  readonly shortfall: bigint;
  readonly absorbed: readonly AbsorbedView[];
  readonly registered: readonly RegisteredView[];
  readonly markets: readonly MarketView[];
  readonly payers: readonly PayerView[];
  readonly levels: readonly LevelView[];
}

export interface AbsorbedView {
  readonly account: bigint;
  readonly owed: bigint;
  readonly time?: bigint;
}

export interface RegisteredView {
  readonly account: bigint;
  readonly relief: bigint;
  readonly credit: bigint;
}

export interface MarketView {
  readonly market: bigint;
  readonly anchor: bigint;
  readonly frozenMark: bigint;
  readonly jump: bigint;
  readonly charge: bigint;
  readonly netted: bigint;
  readonly vault: bigint;
  readonly tornUp: bigint;
}

export interface PayerView {
  readonly account: bigint;
  readonly market: bigint;
  readonly size: bigint;
  readonly gain: bigint;
  readonly paid: bigint;
  readonly tornUp?: bigint;
}

export interface LevelView {
  readonly market: bigint;
  readonly longs: boolean;
  readonly node: bigint;
  readonly size: bigint;
  /** What is left of the level's original size, ppm. */
  readonly left?: bigint;
}

/** A node's frame begins with all of it. */
const WHOLE = 2n ** 95n;

export function viewOfRows({ lock, markets, defaults, nodes, reliefs, receipts }: ReceiptRows): ReceiptView {
  return {
    state: lock.state,
    lockedAt: BigInt(lock.lockedAt),
    until: BigInt(lock.until),
    ...(lock.settledAt !== null && { settledAt: BigInt(lock.settledAt) }),
    ...(lock.unlockedAt !== null && { unlockedAt: BigInt(lock.unlockedAt) }),
    deficit: lock.deficit,
    vaultPaid: lock.vaultPaid,
    charged: lock.charged,
    shortfall: lock.shortfall,
    absorbed: defaults.map(({ account, deficit, time }) => ({ account, owed: deficit, time: BigInt(time) })),
    registered: reliefs.filter(({ absorbed }) => !absorbed),
    markets: markets.map(({ vaultClosed, vaultTook, ...market }) => ({ ...market, vault: vaultClosed + vaultTook })),
    payers: receipts.map(({ charge, ...payer }) => ({ ...payer, paid: charge })),
    levels: nodes.map(({ market, longs, node, size, remaining }) => {
      return { market, longs, node, size, left: (remaining * 1_000_000n) / WHOLE };
    }),
  };
}

export function viewOfReceipt(receipt: Receipt): ReceiptView {
  const { done, lockedAt, deficit, vaultPaid, charged, shortfall, absorbed, registered, markets } = receipt;
  return {
    state: done ? "ENDED" : "LOCKED",
    lockedAt,
    ...{ deficit, vaultPaid, charged, shortfall, absorbed, registered },
    markets: markets.map((market) => ({
      ...market,
      vault: market.vaultClosed + market.vaultTook,
      tornUp: market.tornUp.reduce((sum, { size }) => sum + size, 0n),
    })),
    payers: markets.flatMap(({ market, jump, payers }) =>
      payers.map(({ account, size, paid }) => ({
        account,
        market,
        size,
        gain: (abs(size) * abs(jump)) / PRICE_UNIT,
        paid,
      })),
    ),
    levels: markets.flatMap(({ market, tornUp }) =>
      tornUp.map(({ node, longs, size }) => ({ market, longs, node, size })),
    ),
  };
}

/** The owner's own first, then who has the most of it. */
export function mineFirst<Row extends { readonly account: bigint }>(
  rows: readonly Row[],
  owner: string | undefined,
  weight: (row: Row) => bigint,
): Row[] {
  const rank = (row: Row) => (isOf(row.account, owner) ? 0 : 1);
  return [...rows].sort((a, b) => rank(a) - rank(b) || (weight(a) < weight(b) ? 1 : weight(a) > weight(b) ? -1 : 0));
}
