// SPDX-License-Identifier: MIT
import type { JsonRpcProvider } from "ethers";
import { RIVAL, addressOf } from "./venue.js";

interface Pending {
  hash: string;
  from: string;
  to: string | null;
  input: string;
  gas: string;
  maxPriorityFeePerGas?: string;
  maxFeePerGas?: string;
  gasPrice?: string;
}

const LOOK = 50; // milliseconds
const OWN = addressOf(RIVAL);

/** Copies what keepers have in the pool, with twice the tip: it is mined before them. */
export class Rival {
  copied = 0;
  private readonly seen = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly provider: JsonRpcProvider,
    private readonly clearinghouse: string,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.look().catch(() => {}), LOOK);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const pool = (await this.provider.send("txpool_content", [])) as Record<
      "pending",
      Record<string, Record<string, Pending>>
    >;
    const waiting = Object.values(pool.pending).flatMap((byNonce) => Object.values(byNonce));
    for (const { hash, from, to, input, gas, ...fees } of waiting) {
      const theirs = to?.toLowerCase() === this.clearinghouse.toLowerCase() && from.toLowerCase() !== OWN.toLowerCase();
      if (!theirs || this.seen.has(hash)) continue;
      this.seen.add(hash);
      const tip = 2n * BigInt(fees.maxPriorityFeePerGas ?? fees.gasPrice ?? "0x3b9aca00");
      const max = 2n * BigInt(fees.maxFeePerGas ?? fees.gasPrice ?? "0x3b9aca00") + tip;
      const price = { maxPriorityFeePerGas: `0x${tip.toString(16)}`, maxFeePerGas: `0x${max.toString(16)}` };
      await this.provider.send("eth_sendTransaction", [{ from: OWN, to, data: input, gas, ...price }]);
      ++this.copied;
    }
  }
}
