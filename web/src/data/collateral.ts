// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import type { ContractFunctionReturnType } from "viem";
import { useConfig } from "wagmi";
import { clearinghouseFunctionsAbi } from "../../../sdk/abis/clearinghouseFunctions.js";
import { tokenAbi } from "../../../sdk/abis/token.js";
import type { Address } from "../../../sdk/range.js";
import { readerOf, type Reader } from "../chain/reader";
import { isRevert } from "../chain/refusal";
import type { Here } from "../chain/services";
import { useHere } from "../chain/useHere";
import { address as short } from "../format";
import { useChain } from "./lens";
import { plain } from "./token";

type View<Name extends "collateral" | "pledgesOf"> = ContractFunctionReturnType<
  typeof clearinghouseFunctionsAbi,
  "view",
  Name
>;
export type CollateralView = View<"collateral">;
export type PledgesView = View<"pledgesOf">;
export type PledgeView = PledgesView["pledges"][number];

/** A listed collateral, and what a holder has of its token. Token units. */
export interface Collateral {
  readonly id: bigint;
  readonly symbol: string;
  readonly view: CollateralView;
  readonly balance: bigint;
  readonly allowance: bigint;
}

export interface Pledging {
  readonly collaterals: readonly Collateral[];
  readonly mine: PledgesView;
}

const at = ({ deployment }: Here) => ({ address: deployment.clearinghouse, abi: clearinghouseFunctionsAbi }) as const;

/** How many collaterals are listed; a venue that takes none refuses the question. */
export async function readCount(client: Reader, here: Here): Promise<bigint> {
  try {
    return await client.readContract({ ...at(here), functionName: "collateralCount" });
  } catch (failure) {
    if (isRevert(failure)) return 0n;
    throw failure;
  }
}

export function readPledges(client: Reader, here: Here, account: bigint): Promise<PledgesView> {
  return client.readContract({ ...at(here), functionName: "pledgesOf", args: [account] });
}

export async function readPledging(
  client: Reader,
  here: Here,
  count: bigint,
  account: bigint,
  owner: Address,
): Promise<Pledging> {
  const ids = Array.from({ length: Number(count) }, (_, index) => BigInt(index + 1));
  const [mine, ...collaterals] = await Promise.all([
    readPledges(client, here, account),
    ...ids.map((id) => readCollateral(client, here, id, owner)),
  ]);
  return { mine, collaterals };
}

async function readCollateral(client: Reader, here: Here, id: bigint, owner: Address): Promise<Collateral> {
  const view = await client.readContract({ ...at(here), functionName: "collateral", args: [id] });
  const contract = { address: view.token, abi: tokenAbi } as const;
  const spender = here.deployment.clearinghouse;
  const [symbol, balance, allowance] = await Promise.all([
    symbolOf(client, view.token),
    client.readContract({ ...contract, functionName: "balanceOf", args: [owner] }),
    client.readContract({ ...contract, functionName: "allowance", args: [owner, spender] }),
  ]);
  return { id, symbol, view, balance, allowance };
}

const symbols = new Map<Address, string>();

/** A token without a name that can be read is called by its address. */
async function symbolOf(client: Reader, token: Address): Promise<string> {
  const known = symbols.get(token);
  if (known !== undefined) return known;
  const read = client.readContract({ address: token, abi: tokenAbi, functionName: "symbol" });
  const symbol = plain(await read.catch(() => "")) || short(token);
  symbols.set(token, symbol);
  return symbol;
}

/** Asked once: a venue without collateral is asked nothing else. */
function useCollateralCount() {
  const config = useConfig();
  const here = useHere();
  return useQuery({
    queryKey: ["collateralCount", here.deployment.clearinghouse],
    staleTime: Infinity,
    gcTime: Infinity,
    retry: 1,
    queryFn: () => readCount(readerOf(config), here),
  });
}

/** The collaterals and what an account has pledged; undefined data: none is listed, or it is not known yet. */
export function usePledging(account: bigint, owner: Address) {
  const count = useCollateralCount().data ?? 0n;
  return useChain(
    ["pledging", String(account), owner, String(count)],
    ({ client, here }) => readPledging(client, here, count, account, owner),
    count > 0n,
  );
}

/** What another account has pledged. */
export function usePledges(account: bigint | undefined) {
  return useChain(
    ["pledges", String(account)],
    ({ client, here }) => readPledges(client, here, account!),
    account !== undefined,
  );
}
