// SPDX-License-Identifier: MIT
import { max } from "../arithmetic.js";
import { PPM } from "../units.js";
import type { Bounds } from "./bounds.js";
import type { ParametersIn } from "./units.js";

/** How an option group measures margin, by name, and what each is counted in. Their meaning: docs/parameters.md. */
export const RISK_UNITS = {
  scanRange: "ppm",
  extremeMove: "ppm",
  extremeShare: "ppm",
  volUp: "ppm",
  volDown: "ppm",
  volPower: "ppm",
  maintenanceShare: "ppm",
  levelGap: "ppm",
  shortMinimum: "ppm",
  basisMove: "ppm",
  maxLegs: "series",
} as const;

export type RiskParameters = ParametersIn<typeof RISK_UNITS>;

/**
 * As RiskParameterLib.check, line by line, in its order; a test holds each bound to the contract.
 * @param gapThreshold That of the group's perpetual, ppm.
 */
export const riskBounds = (gapThreshold: bigint): Bounds<RiskParameters> => ({
  maintenanceShare: () => [500_000n, 900_000n],
  scanRange: () => [max(50_000n, 2n * gapThreshold), 400_000n],
  extremeMove: (p) => [p.scanRange, 900_000n],
  extremeShare: () => [100_000n, 750_000n],
  levelGap: () => [20_000n, 500_000n],
  volUp: (p) => [max(100_000n, p.levelGap), 2n * PPM],
  volDown: (p) => [max(100_000n, p.levelGap), 800_000n],
  volPower: () => [0n, 500_000n],
  shortMinimum: () => [1_000n, 50_000n],
  basisMove: () => [10_000n, 500_000n],
  maxLegs: () => [4n, 32n],
});
