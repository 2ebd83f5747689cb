// SPDX-License-Identifier: MIT
import { init, type EChartsOption } from "echarts";

const [WIDTH, HEIGHT] = [720, 340];

/** A chart as SVG, drawn here and not in a browser. */
export function chart(option: EChartsOption, height = HEIGHT): string {
  const drawing = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  const grid = { left: 80, right: 30, top: 48, bottom: 56 };
  drawing.setOption({ animation: false, grid, legend: { top: 8 }, ...option });
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  return svg;
}

/** A value axis whose name stands beside it. */
export function axis(name: string, more: object = {}): object {
  return { type: "value", name, nameLocation: "middle", nameGap: 34, ...more };
}

/** The same, upright: figures need more room there. */
export function upright(name: string, more: object = {}): object {
  return axis(name, { nameGap: 60, ...more });
}
