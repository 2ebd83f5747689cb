// SPDX-License-Identifier: MIT
import { useCallback } from "react";
import { createClient, custom, type Address } from "viem";
import { useConfig } from "wagmi";
import type { Permit } from "../../../sdk/viem/calls.js";
import { signPermit } from "../../../sdk/viem/permit.js";
import { useHere } from "./useHere";
import { useWallet } from "./useWallet";

export { NoPermit } from "../../../sdk/viem/permit.js";

/** Asks the wallet for a permit of the settlement token (ERC-2612). `NoPermit`: the token takes none. */
export function usePermit(): (spender: Address, tokens: bigint, deadline: bigint) => Promise<Permit> {
  const wallet = useWallet();
  const config = useConfig();
  const { deployment } = useHere();
  return useCallback(
    async (spender, tokens, deadline) => {
      const { address: owner, request } = await wallet();
      const { token, chainId } = deployment;
      const signer = createClient({
        account: owner,
        transport: custom({ request: request as never }, { retryCount: 0 }),
      });
      // The SDK may stand beside a viem of its own: the types of two copies are not each other's.
      const clients = [config.getClient(), signer] as never as Parameters<typeof signPermit>;
      return signPermit(clients[0], clients[1], { token, owner, spender, tokens, deadline, chainId });
    },
    [config, deployment, wallet],
  );
}
