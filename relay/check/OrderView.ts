// SPDX-License-Identifier: MIT
import type { AccountId, Address } from "../../sdk/order.js";
import { highestSequence } from "../../sdk/salt.js";
import { remainingOf } from "../../sdk/state/trading.js";
import type { Account, Venue } from "../../sdk/state/Venue.js";
import { MAX_MARK, MIN_MARK, type Size } from "../../sdk/units.js";
import { NO_NAMES, type Names } from "../order/Names.js";
import type { Live } from "../book/Live.js";
import { Refusal } from "../book/refusals.js";
import type { Room, View } from "../book/View.js";
import { REASON, STAND } from "../journal/statement.js";
import { magnitude, ownerOf, type Order, type SignedOrder } from "../order/Order.js";
import { asContracts } from "./asContracts.js";
import type { Wish } from "./exposure.js";

const NOBODY = /^0x0{40}$/;

export interface MarketWish extends Wish {
  readonly market: bigint;
}

/** What a series is, besides what every market has. */
export interface SeriesInfo {
  readonly name: string;
  readonly type: "perpetual" | "future" | "call" | "put";
  /** Unix seconds; undefined: the perpetual. */
  readonly expiry: bigint | undefined;
  /** 1e-18 quote per base; undefined: no option. */
  readonly strike: bigint | undefined;
  /** What the price band is measured by. */
  readonly forward: bigint | undefined;
}

/** A listed market as of the head. Rates in ppm. */
export interface MarketInfo {
  readonly market: bigint;
  readonly group: bigint;
  /** Undefined: there is no fresh price. */
  readonly mark: bigint | undefined;
  /** Open, with a fresh price, in a group that is neither locked nor settling nor has a gap. */
  readonly trades: boolean;
  readonly makerFee: bigint;
  readonly takerFee: bigint;
  /** Undefined: margin is by scenarios. */
  readonly initialMargin: bigint | undefined;
  readonly priceBand: bigint;
  /** 1e-9 quote. */
  readonly minNotional: bigint;
  readonly series: SeriesInfo | undefined;
}

export interface ViewOptions {
  /** Seconds before its expiry at which an order is no longer accepted. */
  readonly expirySlack: number;
  /** Who submits for this relay: an order may name the first as its only matcher. */
  readonly submitters: readonly Address[];
  /** What lives of an account in the book. */
  readonly ordersOf: (account: bigint) => ReadonlySet<Live>;
}

/** The chain as the book and the checks see it, as of a head, of whatever kind its markets are. */
export abstract class OrderView implements View, Names {
  constructor(
    protected readonly venue: Venue,
    protected readonly options: ViewOptions,
  ) {}

  /** Unix seconds of the head; 0: none was seen yet. */
  abstract get time(): number;
  abstract mark(market: bigint): bigint | undefined;
  abstract band(market: bigint): bigint;
  abstract tooSmall(live: Live, size: bigint, price: bigint): boolean;
  abstract markets(): MarketInfo[];
  /** Near the place in the queue of what an order would hold after a fill: any value is valid, gas depends on it. */
  abstract hintOf(live: Live, size: bigint, at: bigint): bigint;
  /** Numbers of the head, each under a name of its own: when one moves, what margin asks for moves. */
  abstract drivers(): ReadonlyMap<bigint, bigint>;
  /** The order that has to leave the book first, as its account has not the margin; undefined: all have it. */
  abstract excess(account: bigint): Live | undefined;
  protected abstract held(account: bigint, market: bigint): bigint;
  protected abstract groupOf(market: bigint): bigint;
  /** What keeps an order from any fill, beside its own shape: market, pause, fee. */
  protected abstract flawOf(order: Order): Refusal | undefined;
  /** Has the account the margin for one more wish beside what is on its way? */
  protected abstract affords(account: bigint, flights: readonly MarketWish[], wish: MarketWish): boolean;
  /** Throws a Refusal when the account has not the margin for the orders, which trade together. */
  protected abstract requireMargin(orders: readonly Order[]): void;

  /** Learns of the accounts what `room` and `excess` have to know. Asks the chain if it has to. */
  async revise(_accounts: Iterable<bigint>): Promise<void> {}

  /** Learns what `terms` has to know of orders that trade together. Asks the chain if it has to. */
  async prepare(_orders: readonly Order[]): Promise<void> {}

  /** A market as people call it. */
  nameOf(_market: bigint): string | undefined {
    return undefined;
  }

  /** The market of a name. Throws a Refusal. */
  marketNamed(name: string): bigint {
    return NO_NAMES.marketNamed(name);
  }

  room({ signed: { order }, buys }: Live, size: bigint): Room {
    const reducible = this.reducible(order, buys);
    if (order.reduceOnly && reducible < size) return { size: reducible, reason: REASON.REDUCE_ONLY };
    if (this.flawOf(order) !== undefined) return { size: 0n, reason: REASON.REFUSED };
    // Whole, half, a quarter and so on: as far as margin reaches for this fill and what is on its way.
    const flights = this.flightsOf(order.account);
    for (let part = size; part > reducible; part /= 2n) {
      const wish = { market: order.market, buys, size: part, limit: order.limit };
      if (this.affords(order.account, flights, wish)) return { size: part, reason: REASON.MARGIN };
    }
    return { size: reducible < size ? reducible : size, reason: REASON.MARGIN };
  }

  remaining({ signed: { order }, whole }: Live): bigint {
    const account = this.venue.accounts.get(order.account as AccountId);
    return account === undefined ? whole : remainingOf(account, order.salt, whole as Size);
  }

  /** May this key act for the owner of the account now? */
  listed(account: bigint, signer: Address): boolean {
    const owner = ownerOf(account);
    if (signer.toLowerCase() === owner) return true;
    return (this.venue.signers.get(`${owner}/${signer.toLowerCase()}`) ?? 0n) >= BigInt(this.time);
  }

  /** The checks of the contracts on an order by itself and on its account. Throws a Refusal. */
  terms(signed: SignedOrder): void {
    this.requireTerms(signed);
    this.requireMargin([signed.order]);
  }

  /** The same of the legs of a package, whose account is judged by all of them. */
  runTerms(_legs: readonly SignedOrder[]): void {
    throw new Refusal(
      "PackagesNotOffered",
      "Packages are of series of options: here every match is judged by itself. Post the orders one by one.",
    );
  }

  /** Who is asked about new risk; undefined: nobody. */
  get accessGate(): Address | undefined {
    return NOBODY.test(this.venue.accessGate) ? undefined : this.venue.accessGate;
  }

  /** May the order, with what else the account has in the book, do more than reduce? */
  grows(order: Order): boolean {
    if (order.reduceOnly || this.time === 0) return false;
    const buys = order.size > 0n;
    return (
      this.beside(order, buys).reduce((sum, { size }) => sum + size, magnitude(order.size)) >
      this.reducible(order, buys)
    );
  }

  // ------------------------------------------------------------------ inside

  protected requireTerms({ order, signer }: SignedOrder): void {
    if (this.time === 0) throw new Refusal("NotReady", "The relay has not read the chain yet. Try again.", 503);
    const flaw = this.shapeFlaw(order) ?? this.flawOf(order);
    if (flaw !== undefined) throw flaw;
    if (!this.listed(order.account, signer)) {
      throw asContracts("SignerNotAuthorised", { owner: ownerOf(order.account), signer });
    }
    const group = this.groupOf(order.market);
    const { group: id } = this.accountOf(order.account) ?? { group };
    if (this.hasLegs(order.account) && id !== group) {
      throw asContracts("AccountInOtherGroup", { account: order.account, group: id });
    }
  }

  private shapeFlaw(order: Order): Refusal | undefined {
    const { size, limit, expiry, salt, matcher, trigger, triggerAbove } = order;
    const inRange = size !== 0n && limit >= MIN_MARK && limit <= MAX_MARK && trigger >= 0n && trigger <= MAX_MARK;
    if (!inRange || (trigger === 0n && triggerAbove)) return asContracts("OrderOutOfRange");
    if (Number(expiry) <= this.time + this.options.expirySlack) return asContracts("OrderExpired", { expiry });
    const [sequence, highest] = [salt >> 16n, highestSequence(BigInt(this.time))];
    if (sequence > highest) return asContracts("SequenceTooHigh", { sequence, highest });
    // What names a matcher is sent from the first key alone.
    const ours = NOBODY.test(matcher) || this.options.submitters[0]?.toLowerCase() === matcher;
    return ours ? undefined : asContracts("MatcherOnly", { matcher });
  }

  /** Does a fill of so much end the position that the account has? */
  protected closes({ account, market }: Order, buys: boolean, size: bigint): boolean {
    const held = this.held(account, market);
    return held > 0n !== buys && magnitude(held) === size;
  }

  /** What else of the account may trade the same way in the market. */
  private beside({ account, market }: Order, buys: boolean): MarketWish[] {
    return this.wishesOf(account).filter((wish) => wish.market === market && wish.buys === buys);
  }

  /** How much of what the account holds, with what is on its way, such an order would only close. */
  protected reducible({ account, market }: Order, buys: boolean): bigint {
    const held = this.expected(account, market);
    return held !== 0n && held > 0n !== buys ? magnitude(held) : 0n;
  }

  /** What an account's orders may still trade. Those that wait for a trigger are looked at when it comes. */
  protected wishesOf(account: bigint): MarketWish[] {
    return this.wishes(account, ({ signed, left, inflight, stand }) =>
      signed.order.reduceOnly || stand === STAND.PARKED ? inflight : inflight + left,
    );
  }

  /** Only what is on its way. */
  protected flightsOf(account: bigint): MarketWish[] {
    return this.wishes(account, ({ inflight }) => inflight);
  }

  private wishes(account: bigint, sizeOf: (live: Live) => bigint): MarketWish[] {
    const wishes: MarketWish[] = [];
    for (const live of this.options.ordersOf(account)) {
      const { market, limit } = live.signed.order;
      const size = sizeOf(live);
      if (size > 0n) wishes.push({ market, buys: live.buys, size, limit });
    }
    return wishes;
  }

  /** What the account holds in a market, with what is on its way. */
  private expected(account: bigint, market: bigint): bigint {
    let held = this.held(account, market);
    for (const { signed, buys, inflight } of this.options.ordersOf(account)) {
      if (signed.order.market === market) held += buys ? inflight : -inflight;
    }
    return held;
  }

  /** Its orders that may trade more, the newest first. */
  protected newest(account: bigint): Live[] {
    return [...this.options.ordersOf(account)]
      .filter(({ left, signed }) => left > 0n && !signed.order.reduceOnly)
      .sort((a, b) => b.number - a.number);
  }

  private hasLegs(id: bigint): boolean {
    return this.accountOf(id)?.legs.some((leg) => leg !== undefined) ?? false;
  }

  protected accountOf(id: bigint): Account | undefined {
    return this.venue.accounts.get(id as AccountId);
  }
}
