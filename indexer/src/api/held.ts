// SPDX-License-Identifier: MIT
import type { markets, nodes, positions, samples } from "../../schema";
import { abs } from "../../../sdk/arithmetic";
import { ONE, grossDown } from "../../../sdk/frame";
import type { Row } from "../rows/Rows";

/** A rate runs for at most this long after the last fill, seconds. */
const PERIOD = 28_800;

/** A position as the contracts have it. */
export type RawPosition = Pick<Row<typeof positions>, "shares" | "offset">;
/** The frame of its level: what a share stands for, and brought. */
export type Frame = Pick<Row<typeof nodes>, "remaining" | "proceeds">;
/** A market's cumulative funding and charges. */
export type Shifts = Pick<Row<typeof samples>, "funding" | "rate" | "time" | "chargeLong" | "chargeShort">;

export const WHOLE: Frame = { remaining: ONE, proceeds: 0n };

/** Cumulative funding at a time. */
export function fundingThen({ funding, rate, time }: Shifts, now: number): bigint {
  return funding + rate * BigInt(Math.max(0, Math.min(now - time, PERIOD)));
}

export function sizeThen({ shares }: RawPosition, { remaining }: Frame): bigint {
  const size = (abs(shares) * remaining) / ONE;
  return shares < 0n ? -size : size;
}

/** What a position adds to equity at a mark and a time, floor: as the SDK's `legOf` has it. */
export function valueThen(position: RawPosition, frame: Frame, shifts: Shifts, mark: bigint, now: number): bigint {
  const { shares, offset } = position;
  const charge = shares > 0n ? shifts.chargeLong : -shifts.chargeShort;
  const own = mark - fundingThen(shifts, now) - charge;
  return grossDown(frame, shares, own as never) - offset;
}

/** A market's row as a sample of now. */
export function shiftsOf(market: Row<typeof markets>): Shifts {
  const { funding, fundingRate: rate, fundingTime, chargeLong, chargeShort } = market;
  return { funding, rate, time: Number(fundingTime), chargeLong, chargeShort };
}
