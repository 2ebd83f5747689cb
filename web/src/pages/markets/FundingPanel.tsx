// SPDX-License-Identifier: MIT
import { lazy, Suspense, useMemo, useState } from "react";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import type { MarketView } from "../../data/lens";
import { percent, rate } from "../../format";
import { marketsText as text } from "../../text/markets";
import { Age, Choice, EmptyState, Loading, Panel, Shown, Stat } from "../../ui";
import { hourly } from "./figures";
import { useFundingHistory, type Range } from "./useMarkets";

const SeriesChart = lazy(() => import("../../ui/SeriesChart"));
const PLACES = 4;

export const rangeOptions = [
  { value: "day", label: text.ranges.day },
  { value: "week", label: text.ranges.week },
  { value: "months", label: text.ranges.months },
] as const;

export interface FundingPanelProps {
  readonly market: DeployedMarket;
  readonly view: MarketView;
}

/** Funding now by the chain, and history by the indexer. */
export function FundingPanel({ market, view }: FundingPanelProps) {
  const [range, setRange] = useState<Range>("day");
  const history = useFundingHistory(market.id, range);
  const now = hourly(view.fundingRate, view.mark);
  const { fundingRate } = view;
  const payer = fundingRate > 0n ? text.payers.longs : fundingRate < 0n ? text.payers.shorts : text.payers.nobody;
  return (
    <Panel
      title={`${text.funding}: ${market.symbol}`}
      flush
      aside={<Age at={history.dataUpdatedAt} staleAfter={30_000} of={text.funding} />}
    >
      <div className="grid grid-cols-2 gap-3 border-b border-line p-3 sm:grid-cols-4">
        <Stat label={text.now} value={<span data-testid="funding">{rate(now, PLACES)}</span>} />
        <Stat label={text.period} value={rate(now === undefined ? undefined : now * 8n, PLACES)} />
        <Stat label={text.payer} value={payer} />
        <Stat label={text.clamp} value={`± ${percent(view.params.maxFunding, PLACES)}`} />
      </div>
      <div className="grid gap-2 px-3 py-2">
        <p className="text-xs text-soft">{text.fundingHelp}</p>
        <Choice label={text.range} hideLabel value={range} options={rangeOptions} onChange={setRange} />
      </div>
      <Shown query={history}>{(points) => <Drawn symbol={market.symbol} points={points} />}</Shown>
    </Panel>
  );
}

interface Point {
  readonly time: number;
  readonly rate: bigint;
  readonly mark: bigint | null;
}

function Drawn({ symbol, points }: { readonly symbol: string; readonly points: readonly Point[] }) {
  const { times, lines } = useMemo(
    () => ({
      times: points.map(({ time }) => time),
      lines: [
        {
          name: text.fundingLine,
          values: points.map((point) => hourly(point.rate, point.mark) ?? null),
          decimals: 16,
          tone: "accent",
          stepped: true,
          show: (value: bigint) => rate(value, PLACES),
        },
      ],
    }),
    [points],
  );
  if (points.length < 2) return <EmptyState>{text.noHistory}</EmptyState>;
  return (
    <Suspense fallback={<Loading />}>
      <SeriesChart label={text.fundingChart(symbol)} times={times} lines={lines} />
    </Suspense>
  );
}
