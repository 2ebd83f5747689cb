// SPDX-License-Identifier: MIT
import { ceilDiv, max, min } from "../../../../sdk/arithmetic.js";
import { LINE_DELAY, OFFER_LAPSE, closingSince, lineBuysClosing, offerDiscount } from "../../../../sdk/margin/offer.js";
import type { AccountView } from "../../data/lens";
import { STANDING } from "../../data/lens/names";
import type { CollateralView, PledgesView, PledgeView } from "../../data/collateral";
import { money, moment, percent, span } from "../../format";
import { collateralText as text } from "../../text/collateral";

const PPM = 1_000_000n;

/** Per whole token to 1e-9 quote per unit. */
const scale = (decimals: number): bigint => 10n ** BigInt(decimals + 9);

/** When pledges are exchanged, as the contracts would answer now. */
export interface Exchange {
  readonly kind: "none" | "notDue" | "waits" | "due" | "belowZero" | "offered" | "lineBuys";
  /** What the account needs, 1e-9 quote; 0: nothing is exchanged. */
  readonly need: bigint;
  /** Since when its pledges are on offer; 0: they are not. */
  readonly since: bigint;
}

export type ExchangeFacts = Pick<AccountView, "positions" | "phase"> & {
  readonly health: Pick<AccountView["health"], "equity" | "initial" | "standing" | "fresh">;
};

/**
 * Due once cash and positions are below zero, or the account can be liquidated. In a recovery (`shortfall`), and below
 * zero with its pledges, only a debt is; then the line buys at once. The contracts have the last word: they look at the
 * anchors too.
 */
export function exchangeOf(account: ExchangeFacts, pledges: PledgesView, shortfall: bigint, now: bigint): Exchange {
  const since = pledges.offeredAt;
  if (pledges.pledges.length === 0) return { kind: "none", need: 0n, since };
  const { equity, initial, standing, fresh } = account.health;
  const alone = equity - pledges.counted;
  const named = STANDING[standing];
  const isLiquidatable = shortfall === 0n && (named === "LIQUIDATABLE" || named === "INSOLVENT");
  const wanted = isLiquidatable && equity >= 0n ? initial - alone : -alone;
  const need = account.positions.length === 0 || wanted < 0n ? 0n : wanted;
  const kind = (): Exchange["kind"] => {
    if (need === 0n) return "notDue";
    if (!fresh || account.phase !== 0) return "waits";
    if (equity < 0n) return "belowZero";
    if (since === 0n) return "due";
    return now >= since + LINE_DELAY ? "lineBuys" : "offered";
  };
  return { kind: kind(), need, since };
}

/** The sentence of it. */
export function exchangeTold({ kind, need, since }: Exchange, now: bigint): string {
  const amount = money(need, "up");
  const lapse = span(since + OFFER_LAPSE - now);
  if (kind === "offered") return text.exchange.offered(moment(since), amount, span(since + LINE_DELAY - now));
  if (kind === "lineBuys") return text.exchange.lineBuys(moment(since), amount, lapse);
  if (kind === "notDue") return since === 0n ? text.exchange.notDue : text.exchange.noLonger(lapse);
  return kind === "none" ? text.exchange.none : text.exchange[kind](amount);
}

/** What is taken off the live price of what is on offer since `since`, ppm. */
export function discountOf({ params }: Pick<CollateralView, "params">, since: bigint, now: bigint): bigint {
  if (since === 0n || now < since) return 0n;
  const [discountRate, maxDiscount] = [BigInt(params.discountRate), BigInt(params.maxDiscount)];
  return offerDiscount({ discountRate, maxDiscount }, since, now);
}

export function discounted(live: bigint, discount: bigint): bigint {
  return (live * (PPM - discount)) / PPM;
}

/** What units cost at a price, rounded up as the contracts do. */
export function costOf(units: bigint, price: bigint, decimals: number): bigint {
  return ceilDiv(units * price, scale(decimals));
}

/** What units are worth at a price, rounded down. */
export function worthOf(units: bigint, price: bigint, decimals: number): bigint {
  return (units * price) / scale(decimals);
}

/** How many more units can be pledged: under the cap, and as many as the line can pay at the committed price. */
export function pledgeRoom({
  params,
  pledged,
  line,
  committed,
  decimals,
}: Pick<CollateralView, "params" | "pledged" | "line" | "committed" | "decimals">): bigint {
  const payable = committed === 0n ? 0n : (line * scale(decimals)) / committed;
  const room = min(params.cap, payable) - pledged;
  return room > 0n ? room : 0n;
}

type Calm = { readonly shortfall: bigint; readonly lockedGroups: number };

/**
 * Since when all that is pledged of a collateral is on offer, as it is closing; 0n: it is not. Not while claims are
 * worth less than par, or a lock may make them so.
 */
export function wholeSince(view: Pick<CollateralView, "closesAt">, venue: Calm, now: bigint): bigint {
  return isCalm(venue) ? closingSince(view, now) : 0n;
}

function isCalm({ shortfall, lockedGroups }: Calm): boolean {
  return shortfall === 0n && lockedGroups === 0;
}

/** Does the line buy all of a pledge now, whoever needs it, as its collateral is closing? */
export function lineBuysWhole(view: CollateralView, venue: Calm, now: bigint): boolean {
  return isCalm(venue) && lineBuysClosing(view, BigInt(view.params.haircut), now);
}

/** What a buyer pays for a whole token of a pledge now, and how many units he can have. */
export interface Sale {
  readonly price: bigint;
  readonly discount: bigint;
  readonly units: bigint;
}

/** Undefined: it is not for sale. */
export function saleOf(
  view: CollateralView,
  pledge: PledgeView,
  { kind, need, since }: Exchange,
  venue: Calm,
  now: bigint,
): Sale | undefined {
  const whole = wholeSince(view, venue, now);
  const isOffered = kind === "offered" || kind === "lineBuys" || (kind === "belowZero" && since !== 0n);
  if (!view.fresh || (whole === 0n && !isOffered)) return undefined;
  const discount = discountOf(view, whole === 0n ? since : whole, now);
  const live = discounted(view.live, discount);
  const price = whole !== 0n || kind === "belowZero" ? max(live, view.committed) : live;
  return { price, discount, units: whole === 0n ? buyable(pledge, need, price, view.decimals) : pledge.units };
}

/** How many units a buyer can have: what the account needs, at most what it pledged. */
export function buyable(pledge: PledgeView, need: bigint, price: bigint, decimals: number): bigint {
  return price === 0n ? 0n : min(ceilDiv(need * scale(decimals), price), pledge.units);
}

/** Why a collateral counts at what it counts for: which of its prices, or its age. */
export function whyCounted(view: CollateralView): string {
  const haircut = percent(view.params.haircut);
  if (!view.fresh) return text.why.stale(haircut);
  if (view.live < view.floor) return text.why.live(haircut);
  const recorded = min(view.anchor, view.recordedPrice);
  // A floor is stored rounded down, by less than a millionth: only more than that is the line's bound.
  return view.floor < recorded - recorded / PPM ? text.why.line(haircut) : text.why.floor(haircut);
}

/**
 * What can be taken back about now. Without positions all of it; else what cash, positions and the rest of the pledges
 * leave above initial margin. The contracts have the last word: they look at the anchors too.
 */
export function takeable(
  account: Pick<AccountView, "positions" | "phase"> & {
    readonly health: Pick<AccountView["health"], "cash" | "equity" | "initial" | "fresh">;
  },
  pledges: PledgesView,
  { id, units }: Pick<PledgeView, "id" | "units">,
  { counted, decimals }: Pick<CollateralView, "counted" | "decimals">,
): bigint {
  if (account.positions.length === 0) return units;
  const { cash, equity, initial, fresh } = account.health;
  if (!fresh || account.phase !== 0 || equity < pledges.counted) return 0n;
  const spare = min(cash + pledges.counted, equity) - initial;
  if (spare <= 0n) return 0n;
  const worth = pledges.pledges.find((each) => each.id === id)?.counted ?? 0n;
  if (spare >= worth || counted === 0n) return units;
  return min((spare * scale(decimals)) / counted, units);
}

/** When the price of a collateral may be recorded, in words; undefined: now. */
export function recordClosed(
  view: Pick<CollateralView, "fresh" | "recordedAt">,
  venue: { readonly lockedGroups: number; readonly params: { readonly lockDelay: number } } | undefined,
  now: bigint | undefined,
): string | undefined {
  if (venue === undefined || now === undefined) return text.closed.loading;
  if (venue.lockedGroups > 0) return text.closed.locked;
  if (!view.fresh) return text.closed.stale;
  const from = view.recordedAt + BigInt(venue.params.lockDelay);
  return now < from ? text.closed.recordAgain(span(from - now)) : undefined;
}
