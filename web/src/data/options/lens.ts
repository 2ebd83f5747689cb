// SPDX-License-Identifier: MIT
import type { ContractFunctionReturnType } from "viem";
import { optionLensAbi } from "../../../../sdk/abis/optionLens.js";
import type { Here } from "../../chain/services";
import { useChain } from "../lens";

type View<Name extends "portfolio" | "trade" | "chain" | "group"> = ContractFunctionReturnType<
  typeof optionLensAbi,
  "view",
  Name
>;
export type PortfolioView = View<"portfolio">;
export type TradeView = View<"trade">;
export type ChainView = View<"chain">;
export type OptionGroupView = View<"group">;
export type ExpiryView = OptionGroupView["expiries"][number];
export type LadderView = ChainView["ladders"][number];
export type StrikeView = LadderView["strikes"][number];
export type OptionPosition = PortfolioView["positions"][number];
export type MarginFigures = PortfolioView["margin"];
export type Greeks = PortfolioView["greeks"];

/** By the numbers of IOptionLens's enum. */
export const BINDING = ["SCENARIO", "SHORT_MINIMUM", "WORTH"] as const;

/** A leg of a trade that is thought of: bought when its size is positive. */
export interface TradeLeg {
  readonly series: bigint;
  readonly size: bigint;
  readonly price: bigint;
}

const at = ({ deployment }: Here) => ({ address: deployment.options!.lens, abi: optionLensAbi }) as const;

/** Every listed series of a group. */
export function useOptionChain(group: bigint) {
  return useChain(["options", String(group)], ({ client, here }) => {
    const args = [here.deployment.clearinghouse, Number(group)] as const;
    return client.readContract({ ...at(here), functionName: "chain", args });
  });
}

/** A group's phase, parameters and expiries: what there is to do in it. */
export function useOptionGroup(group: bigint) {
  return useChain(["optionGroup", String(group)], ({ client, here }) => {
    const args = [here.deployment.clearinghouse, Number(group)] as const;
    return client.readContract({ ...at(here), functionName: "group", args });
  });
}

/** One account with its positions, its margin and its Greeks. */
export function useOptionPortfolio(account: bigint | undefined) {
  return useChain(
    ["optionPortfolio", String(account)],
    ({ client, here }) =>
      client.readContract({
        ...at(here),
        functionName: "portfolio",
        args: [here.deployment.clearinghouse, account!],
      }),
    account !== undefined,
  );
}

/** What trading these legs would change. */
export function useOptionTrade(account: bigint | undefined, group: bigint, legs: readonly TradeLeg[]) {
  const sorted = [...legs].sort((a, b) => (a.series < b.series ? -1 : 1));
  const key = sorted.map(({ series, size, price }) => `${series}:${size}:${price}`).join();
  return useChain(
    ["optionTrade", String(account), String(group), key],
    ({ client, here }) => {
      const wire = sorted.map(({ series, ...leg }) => ({ series: Number(series), ...leg }));
      const args = [here.deployment.clearinghouse, account!, Number(group), wire] as const;
      return client.readContract({ ...at(here), functionName: "trade", args });
    },
    account !== undefined && legs.length > 0,
  );
}
