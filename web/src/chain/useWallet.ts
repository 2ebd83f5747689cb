// SPDX-License-Identifier: MIT
import { useMemo } from "react";
import { useAccount } from "wagmi";
import type { Address, Hash } from "viem";
import { chainText } from "../text/chain";
import { Said } from "./refusal";
import { useHere } from "./useHere";

/** The connected wallet (EIP-1193) with the account that it acts for. */
export interface Wallet {
  readonly address: Address;
  readonly request: (ask: { method: string; params: unknown[] }) => Promise<unknown>;
}

interface Provider {
  request(ask: { method: string; params?: unknown[] }): Promise<unknown>;
}

/**
 * Gives the wallet, or throws the sentence that says why nothing can be signed: none is connected, it is on another
 * chain, or its account is no longer the one that is shown. The wallet itself is asked: what the page remembers may be
 * old.
 */
export function useWallet(): () => Promise<Wallet> {
  const { address, connector } = useAccount();
  const { deployment, services } = useHere();
  return useMemo(
    () => async () => {
      if (address === undefined || connector === undefined) {
        throw new Said({ kind: "unauthorised", sentence: chainText.unauthorised });
      }
      const provider = (await connector.getProvider()) as Provider;
      const [chain, accounts] = await Promise.all([
        provider.request({ method: "eth_chainId" }),
        provider.request({ method: "eth_accounts" }),
      ]);
      if (typeof chain !== "string" || BigInt(chain) !== deployment.chainId) {
        throw new Said({ kind: "wrongChain", sentence: chainText.wrongChain(services.chainName) });
      }
      const listed =
        Array.isArray(accounts) && accounts.some((each) => String(each).toLowerCase() === address.toLowerCase());
      if (!listed) throw new Said({ kind: "unauthorised", sentence: chainText.unauthorised });
      return { address, request: (ask) => provider.request(ask) };
    },
    [address, connector, deployment, services],
  );
}

/** A hash of a transaction, as wallets answer it. */
export function hashOf(answer: unknown): Hash {
  if (typeof answer === "string" && /^0x[0-9a-fA-F]{64}$/.test(answer)) return answer as Hash;
  throw new Error("the wallet answered with no transaction hash");
}
