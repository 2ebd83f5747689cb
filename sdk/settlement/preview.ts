// SPDX-License-Identifier: MIT
import { abs, ceilDiv, floorDiv, max, min, positive, proportionDown, sameSide, valueDown } from "../arithmetic.js";
import type { NodeId } from "../level.js";
import { accountOf, type GroupId } from "../order.js";
import { affordable } from "../margin/affordable.js";
import { cashAlone, withLeg, type Health } from "../margin/health.js";
import { NO_LEG, legOf, type Leg } from "../margin/leg.js";
import type { Quote } from "../margin/quote.js";
import { OutOfRange } from "../range.js";
import { PRICE_UNIT, money, price, size, type Money, type Price, type Size } from "../units.js";
import { groupIn, sideOf } from "../state/lookup.js";
import { sizeOfNode } from "../state/queue.js";
import { cashOf } from "../state/recovery.js";
import type { Group, Venue, Market, Node } from "../state/Venue.js";

/** The recorded marks of a locked market, funding included, as `lens.market` has them: where the jump began, and the frozen mark. */
export interface Recorded {
  readonly anchor: Price;
  readonly frozen: Price;
}

export interface MarketPreview {
  readonly jump: Price;
  /** Per unit of the winning side, and how many units pay it. */
  readonly charge: Price;
  readonly winners: Size;
  /** The estate's way out: against each other, against the vault's opposite inventory, into the vault, and through the queue. */
  readonly netted: Size;
  readonly vaultClosed: Size;
  readonly vaultTook: Size;
  /** The side that is torn up, and what of which nodes, in the order of the contract's steps, a node's parts added up. */
  readonly tornUpLongs: boolean;
  readonly tornUp: readonly { readonly node: NodeId; readonly size: Size }[];
}

/** deficit = vaultPaid + charged + shortfall. */
export interface SettlementPreview {
  readonly deficit: Money;
  readonly vaultPaid: Money;
  readonly charged: Money;
  readonly shortfall: Money;
  readonly markets: readonly MarketPreview[];
}

/** There is no lock, or its settlement has begun already. */
export class NotLocked extends Error {
  constructor(readonly group: GroupId) {
    super(`group ${group} is not locked: only what is gathered in a lock can be settled, and each only once`);
  }
}

/** The vault's inventory while the settlement is tried: nothing of the venue is changed. */
interface Draft {
  reserve: Money;
  cash: Money;
  readonly legs: Leg[];
  /** Where it has a position; one that was torn up counts until it is collected. */
  readonly open: boolean[];
  readonly frozen: readonly Quote[];
  readonly group: Group;
}

/**
 * What `deleverage` would do to a locked group if its lock ended now. Exact, but for a unit or two of size when the vault takes
 * inventory in several markets or trades in a node that was torn up before. `recorded`: of each market of the group.
 */
export function previewSettlement(venue: Venue, id: GroupId, recorded: readonly Recorded[]): SettlementPreview {
  const group = groupIn(venue, id);
  if (group.phase !== "LOCKED") throw new NotLocked(id);
  if (recorded.length !== group.markets.length) {
    throw new OutOfRange(recorded.length, "number of recorded marks", `${group.markets.length}, one for each market`);
  }
  const jumps = recorded.map(({ anchor, frozen }) => price(frozen - anchor));
  const winners = group.markets.map((market, i) => winnersOf(market, jumps[i]!));
  const charges = pendingCharges(group, jumps, winners);
  const vaultPaid = min(group.deficit, group.reserve);
  const taken = money(winners.reduce((sum, units, i) => sum + valueDown(units, charges[i]!), 0n));
  const charged = min(taken, money(group.deficit - vaultPaid));
  const frozen = group.markets.map((market, i) => chargedQuote(market, recorded[i]!, jumps[i]!, charges[i]!));
  const inventory = venue.accounts.get(accountOf(venue.vault, Number(id)));
  const draft: Draft = {
    reserve: money(group.reserve - vaultPaid),
    cash: inventory === undefined ? money(0n) : cashOf(venue, inventory),
    legs: group.markets.map((market, i) => legOf(market, inventory?.legs[i], frozen[i]!)),
    open: group.markets.map((_, i) => inventory?.legs[i] !== undefined),
    frozen,
    group,
  };
  const markets = group.markets.map((market, i) => ({
    jump: jumps[i]!,
    charge: charges[i]!,
    winners: winners[i]!,
    ...settleMarket(draft, market, i),
  }));
  return {
    deficit: group.deficit,
    vaultPaid,
    charged,
    shortfall: money(group.deficit - vaultPaid - charged),
    markets,
  };
}

/** Live units on the side that the jump favoured. */
function winnersOf(market: Market, jump: Price): Size {
  if (jump === 0n || market.settledAt !== undefined) return size(0n);
  return size(market.openInterest - (jump > 0n ? market.estateLong : market.estateShort));
}

/** The same share of its jump for every winning unit of the group. */
function pendingCharges(group: Group, jumps: readonly Price[], winners: readonly Size[]): Price[] {
  const due = group.deficit - group.reserve;
  if (due <= 0n) return jumps.map(() => price(0n));
  const capacity = winners.reduce((sum, units, i) => sum + valueDown(units, abs(jumps[i]!)), 0n);
  const target = due + BigInt(jumps.length);
  return jumps.map((jump) => (target >= capacity ? abs(jump) : price(ceilDiv(target * abs(jump), capacity))));
}

function chargedQuote(market: Market, { anchor, frozen }: Recorded, jump: Price, charge: Price): Quote {
  const tilde = frozen - market.funding; // stopped in a lock
  return {
    mark: frozen,
    anchor,
    recordedMark: frozen,
    fresh: true,
    long: price(tilde - market.chargeLong - (jump > 0n ? charge : 0n)),
    short: price(tilde + market.chargeShort + (jump > 0n ? 0n : charge)),
  };
}

type Ways = Omit<MarketPreview, "jump" | "charge" | "winners">;

function settleMarket(draft: Draft, market: Market, index: number): Ways {
  const nothing = { netted: size(0n), vaultClosed: size(0n), vaultTook: size(0n), tornUpLongs: false, tornUp: [] };
  if (market.settledAt !== undefined) return nothing;
  const netted = min(market.estateLong, market.estateShort);
  const longs = market.estateLong > market.estateShort;
  const rest = size((longs ? market.estateLong : market.estateShort) - netted);
  if (rest === 0n) return { ...nothing, netted };
  const { closed, took } = vaultTakes(draft, market, index, rest, longs);
  const left = size(rest - closed - took);
  const tornUp = left === 0n ? [] : tearUps(market, draft.frozen[index]!, !longs, left);
  return { netted, vaultClosed: closed, vaultTook: took, tornUpLongs: !longs, tornUp };
}

// ---------------------------------------------------------------- the vault

function vaultTakes(
  draft: Draft,
  market: Market,
  index: number,
  rest: Size,
  longs: boolean,
): { closed: Size; took: Size } {
  const quote = draft.frozen[index]!;
  const sign = longs ? 1n : -1n;
  let [leg, closed, took] = [draft.legs[index]!, size(0n), size(0n)];
  let cash = draft.cash;
  // Below zero it takes no part: it stays with its positions, to be absorbed.
  if (vaultHealth(draft, market, index, leg, cash).equity < 0n) return { closed, took };
  if (leg.size !== 0n && leg.size > 0n !== longs) {
    closed = min(rest, abs(leg.size));
    [leg, cash] = traded(leg, size(closed * sign), cash);
  }
  if (leg.size === 0n || leg.size > 0n === longs) {
    took = takeable(draft, market, index, leg, cash, size(rest - closed));
  }
  if (took !== 0n) {
    [leg, cash] = traded(leg, size(took * sign), cash);
    const after = vaultHealth(draft, market, index, leg, cash);
    const moved = min(positive(money(after.initial - after.equity)), draft.reserve);
    draft.reserve = money(draft.reserve - moved);
    cash = money(cash + moved);
  }
  if (closed !== 0n || took !== 0n) {
    draft.cash = cash;
    draft.legs[index] = stored(leg, quote);
    draft.open[index] = leg.size !== 0n;
  }
  if (!draft.open.includes(true)) draft.cash = min(draft.cash, money(0n));
  return { closed, took };
}

/** What is left of the reserve allows, as initial margin at the base rate, less what the inventory lacks of its own. */
function takeable(draft: Draft, market: Market, index: number, leg: Leg, cash: Money, max: Size): Size {
  const { initialMargin, minNotional } = market.parameters;
  const { mark } = draft.frozen[index]!;
  const { equity, initial } = vaultHealth(draft, market, index, leg, cash);
  const free = draft.reserve + min(equity - initial, 0n) - 2n; // the ceilings of notional and margin
  const took = min(max, affordable(free, initialMargin, mark));
  return valueDown(size(abs(leg.size) + took), mark) < minNotional ? size(0n) : took;
}

function vaultHealth(draft: Draft, market: Market, index: number, leg: Leg, cash: Money): Health {
  let health = cashAlone(cash);
  draft.group.markets.forEach(({ parameters }, i) => {
    if (i !== index) health = withLeg(health, draft.legs[i]!, draft.frozen[i]!, parameters);
  });
  return withLeg(health, leg, draft.frozen[index]!, market.parameters);
}

/** A trade at the mark: nothing is gained by it, and what is closed takes its part of the value to cash. */
function traded(leg: Leg, delta: Size, cash: Money): [Leg, Money] {
  const after = size(leg.size + delta);
  if (leg.size === 0n) return [{ ...leg, size: after, value: money(0n) }, money(cash + leg.value)];
  if (sameSide(leg.size, delta)) return [{ ...leg, size: after }, cash];
  const part = proportionDown(leg.value, abs(delta), abs(leg.size));
  return [{ ...leg, size: after, value: money(leg.value - part) }, money(cash + part)];
}

/** What storing and reading again rounds away, of a node that was not torn up. */
function stored(leg: Leg, quote: Quote): Leg {
  if (leg.size === 0n) return NO_LEG;
  const exact = leg.size * (leg.size > 0n ? quote.long : quote.short);
  const lost = ceilDiv(exact, PRICE_UNIT) - floorDiv(exact, PRICE_UNIT);
  return { ...leg, value: money(leg.value - lost) };
}

// ---------------------------------------------------------------- tear-up

function tearUps(market: Market, frozen: Quote, longs: boolean, toClose: Size): { node: NodeId; size: Size }[] {
  const { queue } = sideOf(market, longs);
  const shares = new Map<Node, bigint>();
  let rest: bigint = toClose;
  if (market.prorata) {
    // The same share of every node that gains at the frozen mark; what flooring leaves goes through the queue.
    const winning = queue.filter(({ rank }) => rank < (longs ? frozen.long : -frozen.short));
    const all = winning.reduce((sum, node) => sum + sizeOfNode(node), 0n);
    for (const node of winning) {
      const share = toClose < all ? (sizeOfNode(node) * toClose) / all : sizeOfNode(node);
      if (share !== 0n) shares.set(node, share);
      rest -= share;
    }
  }
  for (const node of queue) {
    if (rest === 0n) break;
    const before = shares.get(node) ?? 0n;
    const part = min(rest, max(0n, sizeOfNode(node) - before));
    if (part !== 0n) shares.set(node, before + part);
    rest -= part;
  }
  return [...shares].map(([node, torn]) => ({ node: node.id, size: size(torn) }));
}
