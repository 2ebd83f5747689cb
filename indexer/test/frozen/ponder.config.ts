// SPDX-License-Identifier: MIT
import { createConfig } from "ponder";

const { RPC_URL, FEED, FROZEN_FOLDER } = process.env;
const updated = {
  type: "event",
  name: "AnswerUpdated",
  inputs: [
    { name: "current", type: "int256", indexed: true },
    { name: "roundId", type: "uint256", indexed: true },
    { name: "updatedAt", type: "uint256", indexed: false },
  ],
} as const;

export default createConfig({
  database: { kind: "pglite", directory: FROZEN_FOLDER! },
  chains: { venue: { id: 31337, rpc: RPC_URL! } },
  contracts: { Feed: { chain: "venue", abi: [updated], address: FEED as `0x${string}`, startBlock: 1 } },
});
