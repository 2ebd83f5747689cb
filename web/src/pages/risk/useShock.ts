// SPDX-License-Identifier: MIT
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ContractFunctionReturnType } from "viem";
import { useConfig } from "wagmi";
import { z } from "zod/v4-mini";
import { lensAbi } from "../../../../sdk/abis/lens.js";
import { groupOf, type MarketId } from "../../../../sdk/order.js";
import { useHead } from "../../chain/head";
import type { Here } from "../../chain/services";
import { useHere } from "../../chain/useHere";
import { readerOf } from "../../chain/reader";
import { askIndexer } from "../../data/indexer/api";
import { whole } from "../../data/indexer/schemas";

export type ShockView = ContractFunctionReturnType<typeof lensAbi, "nonpayable", "shock">;

/** Accounts that are tried beside the reader's: who else defaults decides what a winner pays. */
const OTHERS = 40;

/** The accounts nearest to liquidation, by the indexer. */
export function useAtRisk() {
  const { services } = useHere();
  return useQuery({
    queryKey: ["indexer", "atRisk", OTHERS],
    refetchInterval: 10_000,
    retry: false,
    queryFn: async () => {
      const schema = z.array(z.object({ account: whole })).check(z.maxLength(OTHERS));
      const rows = await askIndexer(services.indexer, `/v1/at-risk?limit=${OTHERS}`, schema);
      return rows.map(({ account }) => account);
    },
  });
}

/** What a sudden move would do, by the lens; a little after the slider stands still. */
export function useShock(market: MarketId, move: bigint, mine: bigint | undefined, others: readonly bigint[]) {
  const config = useConfig();
  const here = useHere();
  const { data: head } = useHead();
  const asked = useSettled(move, 200);
  const ids = [...new Set([...(mine === undefined ? [] : [mine]), ...others])].sort((a, b) => (a < b ? -1 : 1));
  return useQuery({
    // A new block may change it; while one is computed the last answer stays, with its age.
    queryKey: ["shock", String(market), String(asked), ids.join(), String(head && head.number / 3n)],
    enabled: head !== undefined,
    retry: false,
    structuralSharing: false,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const client = readerOf(config);
      const group = Number(groupOf(market));
      const healths = await client.readContract({ ...lensOf(here), functionName: "accounts", args: [at(here), ids] });
      const tried = healths.filter((health) => health.group === group || health.account === mine);
      const accounts = tried.map(({ account }) => account);
      const { result: view } = await client.simulateContract({
        ...lensOf(here),
        functionName: "shock",
        args: [at(here), Number(market), asked, accounts],
      });
      const index = accounts.indexOf(mine ?? -1n);
      return {
        view,
        before: tried[index],
        mine: view.accounts[index],
        absorbsMe: view.absorbed[index] === true,
        move: asked,
        tried: accounts.length,
      };
    },
  });
}

const lensOf = ({ deployment }: Here) => ({ address: deployment.lens, abi: lensAbi }) as const;
const at = ({ deployment }: Here) => deployment.clearinghouse;

/** A value once it has not changed for a while. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
