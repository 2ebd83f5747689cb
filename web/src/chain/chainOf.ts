// SPDX-License-Identifier: MIT
import { defineChain, type Chain } from "viem";
import type { Here } from "./services";

/** The venue's chain as wallets are told of it. */
export function chainOf({ deployment, services }: Here): Chain {
  const { explorer } = services;
  return defineChain({
    id: Number(deployment.chainId),
    name: services.chainName,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [services.rpc] } },
    ...(explorer !== undefined && { blockExplorers: { default: { name: "Explorer", url: explorer } } }),
  });
}
