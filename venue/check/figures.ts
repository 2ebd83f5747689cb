// SPDX-License-Identifier: MIT
import type { Rebuilt } from "./rebuild.js";

/** What has happened on the chain, in a line. */
export function figuresOf({ counts, head }: Rebuilt): string {
  const of = (kind: Parameters<typeof counts.get>[0]) => counts.get(kind) ?? 0;
  return [
    `${head} blocks`,
    `${of("Traded")} fills`,
    `${of("Liquidated")} liquidations`,
    `${of("MarginCalled")} margin calls`,
    `${of("Locked")} locks`,
    `${of("Absorbed")} defaults absorbed`,
    `${of("NodeTornUp")} levels torn up`,
  ].join(", ");
}
