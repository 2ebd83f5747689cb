// SPDX-License-Identifier: MIT
import { VAULT_BUDGET } from "../../sdk/parameters/bounds.js";
import { MARKET_BOUNDS, MARKET_UNITS } from "../../sdk/parameters/market.js";
import { RISK_UNITS, riskBounds } from "../../sdk/parameters/risk.js";
import { perpetualOf } from "../look/options.js";
import type { Situation } from "../look/Situation.js";
import { amountText } from "../text/amounts.js";
import type { Wish } from "../wish/Wish.js";
import type { Problems } from "./drafts.js";
import { clearinghouseDraft } from "./markets.js";
import type { Change, Draft } from "./Operation.js";
import { boundsText, parametersAfter } from "./parameters.js";
import { sameAddress } from "./resolve.js";

/** Margin, trading parameters, sources and budgets of option groups. */
export function optionGroupDrafts(wish: Wish, situation: Situation, problems: Problems): Draft[] {
  const isOptions = situation.deployment.options !== undefined;
  return Object.entries(wish.groups ?? {}).flatMap(([name, wished]) => {
    const { risk, trading, volSource, source, budget } = wished;
    const path = ["groups", name];
    if (!isOptions) {
      for (const [field, value] of Object.entries({ risk, trading, volSource, source })) {
        if (value !== undefined) problems.add("bad", [...path, field], "only a group of an option venue has it");
      }
      return [];
    }
    const seen = situation.options.find(({ group, symbol }) => symbol === name || String(group) === name);
    if (seen === undefined) {
      const known = situation.options.map(({ symbol }) => symbol).join(", ");
      problems.add("unknown", path, `there is no such group: ${known}`);
      return [];
    }
    const { group, symbol, view } = seen;
    const drafts: Draft[] = [];
    const make = (what: string, call: string, args: unknown[], changes: Change[]) =>
      drafts.push(clearinghouseDraft(situation, { title: `${symbol}: ${what}`, name: call, args, changes }));
    const own = { scope: symbol, problems };
    // Each is refused while the other, as it is now, does not allow it: bounds of margin depend on the gap threshold.
    const tradingAfter = parametersAfter(
      {
        ...own,
        path: [...path, "trading"],
        units: MARKET_UNITS,
        bounds: MARKET_BOUNDS as never,
        present: view.params as never,
        wished: trading ?? {},
      },
      problems,
    );
    const gap = tradingAfter?.values.gapThreshold ?? BigInt(view.params.gapThreshold);
    const riskAfter = parametersAfter(
      {
        ...own,
        path: [...path, "risk"],
        units: RISK_UNITS,
        bounds: riskBounds(gap) as never,
        present: view.risk as never,
        wished: risk ?? {},
      },
      problems,
    );
    if (tradingAfter !== undefined && risk === undefined) {
      const [low] = riskBounds(gap).scanRange(view.risk as never);
      if (BigInt(view.risk.scanRange) < low) {
        const why = `scanRange stays at ${amountText(BigInt(view.risk.scanRange), "ppm")} and must be at least ${amountText(low, "ppm")}`;
        problems.add("beyond", [...path, "trading"], `${why}, by the gap threshold`);
      }
    }
    const margin = () => {
      if (riskAfter !== undefined) make("margin", "setRiskParams", [group, riskAfter.values], riskAfter.changes);
    };
    // A wider scan range has to come before a wider gap threshold, a narrower one after a narrower one.
    const widens = gap > BigInt(view.params.gapThreshold);
    if (widens) margin();
    if (tradingAfter !== undefined) {
      const args = [perpetualOf(group), tradingAfter.values];
      make("trading", "setMarketParams", args, tradingAfter.changes);
    }
    if (!widens) margin();
    for (const [field, wishedAt, present, call, id] of [
      ["source", source, seen.source, "setPriceSource", perpetualOf(group)],
      ["volSource", volSource, seen.volSource, "setVolSource", group],
    ] as const) {
      if (wishedAt === undefined || sameAddress(wishedAt, present)) continue;
      const change = { scope: symbol, name: field, before: present, after: wishedAt, bounds: undefined };
      make(field === "source" ? "price source" : "source of volatilities", call, [id, wishedAt], [change]);
    }
    if (budget !== undefined && budget !== seen.vaultBudget) {
      const [low, high] = VAULT_BUDGET;
      const bounds = boundsText(VAULT_BUDGET, "1e-9 quote");
      if (budget < low || budget > high) problems.add("beyond", [...path, "budget"], `it must be ${bounds}`);
      const before = amountText(seen.vaultBudget, "1e-9 quote");
      const after = amountText(budget, "1e-9 quote");
      make("budget", "setVaultBudget", [group, budget], [{ scope: symbol, name: "budget", before, after, bounds }]);
    }
    return drafts;
  });
}
