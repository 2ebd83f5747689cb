// SPDX-License-Identifier: MIT
import { lazy, Suspense, useMemo, useState } from "react";
import type { MyAccount } from "../../chain/useMyAccount";
import { money } from "../../format";
import { MONEY_DECIMALS } from "../../format/decimal";
import { portfolioText as text } from "../../text/portfolio";
import { Age, Banner, Choice, EmptyState, Loading, Panel, Shown } from "../../ui";
import type { Lines } from "./history";
import { useEquityHistory, type EquityPoint } from "./useEquityHistory";

const SeriesChart = lazy(() => import("../../ui/SeriesChart"));
const SPANS = { hour: 3_600n, day: 86_400n, week: 604_800n, month: 2_592_000n } as const;
type Span = keyof typeof SPANS;

export function EquityPanel({ me, history }: { readonly me: MyAccount; readonly history: Lines | undefined }) {
  const [span, setSpan] = useState<Span>("hour");
  const query = useEquityHistory(me.id, SPANS[span]);
  return (
    <Panel
      title={text.chart}
      aside={
        <>
          <Age at={query.dataUpdatedAt} staleAfter={45_000} of={text.chart} />
          <Choice
            label={text.range}
            hideLabel
            value={span}
            options={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: text.ranges[value] }))}
            onChange={setSpan}
          />
        </>
      }
      flush
    >
      <Shown query={query}>
        {({ points, pruned }) =>
          pruned ? (
            <>
              <div className="p-2">
                <Banner kind="info">{text.noArchive}</Banner>
              </div>
              <Drawn me={me} points={cashOf(history)} />
            </>
          ) : (
            <Drawn me={me} points={points} />
          )
        }
      </Shown>
    </Panel>
  );
}

function Drawn({ me, points }: { readonly me: MyAccount; readonly points: readonly EquityPoint[] }) {
  const { times, lines } = useMemo(() => {
    const line = { decimals: MONEY_DECIMALS, show: (value: bigint) => money(value) };
    return {
      times: points.map(({ time }) => time),
      lines: [
        { ...line, name: text.equity, tone: "accent", values: points.map(({ equity }) => equity), fill: true },
        { ...line, name: text.cash, tone: "soft", values: points.map(({ cash }) => cash), stepped: true },
      ],
    };
  }, [points]);
  if (points.every(({ equity, cash }) => equity === 0n && cash === 0n)) return <EmptyState>{text.noChart}</EmptyState>;
  return (
    <Suspense fallback={<Loading />}>
      <SeriesChart label={text.chartOf(me.number)} times={times} lines={lines} height={190} />
    </Suspense>
  );
}

/** Cash after each change, of the indexer: what is known without old state. */
function cashOf(history: Lines | undefined): EquityPoint[] {
  const steps = [...(history?.lines ?? [])].reverse().filter(({ cash }) => cash !== null);
  return steps.map(({ time, cash }) => ({ time, cash: cash!, equity: cash! }));
}
