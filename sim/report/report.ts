// SPDX-License-Identifier: MIT
import { calibrationSection } from "./calibrationSection.js";
import { count } from "./format.js";
import { list, page, paragraph } from "./html.js";
import { replaySection } from "./replaySection.js";
import type { LabReport } from "./result.js";
import { stressSection } from "./stressSection.js";

/** The whole report as one page, which needs no network. */
export function reportHtml(lab: LabReport): string {
  const { replay, stress, calibration, quick, seed, seconds } = lab;
  const parts = [
    paragraph(
      `What the contracts did on a population and in scenarios, and what price histories ask of their parameters. Seed ${seed}${quick ? "; a quick run, with few accounts" : ""}. docs/lab.md explains each figure.`,
    ),
    list(Object.entries(seconds).map(([name, time]) => `${name}: ${count(time)} s`)),
    ...(replay ? [replaySection(replay)] : []),
    ...(stress ? [stressSection(stress)] : []),
    ...(calibration ? [calibrationSection(calibration)] : []),
  ];
  return page("Novation: the lab's report", parts.join("\n"));
}
