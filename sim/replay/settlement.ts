// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import type { Price } from "../../sdk/units.js";
import { measure, type RoundMetrics, type Standing } from "../policies/metrics.js";
import type { Share } from "../policies/policy.js";
import { type ReplayVenue, type ReplayMarket } from "./ReplayVenue.js";
import { survey, type Seen } from "./survey.js";
import { fromNano, fromPrice } from "../venue/units.js";

/** A node of a queue: where its gain is zero, and its size. */
export interface QueuePoint {
  entry: number;
  size: number;
}

/** What the contracts did in one settlement. */
export interface Settlement {
  metrics: RoundMetrics;
  /** The side that was charged and torn up. */
  long: boolean;
  holders: Seen[];
  shares: (Share & { id: string })[];
  defaulters: number;
  anchor: number;
  frozen: number;
  deficit: number;
  vaultPaid: number;
  charged: number;
  shortfall: number;
  /** A unit's charge and its bound, the jump. */
  chargePerUnit: number;
  jump: number;
  nodesClosed: number;
  transactions: number;
  /** Of its transactions, and of the absorbs before it. */
  gas: number[];
  absorbGas: number[];
  queueBefore: QueuePoint[];
  queueAfter: QueuePoint[];
}

const STEPS = 350n; // of a settlement in one transaction, below EIP-7825's limit

/** Settles a lock that is over, and compares everybody before and after at the frozen mark. */
export async function settle(
  venue: ReplayVenue,
  market: ReplayMarket,
  labels: { time: number; wave: number },
  absorbGas: number[],
): Promise<Settlement> {
  const { lens, clearinghouse } = venue.deployed;
  const view = await lens.market(clearinghouse, market.id);
  const [anchor, frozen] = [view.anchor as Price, view.recordedMark as Price];
  const estate = { long: view.estateLong, short: view.estateShort };
  const group = venue.groupOf(market);
  const [defaulters, deficit] = [Number(group.absorbed), fromNano(group.deficit)];
  // Who gained in the jump is charged; without one, whoever is closed is on the other side of the defaulters.
  const long = frozen === anchor ? estate.short > estate.long : frozen > anchor;
  const before = survey(venue, market, frozen, anchor);
  const queueBefore = queueOf(venue, market, long);

  const receipts = [];
  do {
    receipts.push((await venue.must([venue.deleverage(market, STEPS)]))[0]!);
  } while (venue.groupOf(market).phase !== "NORMAL");
  const events = venue.eventsOf(receipts);
  const receipt = events.find(({ kind }) => kind === "Deleveraged");
  if (receipt?.kind !== "Deleveraged") throw new Error("a settlement without its receipt");
  const charged = events.find(({ kind }) => kind === "Charged");
  const after = survey(venue, market, frozen, anchor);

  const holders = [...before.values()].filter((seen) => seen.long === long && seen.size > 0n);
  const shares = holders.map((seen) => shareOf(seen, after));
  const qty = fromNano(long ? estate.short : estate.long);
  const facts = {
    asset: market.symbol,
    ...labels,
    mark: fromPrice(frozen),
    price: fromPrice(anchor),
    qty,
    needed: fromNano(receipt.deficit - receipt.vaultPaid),
  };
  const standings: Standing[] = holders.map(({ standing }) => standing);
  return {
    metrics: measure(facts, standings, shares),
    long,
    holders,
    defaulters,
    deficit,
    shares: shares.map((share, index) => ({ ...share, id: standings[index]!.id })),
    anchor: fromPrice(anchor),
    frozen: fromPrice(frozen),
    vaultPaid: fromNano(receipt.vaultPaid),
    charged: fromNano(receipt.charged),
    shortfall: fromNano(receipt.shortfall),
    chargePerUnit: charged?.kind === "Charged" ? fromPrice(charged.charge) : 0,
    jump: Math.abs(fromPrice(frozen) - fromPrice(anchor)),
    nodesClosed: events.filter(({ kind }) => kind === "NodeTornUp").length,
    transactions: receipts.length,
    gas: receipts.map(({ gasUsed }) => Number(gasUsed)),
    absorbGas,
    queueBefore,
    queueAfter: queueOf(venue, market, long),
  };
}

/** What a settlement closed of a position, and what it cost its account at the frozen mark. */
function shareOf({ account, size, equity }: Seen, after: ReadonlyMap<AccountId, Seen>): Share {
  const later = after.get(account);
  // Gone from the market with nothing to collect is a defect that the claims would show: all its equity counts as
  // taken.
  return { closed: fromNano(size - (later?.size ?? 0n)), haircut: fromNano(equity - (later?.equity ?? 0n)) };
}

/** A side's queue, most profitable first. */
export function queueOf(venue: ReplayVenue, market: ReplayMarket, long: boolean): QueuePoint[] {
  const state = venue.groupOf(market).markets[0]!;
  const side = long ? state.longs : state.shorts;
  const { mark, long: tildeLong, short: tildeShort } = venue.quote(market);
  return side.queue.map(({ rank, shares, frame }) => {
    const gain = (long ? tildeLong : -tildeShort) - rank;
    const entry = fromPrice(long ? mark - gain : mark + gain);
    return { entry, size: fromNano((shares * frame.remaining) >> 95n) };
  });
}
