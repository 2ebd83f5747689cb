// SPDX-License-Identifier: MIT
import { WORD, decodeWord } from "../abi.js";
import { formatTokens } from "../decimal.js";
import type { Address } from "../order.js";
import type { Hex } from "../orderHash.js";
import { isRevert } from "./Refused.js";

/** The settlement token refuses an approval, also after its allowance was set to 0. */
export class ApprovalRefused extends Error {
  override readonly name = "ApprovalRefused";

  constructor(
    readonly token: string,
    options?: ErrorOptions,
  ) {
    super(
      `token ${token} refuses the approval: it may be paused, or have blocked this address. See what it says`,
      options,
    );
  }
}

/** The wallet's owner chose a lower allowance than was asked for. */
export class ApprovalTooSmall extends Error {
  override readonly name = "ApprovalTooSmall";

  constructor(
    readonly allowance: bigint,
    readonly wanted: bigint,
  ) {
    super(
      `${formatTokens(allowance, 0)} token units are approved and ${formatTokens(wanted, 0)} are needed: ` +
        "the wallet may have been told to approve less. Approve at least that",
    );
  }
}

/** Whoever runs a call and undoes it: a provider of ethers, or a few words around a client of viem. */
export interface Caller {
  call(transaction: { from?: string; to: string; data: string }): Promise<string>;
}

// No return value is asked for: some tokens (USDT) return none.
const encoded = {
  allowance: (owner: string, spender: string) => `0xdd62ed3e${word(BigInt(owner))}${word(BigInt(spender))}` as const,
  approve: (spender: string, tokens: bigint) => `0x095ea7b3${word(BigInt(spender))}${word(tokens)}` as const,
};

/** Milliseconds, doubled each time. */
const FIRST_PAUSE = 100;
const LAST_PAUSE = 1_600;

export interface Approval {
  readonly provider: Caller;
  readonly token: string;
  readonly owner: Address;
  readonly spender: Address;
  readonly tokens: bigint;
}

/**
 * Sees to an allowance of at least `tokens`. Some tokens (USDT) refuse to change an allowance that is not 0 to another
 * that is not 0: it is set
 * to 0 first then, and only then. `send` sends a call to the token and waits until it is mined.
 */
export async function approve(approval: Approval, send: (data: Hex) => Promise<unknown>): Promise<void> {
  const { spender, tokens, token } = approval;
  const before = await allowanceOf(approval);
  if (before >= tokens) return;
  const data = encoded.approve(spender, tokens);
  let refusal = await refusalOf(approval, data);
  if (refusal !== undefined && before > 0n) {
    await send(encoded.approve(spender, 0n));
    refusal = await lookAgain(
      () => refusalOf(approval, data),
      (found) => found === undefined,
    );
  }
  if (refusal !== undefined) throw new ApprovalRefused(token, { cause: refusal.cause });
  await send(data);
  const after = await lookAgain(
    () => allowanceOf(approval),
    (found) => found >= tokens,
  );
  if (after < tokens) throw new ApprovalTooSmall(after, tokens);
}

/**
 * What was mined a moment ago may not be there yet, where another node answers: it is looked at again before it counts.
 */
async function lookAgain<T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  let found = await look();
  for (let pause = FIRST_PAUSE; !isThere(found) && pause <= LAST_PAUSE; pause *= 2) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    found = await look();
  }
  return found;
}

async function allowanceOf({ provider, token, owner, spender }: Approval): Promise<bigint> {
  const data = await provider.call({ to: token, data: encoded.allowance(owner, spender) });
  return decodeWord("uint256", data.slice(2, 2 + WORD)) as bigint;
}

/** A token refuses by a revert, or by returning false. */
async function refusalOf({ provider, token, owner }: Approval, data: string): Promise<{ cause: unknown } | undefined> {
  try {
    const answer = await provider.call({ from: owner, to: token, data });
    return answer === "0x" || BigInt(answer) !== 0n ? undefined : { cause: "approve returned false" };
  } catch (failure) {
    if (isRevert(failure)) return { cause: failure };
    throw failure;
  }
}

function word(value: bigint): string {
  return value.toString(16).padStart(WORD, "0");
}
