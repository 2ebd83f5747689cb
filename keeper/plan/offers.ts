// SPDX-License-Identifier: MIT
import { abs, notionalUp, priceShareDown, sameSide } from "../../sdk/arithmetic.js";
import { keepingMinimum } from "../../sdk/margin/closing.js";
import { NOBODY, USE, ownerOf, type AccountId } from "../../sdk/order.js";
import { isTriggered } from "../../sdk/trigger.js";
import { price, size, type Size } from "../../sdk/units.js";
import type { PlannedFill } from "../actions/PlannedFill.js";
import type { Means } from "./Means.js";
import type { MarketState, Offer, Snapshot } from "./Snapshot.js";

/** A position that is to be closed against maker orders. */
export interface Closing {
  readonly snapshot: Snapshot;
  readonly market: MarketState;
  readonly account: AccountId;
  /** Signed, of the whole position. */
  readonly held: Size;
  /** By how much a limit may be worse than the mark, and differ from it, ppm. */
  readonly worst: bigint;
  readonly band: bigint;
  /** In a lock a maker must not leave the winning side, and takes nothing over when he has a leg that won. */
  readonly losersOnly: boolean;
  /** A liquidation: what is left of the position is zero, or worth the minimum at least. */
  readonly keepsMinimum: boolean;
}

/** Fills of at most `most`, best limits first, each as the contract would take it. */
export function fillsFor(closing: Closing, means: Means, max: Size): { offer: Offer; fill: PlannedFill }[] {
  const { market, held } = closing;
  const minimum = market.parameters.minNotional;
  const sells = held > 0n;
  const limit = ({ signed }: Offer) => signed.order.limit;
  const offers = market.offers.filter((offer) => meets(closing, offer, means));
  offers.sort((a, b) => (limit(a) === limit(b) ? 0 : limit(a) > limit(b) === sells ? -1 : 1));

  const fills: { offer: Offer; fill: PlannedFill }[] = [];
  let [left, rest] = [max, abs(held)];
  for (const offer of offers) {
    const wanted = means.leftOf(offer) < left ? means.leftOf(offer) : left;
    const filled = closing.keepsMinimum ? keepingMinimum(rest, wanted, market.quote, minimum) : wanted;
    if (filled === 0n || fills.some(({ fill }) => fill.maker.order.account === offer.signed.order.account)) continue;
    // A fill below the minimum only closes one side, and no maker is left with less than it.
    const after = size(means.holdsOf(offer) + (sells ? filled : -filled));
    if (after !== 0n && notionalUp(after, market.quote.mark) < minimum) continue;
    if (notionalUp(filled, limit(offer)) < minimum && rest !== filled && after !== 0n) continue;
    const { account, limit: at } = offer.signed.order;
    const hint = closing.snapshot.hintOf(account, market.id, size(sells ? filled : -filled), at);
    fills.push({ offer, fill: { maker: offer.signed, size: filled, hint } });
    [left, rest] = [size(left - filled), size(rest - filled)];
  }
  return fills;
}

function meets(
  { snapshot, market, account, held, worst, band, losersOnly }: Closing,
  offer: Offer,
  means: Means,
): boolean {
  const { order } = offer.signed;
  const { quote, parameters } = market;
  if (order.use === USE.TAKER || order.market !== market.id || !sameSide(order.size, held)) return false;
  if (!isTriggered(order, quote.mark)) return false;
  if (snapshot.time > order.expiry || parameters.makerFee > order.maxFee) return false;
  if (order.matcher !== NOBODY && order.matcher.toLowerCase() !== snapshot.keeper.toLowerCase()) return false;
  if (ownerOf(order.account) === ownerOf(account) || !means.mayFill(offer)) return false;
  const reduces = sameSide(means.holdsOf(offer), -held);
  if (losersOnly && (reduces || offer.hasWon)) return false;
  if (market.reduceOnly && !reduces) return false;
  const worse = held > 0n ? quote.mark - order.limit : order.limit - quote.mark;
  if (worse > priceShareDown(quote.mark, worst)) return false;
  return abs(price(quote.mark - order.limit)) <= priceShareDown(quote.mark, band);
}
