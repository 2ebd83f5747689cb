// SPDX-License-Identifier: MIT
import { healthOf } from "../../sdk/margin/health.js";
import { legOf } from "../../sdk/margin/leg.js";
import { quoteOf, seenAt, type Quote } from "../../sdk/margin/quote.js";
import type { AccountId } from "../../sdk/order.js";
import type { Price } from "../../sdk/units.js";
import type { Standing } from "../policies/metrics.js";
import type { Holder } from "../policies/policy.js";
import type { ReplayVenue, ReplayMarket } from "./ReplayVenue.js";
import { fromNano, fromPrice } from "../venue/units.js";

/** An account in a market at some mark, by the contracts' own arithmetic. */
export interface Seen {
  account: AccountId;
  long: boolean;
  /** Magnitude, 1e-9 base. */
  size: bigint;
  /** 1e-9 quote. */
  equity: bigint;
  maintenance: bigint;
  standing: Standing;
}

/** Everybody in the market at `mark`, by account. */
export function survey(
  venue: ReplayVenue,
  market: ReplayMarket,
  mark: Price,
  anchor: Price = mark,
): Map<AccountId, Seen> {
  const state = venue.groupOf(market).markets[0]!;
  const quote = quoteOf(state, { ...seenAt(mark), anchor }, BigInt(venue.now));
  const seen = new Map<AccountId, Seen>();
  for (const account of venue.holders(market)) {
    const leg = legOf(state, account.legs[0], quote);
    const { equity, maintenance, atAnchor } = healthOf(venue.state, account, [quote]);
    const long = account.legs[0]!.shares > 0n;
    const size = leg.size < 0n ? -leg.size : leg.size;
    const standing = {
      id: nameOf(market, venue, account.id),
      size: fromNano(size),
      equity: fromNano(equity),
      gain: fromNano(size) * fromPrice(gainPerUnit(long, quote, leg.rank)),
      atAnchor: fromNano(atAnchor),
      level: String(account.legs[0]!.node >> 16n),
    };
    seen.set(account.id, { account: account.id, long, size, equity, maintenance, standing });
  }
  return seen;
}

/** What a unit gained since its entry, funding and charges included. */
function gainPerUnit(long: boolean, quote: Quote, rank: bigint): bigint {
  return (long ? quote.long : -quote.short) - rank;
}

/** The same holder for policies that know nothing of frames. */
export function holderOf({ long, standing }: Seen, mark: number): Holder {
  const { id, size, gain, equity } = standing;
  return { id, size, entry: mark - ((long ? 1 : -1) * gain) / size, cash: equity - gain };
}

export function nameOf(market: ReplayMarket, venue: ReplayVenue, account: AccountId): string {
  if (account === market.keepers.longs) return "keeper's longs";
  if (account === market.keepers.shorts) return "keeper's shorts";
  return venue.names.get(account) ?? "vault";
}
