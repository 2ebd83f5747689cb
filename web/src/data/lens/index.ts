// SPDX-License-Identifier: MIT
import type { ContractFunctionReturnType } from "viem";
import { lensAbi } from "../../../../sdk/abis/lens.js";
import type { Reader } from "../../chain/reader";
import type { Here } from "../../chain/services";
import { useChain } from "./useChain";

export { PAUSE_LEVEL, PHASE, SOURCE_STATUS, STANDING } from "./names";
export { useChain, useFollowHead, type Chained } from "./useChain";

type View<Name extends "account" | "market" | "group" | "venue" | "queue"> = ContractFunctionReturnType<
  typeof lensAbi,
  "view",
  Name
>;
export type AccountView = View<"account">;
export type MarketView = View<"market">;
export type GroupView = View<"group">;
export type VenueView = View<"venue">;
export type NodeView = View<"queue">[number];
export type PositionView = AccountView["positions"][number];

const at = ({ deployment }: Here) => ({ address: deployment.lens, abi: lensAbi }) as const;

/** One account with its positions, as the lens has it at the latest block. */
export function readAccount(client: Reader, here: Here, account: bigint): Promise<AccountView> {
  const args = [here.deployment.clearinghouse, account] as const;
  return client.readContract({ ...at(here), functionName: "account", args });
}

export function readMarket(client: Reader, here: Here, market: bigint): Promise<MarketView> {
  const args = [here.deployment.clearinghouse, Number(market)] as const;
  return client.readContract({ ...at(here), functionName: "market", args });
}

export function useAccountView(account: bigint | undefined) {
  return useChain(
    ["account", String(account)],
    ({ client, here }) => readAccount(client, here, account!),
    account !== undefined,
  );
}

export function useMarketView(market: bigint | undefined) {
  return useChain(
    ["market", String(market)],
    ({ client, here }) => readMarket(client, here, market!),
    market !== undefined,
  );
}

export function useGroupView(group: bigint | undefined) {
  return useChain(
    ["group", String(group)],
    ({ client, here }) => {
      const args = [here.deployment.clearinghouse, Number(group)] as const;
      return client.readContract({ ...at(here), functionName: "group", args });
    },
    group !== undefined,
  );
}

export function useVenueView() {
  return useChain(["venue"], ({ client, here }) =>
    client.readContract({ ...at(here), functionName: "venue", args: [here.deployment.clearinghouse] }),
  );
}

/** Up to `count` levels of one side's ADL queue, most profitable first. */
export function useQueue(market: bigint | undefined, isLong: boolean, count = 100) {
  return useChain(
    ["queue", String(market), isLong ? "long" : "short", count],
    ({ client, here }) => {
      const args = [here.deployment.clearinghouse, Number(market), isLong, 0, BigInt(count)] as const;
      return client.readContract({ ...at(here), functionName: "queue", args });
    },
    market !== undefined,
  );
}
