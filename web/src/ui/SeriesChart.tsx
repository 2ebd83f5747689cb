// SPDX-License-Identifier: MIT
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colour, useTheme } from "../app/theme";
import { exact, mark, moment } from "../format";

export interface SeriesChartProps {
  /** What it shows, for screen readers. */
  readonly label: string;
  /** Unix seconds, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly SeriesLine[];
  readonly height?: number;
}

export interface SeriesLine {
  readonly name: string;
  /** Fixed-point units of 10^-decimals; null: not known. */
  readonly values: readonly (bigint | null)[];
  readonly decimals: number;
  /** A colour of the theme. */
  readonly tone: string;
  readonly show: (value: bigint) => string;
  readonly fill?: boolean;
  readonly stepped?: boolean;
}

/** uPlot's legend in the page's own type. */
const BOX =
  "w-full min-w-0 px-1 pt-1 pb-1 [&_.u-legend]:text-2xs! [&_.u-legend]:text-soft [&_.u-legend_th]:font-normal! [&_.u-value]:text-ink";
const [MINUTE, DAY] = [60, 86_400];

/** Marks of an axis: as near as they are, no two read the same. */
function marksOf(splits: readonly number[]): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  const steps = step >= DAY ? "days" : step % MINUTE === 0 ? "minutes" : "seconds";
  return splits.map((at) => mark(at, steps));
}

/** A little room above and below: a flat line lies in the middle, not over a zero that is far away. */
function aroundOf(low: number, high: number): [number, number] {
  const room = Math.max((high - low) * 0.1, Math.abs(high) * 0.002) || 1;
  return [low - room, high + room];
}

/** Lines over time. Heights of pixels pass through floats, what is written beside them does not. */
export default function SeriesChart({ label, times, lines, height = 180 }: SeriesChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const latest = useRef({ lines, times });
  latest.current = { lines, times };
  const shape = lines.map(({ name, tone }) => `${name}/${tone}`).join("|");
  const chart = useRef<uPlot>(undefined);

  useEffect(() => {
    const element = box.current!;
    const { lines: drawn } = latest.current;
    const axis = { stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
    const font = "11px ui-sans-serif, system-ui, sans-serif";
    const first = drawn[0]!;
    const near = (value: number | null) =>
      value === null
        ? ""
        : first.show(BigInt(Math.round(value * 1e6)) * 10n ** BigInt(Math.max(0, first.decimals - 6)));
    const made = new uPlot(
      {
        width: element.clientWidth || 300,
        height,
        padding: [8, 8, 0, 0],
        cursor: { points: { size: 6 }, y: false },
        legend: { live: true },
        scales: { x: { time: true }, y: { range: (_, low, high) => aroundOf(low, high) } },
        axes: [
          { ...axis, font, size: 28, values: (_, splits) => marksOf(splits) },
          { ...axis, font, size: 76, values: (_, splits) => splits.map(near) },
        ],
        series: [
          {
            label: "",
            value: (_, at: number | null) => (at === null ? "" : moment(at)),
          },
          ...drawn.map((line, index) => ({
            label: line.name,
            stroke: colour(line.tone),
            width: 1.5,
            points: { show: false },
            ...(line.fill && { fill: `${colour(line.tone)}1f` }),
            ...(line.stepped && { paths: uPlot.paths.stepped!({ align: 1 }) }),
            value: (_: uPlot, __: number | null, ___: number, at: number | null) => {
              const value = at === null ? undefined : latest.current.lines[index]?.values[at];
              return value === undefined || value === null ? "–" : line.show(value);
            },
          })),
        ],
      },
      dataOf(latest.current.times, drawn),
      element,
    );
    chart.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth || 300, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [shape, theme, height]);

  useEffect(() => {
    chart.current?.setData(dataOf(times, lines));
  }, [times, lines]);

  return <div ref={box} role="img" aria-label={label} className={BOX} />;
}

function dataOf(times: readonly number[], lines: readonly SeriesLine[]): uPlot.AlignedData {
  const heights = lines.map(({ values, decimals }) =>
    values.map((value) => (value === null ? null : Number(exact(value, decimals)))),
  );
  return [[...times], ...heights] as uPlot.AlignedData;
}
