// SPDX-License-Identifier: MIT
import {
  CandlestickSeries,
  ColorType,
  HistogramSeries,
  LineStyle,
  TickMarkType,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useRef } from "react";
import { colour, useTheme } from "../../app/theme";
import { exact, mark, moment, type Steps } from "../../format";
import type { Candle, Fill } from "../../data/indexer/schemas";
import { tradeText as text } from "../../text/trade";

export interface CandleChartProps {
  readonly label: string;
  readonly candles: readonly Candle[];
  readonly seconds: number;
  /** The mark now, for the last candle. */
  readonly live: bigint | undefined;
  readonly liquidation: bigint | undefined;
  readonly entry: bigint | undefined;
  readonly fills: readonly Fill[];
  readonly account: bigint | undefined;
}

interface Parts {
  readonly chart: IChartApi;
  readonly series: ISeriesApi<"Candlestick">;
  readonly volume: ISeriesApi<"Histogram">;
  readonly markers: ISeriesMarkersPluginApi<Time>;
  readonly lines: IPriceLine[];
}

/** A height on a canvas, which is no number that anybody reads or signs. */
const pixelPrice = (units: bigint): number => Number(exact(units, 18));

/** What differs between marks of a kind. */
const STEPS: Partial<Record<TickMarkType, Steps>> = {
  [TickMarkType.DayOfMonth]: "days",
  [TickMarkType.TimeWithSeconds]: "seconds",
};

export default function CandleChart(props: CandleChartProps) {
  const { candles, seconds, live, liquidation, entry, fills, account } = props;
  const box = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts>(undefined);
  const theme = useTheme();

  useEffect(() => {
    const chart = createChart(box.current!, {
      autoSize: true,
      layout: { attributionLogo: false, fontSize: 11 },
      // Times in the reader's zone, as everywhere else on the page: by itself the chart has them in UTC.
      localization: { timeFormatter: (time: Time) => moment(time as UTCTimestamp) },
      timeScale: {
        ...{ timeVisible: true, secondsVisible: false, borderVisible: false },
        tickMarkFormatter: (time: Time, type: TickMarkType) =>
          type < TickMarkType.DayOfMonth ? null : mark(time as UTCTimestamp, STEPS[type] ?? "minutes"),
      },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.2 } },
    });
    const series = chart.addSeries(CandlestickSeries, { priceLineVisible: true });
    const volume = chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceLineVisible: false,
      lastValueVisible: false,
    });
    chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.85, bottom: 0 } });
    parts.current = { chart, series, volume, markers: createSeriesMarkers(series, []), lines: [] };
    return () => {
      chart.remove();
      parts.current = undefined;
    };
  }, []);

  useEffect(() => {
    const { chart, series } = parts.current!;
    const [long, short, line] = [colour("long"), colour("short"), colour("line")];
    chart.applyOptions({
      layout: { background: { type: ColorType.Solid, color: colour("panel") }, textColor: colour("soft") },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
    });
    const sides = { upColor: long, downColor: short, wickUpColor: long, wickDownColor: short };
    series.applyOptions({ ...sides, borderVisible: false });
  }, [theme]);

  useEffect(() => {
    const { series, volume } = parts.current!;
    series.setData(candles.map(barOf));
    volume.setData(
      candles.map(({ start, base, open, close }) => ({
        time: start as UTCTimestamp,
        value: Number(exact(base, 9)),
        color: `${colour(close >= open ? "long" : "short")}55`,
      })),
    );
  }, [candles, theme]);

  useEffect(() => {
    const last = candles.at(-1);
    if (live === undefined || last === undefined) return;
    const at = pixelPrice(live);
    const bar = barOf(last);
    parts.current!.series.update({ ...bar, close: at, high: Math.max(bar.high, at), low: Math.min(bar.low, at) });
  }, [live, candles]);

  useEffect(() => {
    const { series, lines } = parts.current!;
    for (const line of lines.splice(0)) series.removePriceLine(line);
    const add = (units: bigint | undefined, title: string, name: string) => {
      if (units === undefined) return;
      const style = { lineStyle: LineStyle.Dashed, lineWidth: 1, axisLabelVisible: true } as const;
      lines.push(series.createPriceLine({ price: pixelPrice(units), title, color: colour(name), ...style }));
    };
    add(liquidation, text.liquidationLine, "bad");
    add(entry, text.entryLine, "accent");
  }, [liquidation, entry, theme]);

  useEffect(() => {
    const first = candles[0]?.start ?? 0;
    const own = fills.filter(({ time }) => time >= first).sort((a, b) => a.seq - b.seq);
    parts.current!.markers.setMarkers(
      own.map(({ time, size, taker }) => {
        const buys = size > 0n === (taker === account);
        return {
          time: (time - (time % seconds)) as UTCTimestamp,
          position: buys ? ("belowBar" as const) : ("aboveBar" as const),
          shape: buys ? ("arrowUp" as const) : ("arrowDown" as const),
          color: colour(buys ? "long" : "short"),
        };
      }),
    );
  }, [fills, account, candles, seconds, theme]);

  return <div ref={box} role="img" aria-label={props.label} className="h-full min-h-64 w-full" />;
}

function barOf({ start, open, high, low, close }: Candle) {
  return {
    time: start as UTCTimestamp,
    open: pixelPrice(open),
    high: pixelPrice(high),
    low: pixelPrice(low),
    close: pixelPrice(close),
  };
}
