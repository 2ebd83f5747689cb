// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { useChainNow } from "../../chain/head";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { useHere } from "../../chain/useHere";
import { indexerApi } from "../../data/indexer/api";
import { PHASE, SOURCE_STATUS, useGroupView, useMarketView } from "../../data/lens";
import { percent, price, priceExact, size, span, UNKNOWN } from "../../format";
import { tradeText as text } from "../../text/trade";
import { Age, Stat } from "../../ui";

const DAY = 86_400n;
const HOUR = 3_600n;

/** The market that is traded, with what moves it. */
export function MarketBar({ market }: { readonly market: DeployedMarket }) {
  const { deployment, services } = useHere();
  const [, navigate] = useLocation();
  const view = useMarketView(market.id);
  const group = useGroupView(market.group);
  const now = useChainNow();
  const candles = useQuery({
    queryKey: ["indexer", "day", String(market.id)],
    refetchInterval: 30_000,
    queryFn: () => indexerApi.candles(services.indexer, market.id, "mark", 3_600, 26),
  });
  const data = view.data;
  const then = now === undefined ? undefined : candles.data?.find(({ start }) => BigInt(start) >= now - DAY)?.open;
  const change = data && then ? ((data.mark - then) * 1_000_000n) / then : undefined;
  const funding = data && data.mark > 0n ? (data.fundingRate * HOUR * 1_000_000n) / data.mark : undefined;
  const phase = group.data && PHASE[group.data.phase]!;
  const until = group.data && now !== undefined && phase === "LOCKED" ? BigInt(group.data.until) - now : undefined;
  return (
    // On a phone in columns of one width: what is loaded then changes no row.
    <div className="grid grid-cols-3 items-center gap-x-3 gap-y-2 rounded-md border border-line bg-panel px-3 py-2 sm:flex sm:flex-wrap sm:gap-x-6">
      <label>
        <span className="sr-only">{text.market}</span>
        <select
          value={market.symbol}
          onChange={(event) => navigate(`/trade/${event.target.value}`)}
          className="min-h-9 rounded border border-edge bg-raised px-2 text-base font-semibold"
        >
          {deployment.markets.map(({ symbol }) => (
            <option key={symbol}>{symbol}</option>
          ))}
        </select>
      </label>
      <div title={data && priceExact(data.mark)}>
        <div className="text-2xs text-soft" title={text.markHint}>
          {text.mark}
        </div>
        <div className="text-lg leading-6 font-semibold" data-testid="mark">
          {price(data?.mark)}
        </div>
      </div>
      <Stat
        label={text.change}
        value={change === undefined ? UNKNOWN : `${change >= 50n ? "+" : ""}${percent(change)}`}
        tone={change === undefined || (change < 50n && change > -50n) ? undefined : change > 0n ? "long" : "short"}
      />
      <Stat label={text.funding} value={percent(funding, 4)} title={text.fundingHint} />
      <Stat label={text.openInterest} value={data ? `${size(data.openInterest)} ${market.symbol}` : UNKNOWN} />
      <Stat
        label={text.phase}
        value={phase ? text.phases[phase] : UNKNOWN}
        tone={phase === undefined || phase === "NORMAL" ? undefined : "warn"}
        note={
          until !== undefined
            ? span(until)
            : data && !data.fresh
              ? text.feeds[SOURCE_STATUS[data.sourceStatus]!]
              : undefined
        }
      />
      <div className="order-first col-start-3 row-start-1 min-w-0 text-right sm:order-none sm:ml-auto">
        <div className="min-h-4 truncate text-2xs text-soft">
          {data?.fresh ? text.feeds.FRESH : data && text.feeds[SOURCE_STATUS[data.sourceStatus]!]}
        </div>
        <Age at={view.dataUpdatedAt} staleAfter={15_000} of={text.priceAge} />
      </div>
    </div>
  );
}
