// SPDX-License-Identifier: MIT
import { stringify } from "yaml";
import { COLLATERAL_UNITS } from "../../sdk/parameters/collateral.js";
import { MARKET_UNITS } from "../../sdk/parameters/market.js";
import { RISK_UNITS } from "../../sdk/parameters/risk.js";
import { VENUE_UNITS } from "../../sdk/parameters/venue.js";
import type { ParameterUnit } from "../../sdk/parameters/units.js";
import type { Hex } from "../../sdk/orderHash.js";
import { PUBLIC_ROLE, type Authority } from "../look/roles.js";
import type { Situation } from "../look/Situation.js";
import { amountText } from "../text/amounts.js";
import { span } from "../text/span.js";

/** A venue as it is, as a file of wishes: what `check` compares, and what a proposal can begin with. */
export function stateText(situation: Situation, codes: ReadonlyMap<string, Hex>): string {
  const { venue, markets, groups, options, collaterals, authority, header, deployment, symbolOf } = situation;
  const listed = markets.map(({ market, source, status, params }) => {
    const values = { source, status: status === 2n ? "settled" : "open", ...amounts(MARKET_UNITS, params as never) };
    return [symbolOf(market), values];
  });
  const pledged = collaterals.map(({ symbol, token, source, line, params }) => {
    const values = {
      token,
      source,
      line: amountText(line, "1e-9 quote"),
      ...amounts(COLLATERAL_UNITS, params as never),
    };
    return [symbol, values];
  });
  const budgets = groups.map(({ group, vaultBudget }) => [
    String(group),
    { budget: amountText(vaultBudget, "1e-9 quote") },
  ]);
  const ofOptions = options.map(({ symbol, view, source, volSource, vaultBudget }) => {
    const values = {
      ...{ source, volSource, budget: amountText(vaultBudget, "1e-9 quote") },
      trading: amounts(MARKET_UNITS, view.params as never),
      risk: amounts(RISK_UNITS, view.risk as never),
    };
    return [symbol, values];
  });
  const target = ({ adminDelay, closed }: Authority["targets"]["authority"]) => ({
    adminDelay: span(adminDelay.set),
    closed: closed ? "yes" : "no",
  });
  const state = {
    title: `Chain ${deployment.chainId} at block ${header.number}`,
    venue: amounts(VENUE_UNITS, venue.params as never),
    ...{ treasury: venue.treasury, vault: venue.vault, accessGate: venue.accessGate },
    groups: Object.fromEntries([...budgets, ...ofOptions]) as object,
    markets: Object.fromEntries(listed) as object,
    ...(pledged.length > 0 && { collaterals: Object.fromEntries(pledged) as object }),
    roles: rolesOf(authority),
    targets: { clearinghouse: target(authority.targets.clearinghouse), authority: target(authority.targets.authority) },
    code: Object.fromEntries(codes),
  };
  // Every scalar in quotes: YAML would take an address for a number.
  return stringify(state, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
}

function amounts(units: Readonly<Record<string, ParameterUnit>>, values: Readonly<Record<string, bigint>>): object {
  return Object.fromEntries(Object.entries(units).map(([name, unit]) => [name, amountText(values[name]!, unit)]));
}

function rolesOf(authority: Authority): object {
  const labelOf = (id: bigint) => authority.roles.find((each) => each.id === id)?.label ?? `role-${id}`;
  const roles = authority.roles.filter(({ id }) => id !== PUBLIC_ROLE);
  return Object.fromEntries(
    roles.map(({ id, label, members, functions, admin, guardian, grantDelay }) => [
      label,
      {
        id: String(id),
        members: Object.fromEntries(members.map(({ address, ...member }) => [address, span(settledDelay(member))])),
        ...(functions.length > 0 ? { functions: [...functions] } : {}),
        ...{ admin: labelOf(admin), guardian: labelOf(guardian), grantDelay: span(grantDelay.set) },
      },
    ]),
  );
}

function settledDelay({
  delay,
  pendingDelay,
  effect,
}: {
  delay: bigint;
  pendingDelay: bigint;
  effect: bigint;
}): bigint {
  return effect === 0n ? delay : pendingDelay;
}
