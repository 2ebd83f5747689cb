// SPDX-License-Identifier: MIT
import { createConfig } from "ponder";
import type { Abi } from "viem";
import { readEvents } from "./src/abis";
import { feedsOf, readDeployment, required } from "./src/settings";

const deployment = readDeployment();
const events = readEvents();
const { DATABASE_URL, PGLITE_FOLDER, POLLING_INTERVAL } = process.env;

const of = (name: keyof typeof events, address: string | string[]) => ({
  chain: "venue" as const,
  abi: events[name] as unknown as Abi,
  address: address as `0x${string}`,
  startBlock: deployment.firstBlock,
});

export default createConfig({
  database: DATABASE_URL
    ? { kind: "postgres", connectionString: DATABASE_URL }
    : { kind: "pglite", directory: PGLITE_FOLDER ?? ".ponder/pglite" },
  chains: {
    venue: {
      id: Number(deployment.chainId),
      rpc: required("RPC_URL"),
      pollingInterval: Number(POLLING_INTERVAL ?? 500),
    },
  },
  contracts: {
    Clearinghouse: of("Clearinghouse", deployment.clearinghouse),
    Vault: of("Vault", deployment.vault),
    Authority: of("Authority", deployment.authority),
    Feed: of("Feed", [...new Set(feedsOf(deployment).map(({ aggregator }) => aggregator))]),
  },
});
