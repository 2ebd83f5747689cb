// SPDX-License-Identifier: MIT
import { lazy, Suspense, useMemo, useState } from "react";
import { money, moneyExact, percent, size, sizeExact } from "../../format";
import { marketsText as text } from "../../text/markets";
import { Age, Choice, EmptyState, Loading, Panel, Shown, Stat, classes } from "../../ui";
import { notional, usedOf } from "./figures";
import { rangeOptions, type FundingPanelProps } from "./FundingPanel";
import { useInterestHistory, type Range } from "./useMarkets";

const SeriesChart = lazy(() => import("../../ui/SeriesChart"));

/** Open interest against its caps, and over time. */
export function InterestPanel({ market, view }: FundingPanelProps) {
  const [range, setRange] = useState<Range>("day");
  const history = useInterestHistory(market.id, range);
  const { softCap, hardCap } = view.params;
  const worth = notional(view.openInterest, view.mark);
  return (
    <Panel
      title={`${text.interest}: ${market.symbol}`}
      flush
      aside={<Age at={history.dataUpdatedAt} staleAfter={30_000} of={text.interest} />}
    >
      <div className="grid gap-3 border-b border-line p-3">
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-5">
          <Stat label={text.open} value={size(view.openInterest)} title={sizeExact(view.openInterest)} />
          <Stat label={text.worth} value={money(worth)} title={moneyExact(worth)} />
          <Stat label={text.softCap} value={size(softCap)} title={sizeExact(softCap)} />
          <Stat label={text.hardCap} value={size(hardCap)} title={sizeExact(hardCap)} />
          <Stat label={text.increase} value={percent(view.increaseRate)} title={text.increaseHint} />
        </div>
        <Caps interest={view.openInterest} soft={softCap} hard={hardCap} />
      </div>
      <div className="px-3 py-2">
        <Choice label={text.range} hideLabel value={range} options={rangeOptions} onChange={setRange} />
      </div>
      <Shown query={history}>{(points) => <Drawn symbol={market.symbol} points={points} />}</Shown>
    </Panel>
  );
}

interface CapsProps {
  readonly interest: bigint;
  readonly soft: bigint;
  readonly hard: bigint;
}

/** How full the market is: a bar up to the hard cap, with a line at the soft one. */
function Caps({ interest, soft, hard }: CapsProps) {
  const part = (amount: bigint) => Number(((amount < hard ? amount : hard) * 1_000n) / hard) / 10;
  return (
    <div
      role="img"
      aria-label={text.barOf(percent(usedOf(interest, hard)))}
      className="relative h-2 overflow-hidden rounded bg-raised"
    >
      <div
        className={classes("h-full", interest > soft ? "bg-warn" : "bg-accent")}
        style={{ width: `${part(interest)}%` }}
      />
      <div className="absolute inset-y-0 w-0.5 bg-edge" style={{ left: `${part(soft)}%` }} title={text.softCap} />
    </div>
  );
}

interface DrawnProps {
  readonly symbol: string;
  readonly points: readonly { readonly time: number; readonly openInterest: bigint }[];
}

function Drawn({ symbol, points }: DrawnProps) {
  const { times, lines } = useMemo(
    () => ({
      times: points.map(({ time }) => time),
      lines: [
        {
          name: text.interestLine,
          values: points.map(({ openInterest }) => openInterest),
          decimals: 9,
          tone: "accent",
          fill: true,
          stepped: true,
          show: (value: bigint) => size(value, 2),
        },
      ],
    }),
    [points],
  );
  if (points.length < 2) return <EmptyState>{text.noHistory}</EmptyState>;
  return (
    <Suspense fallback={<Loading />}>
      <SeriesChart label={text.interestChart(symbol)} times={times} lines={lines} />
    </Suspense>
  );
}
