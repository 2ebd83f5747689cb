// SPDX-License-Identifier: MIT
import { http } from "viem";
import { createConfig, createStorage, type Config } from "wagmi";
import { chainOf } from "./chainOf";
import type { Here } from "./services";

/**
 * Wallets come by EIP-6963 alone: each announces itself by name. There is no connector for `window.ethereum`, which is
 * whichever wallet was last to write it.
 */
export function wagmiConfig(here: Here): Config {
  const chain = chainOf(here);
  return createConfig({
    chains: [chain],
    connectors: [],
    multiInjectedProviderDiscovery: true,
    storage: createStorage({ storage: localStorage, key: "novation" }),
    transports: {
      [chain.id]: http(here.services.rpc, { batch: { wait: 8, batchSize: 50 }, retryCount: 2, timeout: 8_000 }),
    },
    pollingInterval: 1_000,
  }) as unknown as Config;
}
