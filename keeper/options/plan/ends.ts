// SPDX-License-Identifier: MIT
import { seriesHeld } from "../../../sdk/options/series.js";
import { ownerOf, type AccountId, type Address } from "../../../sdk/order.js";
import { planned, type Planned } from "../../plan/planned.js";
import { collect, maxCollected, type Collect, type Due } from "../actions/collect.js";
import { fixPrice, maxRounds, type FixPrice } from "../actions/fixPrice.js";
import type { GroupView } from "../look/lens.js";
import type { GroupScene } from "../look/Scene.js";
import { gasCost, type OptionRules } from "./OptionPolicy.js";

/** The places of a ladder: 15 calls, 15 puts, the future. */
const LADDER = (1n << 31n) - 1n;
const [ONCE, EACH] = [137_500n, 68_750n]; // with the plan's margin

/** The average of the earliest expiry, once rounds to begin with are found. */
export function fixingsDue(rules: OptionRules, { id, fixings }: GroupScene): Planned<FixPrice>[] {
  return [...fixings].map(([ladder, entries]) => {
    const rounds = maxRounds(rules.policy.transactionGas);
    return planned(fixPrice, rules, { kind: "fixPrice", group: Number(id), ladder, entries, rounds }, 1);
  });
}

/**
 * Positions of closed series, paid to their accounts: a ladder's place is free when all are. A transaction costs at
 * most what the keeper is ready to lose.
 */
export function collectsDue(
  rules: OptionRules,
  { id, view, healths }: GroupScene,
  keeper: Address,
): Planned<Collect>[] {
  const { policy } = rules;
  const closed = closedSeries(view);
  if (policy.collect === "none" || closed === 0n) return [];
  const due: Due[] = [];
  for (const [account, { held }] of healths) {
    if ((held & closed) === 0n) continue;
    if (policy.collect === "own" && ownerOf(account as AccountId).toLowerCase() !== keeper.toLowerCase()) continue;
    for (const series of seriesHeld(view.group, held & closed)) due.push({ account, series });
  }
  const [once, each] = [gasCost(policy, ONCE), gasCost(policy, EACH)];
  const affordable = each === 0n ? due.length : Number((policy.maxLoss - once) / each);
  const most = Math.min(maxCollected(policy.transactionGas), affordable);
  const batches: Planned<Collect>[] = [];
  for (let from = 0; most > 0 && from < due.length; from += most) {
    const action = { kind: "collect", group: Number(id), due: due.slice(from, from + most) } as const;
    batches.push(planned(collect, rules, action, 1));
  }
  return batches;
}

/** Of ladders whose price is fixed and that anchor and recorded factors have passed; a bit each. */
export function closedSeries({ expiries, anchor, recorded }: GroupView): bigint {
  return expiries
    .filter(({ expiry, settlement }) => settlement !== 0n && anchor.time >= expiry && recorded.time >= expiry)
    .reduce((bits, { place }) => bits | (LADDER << (place << 5n)), 0n);
}
