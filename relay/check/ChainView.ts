// SPDX-License-Identifier: MIT
import { notionalUp, priceShareDown } from "../../sdk/arithmetic.js";
import { cashAlone, healthOf, type Health } from "../../sdk/margin/health.js";
import { pledgeWorth, withPledges } from "../../sdk/margin/pledge.js";
import { legOf } from "../../sdk/margin/leg.js";
import { quoteOf, type Quote } from "../../sdk/margin/quote.js";
import { NO_NODE } from "../../sdk/level.js";
import { queueHint } from "../../sdk/queue/hint.js";
import { groupOf, indexOf, type GroupId, type MarketId } from "../../sdk/order.js";
import { cashOf } from "../../sdk/state/recovery.js";
import type { Group, Market } from "../../sdk/state/Venue.js";
import { money, type Price, type Size } from "../../sdk/units.js";
import type { Live } from "../book/Live.js";
import type { Refusal } from "../book/refusals.js";
import { magnitude, USE, type Order } from "../order/Order.js";
import { asContracts } from "./asContracts.js";
import { needed } from "./exposure.js";
import { OrderView, type MarketInfo, type MarketWish } from "./OrderView.js";
import type { Sight } from "./Sight.js";

const OPEN = 1n;
const NORMAL = 0n;
const NO_NEW_RISK = 1n;

/**
 * The chain as the book sees it: the venue of the SDK's follower and what the lens said at its head. Answers from
 * memory, as the contracts would decide.
 */
export class ChainView extends OrderView {
  private sight: Sight | undefined;
  /** Of the groups' markets, at the head. */
  private quotes = new Map<Group, Quote[]>();
  private healths = new Map<bigint, Health>();

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
        const trades = this.mark(id) !== undefined;
        return { market: id, group: group.id, mark, trades, ...rates, series: undefined };
      }),
    );
  }

  band(id: bigint): bigint {
    const mark = this.mark(id) ?? 0n;
    return priceShareDown(mark as Price, this.marketOf(id)?.parameters.priceBand ?? 0n);
  }

  tooSmall({ signed: { order }, buys }: Live, size: bigint, price: bigint): boolean {
    const minimum = this.marketOf(order.market)?.parameters.minNotional ?? 0n;
    if (notionalUp(size as Size, price as Price) >= minimum) return false;
    return !this.closes(order, buys, size);
  }

  drivers(): ReadonlyMap<bigint, bigint> {
    return new Map([...(this.sight?.markets ?? [])].map(([id, { mark }]) => [id, mark]));
  }

  /** The newest, as long as all of them together have not their margin. */
  excess(account: bigint): Live | undefined {
    const lives = this.newest(account);
    const markets = [...new Set(lives.map(({ signed }) => signed.order.market))];
    const wishes = this.wishesOf(account);
    return markets.every((market) => this.affordsIn(market, account, wishes)) ? undefined : lives[0];
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

  /** What keeps an order from any fill, beside its own shape: market, pause, fee. */
  protected flawOf({ market: id, use, maxFee, reduceOnly }: Order): Refusal | undefined {
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

  protected requireMargin(orders: readonly Order[]): void {
    for (const order of orders) this.requireMarginOf(order);
  }

  private requireMarginOf(order: Order): void {
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

  protected affords(account: bigint, flights: readonly MarketWish[], wish: MarketWish): boolean {
    return this.affordsIn(wish.market, account, [...flights, wish]);
  }

  private affordsIn(market: bigint, account: bigint, wishes: readonly MarketWish[]): boolean {
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
    if (account !== undefined && account.pledges.size > 0) {
      health = withPledges(health, pledgeWorth(this.venue, account, this.sight!.pledges, BigInt(this.time)));
    }
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

  protected held(id: bigint, market: bigint): bigint {
    const account = this.accountOf(id);
    const group = this.venue.groups.get(groupOf(market as MarketId));
    const position = account?.legs[indexOf(market as MarketId)];
    if (position === undefined || group === undefined || account?.group !== group.id) return 0n;
    const index = indexOf(market as MarketId);
    return legOf(group.markets[index]!, position, this.quotesOf(group)[index]!).size;
  }

  protected groupOf(market: bigint): GroupId {
    return groupOf(market as MarketId);
  }

  private marketOf(id: bigint): Market | undefined {
    return this.venue.groups.get(groupOf(id as MarketId))?.markets[indexOf(id as MarketId)];
  }
}
