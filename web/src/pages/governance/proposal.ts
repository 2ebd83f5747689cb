// SPDX-License-Identifier: MIT
import { encodeFunctionData, type Hex } from "viem";
import { clearinghouseFunctionsAbi } from "../../../../sdk/abis/clearinghouseFunctions.js";
import type { Parameters } from "./useGovernance";

const abi = clearinghouseFunctionsAbi;

/** The call that gives one parameter of a scope another value and leaves all others; undefined: there is none such. */
export function changeOf(
  scope: string,
  name: string,
  value: bigint,
  {
    venue,
    markets,
    groups,
  }: Pick<Parameters, "markets" | "groups"> & { readonly venue: Pick<Parameters["venue"], "params"> },
): Hex | undefined {
  const [kind, id = ""] = scope.split("-");
  if (kind === "group") {
    const group = groups.find((each) => String(each.group) === id);
    if (group === undefined || name !== "vaultBudget") return undefined;
    return encodeFunctionData({ abi, functionName: "setVaultBudget", args: [Number(id), value] });
  }
  const market = markets.find((each) => String(each.market) === id);
  const params = kind === "venue" ? venue.params : market?.params;
  if (params === undefined || !Object.hasOwn(params, name)) return undefined;
  const was = (params as Readonly<Record<string, bigint | number>>)[name];
  const changed = { ...params, [name]: typeof was === "number" ? Number(value) : value } as never;
  return kind === "venue"
    ? encodeFunctionData({ abi, functionName: "setVenueParams", args: [changed] })
    : encodeFunctionData({ abi, functionName: "setMarketParams", args: [Number(id), changed] });
}

/** The call that pauses a market, or everything. @param scope `venue` or `market-N`. */
export function pauseOf(scope: string, level: number, seconds: bigint): Hex {
  const market = scope === "venue" ? 0 : Number(scope.split("-")[1]);
  return encodeFunctionData({ abi, functionName: "pause", args: [market, level, seconds] });
}
