// SPDX-License-Identifier: MIT
// Why the contracts would refuse a trade, by their own errors and in their words. The chain has the last word.
import { namedError, type NamedError } from "../../../../sdk/errors.js";
import type { ChainView, MarginFigures } from "../../data/options/lens";

export interface Judged {
  readonly account: bigint;
  readonly chain: Pick<ChainView, "phase" | "fresh" | "spotFresh" | "group">;
  /** Series of the legs that nobody trades: not listed, or expired. */
  readonly closed: readonly bigint[];
  /** All that trades now, when its price or level is not fresh. */
  readonly series: bigint;
  readonly before: MarginFigures;
  readonly later: MarginFigures;
}

/** The first error with which the contracts would refuse it; undefined: none that is known before. */
export function judge({ account, chain, closed, series, before, later }: Judged): NamedError | undefined {
  if (chain.phase !== 0) return namedError("GroupLocked", { group: BigInt(chain.group) });
  if (closed.length > 0) return namedError("SeriesNotTradable", { series: closed[0] });
  if (!chain.fresh) return namedError("PriceNotFresh", { market: series });
  const sound = later.atAnchor >= 0n && later.atRecorded >= 0n;
  if (later.equity >= later.initial && sound) return undefined;
  // Who only reduces need not be above initial margin: his equity / maintenance must not fall.
  const reduces = later.maintenance <= before.maintenance && later.legs <= before.legs;
  const ratioHolds = later.equity * before.maintenance >= before.equity * later.maintenance;
  if (reduces && later.equity >= 0n && ratioHolds) {
    const anchored = later.atAnchor >= 0n || later.atAnchor >= before.atAnchor;
    const recorded = later.atRecorded >= 0n || later.atRecorded >= before.atRecorded;
    if (anchored && recorded) return undefined;
  } else if (later.equity < later.initial) {
    return namedError("InsufficientMargin", { account, equity: later.equity, required: later.initial });
  }
  return namedError("UnsoundAtAnchor", {
    account,
    atAnchor: later.atAnchor,
    atRecordedMark: later.atRecorded,
  });
}
