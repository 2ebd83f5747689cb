// SPDX-License-Identifier: MIT
import { notionalUp, shareUp } from "../../sdk/arithmetic.js";
import { healthOf } from "../../sdk/margin/health.js";
import { legOf } from "../../sdk/margin/leg.js";
import { pledgeWorth, withPledges, type PledgePrices } from "../../sdk/margin/pledge.js";
import { quoteOf, type Quote } from "../../sdk/margin/quote.js";
import { callLevelOf, standingOf, type Standing } from "../../sdk/margin/standing.js";
import { groupOf, indexOf, type AccountId, type MarketId } from "../../sdk/order.js";
import type { Account, Venue } from "../../sdk/state/Venue.js";
import type { MarketView } from "../../sdk/views.js";
import type { Situation } from "../look/Situation.js";
import { SimulationDisagrees } from "../errors.js";

/** Where an account stands; money in 1e-9 quote. */
export interface Stand {
  readonly account: AccountId;
  readonly group: bigint;
  readonly standing: Standing;
  readonly equity: bigint;
  readonly initial: bigint;
  readonly maintenance: bigint;
  readonly callLevel: bigint;
  readonly calledAt: bigint;
  /** 1e-9 base, by market. */
  readonly held: readonly { readonly market: bigint; readonly size: bigint }[];
}

/** What all accounts of a market together hold, and have to hold against it. */
export interface MarketSums {
  accounts: number;
  long: bigint;
  short: bigint;
  initial: bigint;
  maintenance: bigint;
}

export interface Standings {
  readonly stands: ReadonlyMap<AccountId, Stand>;
  readonly sums: ReadonlyMap<bigint, MarketSums>;
}

/** Everybody at live prices, at the Unix time `now`, by the SDK's rules, which are the contracts' to the last digit. */
export function standingsOf(
  venue: Venue,
  { markets, collaterals }: Pick<Situation, "markets" | "collaterals">,
  now: bigint,
): Standings {
  const prices: PledgePrices = new Map(collaterals.map(({ id, price }) => [id, price]));
  const quotes = quotesOf(venue, markets, now);
  const stands = new Map<AccountId, Stand>();
  const sums = new Map<bigint, MarketSums>();
  for (const { market } of markets)
    sums.set(market, { accounts: 0, long: 0n, short: 0n, initial: 0n, maintenance: 0n });
  for (const account of venue.accounts.values()) {
    stands.set(account.id, standOf(venue, account, quotes.get(account.group) ?? [], prices, now, sums));
  }
  return { stands, sums };
}

function quotesOf(venue: Venue, markets: readonly MarketView[], now: bigint): Map<bigint, Quote[]> {
  const quotes = new Map<bigint, Quote[]>();
  for (const view of markets) {
    const id = view.market as MarketId;
    const group = venue.groups.get(groupOf(id));
    const market = group?.markets[indexOf(id)];
    if (market === undefined) throw new SimulationDisagrees(`market ${id}, which no event tells of`);
    const own = quotes.get(group!.id) ?? [];
    own[indexOf(id)] = quoteOf(market, view, now);
    quotes.set(group!.id, own);
  }
  return quotes;
}

function standOf(
  venue: Venue,
  account: Account,
  quotes: readonly Quote[],
  prices: PledgePrices,
  now: bigint,
  sums: ReadonlyMap<bigint, MarketSums>,
): Stand {
  const health = withPledges(healthOf(venue, account, quotes), pledgeWorth(venue, account, prices, now));
  const held: { market: bigint; size: bigint }[] = [];
  account.legs.forEach((position, index) => {
    const market = venue.groups.get(account.group)?.markets[index];
    if (position === undefined || market === undefined) return;
    const quote = quotes[index]!;
    const { size } = legOf(market, position, quote);
    held.push({ market: market.id, size });
    const sum = sums.get(market.id)!;
    const notional = notionalUp(size, quote.mark);
    sum.accounts += 1;
    if (size > 0n) sum.long += size;
    else sum.short -= size;
    sum.initial += shareUp(notional, market.parameters.initialMargin);
    sum.maintenance += shareUp(notional, market.parameters.maintenanceMargin);
  });
  return {
    account: account.id,
    group: account.group,
    standing: standingOf(venue, account, health, now),
    equity: health.equity,
    initial: health.initial,
    maintenance: health.maintenance,
    callLevel: callLevelOf(venue, health),
    calledAt: account.calledAt,
    held,
  };
}
