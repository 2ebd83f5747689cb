// SPDX-License-Identifier: MIT
import type { Frame } from "../../sdk/frame.js";
import type { NodeId } from "../../sdk/level.js";
import type { Money } from "../../sdk/units.js";

/** What a position's slot says. */
export interface PositionInput {
  /** The index of the market in its group. */
  readonly market: number;
  /** Negative for shorts. */
  readonly shares: bigint;
  readonly offset: Money;
  readonly node: NodeId;
}

/**
 * An account with positions. Cash is what the next operation finds: protected deposits of a past recovery converted.
 */
export interface AccountInput {
  readonly id: bigint;
  readonly cash: Money;
  readonly positions: readonly PositionInput[];
}

/** What tear-ups left of a node. */
export interface FrameInput {
  readonly market: number;
  readonly longs: boolean;
  readonly node: NodeId;
  readonly frame: Frame;
}
