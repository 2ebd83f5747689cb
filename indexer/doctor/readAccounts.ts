// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeFunctionResult, encodeFunctionData, type Abi } from "viem";
import { ARTIFACTS_FOLDER } from "../src/abis";
import type { Chain } from "./Chain";
import type { ReadAccounts } from "./Doctor";
import type { SampledAccount } from "./Findings";

interface AccountView {
  readonly health: { readonly cash: bigint };
  readonly positions: readonly { readonly market: number; readonly size: bigint }[];
}

/** Accounts as the lens answers. A node that has no state of the block refuses: then there is nothing to compare. */
export function lensAccounts(chain: Chain, lens: string, clearinghouse: string): ReadAccounts {
  const file = join(ARTIFACTS_FOLDER, "contracts/periphery/ILens.sol/ILens.json");
  const { abi } = JSON.parse(readFileSync(file, "utf8")) as { abi: Abi };
  return async (ids, block) => {
    const views: SampledAccount[] = [];
    for (const id of ids) {
      const data = encodeFunctionData({ abi, functionName: "account", args: [clearinghouse, id] });
      let answer: unknown;
      try {
        answer = await chain.call(lens, data, block);
      } catch {
        return undefined;
      }
      const view = decodeFunctionResult({ abi, functionName: "account", data: answer as `0x${string}` }) as AccountView;
      const held = view.positions.filter(({ size }) => size !== 0n);
      const sizes = new Map(held.map(({ market, size }) => [BigInt(market), size] as const));
      views.push({ id, cash: view.health.cash, sizes });
    }
    return views;
  };
}
