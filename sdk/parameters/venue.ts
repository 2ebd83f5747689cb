// SPDX-License-Identifier: MIT
import { min } from "../arithmetic.js";
import type { Bounds, Range } from "./bounds.js";
import type { ParametersIn } from "./units.js";

/** The parameters of the venue by name, and what each is counted in. Their meaning: docs/parameters.md. */
export const VENUE_UNITS = {
  lockDelay: "seconds",
  calmPeriod: "seconds",
  callGrace: "seconds",
  callLapse: "seconds",
  vaultDelay: "seconds",
  unpauseGrace: "seconds",
  callLevel: "ppm",
  keeperShare: "ppm",
  vaultFeeShare: "ppm",
  vaultDiscount: "ppm",
  offerRate: "ppm an hour",
  outflowRate: "ppm",
  outflowFloor: "1e-9 quote",
  minDebt: "1e-9 quote",
  refund: "1e-9 quote",
} as const;

export type VenueParameters = ParametersIn<typeof VENUE_UNITS>;

const HOUR = 3_600n;
const DAY = 86_400n;
const QUOTE = 10n ** 9n;

/** It depends on no other parameter. */
export const LOCK_DELAY: Range = [60n, HOUR];

/** As ParameterLib.checkVenue, line by line, in its order; a test holds each bound to the contract. */
export const VENUE_BOUNDS: Bounds<VenueParameters> = {
  lockDelay: () => LOCK_DELAY,
  calmPeriod: (p) => [p.lockDelay, DAY],
  callGrace: () => [60n, DAY],
  callLapse: (p) => [p.callGrace + 60n, 2n * p.callGrace],
  vaultDelay: (p) => [5n, min(p.callGrace, HOUR)],
  unpauseGrace: () => [60n, HOUR],
  callLevel: () => [1_000_000n, 1_333_333n],
  keeperShare: () => [100_000n, 900_000n],
  vaultFeeShare: () => [0n, 1_000_000n],
  vaultDiscount: () => [500n, 50_000n],
  offerRate: () => [100n, 50_000n],
  outflowRate: () => [50_000n, 1_000_000n],
  outflowFloor: () => [10_000n * QUOTE, (1n << 64n) - 1n],
  minDebt: () => [QUOTE, 10_000n * QUOTE],
  refund: () => [0n, 100n * QUOTE],
};
