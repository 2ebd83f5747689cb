// SPDX-License-Identifier: MIT
import { domainSeparator, type Account, type Client } from "viem";
import { readContract, signTypedData } from "viem/actions";
import { tokenAbi } from "../abis/token.js";
import { isRevert } from "../client/Refused.js";
import type { Hex } from "../orderHash.js";
import type { Address } from "../range.js";
import { normalSignature } from "../signature.js";
import type { Permit } from "./calls.js";

/** The token takes no permit (ERC-2612), or not in a way that is known: it is approved instead. */
export class NoPermit extends Error {
  override readonly name = "NoPermit";

  constructor(
    readonly token: Address,
    options?: ErrorOptions,
  ) {
    super(`token ${token} takes no permit: call deposit, which approves first`, options);
  }
}

const TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

/** What a permit is for. */
export interface PermitWish {
  readonly token: Address;
  readonly owner: Address;
  readonly spender: Address;
  readonly tokens: bigint;
  /** Unix seconds. */
  readonly deadline: bigint;
  readonly chainId: bigint;
}

/** Signs a permit (ERC-2612) of the settlement token. The token tells its domain by ERC-5267, or name and version. */
export async function signPermit(publicClient: Client, wallet: Client, wish: PermitWish): Promise<Permit> {
  const { token, owner, spender, tokens: value, deadline } = wish;
  const contract = { address: token, abi: tokenAbi } as const;
  const domain = await domainOf(publicClient, wish);
  const nonce = await readContract(publicClient, { ...contract, functionName: "nonces", args: [owner] });
  const signature = await signTypedData(wallet, {
    account: wallet.account as Account,
    domain,
    types: TYPES,
    primaryType: "Permit",
    message: { owner, spender, value, nonce, deadline },
  });
  const normal = normalSignature(signature);
  const part = (from: number, to: number): Hex => `0x${normal.slice(2 + 2 * from, 2 + 2 * to)}`;
  return { deadline, r: part(0, 32), s: part(32, 64), v: Number(part(64, 65)) };
}

/** The domain that the token's separator is of. Tokens that do not tell theirs (ERC-5267) have version 1 or 2. */
async function domainOf(client: Client, { token, chainId }: PermitWish) {
  const contract = { address: token, abi: tokenAbi } as const;
  try {
    const told = await readContract(client, { ...contract, functionName: "eip712Domain" }).catch(() => undefined);
    const name = told?.[1] ?? (await readContract(client, { ...contract, functionName: "name" }));
    const separator = await readContract(client, { ...contract, functionName: "DOMAIN_SEPARATOR" });
    for (const version of [told?.[2] ?? "1", "2"]) {
      const domain = { name, version, chainId, verifyingContract: token };
      if (domainSeparator({ domain }) === separator) return domain;
    }
  } catch (cause) {
    if (isRevert(cause)) throw new NoPermit(token, { cause });
    throw cause;
  }
  throw new NoPermit(token);
}
