// SPDX-License-Identifier: MIT
import { lensAbi } from "../../sdk/abis/lens.js";
import { Interface, type InterfaceAbi } from "ethers";
import { quantity } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";

const LENS = new Interface(lensAbi as unknown as InterfaceAbi);
/** Blocks up to the common one whose logs are compared. */
const LOGS = 50;

/**
 * What two nodes answer differently about a block that both have: the venue, each market with its price, the code of
 * the clearinghouse, and the logs of the last blocks. The same chain allows one answer.
 */
export async function differencesAt(one: Rpc, other: Rpc, deployment: Deployment, block: number): Promise<string[]> {
  const { clearinghouse, lens, markets } = deployment;
  const at = quantity(block);
  const call = (name: string, args: readonly unknown[]) => {
    return ["eth_call", [{ to: lens, data: LENS.encodeFunctionData(name, [clearinghouse, ...args]) }, at]] as const;
  };
  const filter = { address: clearinghouse, fromBlock: quantity(Math.max(0, block - LOGS + 1)), toBlock: at };
  const questions: (readonly [what: string, question: readonly [string, readonly unknown[]]])[] = [
    ["the venue", call("venue", [])],
    ...markets.map(({ symbol, id }) => [symbol, call("market", [id])] as const),
    ["the code of the clearinghouse", ["eth_getCode", [clearinghouse, at]]],
    [`the logs of the last ${LOGS} blocks`, ["eth_getLogs", [filter]]],
  ];
  const differs = await Promise.all(
    questions.map(async ([what, [method, params]]) => {
      const [mine, theirs] = await Promise.all([one.send(method, params), other.send(method, params)]);
      return textOf(mine) === textOf(theirs) ? [] : [what];
    }),
  );
  return differs.flat();
}

interface Log {
  readonly blockHash: string;
  readonly logIndex: string;
  readonly topics: readonly string[];
  readonly data: string;
}

/** What has to be equal of an answer: nodes add fields of their own to logs. */
function textOf(answer: unknown): string {
  if (!Array.isArray(answer)) return String(answer).toLowerCase();
  const logs = (answer as Log[]).map(({ blockHash, logIndex, topics, data }) => {
    return [Number(logIndex), blockHash, ...topics, data].join(" ").toLowerCase();
  });
  return logs.join("\n");
}
