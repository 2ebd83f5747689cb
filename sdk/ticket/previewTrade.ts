// SPDX-License-Identifier: MIT
import { abs, notionalUp, priceShareDown, sameSide, shareUp, valueDown } from "../arithmetic.js";
import { namedError, type NamedError } from "../errors.js";
import { cashAlone, withCash, withLeg, type Health } from "../margin/health.js";
import { NO_LEG, type Leg } from "../margin/leg.js";
import type { Quote } from "../margin/quote.js";
import { ratioNotLower, staysSound } from "../margin/soundness.js";
import { groupOf, type MarketId } from "../order.js";
import { OutOfRange, intOf } from "../range.js";
import { MAX_MARK, MIN_MARK, PPM, money, price, size, type Money, type Price, type Size } from "../units.js";
import type { AccountView, MarketView, NodeView, PositionView } from "../views.js";
import { increaseRate } from "./increaseRate.js";
import { placeAmong, type PlaceAhead } from "./placeAmong.js";
import { quoteOfView } from "./quoteOfView.js";
import { tradedLeg } from "./tradedLeg.js";

/** The account and a market were seen at different marks: a preview of them would be of no block. */
export class ViewsDiffer extends Error {
  override readonly name = "ViewsDiffer";

  constructor(readonly market: MarketId) {
    super(`the views of the account and of market ${market} are of different blocks: read both at one block number`);
  }
}

/** A trade that is thought of, in the block of the views. */
export interface TradeWish {
  readonly account: AccountView;
  /** The market traded, and those of the account's other positions. */
  readonly markets: readonly MarketView[];
  readonly market: MarketId;
  /** In the order of filling: signed sizes, positive buys, all of one sign, at their prices. */
  readonly fills: readonly { readonly size: Size; readonly price: Price }[];
  /** Whose fee it pays; default: the taker's. */
  readonly role?: "taker" | "maker";
  /** The nodes of the side on which the position ends, from the head: for its place in the queue. */
  readonly queue?: readonly NodeView[];
}

/** What a trade would do. Money as the contracts round it; a liquidation may be a few 1e-9 quote of equity off. */
export interface TradePreview {
  /** Money paid for the fills, without the fee, ceil. */
  readonly notional: Money;
  readonly fee: Money;
  /** Signed, before and after. */
  readonly held: Size;
  readonly size: Size;
  /** What goes to cash, but for the fee: of what is closed. */
  readonly realised: Money;
  readonly cash: Money;
  readonly equity: Money;
  /** Requirements after the trade, at base rates. */
  readonly initial: Money;
  readonly maintenance: Money;
  /**
   * What equity has to be for the trade to stand, if it does not merely reduce. If the makers open what the account
   * opens: when they close, open interest does not grow and less may suffice.
   */
  readonly required: Money;
  readonly onlyReduces: boolean;
  /** The mark at which the position would be worth nothing more than at its entry; undefined: it is closed. */
  readonly entry: Price | undefined;
  /** The mark at which the account would fall below maintenance margin; undefined: none does that. */
  readonly liquidationMark: Price | undefined;
  /** Notional of the position by equity, ppm, floor; undefined: no equity. */
  readonly leverage: bigint | undefined;
  /** The place in the queue; undefined: the position is closed, or no nodes were given. */
  readonly place: PlaceAhead | undefined;
  /** Why the contracts would refuse it for the account's sake; undefined: they would not. */
  readonly refusal: NamedError | undefined;
}

/**
 * What a trade would do to an account, from a lens's views of one block: as TradeLib does it. It does not ask whether
 * the orders themselves are good (`lens.order`), nor for pauses, locks and gaps, which the market's and the account's
 * views show.
 */
export function previewTrade(wish: TradeWish): TradePreview {
  const made = outcomeOf(wish);
  const { market, quote, own, before, leg, after, later, held } = made;
  return {
    notional: made.notional,
    fee: made.fee,
    held: before.size,
    size: leg.size,
    realised: made.realised,
    cash: later.cash,
    equity: later.equity,
    initial: later.initial,
    maintenance: later.maintenance,
    required: made.required,
    onlyReduces: made.onlyReduces,
    entry: entryOf(leg, quote, market),
    liquidationMark: liquidationMarkOf(after, leg, quote, market),
    leverage: later.equity > 0n ? (held * PPM) / later.equity : undefined,
    place: wish.queue === undefined ? undefined : placeAfter(wish.queue, market, quote, before, leg, own),
    refusal: refusalOf(wish, made),
  };
}

/** Why the contracts would refuse a trade for the account's sake; undefined: they would not. As previewTrade. */
export function refusalOfTrade(wish: TradeWish): NamedError | undefined {
  return refusalOf(wish, outcomeOf(wish));
}

interface Outcome {
  readonly market: MarketView;
  readonly quote: Quote;
  readonly own: PositionView | undefined;
  readonly before: Leg;
  readonly leg: Leg;
  readonly notional: Money;
  readonly fee: Money;
  readonly realised: Money;
  /** The account without its leg, after the trade. */
  readonly after: Health;
  readonly earlier: Health;
  readonly later: Health;
  readonly onlyReduces: boolean;
  /** Open interest after the trade; 0: it does not grow. */
  readonly interest: Size;
  /** Notional of what is held then. */
  readonly held: Money;
  readonly required: Money;
}

function outcomeOf(wish: TradeWish): Outcome {
  const { account, fills } = wish;
  const market = viewOf(wish.markets, wish.market);
  const { params } = market;
  const quote = quoteOfView(market);
  const own = account.positions.find((each) => each.market === wish.market);
  const before: Leg = own === undefined ? NO_LEG : { size: own.size, value: own.value, rank: rankOfLevel(own) };

  const feeRate = wish.role === "maker" ? params.makerFee : params.takerFee;
  let leg = before;
  let [notional, fee, realised, onlyReduces] = [0n, 0n, 0n, true];
  for (const { size: delta, price: at } of checkedFills(fills)) {
    if (sameSide(leg.size, delta) || abs(delta) > abs(leg.size)) onlyReduces = false;
    const side = delta > 0n ? quote.long : quote.short;
    const gain = valueDown(delta, price(quote.mark - at));
    const traded = tradedLeg(leg, delta, gain, price(at - quote.mark + side));
    leg = traded.leg;
    const paid = notionalUp(delta, at);
    [notional, fee] = [notional + paid, fee + shareUp(paid, feeRate)];
    realised += traded.realised;
  }

  const rest = restOf(wish);
  const after = withCash(rest, money(realised - fee));
  const later = withLeg(after, leg, quote, params);
  const grown = sameSide(before.size, leg.size) ? abs(leg.size) - abs(before.size) : abs(leg.size);
  const interest = size(onlyReduces || grown <= 0n ? 0n : market.openInterest + grown);
  const held = notionalUp(leg.size, quote.mark);
  const raised = onlyReduces ? 0n : increaseRate(params, interest) - params.initialMargin;
  return {
    ...{ market, quote, own, before, leg, after, later, onlyReduces, interest, held },
    notional: money(notional),
    fee: money(fee),
    realised: money(realised),
    earlier: withLeg(rest, before, quote, params),
    required: money(later.initial + (raised > 0n ? shareUp(held, raised) : 0n)),
  };
}

/** As ITrading's errors, in the order in which TradeLib looks for them. */
function refusalOf({ account: { health, positions } }: TradeWish, o: Outcome): NamedError | undefined {
  const { account } = health;
  const { market } = o;
  const { params } = market;
  if (positions.length > 0 && health.group !== groupOf(market.market)) {
    return namedError("AccountInOtherGroup", { account, group: health.group });
  }
  if (!market.fresh) return namedError("PriceNotFresh", { market: market.market });
  if (o.leg.size !== 0n && o.held < params.minNotional) {
    return namedError("PositionTooSmall", { account, notional: o.held, minimum: params.minNotional });
  }
  if (!o.onlyReduces && o.interest > params.hardCap) {
    return namedError("OpenInterestCapReached", { interest: o.interest, cap: params.hardCap });
  }
  if (!o.onlyReduces && !o.later.fresh) return namedError("AccountHasStaleLeg", { account });
  const eased = o.onlyReduces && o.later.equity >= 0n && ratioNotLower(o.earlier, o.later);
  if (o.later.equity < o.required && !eased) {
    return namedError("InsufficientMargin", { account, equity: o.later.equity, required: o.required });
  }
  if (!staysSound(o.earlier, o.later)) {
    const { atAnchor, atRecordedMark } = o.later;
    return namedError("UnsoundAtAnchor", { account, atAnchor, atRecordedMark });
  }
  if (o.later.equity < 0n) return namedError("AccountInsolvent", { account, equity: o.later.equity });
  return undefined;
}

/** The account without its leg in the market traded. */
function restOf({ account, markets, market }: TradeWish): Health {
  let rest = cashAlone(account.health.cash);
  for (const position of account.positions) {
    const view = viewOf(markets, position.market);
    if (view.mark !== position.mark || view.fresh !== position.fresh) throw new ViewsDiffer(position.market);
    if (position.market !== market) rest = withLeg(rest, position, quoteOfView(view), view.params);
  }
  return rest;
}

function rankOfLevel({ size: held, level }: { size: Size; level: Price }): Price {
  return held > 0n ? level : price(-level);
}

function entryOf(leg: Leg, quote: Quote, { chargeLong, chargeShort, funding }: MarketView): Price | undefined {
  if (leg.size === 0n) return undefined;
  const long = leg.size > 0n;
  // Not worsened when stale.
  const side = quote.mark - funding - (long ? chargeLong : -chargeShort);
  return price((long ? leg.rank : -leg.rank) + quote.mark - side);
}

/** As PlaceLib.liquidationMark, by the same steps. */
function liquidationMarkOf(rest: Health, leg: Leg, quote: Quote, { params, fresh }: MarketView): Price | undefined {
  if (leg.size === 0n) return undefined;
  const shock = fresh ? 0n : priceShareDown(quote.mark, params.staleShock);
  const value = leg.value + valueDown(abs(leg.size), price(shock)); // of its own market: not worsened when stale
  const fails = (mark: Price): boolean => {
    const equity = rest.equity + value + valueDown(leg.size, price(mark - quote.mark));
    return equity < rest.maintenance + shareUp(notionalUp(leg.size, mark), params.maintenanceMargin);
  };
  let [failing, holding] = leg.size > 0n ? [MIN_MARK, MAX_MARK] : [MAX_MARK, MIN_MARK];
  if (!fails(failing)) return undefined;
  if (fails(holding)) return holding;
  while (holding - failing !== 1n && failing - holding !== 1n) {
    const middle = price((failing + holding) / 2n);
    if (fails(middle)) failing = middle;
    else holding = middle;
  }
  return failing;
}

function placeAfter(
  queue: readonly NodeView[],
  market: MarketView,
  quote: Quote,
  before: Leg,
  leg: Leg,
  own: PositionView | undefined,
): PlaceAhead | undefined {
  if (leg.size === 0n) return undefined;
  const long = leg.size > 0n;
  const mine = abs(leg.size);
  const kept = sameSide(before.size, leg.size) ? abs(before.size) : size(0n);
  const others = size(market.openInterest - (long ? market.estateLong : market.estateShort) - kept);
  if (own !== undefined && mine <= kept) {
    const levels = queue.findIndex(({ node }) => node === own.node);
    const { ahead, placed: complete } = own; // what only shrinks keeps its level
    return { ahead, aheadShare: (ahead * PPM) / (others + mine), levels: Math.max(0, levels), complete };
  }
  const leaves = own === undefined || kept === 0n ? undefined : { node: own.node, size: kept };
  return placeAmong(queue, leg.rank, quote.mark, mine, others, leaves);
}

function viewOf(markets: readonly MarketView[], id: MarketId): MarketView {
  const found = markets.find(({ market }) => market === id);
  if (found === undefined) throw new OutOfRange(id, "market without a view", "one of each market of the account");
  return found;
}

function checkedFills(fills: TradeWish["fills"]): TradeWish["fills"] {
  const first = fills[0];
  if (first === undefined) throw new OutOfRange(0, "number of fills", "at least one");
  for (const { size: delta, price: at } of fills) {
    if (intOf(delta, 128, "size") === 0n || !sameSide(delta, first.size)) {
      throw new OutOfRange(delta, "size", "a size that is not 0, of the same sign in every fill");
    }
    if (at < MIN_MARK || at > MAX_MARK) throw new OutOfRange(at, "price", `a price from ${MIN_MARK} to ${MAX_MARK}`);
  }
  return fills;
}
