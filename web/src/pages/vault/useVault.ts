// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { z } from "zod/v4-mini";
import { lensAbi } from "../../../../sdk/abis/lens.js";
import { vaultAbi } from "../../../../sdk/abis/vault.js";
import { accountOf, type Address } from "../../../../sdk/order.js";
import { FLOWS } from "../../../../sdk/views.js";
import { useHere } from "../../chain/useHere";
import { askIndexer } from "../../data/indexer/api";
import { time, whole } from "../../data/indexer/schemas";
import { readAccount, useChain } from "../../data/lens";
import type { BatchView } from "./batches";

/** Open batches that are read at most: with a window of ten minutes, of more than three hours. */
const MOST = 20n;

/** The vault by the chain alone. */
export function useVault() {
  return useChain(["vault"], async ({ client, here }) => {
    const contract = { address: here.deployment.vault, abi: vaultAbi } as const;
    const read = <Name extends "decimals" | "totalAssets" | "totalSupply" | "window" | "cooldown">(
      functionName: Name,
    ) =>
      client.readContract({ ...contract, functionName } as never) as Promise<Name extends "decimals" ? number : bigint>;
    const [decimals, totalAssets, totalSupply, window, cooldown, deposits, redeems, closed, [next, latest]] =
      await Promise.all([
        read("decimals"),
        read("totalAssets"),
        read("totalSupply"),
        read("window"),
        read("cooldown"),
        client.readContract({ ...contract, functionName: "depositFlows" }),
        client.readContract({ ...contract, functionName: "redeemFlows" }),
        client.readContract({ ...contract, functionName: "closed" }),
        client.readContract({ ...contract, functionName: "batches" }),
      ]);
    const one = 10n ** BigInt(decimals);
    const price = await client.readContract({ ...contract, functionName: "convertToAssets", args: [one] });
    const ids: bigint[] = [];
    for (let id = next; id <= latest && id < next + MOST; ++id) ids.push(id);
    const open = await Promise.all(
      ids.map(async (id): Promise<BatchView> => {
        const batch = await client.readContract({ ...contract, functionName: "batch", args: [id] });
        const openedAt = BigInt(batch.openedAt);
        const closesAt = openedAt + window;
        const { shares, pricedShares, assets } = batch;
        return { id, shares, pricedShares, assets, openedAt, closesAt, dueAt: closesAt + cooldown };
      }),
    );
    return {
      decimals,
      totalAssets,
      totalSupply,
      window,
      cooldown,
      depositFlows: FLOWS[deposits]!,
      redeemFlows: FLOWS[redeems]!,
      closed,
      price,
      open,
    };
  });
}

export type VaultView = NonNullable<ReturnType<typeof useVault>["data"]>;

/** What a holder has there: shares, what they are worth, and his requests. */
export function useHolder(owner: Address | undefined) {
  return useChain(
    ["vaultHolder", owner ?? ""],
    async ({ client, here }) => {
      const contract = { address: here.deployment.vault, abi: vaultAbi } as const;
      const args = [owner!] as const;
      const [shares, maxRedeem, maxWithdraw, maxDeposit, ids] = await Promise.all([
        client.readContract({ ...contract, functionName: "balanceOf", args }),
        client.readContract({ ...contract, functionName: "maxRedeem", args }),
        client.readContract({ ...contract, functionName: "maxWithdraw", args }),
        client.readContract({ ...contract, functionName: "maxDeposit", args }),
        client.readContract({ ...contract, functionName: "requestsOf", args }),
      ]);
      const worth = await client.readContract({ ...contract, functionName: "convertToAssets", args: [shares] });
      const requests = await Promise.all(
        ids.map(async (id) => {
          const [dueAt, pending, claimable] = await Promise.all([
            client.readContract({ ...contract, functionName: "dueAt", args: [id] }),
            client.readContract({ ...contract, functionName: "pendingRedeemRequest", args: [id, owner!] }),
            client.readContract({ ...contract, functionName: "claimableRedeemRequest", args: [id, owner!] }),
          ]);
          return { id, dueAt, pending, claimable };
        }),
      );
      return { shares, worth, maxRedeem, maxWithdraw, maxDeposit, requests };
    },
    owner !== undefined,
  );
}

export type HolderView = NonNullable<ReturnType<typeof useHolder>["data"]>;

/** The pot's cash, and each group's budget and inventory: accounts of the vault by the group's number. */
export function useHoldings() {
  const { deployment } = useHere();
  const groups = [...new Set(deployment.markets.map(({ group }) => group as bigint))];
  return useChain(["vaultHoldings", groups.join()], async ({ client, here }) =>
    Promise.all(
      groups.map(async (group) => {
        const args = [deployment.clearinghouse, Number(group)] as const;
        const [view, inventory] = await Promise.all([
          client.readContract({ address: deployment.lens, abi: lensAbi, functionName: "group", args }),
          readAccount(client, here, accountOf(deployment.vault, group)),
        ]);
        return { group, view, inventory };
      }),
    ),
  );
}

export type Holding = NonNullable<ReturnType<typeof useHoldings>["data"]>[number];

const sum = whole.check(z.refine((value) => value >= 0n && value < 1n << 128n, { error: "is no possible amount" }));
const vaultSchema = z.object({
  prices: z.array(z.object({ assets: sum, shares: sum, time })),
  batches: z.array(
    z.object({ id: sum, shares: sum, pricedShares: sum, assets: sum, openedAt: time, closesAt: time, dueAt: time }),
  ),
});

/** Past prices and batches, by the indexer; latest first. */
export function useVaultPast() {
  const { services } = useHere();
  return useQuery({
    queryKey: ["indexer", "vault"],
    refetchInterval: 6_000,
    retry: false,
    queryFn: async () => {
      const { prices, batches } = await askIndexer(services.indexer, "/v1/vault?limit=500", vaultSchema);
      const exact = (seconds: number) => BigInt(seconds);
      return {
        prices,
        batches: batches.map((batch): BatchView => ({
          ...batch,
          openedAt: exact(batch.openedAt),
          closesAt: exact(batch.closesAt),
          dueAt: exact(batch.dueAt),
        })),
      };
    },
  });
}
