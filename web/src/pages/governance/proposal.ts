// SPDX-License-Identifier: MIT
import { encodeFunctionData, type Hex } from "viem";
import { clearinghouseFunctionsAbi } from "../../../../sdk/abis/clearinghouseFunctions.js";
import type { Parameters } from "./useGovernance";

const abi = clearinghouseFunctionsAbi;

type Governed = Pick<Parameters, "markets" | "groups"> & { readonly venue: Pick<Parameters["venue"], "params"> };

/** The parameters with another value of one of a scope. What is not there stays not there. */
export function changed<All extends Governed>(scope: string, name: string, value: bigint, all: All): All {
  const [kind, id] = scope.split("-");
  const set = <Values extends object>(values: Values): Values => {
    if (!Object.hasOwn(values, name)) return values;
    const was = (values as Readonly<Record<string, unknown>>)[name];
    return { ...values, [name]: typeof was === "number" ? Number(value) : value };
  };
  if (kind === "venue") return { ...all, venue: { ...all.venue, params: set(all.venue.params) } };
  if (kind === "market") {
    const markets = all.markets.map((each) =>
      String(each.market) === id ? { ...each, params: set(each.params) } : each,
    );
    return { ...all, markets };
  }
  return { ...all, groups: all.groups.map((each) => (String(each.group) === id ? set(each) : each)) };
}

/** The call that gives one parameter of a scope another value and leaves all others; undefined: there is none such. */
export function changeOf(scope: string, name: string, value: bigint, all: Governed): Hex | undefined {
  const [kind, id = ""] = scope.split("-");
  const { venue, markets, groups } = changed(scope, name, value, all);
  if (kind === "group") {
    const group = groups.find((each) => String(each.group) === id);
    if (group === undefined || name !== "vaultBudget") return undefined;
    return encodeFunctionData({ abi, functionName: "setVaultBudget", args: [Number(id), value] });
  }
  const params = kind === "venue" ? venue.params : markets.find((each) => String(each.market) === id)?.params;
  if (params === undefined || !Object.hasOwn(params, name)) return undefined;
  return kind === "venue"
    ? encodeFunctionData({ abi, functionName: "setVenueParams", args: [venue.params] })
    : encodeFunctionData({ abi, functionName: "setMarketParams", args: [Number(id), params as never] });
}

/** The call that pauses a market, or everything. @param scope `venue` or `market-N`. */
export function pauseOf(scope: string, level: number, seconds: bigint): Hex {
  const market = scope === "venue" ? 0 : Number(scope.split("-")[1]);
  return encodeFunctionData({ abi, functionName: "pause", args: [market, level, seconds] });
}
