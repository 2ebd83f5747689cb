// SPDX-License-Identifier: MIT
import { processBatch as linear, type ProcessBatch } from "../../actions/processBatch.js";
import { planned, type Planned } from "../../plan/planned.js";
import type { OptionScene } from "../look/Scene.js";
import { phaseOf } from "../look/Scene.js";
import { anyOwes } from "../plan/locks.js";
import type { OptionRules } from "../plan/OptionPolicy.js";
import type { OptionKind } from "./OptionKind.js";

/** Prices the vault's oldest batch of redeems: the vault is the same contract. */
export const processBatch: OptionKind<ProcessBatch> = { ...linear, cause: () => "" } as OptionKind<ProcessBatch>;

/** The batch that is due. Not while a default waits to be gathered: who leaves would leave a loss to those who stay. */
export function batchDue(rules: OptionRules, { batch: due, groups }: OptionScene): Planned<ProcessBatch>[] {
  if (!due || !due.open || rules.time < due.dueAt) return [];
  const troubled = [...groups.values()].some(
    (group) => phaseOf(group.view) !== "NORMAL" || group.view.gapped || anyOwes(group),
  );
  if (troubled) return [];
  return [planned(processBatch, rules, { kind: "processBatch", batch: due.id }, 1)];
}
