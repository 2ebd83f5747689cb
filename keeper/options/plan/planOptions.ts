// SPDX-License-Identifier: MIT
import type { Planned } from "../../plan/planned.js";
import { batchDue } from "../actions/processBatch.js";
import type { OptionAction } from "../actions/OptionAction.js";
import { phaseOf, type GroupScene, type OptionScene } from "../look/Scene.js";
import { collectsDue, fixingsDue } from "./ends.js";
import { absorbsInLock, absorbsThatLock, anyOwes, netsInLock, plannedPoke, settle } from "./locks.js";
import type { OptionRules } from "./OptionPolicy.js";
import { levelsDue, listsDue, smilesDue } from "./posts.js";
import { slicesDue } from "./slices.js";

/** What to do now, most urgent first. Depends on what is given alone. Each action is one transaction. */
export function planOptions(scene: OptionScene, rules: OptionRules): Planned<OptionAction>[] {
  const appetite = { left: rules.policy.appetite };
  const list = [...scene.groups.values()].flatMap((group) => planGroup(scene, rules, group, appetite));
  list.push(...batchDue(rules, scene));
  return list.filter(({ wanted }) => wanted).sort((a, b) => a.urgency - b.urgency);
}

type Appetite = Parameters<typeof slicesDue>[2];

function planGroup(
  scene: OptionScene,
  rules: OptionRules,
  group: GroupScene,
  appetite: Appetite,
): Planned<OptionAction>[] {
  const { view } = group;
  switch (phaseOf(view)) {
    case "SETTLING":
      return [settle(rules, group)];
    case "LOCKED":
      if (rules.time >= view.until) {
        if (view.absorbed > 0n) return [settle(rules, group)];
        const fixings = fixingsWanted(rules, group);
        return fixings.length > 0 ? fixings : [plannedPoke(rules, group, "over")];
      }
      return [...absorbsInLock(rules, group), ...netsInLock(rules, group), ...fixingsDue(rules, group)];
    case "NORMAL":
      return [...levelsDue(rules, group), ...planOpen(scene, rules, group, appetite)];
  }
}

function planOpen(
  scene: OptionScene,
  rules: OptionRules,
  group: GroupScene,
  appetite: Appetite,
): Planned<OptionAction>[] {
  const { view } = group;
  const fixings = fixingsWanted(rules, group);
  if (fixings.length > 0) return fixings;
  if (view.gapped) return [plannedPoke(rules, group, "gap")];
  const absorbs = absorbsThatLock(rules, group);
  if (absorbs.length > 0) return absorbs;
  return [
    ...slicesDue(rules, group, appetite),
    ...smilesDue(rules, group),
    ...collectsDue(rules, group, scene.keeper),
    ...pokesLast(rules, group),
    ...listsDue(rules, group),
  ];
}

/** Locks and liquidations wait for the price of an expiry: before it, its series are not marked at what they pay. */
function fixingsWanted(rules: OptionRules, group: GroupScene): Planned<OptionAction>[] {
  return fixingsDue(rules, group).filter(({ wanted }) => wanted);
}

/** What can wait. A dead source can be replaced an hour after it was noted. */
function pokesLast(rules: OptionRules, group: GroupScene): Planned<OptionAction>[] {
  const { view } = group;
  if (view.spotFresh !== (view.staleSince === 0n)) return [plannedPoke(rules, group, "source")];
  const isDue = view.fresh && rules.time >= view.anchorsDue && rules.time >= view.absorbableFrom;
  // Not while somebody owes what the winners since the anchors have gained.
  return isDue && !anyOwes(group) ? [plannedPoke(rules, group, "anchors")] : [];
}
