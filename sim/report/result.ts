// SPDX-License-Identifier: MIT
import type { CalibrationReport } from "../calibrate/result.js";
import type { ReplayReport } from "../replay/result.js";
import type { StressReport } from "../stress/result.js";

/** What `npm run lab` found. A part that was left out is undefined. */
export interface LabReport {
  quick: boolean;
  seed: number;
  replay?: ReplayReport | undefined;
  stress?: StressReport | undefined;
  calibration?: CalibrationReport | undefined;
  /** Of each part. */
  seconds: Record<string, number>;
}
