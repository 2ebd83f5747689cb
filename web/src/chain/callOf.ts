// SPDX-License-Identifier: MIT
import { encodeFunctionData, type Abi, type Address } from "viem";
import type { Call } from "./useWrite";

/** A call as `sdk/viem/calls.js` makes it, in the form that `useWrite` sends. */
export function callOf(call: {
  readonly address: Address;
  readonly abi: Abi | readonly unknown[];
  readonly functionName: string;
  readonly args: readonly unknown[];
}): Call {
  const { address, abi, functionName, args } = call;
  return { to: address, data: encodeFunctionData({ abi: abi as Abi, functionName, args }) };
}
