// SPDX-License-Identifier: MIT
import { Interface, ZeroAddress } from "ethers";
import { quantity } from "../../sdk/client/chain/blocks.js";
import { RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { SLOT, packed } from "./assumed.js";

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

/** The newest report that it holds. */
export interface Newest {
  /** 0: nobody brought a report yet, or its price is none. */
  readonly mark: bigint;
  readonly observedAt: number;
  readonly pricedAt: number;
  readonly isOpen: boolean;
}

/** The same as of a block, with what bringing the next one takes. */
export interface Held extends Newest {
  /** A verification is paid for. */
  readonly hasFee: boolean;
  /** It keeps the report where simulations put it (`assumed`). */
  readonly isPlain: boolean;
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
      found = orNone(readPulled(this.rpc, source));
      this.known.set(key, found);
      found.catch(() => this.known.delete(key)); // a node's trouble: asked again
    }
    return found;
  }

  /** What it holds at a block. Undefined: it or its verifier does not answer as such. */
  held(source: PulledSource, block: number): Promise<Held | undefined> {
    return orNone(this.readHeld(source, block));
  }

  private async readHeld({ source, verifier }: PulledSource, block: number): Promise<Held> {
    const at = quantity(block);
    const [[newest], [manager], word] = await Promise.all([
      ask(this.rpc, source, "newest", at),
      ask(this.rpc, verifier, "s_feeManager", at),
      this.rpc.send("eth_getStorageAt", [source, SLOT, at]),
    ]);
    const { mark, observedAt, pricedAt, isOpen } = newest as Record<"mark" | "observedAt" | "pricedAt", bigint> & {
      isOpen: boolean;
    };
    const held = { mark, observedAt: Number(observedAt), pricedAt: Number(pricedAt), isOpen };
    return { ...held, hasFee: manager !== ZeroAddress, isPlain: BigInt(word as string) === BigInt(packed(held)) };
  }
}

/** Undefined for contracts of another kind. */
async function orNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (failure) {
    const isOther = failure instanceof NoAnswer || (failure instanceof RpcRefused && failure.verdict === "reverted");
    if (isOther) return undefined;
    throw failure;
  }
}

async function readPulled(rpc: Rpc, source: Address): Promise<PulledSource> {
  const feedId = (await ask(rpc, source, "feedId"))[0] as Hex;
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
