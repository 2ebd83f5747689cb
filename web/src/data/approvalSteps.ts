// SPDX-License-Identifier: MIT
import { encodeFunctionData, type Address } from "viem";
import { tokenAbi } from "../../../sdk/abis/token.js";
import type { Here } from "../chain/services";
import type { Call } from "../chain/useWrite";
import type { Reader } from "../chain/reader";

export interface Approving {
  readonly client: Reader;
  readonly here: Here;
  /** Which is approved; the settlement token unless it is given. */
  readonly token?: Address;
  readonly owner: Address;
  readonly spender: Address;
  readonly tokens: bigint;
  /** As people read it: "100 USDC". */
  readonly amount: string;
  /** What is approved already, as it was seen last: above zero, there may be a step more. */
  readonly before: bigint;
  readonly text: { readonly stepReset: string; readonly stepApprove: (amount: string) => string };
}

/**
 * What sees to an allowance of exactly `tokens`. Some tokens (USDT) change an allowance only
 * from or to zero: it is set to zero first then, and only then. Steps that are not needed send nothing.
 */
export function approvalSteps(approving: Approving) {
  const { client, here, token = here.deployment.token, owner, spender, tokens, amount, before, text } = approving;
  const wanted = approval(token, spender, tokens);
  const allowed = () =>
    client.readContract({ address: token, abi: tokenAbi, functionName: "allowance", args: [owner, spender] });
  const reset = {
    title: text.stepReset,
    call: async () => {
      const allowance = await allowed();
      const needed = allowance < tokens && (await needsReset(client, owner, wanted, allowance));
      return needed ? approval(token, spender, 0n) : undefined;
    },
  };
  const approve = {
    title: text.stepApprove(amount),
    call: async () => ((await allowed()) < tokens ? wanted : undefined),
  };
  return before > 0n ? [reset, approve] : [approve];
}

function approval(token: Address, spender: Address, tokens: bigint): Call {
  return { to: token, data: encodeFunctionData({ abi: tokenAbi, functionName: "approve", args: [spender, tokens] }) };
}

async function needsReset(client: Reader, owner: Address, call: Call, allowance: bigint): Promise<boolean> {
  if (allowance === 0n) return false;
  try {
    await client.gasOf({ from: owner, ...call });
    return false;
  } catch {
    return true;
  }
}
