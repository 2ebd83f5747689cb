// SPDX-License-Identifier: MIT
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import type { LegForm } from "./legs";

/** What the parts of the options page share: a group, and the legs that stand in its ticket. */
export interface PartProps {
  readonly group: DeployedOptionGroup;
  readonly legs: readonly LegForm[];
  readonly onLegs: (legs: readonly LegForm[]) => void;
}
