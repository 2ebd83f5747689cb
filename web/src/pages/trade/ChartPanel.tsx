// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { useHere } from "../../chain/useHere";
import { indexerApi, type CandleKind } from "../../data/indexer/api";
import type { Fill } from "../../data/indexer/schemas";
import type { MarketView, PositionView } from "../../data/lens";
import { tradeText as text } from "../../text/trade";
import { Age, EmptyState, Loading, Panel, Shown } from "../../ui";

const CandleChart = lazy(() => import("./CandleChart"));
const EVERY = 4_000;

export interface ChartPanelProps {
  readonly market: DeployedMarket;
  readonly view: MarketView | undefined;
  readonly position: PositionView | undefined;
  readonly entry: bigint | undefined;
  readonly fills: readonly Fill[];
  readonly account: bigint | undefined;
}

export function ChartPanel({ market, view, position, entry, fills, account }: ChartPanelProps) {
  const { services } = useHere();
  const [kind, setKind] = useState<CandleKind>("mark");
  const [seconds, setSeconds] = useState("60");
  const query = useQuery({
    queryKey: ["indexer", "candles", String(market.id), kind, seconds],
    refetchInterval: EVERY,
    queryFn: () => indexerApi.candles(services.indexer, market.id, kind, Number(seconds), 500),
  });
  const liquidation = position && position.liquidationMark > 0n ? position.liquidationMark : undefined;
  return (
    <Panel
      title={text.chart}
      flush
      className="h-full"
      aside={
        <>
          <Select
            label={text.candles}
            value={kind}
            options={text.kinds}
            onChange={(value) => setKind(value as CandleKind)}
          />
          <Select label={text.interval} value={seconds} options={text.intervals} onChange={setSeconds} />
          <Age at={query.dataUpdatedAt} staleAfter={20_000} of={text.chart} />
        </>
      }
    >
      <Shown query={query}>
        {(candles) =>
          candles.length === 0 ? (
            <EmptyState>{text.noCandles}</EmptyState>
          ) : (
            <Suspense fallback={<Loading />}>
              <CandleChart
                label={text.chartOf(market.symbol)}
                candles={candles}
                seconds={Number(seconds)}
                live={kind === "mark" ? view?.mark : undefined}
                liquidation={liquidation}
                entry={position && position.size !== 0n ? entry : undefined}
                fills={fills}
                account={account}
              />
            </Suspense>
          )
        }
      </Shown>
    </Panel>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: Readonly<Record<string, string>>;
  readonly onChange: (value: string) => void;
}

function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <label>
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-6 rounded border border-line bg-raised px-1 text-xs text-ink"
      >
        {Object.entries(options).map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
