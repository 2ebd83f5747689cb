// SPDX-License-Identifier: MIT
// What only the chain can tell of options: marks are a model's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { publicClients } from "ponder:api";
import { decodeFunctionResult, encodeFunctionData, type Abi } from "viem";
import { ARTIFACTS_FOLDER } from "../abis";
import { readDeployment } from "../settings";

interface Health {
  readonly account: bigint;
  readonly equity: bigint;
  readonly maintenance: bigint;
}

const { clearinghouse, options } = readDeployment();
let abi: Abi | undefined;

/** Equity and maintenance margin of accounts of a group, as of the latest block; undefined when it cannot be told. */
export async function healthsOf(group: bigint, ids: readonly bigint[]): Promise<readonly Health[] | undefined> {
  return (await ask("healths", [clearinghouse, Number(group), ids])) as readonly Health[] | undefined;
}

/** The marks of an account's series, as of the latest block; none when they cannot be told. */
export async function marksOf(account: bigint): Promise<ReadonlyMap<bigint, bigint>> {
  const view = (await ask("portfolio", [clearinghouse, account])) as
    { positions: readonly { series: number; mark: bigint }[] } | undefined;
  return new Map((view?.positions ?? []).map(({ series, mark }) => [BigInt(series), mark] as const));
}

async function ask(functionName: string, args: unknown[]): Promise<unknown> {
  const file = join(ARTIFACTS_FOLDER, "contracts/periphery/IOptionLens.sol/IOptionLens.json");
  abi ??= (JSON.parse(readFileSync(file, "utf8")) as { abi: Abi }).abi;
  const client = publicClients["venue" as never] as { request(asked: object): Promise<unknown> };
  const data = encodeFunctionData({ abi, functionName, args });
  try {
    const answer = await client.request({ method: "eth_call", params: [{ to: options!.lens, data }, "latest"] });
    return decodeFunctionResult({ abi, functionName, data: answer as `0x${string}` });
  } catch {
    return undefined; // the node does not answer, or the model does not: then nothing is known
  }
}
