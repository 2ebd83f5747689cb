// SPDX-License-Identifier: MIT
import { abs, floorDiv, max } from "../arithmetic.js";
import { NEW_FRAME, ONE, type Frame } from "../frame.js";
import { legOf } from "../margin/leg.js";
import { requireLinear } from "../margin/LinearOnly.js";
import { quoteOf, seenAt } from "../margin/quote.js";
import { indexOf, type AccountId, type GroupId, type MarketId } from "../order.js";
import type { EventOf, Place, VenueEvent } from "../state/events.js";
import { fundingAt } from "../state/funding.js";
import { groupIn, marketIn, sideOf } from "../state/lookup.js";
import { MissedEvent } from "../state/MissedEvent.js";
import { gainOf } from "../receipt/charge.js";
import { sizeOf, unpackPosition } from "../state/position.js";
import type { Market, Position, Venue } from "../state/Venue.js";
import { PRICE_UNIT, money, price, size, type Money, type Price, type Size } from "../units.js";
import type { Ending, PositionProfit } from "./PositionProfit.js";

/**
 * What shares have paid up to a moment, in 2^-95 of 1e-27 quote: `shares * (A * F + torn)`, with F the funding or the
 * charges of their side and `torn` the sum of F over the parts of A that were torn up. Differences of two such sums are
 * exact, however often a node was torn up in between.
 */
interface Paid {
  readonly funding: bigint;
  readonly charges: bigint;
}

interface Life {
  readonly account: AccountId;
  readonly market: MarketId;
  readonly number: number;
  readonly isLong: boolean;
  size: Size;
  largest: Size;
  /** What `size` cost at its prices, 1e-27 quote, signed as the size. */
  cost: bigint;
  entry: Price;
  cashFlow: Money;
  fees: Money;
  funding: Money;
  charges: Money;
  liquidated: Size;
  tornUp: Size;
  /** What its shares had paid when it last changed. */
  paid: Paid;
  readonly openedAt: bigint;
  closedAt: bigint | undefined;
  closedBy: Ending | undefined;
}

/** An account in a market. */
interface Track {
  lives: number;
  open: Life | undefined;
  /** Of fills whose position is told only later. */
  feesAhead: Money;
}

/** What an event tells of an account after a change. */
type Standing = Pick<EventOf<"PositionChanged">, "account" | "market" | "size" | "position" | "cash">;

const NOTHING_PAID: Paid = { funding: 0n, charges: 0n };

/**
 * What every position of a venue brought, from events alone. Call `see` with each event before `apply` changes `venue`
 * by it. What `revertTo` undoes of the venue it undoes of the book.
 */
export class ProfitBook {
  private readonly tracks = new Map<string, Track>();
  /** What the torn-up parts of each node had paid, by market, side and node. */
  private readonly torn = new Map<string, Paid>();
  private readonly frozen = new Map<GroupId, readonly Price[]>();
  private readonly ended: Life[] = [];

  /** Throws LinearOnly of a clearinghouse of options: what an absorbed leg was worth is a model's mark. */
  constructor(private readonly venue: Venue) {
    requireLinear(venue, "ProfitBook");
  }

  /** Positions that ended, in the order of their ends. Of an account, or all. */
  closed(account?: AccountId): PositionProfit[] {
    return this.ended
      .filter((life) => account === undefined || life.account === account)
      .map((life) => told(life, money(0n)));
  }

  /** The position that an account has in a market, at the Unix time `now`; undefined: none. */
  open(account: AccountId, market: MarketId, now: bigint): PositionProfit | undefined {
    const life = this.tracks.get(keyOf(account, market))?.open;
    const position = this.venue.accounts.get(account)?.legs[indexOf(market)];
    if (life === undefined || position === undefined) return undefined;
    const stored = marketIn(this.venue, market);
    const held = sizeOf(stored, position);
    const paid = this.paidBy(stored, position, now);
    const current: Life = { ...life, ...since(life, paid), ...shrunk(life, held) };
    return told(current, carriedBy(current, stored, position, now));
  }

  see(event: VenueEvent, at: Place): void {
    this.venue.journal.begin(at.block);
    switch (event.kind) {
      case "Traded":
        return this.traded(event, at);
      case "Matched":
        return this.changed({ ...event, account: event.taker }, at);
      case "PositionChanged":
        return this.changed(event, at);
      case "Liquidated":
        return this.liquidated(event, at);
      case "NodeTornUp":
        return this.tornUp(event, at);
      case "Locked":
        return this.venue.journal.put(this.frozen, event.group, event.frozenMarks);
      case "NetSettled":
        return this.netSettled(event);
      case "Absorbed":
        return this.absorbed(event, at);
      default:
        return;
    }
  }

  private traded(event: EventOf<"Traded">, at: Place): void {
    const { maker, taker, market, takerSize, makerPosition, makerCash } = event;
    // A fee belongs to the position that is held, else to the one that the fill opens.
    this.addFee(taker, market, event.takerFee);
    this.addFee(maker, market, event.makerFee);
    const held = sizeOf(marketIn(this.venue, market), this.venue.accounts.get(maker)?.legs[indexOf(market)]);
    const after = { account: maker, market, size: size(held - takerSize), position: makerPosition, cash: makerCash };
    this.changed(after, at);
  }

  /** An account's position and cash, as an event tells them after a change. */
  private changed({ account, market, size: to, position, cash }: Standing, at: Place, ending?: Ending): void {
    const known = this.venue.accounts.get(account);
    const moved = money(cash - (known?.cash ?? 0n));
    const before = known?.legs[indexOf(market)];
    this.move(account, marketIn(this.venue, market), before, unpackPosition(position), to, moved, at, ending);
  }

  private move(
    account: AccountId,
    market: Market,
    before: Position | undefined,
    after: Position | undefined,
    to: Size,
    cash: Money,
    at: Place,
    ending?: Ending,
  ): void {
    const { journal } = this.venue;
    const track = this.trackOf(account, market.id);
    const held = sizeOf(market, before);
    const goesOn =
      before !== undefined && after !== undefined && before.shares > 0n === after.shares > 0n && held !== 0n;
    const { open: life } = track;
    if (before !== undefined) {
      if (life === undefined) throw new MissedEvent(`the position of ${account} in market ${market.id} was not seen`);
      update(journal, life, {
        ...since(life, this.paidBy(market, before, at.timestamp)),
        ...shrunk(life, held),
        cashFlow: money(life.cashFlow + cash),
      });
      if (goesOn) {
        const cost = this.costAfter(life, market, before, after, held, to, at);
        const grown = to === 0n ? life.entry : price(cost / to);
        const paid = this.paidBy(market, after, at.timestamp);
        update(journal, life, { size: to, cost, entry: grown, largest: max(life.largest, abs(to)), paid });
        return;
      }
      const closedBy = ending ?? (market.settledAt !== undefined ? "SETTLEMENT" : held === 0n ? "TEAR_UP" : "TRADE");
      update(journal, life, { size: size(0n), cost: 0n, closedAt: at.timestamp, closedBy });
      journal.insert(this.ended, this.ended.length, life);
      journal.set(track, "open", undefined);
    }
    if (after === undefined) return;
    const cost = costInFrame(market, after) + to * shiftOf(market, after, at.timestamp);
    const number = track.lives + 1;
    const opened: Life = {
      ...{ account, market: market.id, number, isLong: after.shares > 0n, size: to, largest: abs(to), cost },
      entry: price(to === 0n ? 0n : cost / to),
      cashFlow: before === undefined ? cash : money(0n),
      fees: track.feesAhead,
      funding: money(0n),
      charges: money(0n),
      liquidated: size(0n),
      tornUp: size(0n),
      paid: this.paidBy(market, after, at.timestamp),
      openedAt: at.timestamp,
      closedAt: undefined,
      closedBy: undefined,
    };
    update(journal, track, { lives: number, open: opened, feesAhead: money(0n) });
  }

  /**
   * What `to` cost, of a position that goes on: an increase adds what its fill cost, which is by how much the cost in
   * the side's frame grew, shifted back by the frame. A decrease leaves the average as it is.
   */
  private costAfter(life: Life, market: Market, before: Position, after: Position, held: Size, to: Size, at: Place) {
    if (abs(to) <= abs(held)) return (life.cost * to) / held;
    const added = costInFrame(market, after) - costInFrame(market, before);
    return life.cost + added + (to - held) * shiftOf(market, after, at.timestamp);
  }

  private addFee(account: AccountId, market: MarketId, fee: Money): void {
    const track = this.trackOf(account, market);
    const { journal } = this.venue;
    if (track.open === undefined) journal.set(track, "feesAhead", money(track.feesAhead + fee));
    else journal.set(track.open, "fees", money(track.open.fees + fee));
  }

  private liquidated(event: EventOf<"Liquidated">, at: Place): void {
    const { journal } = this.venue;
    const { open } = this.trackOf(event.account, event.market);
    if (open !== undefined) journal.set(open, "liquidated", size(open.liquidated + event.closed));
    this.changed(event, at, "LIQUIDATION");
  }

  private tornUp({ market: id, longs, node, remaining }: EventOf<"NodeTornUp">, at: Place): void {
    const market = marketIn(this.venue, id);
    const part = frameOf(market, longs, node).remaining - remaining;
    const key = nodeKey(id, longs, node);
    const { funding, charges } = this.torn.get(key) ?? NOTHING_PAID;
    this.venue.journal.put(this.torn, key, {
      funding: funding + part * fundingAt(market, at.timestamp),
      charges: charges + part * (longs ? market.chargeLong : market.chargeShort),
    });
  }

  /** What comes back of a charge belongs to the positions that gained, each by its part of the gain. */
  private netSettled({ group, lock, numerator, denominator }: EventOf<"NetSettled">): void {
    const { journal, accounts } = this.venue;
    const { markets, jumps } = groupIn(this.venue, group);
    for (const { id, legs, relief } of accounts.values()) {
      if (relief?.group !== group || relief.lock !== lock) continue;
      const gains = markets.map((market, i) => gainOf(market, sizeOf(market, legs[i]), jumps[i] ?? price(0n)));
      let [left, of] = [(relief.amount * numerator) / denominator, gains.reduce((sum, gain) => sum + gain, 0n)];
      gains.forEach((gain, i) => {
        const life = this.tracks.get(keyOf(id, markets[i]!.id))?.open;
        if (gain === 0n || life === undefined) return;
        const part = (left * gain) / of; // of the last one all that is left
        [left, of] = [left - part, of - gain];
        update(journal, life, { cashFlow: money(life.cashFlow + part), charges: money(life.charges - part) });
      });
    }
  }

  /** Each position brings what it is worth at the frozen mark; what the account owes beyond is not its loss. */
  private absorbed({ account: id, group }: EventOf<"Absorbed">, at: Place): void {
    const { markets } = groupIn(this.venue, group);
    this.venue.accounts.get(id)?.legs.forEach((position, index) => {
      if (position === undefined) return;
      const market = markets[index]!;
      const mark = this.frozen.get(group)?.[index];
      if (mark === undefined) throw new MissedEvent(`the lock of group ${group} was not seen to begin`);
      const { value } = legOf(market, position, quoteOf(market, seenAt(mark), at.timestamp));
      this.move(id, market, position, undefined, size(0n), value, at, "ABSORPTION");
    });
  }

  private paidBy(market: Market, { shares, node }: Position, now: bigint): Paid {
    const longs = shares > 0n;
    const { remaining } = frameOf(market, longs, node);
    const torn = this.torn.get(nodeKey(market.id, longs, node)) ?? NOTHING_PAID;
    const charge = longs ? market.chargeLong : market.chargeShort;
    return {
      funding: shares * (remaining * fundingAt(market, now) + torn.funding),
      charges: abs(shares) * (remaining * charge + torn.charges),
    };
  }

  private trackOf(account: AccountId, market: MarketId): Track {
    const key = keyOf(account, market);
    const known = this.tracks.get(key);
    if (known !== undefined) return known;
    const track: Track = { lives: 0, open: undefined, feesAhead: money(0n) };
    this.venue.journal.put(this.tracks, key, track);
    return track;
  }
}

/** What a position is worth by its entry and the mark alone: its value, and what it carries. */
export function unrealisedAt({ carried }: PositionProfit, value: Money): Money {
  return money(value + carried);
}

function since(life: Life, { funding, charges }: Paid): Pick<Life, "funding" | "charges"> {
  return {
    funding: money(life.funding + floorDiv(funding - life.paid.funding, ONE * PRICE_UNIT)),
    charges: money(life.charges + floorDiv(charges - life.paid.charges, ONE * PRICE_UNIT)),
  };
}

/** The life when parts of it were torn up since it last changed. */
function shrunk(life: Life, held: Size): Pick<Life, "size" | "cost" | "tornUp"> {
  const cost = life.size === 0n ? 0n : (life.cost * held) / life.size;
  return { size: held, cost, tornUp: size(life.tornUp + abs(life.size) - abs(held)) };
}

/** Of funding and charges what is still in the position, less what tear-ups brought to it. */
function carriedBy({ cost }: Life, market: Market, position: Position, now: bigint): Money {
  const { remaining } = frameOf(market, position.shares > 0n, position.node);
  const shift = (position.shares * remaining * shiftOf(market, position, now)) / ONE;
  return money(floorDiv(shift - cost + costInFrame(market, position), PRICE_UNIT));
}

/** The mark less the mark in the frame of a position's side. */
function shiftOf(market: Market, { shares }: Position, now: bigint): bigint {
  return fundingAt(market, now) + (shares > 0n ? market.chargeLong : -market.chargeShort);
}

/** offset - shares * K: what a position cost in its side's frame, less what tear-ups brought it. 1e-27 quote. */
function costInFrame(market: Market, { shares, offset, node }: Position): bigint {
  return offset * PRICE_UNIT - shares * frameOf(market, shares > 0n, node).proceeds;
}

function frameOf(market: Market, longs: boolean, node: Position["node"]): Frame {
  return sideOf(market, longs).nodes.get(node)?.frame ?? NEW_FRAME;
}

function told({ paid: _, cost: __, ...life }: Life, carried: Money): PositionProfit {
  const { cashFlow, fees, funding, charges } = life;
  return { ...life, carried, realised: money(cashFlow + fees + funding + charges - carried) };
}

function update<T extends object>(journal: Venue["journal"], target: T, changes: Partial<T>): void {
  for (const key of Object.keys(changes) as (keyof T)[]) journal.set(target, key, changes[key] as T[keyof T]);
}

function keyOf(account: AccountId, market: MarketId): string {
  return `${account}/${market}`;
}

function nodeKey(market: MarketId, longs: boolean, node: bigint): string {
  return `${market}/${longs ? "L" : "S"}/${node}`;
}
