// SPDX-License-Identifier: MIT
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { VAULT_BUDGET } from "../../../../sdk/parameters/bounds.js";
import { marketParameters, venueParameters, type ParameterRow } from "../../data/parameters";
import { governanceText as text } from "../../text/governance";
import type { Parameters } from "./useGovernance";

/** What a scope of the indexer is called: `venue`, `group-N`, `market-N`. */
export function scopeText(scope: string | undefined, markets: readonly DeployedMarket[]): string {
  if (scope === undefined || scope === "venue") return text.venue;
  const match = /^(group|market)-(\d{1,10})$/.exec(scope);
  if (match === null) return text.unknown(scope);
  const id = BigInt(match[2]!);
  if (match[1] === "market") return markets.find((market) => market.id === id)?.symbol ?? text.unknown(scope);
  const symbols = markets.filter(({ group }) => group === id).map(({ symbol }) => symbol);
  return symbols.length === 0 ? text.unknown(scope) : text.group(symbols.join(", "));
}

/** The parameters of a scope as they are; undefined: there is no such scope. */
export function parametersOf(scope: string, { venue, markets, groups }: Parameters): ParameterRow[] | undefined {
  if (scope === "venue") return venueParameters(venue.params);
  const [kind, id] = scope.split("-");
  if (kind === "market") {
    const view = markets.find(({ market }) => String(market) === id);
    return view && marketParameters(view.params);
  }
  const view = groups.find(({ group }) => String(group) === id);
  const [low, high] = VAULT_BUDGET;
  return view && [{ name: "vaultBudget", unit: "1e-9 quote", value: view.vaultBudget, low, high }];
}
