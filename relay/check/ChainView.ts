// SPDX-License-Identifier: MIT
import { notionalUp, priceShareDown } from "../../sdk/arithmetic.js";
import { cashAlone, healthOf, type Health } from "../../sdk/margin/health.js";
import { legOf } from "../../sdk/margin/leg.js";
import { quoteOf, type Quote } from "../../sdk/margin/quote.js";
import { NO_NODE } from "../../sdk/level.js";
import { queueHint } from "../../sdk/queue/hint.js";
import { groupOf, indexOf, type AccountId, type Address, type MarketId } from "../../sdk/order.js";
import { highestSequence } from "../../sdk/salt.js";
import { cashOf } from "../../sdk/state/recovery.js";
import { remainingOf } from "../../sdk/state/trading.js";
import type { Account, Group, Market, Venue } from "../../sdk/state/Venue.js";
import { MAX_MARK, MIN_MARK, money, type Price, type Size } from "../../sdk/units.js";
import type { Live } from "../book/Live.js";
import { Refusal } from "../book/refusals.js";
import type { Room, View } from "../book/View.js";
import { REASON, STAND } from "../journal/statement.js";
import { magnitude, ownerOf, USE, type Order, type SignedOrder } from "../order/Order.js";
import { asContracts } from "./asContracts.js";
import { needed, type Wish } from "./exposure.js";
import type { Sight } from "./Sight.js";

const OPEN = 1n;
const NORMAL = 0n;
const NO_NEW_RISK = 1n;
const NOBODY = /^0x0{40}$/;

interface MarketWish extends Wish {
  readonly market: bigint;
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
  readonly initialMargin: bigint;
  readonly priceBand: bigint;
  /** 1e-9 quote. */
  readonly minNotional: bigint;
}

export interface ViewOptions {
  /** Seconds before its expiry at which an order is no longer accepted. */
  readonly expirySlack: number;
  /** Who submits for this relay: an order may name one of them as its only matcher. */
  readonly submitters: readonly Address[];
  /** What lives of an account in the book. */
  readonly ordersOf: (account: bigint) => ReadonlySet<Live>;
}

/**
 * The chain as the book sees it: the venue of the SDK's follower and what the lens said at its head. Answers from
 * memory, as the contracts would decide.
 */
export class ChainView implements View {
  private sight: Sight | undefined;
  /** Of the groups' markets, at the head. */
  private quotes = new Map<Group, Quote[]>();
  private healths = new Map<bigint, Health>();

  constructor(
    private readonly venue: Venue,
    private readonly options: ViewOptions,
  ) {}

  /** The venue was synced to a head, of which this was seen. */
  update(sight: Sight): void {
    this.sight = sight;
    this.quotes = new Map();
    this.healths = new Map();
  }

  get time(): number {
    return Number(this.sight?.header.timestamp ?? 0n);
  }

  mark(id: bigint): bigint | undefined {
    const view = this.sight?.markets.get(id as MarketId);
    const group = this.sight?.groups.get(groupOf(id as MarketId));
    const trades = view?.fresh === true && view.status === OPEN && group?.phase === NORMAL && !group.gapped;
    return trades ? view.mark : undefined;
  }

  markets(): MarketInfo[] {
    return [...this.venue.groups.values()].flatMap((group) =>
      group.markets.map(({ id, parameters }) => {
        const { makerFee, takerFee, initialMargin, priceBand, minNotional } = parameters;
        const view = this.sight?.markets.get(id);
        const mark = view?.fresh === true ? view.mark : undefined;
        const rates = { makerFee, takerFee, initialMargin, priceBand, minNotional };
        return { market: id, group: group.id, mark, trades: this.mark(id) !== undefined, ...rates };
      }),
    );
  }

  band(id: bigint): bigint {
    const mark = this.mark(id) ?? 0n;
    return priceShareDown(mark as Price, this.marketOf(id)?.parameters.priceBand ?? 0n);
  }

  remaining({ signed: { order }, whole }: Live): bigint {
    const account = this.venue.accounts.get(order.account as AccountId);
    return account === undefined ? whole : remainingOf(account, order.salt, whole as Size);
  }

  tooSmall({ signed: { order }, buys }: Live, size: bigint, price: bigint): boolean {
    const minimum = this.marketOf(order.market)?.parameters.minNotional ?? 0n;
    if (notionalUp(size as Size, price as Price) >= minimum) return false;
    const held = this.held(order.account, order.market);
    return !(held > 0n !== buys && magnitude(held) === size);
  }

  room({ signed: { order }, buys }: Live, size: bigint): Room {
    const reducible = this.reducible(order, buys);
    if (order.reduceOnly && reducible < size) return { size: reducible, reason: REASON.REDUCE_ONLY };
    if (this.flawOf(order) !== undefined) return { size: 0n, reason: REASON.REFUSED };
    // Whole, half, a quarter and so on: as far as margin reaches for this fill and what is on its way.
    const flights = this.flightsOf(order.account);
    for (let part = size; part > reducible; part /= 2n) {
      const wish = { market: order.market, buys, size: part, limit: order.limit };
      if (this.affords(order.account, order.market, [...flights, wish])) return { size: part, reason: REASON.MARGIN };
    }
    return { size: reducible < size ? reducible : size, reason: REASON.MARGIN };
  }

  /** May this key act for the owner of the account now? */
  listed(account: bigint, signer: Address): boolean {
    const owner = ownerOf(account);
    if (signer.toLowerCase() === owner) return true;
    return (this.venue.signers.get(`${owner}/${signer.toLowerCase()}`) ?? 0n) >= BigInt(this.time);
  }

  /** The checks of the contracts on an order by itself and on its account. Throws a Refusal. */
  terms({ order, signer }: SignedOrder): void {
    if (this.sight === undefined)
      throw new Refusal("NotReady", "The relay has not read the chain yet. Try again.", 503);
    const flaw = this.shapeFlaw(order) ?? this.flawOf(order);
    if (flaw !== undefined) throw flaw;
    if (!this.listed(order.account, signer)) {
      throw asContracts("SignerNotAuthorised", { owner: ownerOf(order.account), signer });
    }
    const { group: id } = this.accountOf(order.account) ?? { group: groupOf(order.market as MarketId) };
    if (this.hasLegs(order.account) && id !== groupOf(order.market as MarketId)) {
      throw asContracts("AccountInOtherGroup", { account: order.account, group: id });
    }
    this.requireMargin(order);
  }

  /** Who is asked about new risk; undefined: nobody. */
  get accessGate(): Address | undefined {
    return NOBODY.test(this.venue.accessGate) ? undefined : this.venue.accessGate;
  }

  /** May the order, with what else the account has in the book, do more than reduce? */
  grows(order: Order): boolean {
    if (order.reduceOnly || this.sight === undefined) return false;
    const buys = order.size > 0n;
    return (
      this.beside(order, buys).reduce((sum, { size }) => sum + size, magnitude(order.size)) >
      this.reducible(order, buys)
    );
  }

  /** Do the open orders of an account still have their margin, all together? */
  carries(account: bigint, market: bigint): boolean {
    return this.affords(account, market, this.wishesOf(account));
  }

  /** Near the place in the queue of what an order would hold after a fill: any value is valid, gas depends on it. */
  hintOf({ signed: { order }, buys }: Live, size: bigint, at: bigint): bigint {
    const group = this.venue.groups.get(groupOf(order.market as MarketId));
    const index = indexOf(order.market as MarketId);
    const [market, quote] = [group?.markets[index], group && this.quotesOf(group)[index]];
    if (market === undefined || quote === undefined) return NO_NODE;
    const account = this.accountOf(order.account);
    const position = account?.group === group!.id ? account.legs[index] : undefined;
    return queueHint(market, position, (buys ? size : -size) as Size, at as Price, quote);
  }

  // ------------------------------------------------------------------ inside

  private shapeFlaw(order: Order): Refusal | undefined {
    const { size, limit, expiry, salt, matcher, trigger, triggerAbove } = order;
    const inRange = size !== 0n && limit >= MIN_MARK && limit <= MAX_MARK && trigger >= 0n && trigger <= MAX_MARK;
    if (!inRange || (trigger === 0n && triggerAbove)) return asContracts("OrderOutOfRange");
    if (Number(expiry) <= this.time + this.options.expirySlack) return asContracts("OrderExpired", { expiry });
    const [sequence, highest] = [salt >> 16n, highestSequence(BigInt(this.time))];
    if (sequence > highest) return asContracts("SequenceTooHigh", { sequence, highest });
    const ours = NOBODY.test(matcher) || this.options.submitters.some((each) => each.toLowerCase() === matcher);
    return ours ? undefined : asContracts("MatcherOnly", { matcher });
  }

  /** What keeps an order from any fill, beside its own shape: market, pause, fee. */
  private flawOf({ market: id, use, maxFee, reduceOnly }: Order): Refusal | undefined {
    const market = this.marketOf(id);
    const view = this.sight?.markets.get(id as MarketId);
    if (market === undefined || view === undefined) return asContracts("MarketUnknown", { market: id });
    if (view.status !== OPEN) return asContracts("MarketNotOpen", { market: id });
    if (view.pauseLevel >= NO_NEW_RISK && !reduceOnly) return asContracts("PausedAt", { level: view.pauseLevel });
    const fee = this.feeOf(market, use);
    return fee > maxFee ? asContracts("FeeAboveCap", { cap: maxFee, fee }) : undefined;
  }

  private feeOf({ parameters }: Market, use: Order["use"]): bigint {
    const { makerFee, takerFee } = parameters;
    if (use === USE.MAKER) return makerFee;
    if (use === USE.TAKER) return takerFee;
    return makerFee > takerFee ? makerFee : takerFee;
  }

  private requireMargin(order: Order): void {
    const { account, market, limit } = order;
    const buys = order.size > 0n;
    const reducible = this.reducible(order, buys);
    if (order.reduceOnly) {
      if (reducible === 0n && order.trigger === 0n) throw asContracts("NothingToReduce", { account });
      return;
    }
    // What only reduces may always be tried: the contracts decide by the account's ratio.
    if (!this.grows(order)) return;
    const [size, wishes] = [magnitude(order.size), this.wishesOf(account)];
    const { equity, required } = this.balance(account, market, [...wishes, { market, buys, size, limit }]);
    if (equity < required) throw asContracts("InsufficientMargin", { account, equity, required });
  }

  /** What else of the account may trade the same way in the market. */
  private beside({ account, market }: Order, buys: boolean): MarketWish[] {
    return this.wishesOf(account).filter((wish) => wish.market === market && wish.buys === buys);
  }

  /** How much of what the account holds, with what is on its way, such an order would only close. */
  private reducible({ account, market }: Order, buys: boolean): bigint {
    const held = this.expected(account, market);
    return held !== 0n && held > 0n !== buys ? magnitude(held) : 0n;
  }

  /** What an account's orders may still trade. Those that wait for a trigger are looked at when it comes. */
  private wishesOf(account: bigint): MarketWish[] {
    return this.wishes(account, ({ signed, left, inflight, stand }) =>
      signed.order.reduceOnly || stand === STAND.PARKED ? inflight : inflight + left,
    );
  }

  /** Only what is on its way. */
  private flightsOf(account: bigint): MarketWish[] {
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

  private affords(account: bigint, market: bigint, wishes: readonly MarketWish[]): boolean {
    const { equity, required } = this.balance(account, market, wishes);
    return equity >= required;
  }

  /** Equity, and the margin that the account would need with these wishes in the group of a market, at live prices. */
  private balance(id: bigint, market: bigint, wishes: readonly MarketWish[]): { equity: bigint; required: bigint } {
    const group = this.venue.groups.get(groupOf(market as MarketId))!;
    const health = this.healthOf(id, group);
    let required: bigint = health.initial;
    for (const each of group.markets) {
      const here = wishes.filter((wish) => wish.market === each.id);
      const view = this.sight?.markets.get(each.id);
      if (here.length === 0 || view === undefined) continue;
      const { initialMargin, makerFee, takerFee } = each.parameters;
      const fee = makerFee > takerFee ? makerFee : takerFee;
      const terms = { mark: view.mark, initialMargin, increaseRate: view.increaseRate, fee };
      required += needed(this.held(id, each.id), here, terms);
    }
    return { equity: health.equity, required };
  }

  private healthOf(id: bigint, group: Group): Health {
    let health = this.healths.get(id);
    if (health !== undefined) return health;
    const account = this.accountOf(id);
    if (account === undefined) health = cashAlone(money(0n));
    else if (account.group === group.id) health = healthOf(this.venue, account, this.quotesOf(group));
    else health = cashAlone(cashOf(this.venue, account));
    this.healths.set(id, health);
    return health;
  }

  private quotesOf(group: Group): Quote[] {
    let quotes = this.quotes.get(group);
    if (quotes === undefined) {
      quotes = group.markets.map((market) => quoteOf(market, this.sight!.markets.get(market.id)!, BigInt(this.time)));
      this.quotes.set(group, quotes);
    }
    return quotes;
  }

  /** What the account holds in a market, with what is on its way. */
  private expected(account: bigint, market: bigint): bigint {
    let held = this.held(account, market);
    for (const { signed, buys, inflight } of this.options.ordersOf(account)) {
      if (signed.order.market === market) held += buys ? inflight : -inflight;
    }
    return held;
  }

  private held(id: bigint, market: bigint): bigint {
    const account = this.accountOf(id);
    const group = this.venue.groups.get(groupOf(market as MarketId));
    const position = account?.legs[indexOf(market as MarketId)];
    if (position === undefined || group === undefined || account?.group !== group.id) return 0n;
    const index = indexOf(market as MarketId);
    return legOf(group.markets[index]!, position, this.quotesOf(group)[index]!).size;
  }

  private hasLegs(id: bigint): boolean {
    return this.accountOf(id)?.legs.some((leg) => leg !== undefined) ?? false;
  }

  private accountOf(id: bigint): Account | undefined {
    return this.venue.accounts.get(id as AccountId);
  }

  private marketOf(id: bigint): Market | undefined {
    return this.venue.groups.get(groupOf(id as MarketId))?.markets[indexOf(id as MarketId)];
  }
}
