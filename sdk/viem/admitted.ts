// SPDX-License-Identifier: MIT
import type { Client } from "viem";
import { readContract } from "viem/actions";
import { accessGateAbi } from "../abis/accessGate.js";
import { clearinghouseFunctionsAbi } from "../abis/clearinghouseFunctions.js";
import { isRevert } from "../client/Refused.js";
import type { Address } from "../range.js";

const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * May the owner take new risk, and bring money into an account without positions? Always where there is no access
 * gate. A gate that reverts says no, as for the contracts.
 */
export async function admitted(client: Client, clearinghouse: Address, owner: Address): Promise<boolean> {
  const venue = { address: clearinghouse, abi: clearinghouseFunctionsAbi } as const;
  const gate = await readContract(client, { ...venue, functionName: "accessGate" });
  if (gate === NOBODY) return true;
  try {
    return await readContract(client, { address: gate, abi: accessGateAbi, functionName: "mayTrade", args: [owner] });
  } catch (failure) {
    if (isRevert(failure)) return false;
    throw failure;
  }
}
