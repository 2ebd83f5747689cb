// SPDX-License-Identifier: MIT
import { Interface, type InterfaceAbi } from "ethers";
import { lensAbi } from "../../sdk/abis/lens.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { viewOf } from "../../sdk/client/viewOf.js";
import type { View } from "../../sdk/views.js";
import type { Address } from "../../sdk/range.js";

const LENS = new Interface(lensAbi as unknown as InterfaceAbi);
/** A page of accounts is more than a block's gas. */
const CALL_GAS = "0x77359400";

/** What a contract answers at a block, by its interface; `time`: as if the clock stood there, on a fork. */
export async function ask(
  rpc: Rpc,
  abi: Interface,
  to: Address,
  name: string,
  args: readonly unknown[] = [],
  block: number | "latest" = "latest",
  time?: bigint,
): Promise<unknown[]> {
  const tag = block === "latest" ? block : `0x${block.toString(16)}`;
  const data = abi.encodeFunctionData(name, [...args]);
  const params: unknown[] = [{ to, data, gas: CALL_GAS }, tag];
  if (time !== undefined) params.push({}, { time: `0x${time.toString(16)}` });
  const answer = (await rpc.send("eth_call", params)) as string;
  return abi.decodeFunctionResult(name, answer).toArray();
}

/** The same, or undefined when the contract does not answer so: it is of another kind. */
export async function askIf(
  rpc: Rpc,
  abi: Interface,
  to: Address,
  name: string,
  args: readonly unknown[] = [],
): Promise<unknown[] | undefined> {
  try {
    return await ask(rpc, abi, to, name, args);
  } catch (failure) {
    const { verdict, code } = failure as { verdict?: string; code?: string };
    if (verdict === "reverted" || code === "BAD_DATA" || code === "BUFFER_OVERRUN" || code === "CALL_EXCEPTION")
      return undefined;
    throw failure;
  }
}

/** A view of the lens. */
export async function look<Name extends "account" | "accounts" | "market" | "group" | "venue">(
  rpc: Rpc,
  lens: Address,
  name: Name,
  args: readonly unknown[],
  block: number | "latest" = "latest",
  time?: bigint,
): Promise<View<Name>> {
  const [answer] = await ask(rpc, LENS, lens, name, args, block, time);
  return viewOf(name, answer);
}
