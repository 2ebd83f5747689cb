// SPDX-License-Identifier: MIT
import { accessGateAbi } from "../../../sdk/abis/accessGate.js";
import { clearinghouseFunctionsAbi } from "../../../sdk/abis/clearinghouseFunctions.js";
import type { Address } from "../../../sdk/range.js";
import type { Reader } from "../chain/reader";
import { isRevert } from "../chain/refusal";
import { accessText as text } from "../text/access";
import { useChain } from "./lens";

const NOBODY = /^0x0{40}$/;

/** As the contracts ask: a gate that reverts says no, and without one everybody may. */
async function readAdmitted(client: Reader, clearinghouse: Address, owner: Address): Promise<boolean> {
  const venue = { address: clearinghouse, abi: clearinghouseFunctionsAbi } as const;
  const gate = await client.readContract({ ...venue, functionName: "accessGate" });
  if (NOBODY.test(gate)) return true;
  try {
    return await client.readContract({ address: gate, abi: accessGateAbi, functionName: "mayTrade", args: [owner] });
  } catch (failure) {
    if (isRevert(failure)) return false;
    throw failure;
  }
}

/** Does the venue's access gate admit the owner? Asked again at each block, since it may change. */
export function useAdmitted(owner: Address | undefined) {
  return useChain(
    ["admitted", String(owner)],
    ({ client, here }) => readAdmitted(client, here.deployment.clearinghouse, owner!),
    owner !== undefined,
  );
}

/** What an owner is told; undefined: nothing is in the way, or it is not known yet. */
export function accessTold(isAdmitted: boolean | undefined, positions: number): string | undefined {
  if (isAdmitted !== false) return undefined;
  return positions === 0 ? text.flat : text.holding;
}
