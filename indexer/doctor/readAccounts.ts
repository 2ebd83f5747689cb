// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeFunctionResult, encodeFunctionData, type Abi } from "viem";
import type { Deployment } from "../../sdk/deployment";
import { ARTIFACTS_FOLDER } from "../src/abis";
import type { Chain } from "./Chain";
import type { ReadAccounts } from "./Doctor";
import type { SampledAccount } from "./Findings";

interface AccountView {
  readonly health: { readonly cash: bigint };
  readonly positions: readonly { readonly market: number; readonly size: bigint }[];
}

interface PortfolioView {
  readonly cash: bigint;
  readonly positions: readonly { readonly series: number; readonly size: bigint }[];
}

/** Accounts as the lens answers. A node that has no state of the block refuses: then there is nothing to compare. */
export function lensAccounts(
  chain: Pick<Chain, "call">,
  { lens, clearinghouse, options }: Pick<Deployment, "lens" | "clearinghouse" | "options">,
): ReadAccounts {
  const of = options === undefined ? LINEAR : OPTIONS;
  const abi = abiOf(of.file);
  const target = options?.lens ?? lens;
  return async (ids, block) => {
    const views: SampledAccount[] = [];
    for (const id of ids) {
      const data = encodeFunctionData({ abi, functionName: of.asks, args: [clearinghouse, id] });
      let answer: unknown;
      try {
        answer = await chain.call(target, data, block);
      } catch {
        return undefined;
      }
      views.push(of.read(id, decodeFunctionResult({ abi, functionName: of.asks, data: answer as `0x${string}` })));
    }
    return views;
  };
}

const LINEAR = {
  file: "ILens.sol/ILens.json",
  asks: "account",
  read: (id: bigint, answer: unknown) => {
    const { health, positions } = answer as AccountView;
    return { id, cash: health.cash, sizes: sizesOf(positions.map(({ market, size }) => [market, size])) };
  },
};

const OPTIONS = {
  file: "IOptionLens.sol/IOptionLens.json",
  asks: "portfolio",
  read: (id: bigint, answer: unknown) => {
    const { cash, positions } = answer as PortfolioView;
    return { id, cash, sizes: sizesOf(positions.map(({ series, size }) => [series, size])) };
  },
};

function sizesOf(list: (readonly [market: number, size: bigint])[]): Map<bigint, bigint> {
  return new Map(list.filter(([, size]) => size !== 0n).map(([market, size]) => [BigInt(market), size]));
}

function abiOf(file: string): Abi {
  const text = readFileSync(join(ARTIFACTS_FOLDER, "contracts/periphery", file), "utf8");
  return (JSON.parse(text) as { abi: Abi }).abi;
}
