// SPDX-License-Identifier: MIT
import type { AccountId } from "../../../sdk/order.js";
import { money } from "../../../sdk/units.js";
import { planned, type Planned } from "../../plan/planned.js";
import { absorb, maxAbsorbedLegs, type Absorb } from "../actions/absorb.js";
import { deleverage, maxOptionSteps, type Deleverage } from "../actions/deleverage.js";
import { maxNetGas, net, netGas, type Net } from "../actions/net.js";
import { countOf } from "../actions/OptionKind.js";
import { poke, type Poke, type PokeWhy } from "../actions/poke.js";
import type { Health } from "../look/lens.js";
import type { GroupScene } from "../look/Scene.js";
import { gasCost, type OptionRules } from "./OptionPolicy.js";

export function plannedPoke(rules: OptionRules, { id }: GroupScene, why: PokeWhy): Planned<Poke> {
  return planned(poke, rules, { kind: "poke", group: Number(id), why }, 1);
}

/** In a lock that runs: everybody below zero at the frozen factors. */
export function absorbsInLock(rules: OptionRules, group: GroupScene): Planned<Absorb>[] {
  if (rules.time < group.view.absorbableFrom) return [];
  const below = group.atRisk.filter(({ atRecorded, legs }) => atRecorded < 0n && legs > 0n);
  return absorbBatches(rules, group, below, ({ atRecorded }) => -atRecorded);
}

/**
 * In an open group without a gap: those below zero, if their debts may lock it. The first batch must reach the least
 * debt by itself.
 */
export function absorbsThatLock(rules: OptionRules, group: GroupScene): Planned<Absorb>[] {
  const { view, atRisk } = group;
  const { time } = rules;
  if (!view.spotFresh || time < view.absorbableFrom || time < view.lastUnlock + view.venue.lockDelay) return [];
  const debt = ({ equity }: Health) => -equity;
  const below = atRisk.filter(({ equity, legs }) => equity < 0n && legs > 0n);
  const batches = absorbBatches(rules, group, below, debt);
  const first = new Set(batches[0]?.action.accounts);
  const locking = below
    .filter(({ account }) => first.has(account as AccountId))
    .reduce((sum, each) => sum + debt(each), 0n);
  return first.size > 0 && locking >= view.venue.minDebt ? batches : [];
}

/** Does somebody owe at live factors, who is left to an absorb? */
export function anyOwes({ atRisk }: GroupScene): boolean {
  return atRisk.some(({ equity, legs }) => equity < 0n && legs > 0n);
}

/**
 * Once it shows that somebody will be charged: all whose relief may save more than the gas of registering them, the
 * most first, as many a transaction as fit.
 */
export function netsInLock(rules: OptionRules, group: GroupScene): Planned<Net>[] {
  const { view, atRisk, reliefs, healths, id } = group;
  const below = new Set(atRisk.filter(({ atRecorded }) => atRecorded < 0n).map(({ account }) => account));
  if (owedIn(group) <= view.reserve) return [];
  const worth = [...reliefs].filter(([account, relief]) => {
    return !below.has(account) && relief > gasCost(rules.policy, netGas(healths.get(account)?.legs ?? 0n));
  });
  worth.sort(([, a], [, b]) => (a === b ? 0 : a > b ? -1 : 1));
  const limit = maxNetGas(rules.policy.transactionGas);
  const batches: Planned<Net>[] = [];
  let accounts: AccountId[] = [];
  let [legs, gas] = [0, 0n];
  const close = () => {
    if (accounts.length === 0) return;
    const order = batches.length / (reliefs.size + 1) - 2; // later ones are less urgent
    const action = { kind: "net", group: Number(id), accounts, legs } as const;
    batches.push(planned(net, rules, action, 1, money(0n), order));
    [accounts, legs, gas] = [[], 0, 0n];
  };
  for (const [account] of worth) {
    const held = healths.get(account)?.legs ?? 0n;
    if (gas + netGas(held) > limit) close();
    accounts.push(account);
    [legs, gas] = [legs + Number(held), gas + netGas(held)];
  }
  close();
  return batches;
}

/** What a lock's defaulters owe, absorbed or not yet. */
export function owedIn({ view, atRisk }: Pick<GroupScene, "view" | "atRisk">): bigint {
  return atRisk.reduce((sum, { atRecorded }) => (atRecorded < 0n ? sum - atRecorded : sum), view.deficit as bigint);
}

/** As many steps as it can take, or as fit into a transaction: it goes on from there in the next. */
export function settle(rules: OptionRules, { id, view }: GroupScene): Planned<Deleverage> {
  const series = countOf(view.series);
  // Each series is measured, charged and closed; nodes are torn up where defaulters had legs.
  const most = 3 * series + 8 * Number(view.absorbed) * Number(view.risk.maxLegs);
  const steps = Math.min(maxOptionSteps(rules.policy.transactionGas), Math.max(most, 1));
  return planned(deleverage, rules, { kind: "deleverage", group: Number(id), steps }, 1, money(view.venue.refund));
}

/** The largest debts first, as many as fit into a transaction, each batch in ascending order. */
function absorbBatches(
  rules: OptionRules,
  { id }: GroupScene,
  below: readonly Health[],
  debt: (health: Health) => bigint,
): Planned<Absorb>[] {
  const most = maxAbsorbedLegs(rules.policy.transactionGas);
  const sorted = [...below].sort((a, b) => (debt(a) === debt(b) ? 0 : debt(a) > debt(b) ? -1 : 1));
  const batches: Planned<Absorb>[] = [];
  for (let from = 0; from < sorted.length;) {
    let [legs, to] = [0, from];
    while (to < sorted.length && (to === from || legs + Number(sorted[to]!.legs) <= most)) {
      legs += Number(sorted[to++]!.legs);
    }
    const accounts = sorted.slice(from, to).map(({ account }) => account as AccountId);
    accounts.sort((a, b) => (a < b ? -1 : 1));
    // Later batches are less urgent, and count on the first one's lock.
    const order = -2 + from / (sorted.length + 1);
    batches.push(planned(absorb, rules, { kind: "absorb", group: Number(id), accounts, legs }, 1, money(0n), order));
    from = to;
  }
  return batches;
}
