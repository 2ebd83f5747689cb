// SPDX-License-Identifier: MIT
import { toHex, type Hash } from "viem";
import { chainText as text } from "../text/chain";
import { Said } from "./refusal";
import type { Wallet } from "./useWallet";
import type { Call } from "./useWrite";

// Several calls as one transaction, all of them or none, by wallets that offer it (EIP-5792).

/** Between two questions for what became of it, ms. */
const PAUSE = 700;
const VERSION = "2.0.0";
/** A capability of every chain. */
const ANY_CHAIN = "0x0";
const OFFERED = new Set(["supported", "ready"]);

/** Does the wallet offer it on this chain? One that does not know the question does not. */
export async function offersBatches({ address, request }: Wallet, chainId: bigint): Promise<boolean> {
  const id = toHex(chainId);
  try {
    const told = (await request({ method: "wallet_getCapabilities", params: [address, [id]] })) as Capabilities;
    return OFFERED.has((told?.[id] ?? told?.[ANY_CHAIN])?.atomic?.status ?? "");
  } catch {
    return false;
  }
}

type Capabilities =
  Readonly<Record<string, { readonly atomic?: { readonly status?: string } } | undefined>> | undefined;

/** Asks the wallet for all of the calls as one transaction, and waits until it has a hash. */
export async function sendBatch(
  { address, request }: Wallet,
  chainId: bigint,
  calls: readonly Call[],
  pause = PAUSE,
): Promise<Hash> {
  const wanted = {
    version: VERSION,
    chainId: toHex(chainId),
    from: address,
    atomicRequired: true,
    calls: calls.map(({ to, data, value }) => ({ to, data, ...(value !== undefined && { value: toHex(value) }) })),
  };
  const answer = (await request({ method: "wallet_sendCalls", params: [wanted] })) as { readonly id?: unknown };
  if (typeof answer?.id !== "string") throw new Error("the wallet answered with no id of the calls");
  for (;;) {
    const told = (await request({ method: "wallet_getCallsStatus", params: [answer.id] })) as Status;
    const { status = 0, receipts = [] } = told ?? {};
    const hash = receipts.at(-1)?.transactionHash;
    if (typeof hash === "string" && /^0x[0-9a-fA-F]{64}$/.test(hash)) return hash as Hash;
    // 100 and above: it waits; 400 and above: it ended outside of the chain, or reverted.
    if (status >= 200) throw new Said({ kind: "refused", sentence: text.batchFailed, detail: `status ${status}` });
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

type Status =
  { readonly status?: number; readonly receipts?: readonly { readonly transactionHash?: unknown }[] } | undefined;
