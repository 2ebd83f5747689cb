// SPDX-License-Identifier: MIT
// What an order would leave of an account, before it is signed. The arithmetic is the contracts', in their rounding
// (sdk/arithmetic.ts); what is filled, and at which prices, is as the book is now.
import { abs, ceilDiv, max, min, notionalUp, shareUp, valueDown } from "../../../../sdk/arithmetic.js";
import { MAX_MARK, MIN_MARK, PPM, PRICE_UNIT, money, price, size as sizeOf } from "../../../../sdk/units.js";
import type { Book, Level } from "../../data/relay/book";

/** The account, as the lens has it. Money 1e-9 quote. */
export interface Standing {
  readonly equity: bigint;
  readonly initial: bigint;
  readonly maintenance: bigint;
  readonly cash: bigint;
}

/** What it holds of the market: signed size, and what that adds to equity at the present mark. */
export interface Held {
  readonly size: bigint;
  readonly value: bigint;
}

export interface MarketTerms {
  readonly mark: bigint;
  readonly openInterest: bigint;
  /** Ppm. */
  readonly initialMargin: bigint;
  readonly maintenanceMargin: bigint;
  readonly takerFee: bigint;
  readonly makerFee: bigint;
  readonly softCap: bigint;
  readonly hardCap: bigint;
  readonly minNotional: bigint;
}

export interface Wish {
  /** Signed: positive buys. */
  readonly size: bigint;
  /** The worst price; what rests, rests there. */
  readonly limit: bigint;
  readonly takes: boolean;
  readonly rests: boolean;
  readonly reduceOnly: boolean;
}

export interface Preview {
  /** Signed sizes: at once from the book, and what is left to rest (or is dropped, when it does not rest). */
  readonly taken: bigint;
  readonly resting: bigint;
  readonly dropped: bigint;
  /** Of what is taken; undefined when nothing is. */
  readonly averagePrice: bigint | undefined;
  /** Of all that is filled, at the order's own prices. */
  readonly fee: bigint;
  /** When all of it is filled. */
  readonly sizeAfter: bigint;
  readonly equityAfter: bigint;
  readonly maintenanceAfter: bigint;
  /** What equity has to be for the order to stand: the raised rate of a crowded market counted. */
  readonly required: bigint;
  /** Undefined: no mark does that. */
  readonly liquidationAfter: bigint | undefined;
  /** Gain of a unit at the present mark, which orders the queue; negative is a loss. */
  readonly gainAfter: bigint;
  /** Notional over equity, ppm. */
  readonly leverageAfter: bigint | undefined;
  readonly reduces: boolean;
}

/** Price levels of the other side that the order reaches, and what it takes of them. */
export function taken(book: Book | undefined, { size, limit, takes }: Wish): { size: bigint; cost: bigint }[] {
  if (book === undefined || !takes) return [];
  const buys = size > 0n;
  const fills: { size: bigint; cost: bigint }[] = [];
  let left = abs(size);
  for (const level of (buys ? book.asks : book.bids) as readonly Level[]) {
    if (left === 0n || (buys ? level.price > limit : level.price < limit)) break;
    const part = min(left, level.size);
    fills.push({ size: buys ? part : -part, cost: level.price });
    left -= part;
  }
  return fills;
}

/** What the whole order would leave, if the book stayed as it is. */
export function previewOf(
  account: Standing,
  held: Held,
  terms: MarketTerms,
  wish: Wish,
  book: Book | undefined,
): Preview {
  const wanted = wish.reduceOnly ? reducible(held.size, wish.size) : wish.size;
  const fills = taken(book, { ...wish, size: wanted });
  const takenSize = fills.reduce((sum, fill) => sum + fill.size, 0n);
  const left = wanted - takenSize;
  const all = [
    ...fills.map((fill) => ({ ...fill, rate: terms.takerFee })),
    ...(wish.rests && left !== 0n ? [{ size: left, cost: wish.limit, rate: terms.makerFee }] : []),
  ];

  const mark = price(terms.mark);
  let fee = 0n;
  let gained = 0n;
  let size = held.size;
  for (const fill of all) {
    const notional = notionalUp(sizeOf(fill.size), price(fill.cost));
    fee += shareUp(notional, fill.rate);
    gained += valueDown(sizeOf(fill.size), price(mark - fill.cost));
    size += fill.size;
  }

  const equityAfter = account.equity + gained - fee;
  const before = notionalUp(sizeOf(held.size), mark);
  const after = notionalUp(sizeOf(size), mark);
  const rest = {
    initial: account.initial - shareUp(before, terms.initialMargin),
    maintenance: account.maintenance - shareUp(before, terms.maintenanceMargin),
  };
  const reduces = abs(size) <= abs(held.size) && (size === 0n || size > 0n === held.size > 0n);
  // Open interest after: as if the other side opened what this one opens, which is the most.
  const interest = terms.openInterest + max(0n, abs(size) - abs(held.size));
  const rate = reduces ? terms.initialMargin : increaseRate(terms, interest);
  const value = held.value + gained;
  return {
    taken: takenSize,
    resting: wish.rests ? left : 0n,
    dropped: wish.rests ? 0n : left,
    averagePrice: averageOf(fills),
    fee,
    sizeAfter: size,
    equityAfter,
    maintenanceAfter: rest.maintenance + shareUp(after, terms.maintenanceMargin),
    required: rest.initial + shareUp(after, rate),
    liquidationAfter: liquidationOf(size, equityAfter, rest.maintenance, terms),
    gainAfter: size === 0n ? 0n : ((reduces ? held.value : value) * PRICE_UNIT) / abs(reduces ? held.size : size),
    leverageAfter: equityAfter > 0n ? ceilDiv(after * PPM, equityAfter) : undefined,
    reduces,
  };
}

/** The mark nearest to the solvent side at which equity is below maintenance margin, all other marks standing still. */
export function liquidationOf(
  size: bigint,
  equity: bigint,
  restMaintenance: bigint,
  { mark, maintenanceMargin }: Pick<MarketTerms, "mark" | "maintenanceMargin">,
): bigint | undefined {
  if (size === 0n) return undefined;
  const fails = (at: bigint): boolean => {
    const there = equity + valueDown(sizeOf(size), price(at - mark));
    const needed = restMaintenance + shareUp(notionalUp(sizeOf(size), price(at)), maintenanceMargin);
    return there < needed;
  };
  let [failing, holding]: [bigint, bigint] = size > 0n ? [MIN_MARK, MAX_MARK] : [MAX_MARK, MIN_MARK];
  if (!fails(failing)) return undefined;
  if (fails(holding)) return holding;
  while (holding - failing !== 1n && failing - holding !== 1n) {
    const middle = (failing + holding) / 2n;
    if (fails(middle)) failing = middle;
    else holding = middle;
  }
  return failing;
}

/** As MarginLib.increaseRate: the initial margin rate of an increase, raised between the caps. */
export function increaseRate({ softCap, hardCap, initialMargin }: MarketTerms, interest: bigint): bigint {
  if (interest <= softCap) return initialMargin;
  if (interest >= hardCap) return PPM;
  return initialMargin + ceilDiv((PPM - initialMargin) * (interest - softCap), hardCap - softCap);
}

/** What an order that may only reduce can still fill. */
export function reducible(held: bigint, size: bigint): bigint {
  if (held === 0n || held > 0n === size > 0n) return 0n;
  return size > 0n ? min(size, -held) : max(size, -held);
}

/** In a jump in its favour a winner pays at most what the jump gave him: size times the jump, floor. Of `ppm`. */
export function worstCharge(size: bigint, mark: bigint, ppm: bigint): bigint {
  return money((abs(size) * mark * ppm) / (PRICE_UNIT * PPM));
}

/** The size ahead in the ADL queue of a position with this gain a unit: levels at least as good, own size left out. */
export function aheadOf(
  nodes: readonly { readonly gain: bigint; readonly size: bigint; readonly node: bigint | number }[],
  gain: bigint,
  own: { readonly node: bigint | number; readonly size: bigint } | undefined,
): bigint {
  let ahead = 0n;
  for (const node of nodes) {
    if (node.gain < gain) break;
    ahead += node.size - (own !== undefined && own.node === node.node ? min(own.size, node.size) : 0n);
  }
  return ahead;
}

function averageOf(fills: readonly { size: bigint; cost: bigint }[]): bigint | undefined {
  const total = fills.reduce((sum, { size }) => sum + abs(size), 0n);
  return total === 0n ? undefined : fills.reduce((sum, { size, cost }) => sum + abs(size) * cost, 0n) / total;
}
