// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeFunctionData } from "viem";
import { tokenAbi } from "../../sdk/abis/token.js";
import type { Reader } from "../src/chain/reader";
import type { Here } from "../src/chain/services";
import { approvalSteps } from "../src/data/approvalSteps";

const [OWNER, SPENDER, TOKEN] = [1, 2, 3].map((digit) => `0x${String(digit).repeat(40)}` as const);
const text = { stepReset: "reset", stepApprove: (amount: string) => `approve ${amount}` };

/** A token with an allowance that refuses to change it from one amount to another (USDT), or does not. */
function steps(allowance: bigint, strict: boolean, tokens = 100n) {
  const client = {
    readContract: async ({ functionName }: { functionName: string }) => {
      if (functionName === "allowance") return allowance;
      return functionName === "symbol" ? "T" : 0n;
    },
    request: async () => "0x",
    gasOf: async () => {
      if (strict && allowance > 0n) throw new Error("execution reverted");
      return 50_000n;
    },
  } as unknown as Reader;
  const here = { deployment: { token: TOKEN } } as unknown as Here;
  return approvalSteps({
    client,
    here,
    owner: OWNER!,
    spender: SPENDER!,
    tokens,
    amount: "100 T",
    before: allowance,
    text,
  });
}

async function approved(given: ReturnType<typeof steps>): Promise<(bigint | undefined)[]> {
  const calls = await Promise.all(given.map((step) => step.call()));
  return calls.map((call) => {
    if (call === undefined) return undefined;
    assert.equal(call.to, TOKEN);
    const { functionName, args } = decodeFunctionData({ abi: tokenAbi, data: call.data });
    assert.equal(functionName, "approve");
    assert.equal(String(args![0]).toLowerCase(), SPENDER);
    return args![1] as bigint;
  });
}

describe("an approval", () => {
  it("is of exactly the amount, in one transaction, when nothing is approved", async () => {
    assert.deepEqual(await approved(steps(0n, true)), [100n]);
  });

  it("is not sent again when it suffices already", async () => {
    assert.deepEqual(await approved(steps(100n, false)), [undefined, undefined]);
  });

  it("is set to zero first for a token that changes it only from zero, and only then", async () => {
    assert.deepEqual(await approved(steps(7n, true)), [0n, 100n]);
    assert.deepEqual(await approved(steps(7n, false)), [undefined, 100n]);
  });
});
