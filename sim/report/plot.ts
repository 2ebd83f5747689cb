// SPDX-License-Identifier: MIT
import { init, type EChartsOption } from "echarts";

export type { EChartsOption } from "echarts";

const WIDTH = 720;

/** A plot as SVG, drawn by ECharts without a browser. */
export function svgOf(option: EChartsOption, height = 360): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      color: ["#1f5fa8", "#c2571a", "#2f8f4e", "#8a4fa3", "#a3852a", "#4c9a9a", "#b0415c"],
      grid: { left: 80, right: 60, top: 60, bottom: 60 },
      ...option,
    });
    return inline(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** Within a page the name spaces are known, and nothing answers to a pointer. */
function inline(svg: string): string {
  return svg
    .replace(/ xmlns(:xlink)?="[^"]*"/g, "")
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/ (width|height)="[^"]*"/, "")
    .replace(/ (width|height)="[^"]*"/, "");
}

/** A bar for each name and series. */
export function bars(
  names: readonly string[],
  series: { name: string; data: readonly number[]; stack?: string }[],
  unit: string,
  options: { log?: boolean; height?: number } = {},
): string {
  const long = Math.max(...names.map((name) => name.length));
  return svgOf(
    {
      legend: { top: 8, itemGap: 32 },
      grid: { left: Math.min(260, 24 + 7 * long), right: 40, top: 50, bottom: 50 },
      yAxis: { type: "category", data: [...names], inverse: true, axisLabel: { interval: 0 } },
      xAxis: { type: options.log ? "log" : "value", name: unit, nameLocation: "middle", nameGap: 30 },
      series: series.map(({ name, data, stack }) => ({
        type: "bar" as const,
        name,
        data: [...data],
        ...(stack === undefined ? {} : { stack }),
      })),
    },
    options.height ?? 100 + names.length * (series.some(({ stack }) => stack) ? 26 : 14 * series.length + 12),
  );
}

export interface Line {
  name: string;
  points: readonly (readonly [number, number])[];
  /** Points without a line between them. */
  loose?: boolean;
  dashed?: boolean;
  steps?: boolean;
  /** On the right axis. */
  right?: boolean;
}

export interface Axes {
  x: string;
  y: string;
  right?: string;
  logX?: boolean;
  logY?: boolean;
  /** x is a time in Unix seconds, or seconds. */
  time?: boolean;
  /** Stretches of x to shade. */
  shaded?: readonly (readonly [number, number])[];
  height?: number;
}

export function lines(list: readonly Line[], axes: Axes): string {
  const scale = axes.time ? 1_000 : 1;
  const axis = (name: string, log: boolean | undefined) => ({
    type: log ? ("log" as const) : ("value" as const),
    name,
    nameLocation: "middle" as const,
    scale: true,
  });
  const areas = (axes.shaded ?? []).map(([from, to]) => [{ xAxis: from * scale }, { xAxis: to * scale }]);
  return svgOf(
    {
      legend: { top: 8, itemGap: 32 },
      xAxis: axes.time
        ? { type: "time", name: axes.x, nameLocation: "middle", nameGap: 30 }
        : {
            ...axis(axes.x, axes.logX),
            nameGap: 30,
            ...(axes.logX ? {} : { max: "dataMax", axisLabel: { showMaxLabel: false } }),
          },
      yAxis: [
        { ...axis(axes.y, axes.logY), nameGap: 60 },
        ...(axes.right === undefined ? [] : [{ ...axis(axes.right, false), nameGap: 50, splitLine: { show: false } }]),
      ],
      series: list.map(({ name, points, loose, dashed, steps, right }, index) => ({
        name,
        data: points.map(([x, y]) => [x * scale, y]),
        yAxisIndex: right ? 1 : 0,
        ...(loose
          ? { type: "scatter" as const, symbolSize: 4 }
          : { type: "line" as const, showSymbol: false, ...(steps ? { step: "end" as const } : {}) }),
        ...(dashed ? { lineStyle: { type: "dashed" as const } } : {}),
        ...(index === 0 && areas.length > 0
          ? { markArea: { silent: true, itemStyle: { color: "#d9822b", opacity: 0.2 }, data: areas as never } }
          : {}),
      })),
    },
    axes.height ?? 360,
  );
}
