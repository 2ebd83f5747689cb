// SPDX-License-Identifier: MIT
import type { Point } from "./measurements.js";

/** gas = base + each * x, by least squares, and the largest deviation of a measured point from it, relative. */
export interface Fit {
  base: number;
  each: number;
  deviation: number;
}

export function fit(points: Point[]): Fit {
  const n = points.length;
  const mean = (of: (point: Point) => number) => points.reduce((total, point) => total + of(point), 0) / n;
  const [x, y] = [mean((point) => point.x), mean((point) => point.gas)];
  const each = mean((point) => (point.x - x) * (point.gas - y)) / mean((point) => (point.x - x) ** 2);
  const base = y - each * x;
  const deviation = Math.max(...points.map((point) => Math.abs(base + each * point.x - point.gas) / point.gas));
  return { base, each, deviation };
}

/** How many fit into `gas`, by the fit. */
export function largest({ base, each }: Fit, gas: number): number {
  return Math.floor((gas - base) / each);
}
