// SPDX-License-Identifier: MIT
import type { ParametersIn } from "./units.js";

/**
 * The parameters of an option group by name, and what each is counted in. Their meaning and bounds:
 * docs/parameters.md.
 */
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
