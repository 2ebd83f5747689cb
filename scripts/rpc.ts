// SPDX-License-Identifier: MIT
import type { JsonRpcApiProvider } from "ethers";
import { RpcRefused, type Rpc } from "../keeper/chain/Rpc.js";

interface Refusal {
  code: number;
  message: string;
  data?: unknown;
}

/** A chain of our own as a keeper asks it: what the node refuses is told as the keeper's own error. */
export function rpcOf(provider: JsonRpcApiProvider): Rpc {
  return {
    send: async (method, params) => {
      try {
        return await provider.send(method, [...params]);
      } catch (failure) {
        const { error, info } = failure as { error?: Refusal; info?: { error?: Refusal } };
        const told = error ?? info?.error;
        if (told === undefined) throw failure;
        throw new RpcRefused(method, told.code, told.message, told.data);
      }
    },
  };
}
