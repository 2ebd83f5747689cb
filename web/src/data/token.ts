// SPDX-License-Identifier: MIT
import type { Address } from "viem";
import { tokenAbi } from "../../../sdk/abis/token.js";
import type { Here } from "../chain/services";
import type { Reader } from "../chain/reader";
import { useChain } from "./lens";

/** The settlement token, as a holder and a spender of his see it. Token units. */
export interface TokenView {
  readonly balance: bigint;
  readonly allowance: bigint;
  readonly symbol: string;
  /** It looks as if it takes permits (ERC-2612) of this holder; the signature's making has the last word. */
  readonly permits: boolean;
}

/** An account that runs another's code by EIP-7702 still signs with its own key. */
const DELEGATED = "0xef0100";

export async function readToken(client: Reader, here: Here, owner: Address, spender: Address): Promise<TokenView> {
  const contract = { address: here.deployment.token, abi: tokenAbi } as const;
  const [balance, allowance, symbol, nonce, code] = await Promise.all([
    client.readContract({ ...contract, functionName: "balanceOf", args: [owner] }),
    client.readContract({ ...contract, functionName: "allowance", args: [owner, spender] }),
    client.readContract({ ...contract, functionName: "symbol" }),
    client.readContract({ ...contract, functionName: "nonces", args: [owner] }).catch(() => undefined),
    client.request({ method: "eth_getCode", params: [owner, "latest"] }) as Promise<string>,
  ]);
  const signs = code === "0x" || code.toLowerCase().startsWith(DELEGATED);
  return { balance, allowance, symbol: plain(symbol), permits: nonce !== undefined && signs };
}

/** A token's name is what its contract says: no control characters, and short. */
export function plain(symbol: string): string {
  return symbol.replace(/[\p{C}]/gu, "").slice(0, 12);
}

export function useToken(owner: Address | undefined, spender: Address) {
  return useChain(
    ["token", owner ?? "", spender],
    ({ client, here }) => readToken(client, here, owner!, spender),
    owner !== undefined,
  );
}
