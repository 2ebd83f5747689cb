// SPDX-License-Identifier: MIT
import { NEW_FRAME, grossDown } from "../frame.js";
import { exactRank } from "../level.js";
import { money, size, type Money, type Price, type Size } from "../units.js";
import { sideOf } from "../state/lookup.js";
import { sizeOf } from "../state/position.js";
import type { Market, Position } from "../state/Venue.js";
import type { Quote } from "./quote.js";

/** A position at a quote. */
export interface Leg {
  /** 0: torn up, and `value` waits to be collected. */
  readonly size: Size;
  /** What it adds to equity, funding and charges included, floor. */
  readonly value: Money;
  /** The exact entry rank. */
  readonly rank: Price;
}

export const NO_LEG: Leg = { size: size(0n), value: money(0n), rank: 0n as Price };

/** The position taken out of its node's frame. */
export function legOf(market: Market, position: Position | undefined, quote: Quote): Leg {
  if (position === undefined) return NO_LEG;
  const longs = position.shares > 0n;
  const frame = sideOf(market, longs).nodes.get(position.node)?.frame ?? NEW_FRAME;
  const gross = grossDown(frame, position.shares, longs ? quote.long : quote.short);
  return {
    size: sizeOf(market, position),
    value: money(gross - position.offset),
    rank: exactRank(position.node, position.residue),
  };
}
