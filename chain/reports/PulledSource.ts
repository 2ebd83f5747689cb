// SPDX-License-Identifier: MIT
import { Interface, ZeroAddress } from "ethers";
import { quantity } from "../../sdk/client/chain/blocks.js";
import { RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";

/** A price source to which anybody brings reports: what is fixed of it. */
export interface PulledSource {
  readonly source: Address;
  readonly verifier: Address;
  readonly feedId: Hex;
  readonly decimals: number;
  readonly lotExponent: number;
  /** Seconds. */
  readonly heartbeat: number;
  readonly maxDelay: number;
}

/** What it holds as of a block. */
export interface Held {
  /** 0: nobody brought a report yet, or its price is none. */
  readonly mark: bigint;
  readonly observedAt: number;
  readonly pricedAt: number;
  readonly isOpen: boolean;
  /** A verification is paid for. */
  readonly hasFee: boolean;
}

export const PULLED = new Interface([
  "function verifier() view returns (address)",
  "function feedId() view returns (bytes32)",
  "function decimals() view returns (uint256)",
  "function lotExponent() view returns (uint256)",
  "function heartbeat() view returns (uint256)",
  "function maxDelay() view returns (uint256)",
  "function newest() view returns (tuple(uint80 mark, uint40 observedAt, uint40 pricedAt, bool isOpen))",
  "function s_feeManager() view returns (address)",
  "function update(bytes signedReport) payable returns (bool updated)",
]);

/** Which sources are pulled: asked once each, as a source's configuration never changes. */
export class PulledSources {
  private readonly known = new Map<string, Promise<PulledSource | undefined>>();

  constructor(private readonly rpc: Rpc) {}

  /** Undefined: the source of another kind. */
  of(source: Address): Promise<PulledSource | undefined> {
    const key = source.toLowerCase();
    let found = this.known.get(key);
    if (found === undefined) {
      found = readPulled(this.rpc, source);
      this.known.set(key, found);
      found.catch(() => this.known.delete(key)); // a node's trouble: asked again
    }
    return found;
  }

  /** What it holds at a block. */
  async held({ source, verifier }: PulledSource, block: number): Promise<Held> {
    const at = quantity(block);
    const [[newest], [manager]] = await Promise.all([
      ask(this.rpc, source, "newest", at),
      ask(this.rpc, verifier, "s_feeManager", at),
    ]);
    const { mark, observedAt, pricedAt, isOpen } = newest as Record<"mark" | "observedAt" | "pricedAt", bigint> & {
      isOpen: boolean;
    };
    const times = { observedAt: Number(observedAt), pricedAt: Number(pricedAt) };
    return { mark, ...times, isOpen, hasFee: manager !== ZeroAddress };
  }
}

/** Undefined: a contract of another kind is at this address. */
async function readPulled(rpc: Rpc, source: Address): Promise<PulledSource | undefined> {
  let feedId: Hex;
  try {
    feedId = (await ask(rpc, source, "feedId"))[0] as Hex;
  } catch (failure) {
    const isOther = failure instanceof NoAnswer || (failure instanceof RpcRefused && failure.verdict === "reverted");
    if (isOther) return undefined;
    throw failure;
  }
  const names = ["verifier", "decimals", "lotExponent", "heartbeat", "maxDelay"];
  const [verifier, ...numbers] = await Promise.all(names.map(async (name) => (await ask(rpc, source, name))[0]));
  const [decimals, lotExponent, heartbeat, maxDelay] = numbers.map(Number) as [number, number, number, number];
  return { source, verifier: verifier as Address, feedId, decimals, lotExponent, heartbeat, maxDelay };
}

/** The contract answers nothing that such a source answers. */
class NoAnswer extends Error {}

async function ask(rpc: Rpc, to: Address, name: string, at = "latest"): Promise<readonly unknown[]> {
  const answer = await rpc.send("eth_call", [{ to, data: PULLED.encodeFunctionData(name) }, at]);
  try {
    return PULLED.decodeFunctionResult(name, answer as string);
  } catch {
    throw new NoAnswer(`${to} does not answer ${name}`);
  }
}
