// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { quantity } from "../../sdk/client/chain/blocks.js";
import { isTrouble, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";

const ABI = new Interface([
  "function feed() view returns (address)",
  "function heartbeat() view returns (uint256)",
  "function latestRoundData() view returns (uint80, int256, uint256, uint256 updatedAt, uint80)",
]);

/** The source reads no feed, or its feed does not answer. */
export class NoPrice extends Error {
  override readonly name = "NoPrice";
}

/** A Chainlink feed behind a price source. */
export interface Feed {
  readonly heartbeat: bigint;
  /** When it was answered last, as of a block; Unix seconds. */
  answeredAt(block: number): Promise<bigint>;
}

/** The feed that a source reads: it never changes. Throws NoPrice when there is none. */
export async function feedOf(rpc: Rpc, source: Address): Promise<Feed> {
  const [feed] = await ask(rpc, source, "feed", "latest");
  const [heartbeat] = await ask(rpc, source, "heartbeat", "latest");
  return {
    heartbeat: heartbeat as bigint,
    answeredAt: async (block) => {
      try {
        return (await ask(rpc, feed as Address, "latestRoundData", quantity(block)))[3] as bigint;
      } catch (failure) {
        if (failure instanceof NoPrice) return 0n; // as old as can be
        throw failure;
      }
    },
  };
}

async function ask(rpc: Rpc, to: Address, name: string, tag: string): Promise<unknown[]> {
  try {
    const answer = await rpc.send("eth_call", [{ to, data: ABI.encodeFunctionData(name) }, tag]);
    return ABI.decodeFunctionResult(name, answer as string).toArray();
  } catch (failure) {
    if (isTrouble(failure)) throw failure;
    throw new NoPrice(`${to} does not answer ${name}`);
  }
}
