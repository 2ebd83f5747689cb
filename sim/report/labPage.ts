// SPDX-License-Identifier: MIT
import { calibrationSection } from "./calibrationSection.js";
import type { LabReport } from "./lab.js";
import { page } from "./page.js";
import { replaySection } from "./replaySection.js";
import { stressSection } from "./stressSection.js";

/** The report as one HTML file, which needs nothing else. */
export function labPage(report: LabReport): string {
  const lead = [
    `Seed ${report.seed}, ${report.seconds.toFixed(0)} seconds. Contracts of the production build on a chain within the process; docs/lab.md explains every figure.`,
    report.broken.length === 0 ? "No promise and no claim is broken." : `BROKEN: ${report.broken.join("; ")}.`,
  ];
  const sections = [replaySection(report.replay), stressSection(report.stress), calibrationSection(report.calibration)];
  return page("Novation's lab", lead, sections, report);
}
