// SPDX-License-Identifier: MIT
import type { Rpc } from "../../sdk/client/chain/Rpc.js";

/**
 * A fork whose blocks up to `block` are asked of the chain that it is a copy of: it would pass each question on, and
 * each answer back.
 */
export function withHistory(fork: Rpc, upstream: Rpc, block: number): Rpc {
  const isOld = (value: unknown) => typeof value === "string" && /^0x[0-9a-f]+$/.test(value) && Number(value) <= block;
  return {
    send: (method, params) => {
      const [first] = params;
      const old =
        (method === "eth_getLogs" && isOld((first as { toBlock?: unknown }).toBlock)) ||
        (/^eth_getBlock(ByNumber|Receipts)$/.test(method) && isOld(first));
      return (old ? upstream : fork).send(method, params);
    },
  };
}
