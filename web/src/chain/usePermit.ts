// SPDX-License-Identifier: MIT
import { useCallback } from "react";
import type { Address } from "viem";
import { useAccount, useConfig, useWalletClient } from "wagmi";
import type { Permit } from "../../../sdk/viem/calls.js";
import { signPermit } from "../../../sdk/viem/permit.js";
import { chainText } from "../text/chain";
import { Said } from "./refusal";
import { useHere } from "./useHere";
import { publicClientOf } from "./wagmi";

export { NoPermit } from "../../../sdk/viem/permit.js";

/** Asks the wallet for a permit of the settlement token (ERC-2612). `NoPermit`: the token takes none. */
export function usePermit(): (spender: Address, tokens: bigint, deadline: bigint) => Promise<Permit> {
  const { address: owner, chainId } = useAccount();
  const { data: wallet } = useWalletClient();
  const config = useConfig();
  const { deployment, services } = useHere();
  return useCallback(
    async (spender, tokens, deadline) => {
      if (wallet === undefined || owner === undefined) {
        throw new Said({ kind: "unauthorised", sentence: chainText.unauthorised });
      }
      if (BigInt(chainId ?? 0) !== deployment.chainId) {
        throw new Said({ kind: "wrongChain", sentence: chainText.wrongChain(services.chainName) });
      }
      const wish = { token: deployment.token, owner, spender, tokens, deadline, chainId: deployment.chainId };
      // The SDK may stand beside a viem of its own: the types of two copies are not each other's.
      return signPermit(publicClientOf(config) as never, wallet as never, wish);
    },
    [chainId, config, deployment, owner, services, wallet],
  );
}
