// SPDX-License-Identifier: MIT
import { abs, ceilDiv } from "../../../../sdk/arithmetic.js";
import { PRICE_UNIT } from "../../../../sdk/units.js";
import type { NodeView, PositionView } from "../../data/lens";

export const LAMPS = 5;
const PPM = 1_000_000;

/** Lights of a position: only winners have some; all of them at the head of the queue, at least one. */
export function lampsOf({ size, value, aheadShare }: Pick<PositionView, "size" | "value" | "aheadShare">): number {
  if (size === 0n || value <= 0n) return 0;
  return Math.max(1, LAMPS - Math.floor((Math.min(aheadShare, PPM) * LAMPS) / PPM));
}

/** What a charge per unit of the winning side takes of a position, ceil; nothing of the side that lost. */
export function chargeOf(size: bigint, jump: bigint, charge: bigint): bigint {
  if (size === 0n || jump === 0n || size > 0n !== jump > 0n) return 0n;
  return ceilDiv(abs(size) * charge, PRICE_UNIT);
}

/**
 * What registering saves of a charge of `charge` on gains in `jumps`: the same part of the relief. A little more than
 * it will be, as less is left to charge then.
 */
export function savedBy(
  positions: readonly Pick<PositionView, "market" | "size">[],
  jumps: readonly bigint[],
  charge: bigint,
  relief: bigint,
): bigint {
  const gains = positions.reduce((sum, { market, size }) => {
    const jump = jumps[Number(BigInt(market) & 3n)] ?? 0n;
    return sum + (size > 0n === jump > 0n ? (abs(size) * abs(jump)) / PRICE_UNIT : 0n);
  }, 0n);
  return gains === 0n ? 0n : (charge * relief) / gains;
}

/** The most that a charge can take in a jump of so many ppm in the position's favour: what the jump brings. */
export function worstCharge(size: bigint, mark: bigint, jump: bigint): bigint {
  return ceilDiv(abs(size) * mark * jump, PRICE_UNIT * BigInt(PPM));
}

export interface Bar {
  readonly node: number;
  /** Share of the tallest one, percent. */
  readonly height: number;
  readonly mine: boolean;
  readonly wins: boolean;
}

/** A side's levels as bars. */
export function barsOf(queue: readonly NodeView[], own: number): Bar[] {
  const tallest = queue.reduce((most, { size }) => (size > most ? size : most), 1n);
  return queue.map(({ node, size, gain }) => ({
    node,
    height: Math.max(4, Number((size * 100n) / tallest)),
    mine: node === own,
    wins: gain > 0n,
  }));
}

/** A slider's tenths of a percent as ppm. */
export function moveOf(tenths: number): bigint {
  return BigInt(Math.round(tenths)) * 1_000n;
}
