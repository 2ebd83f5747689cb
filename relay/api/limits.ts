// SPDX-License-Identifier: MIT
import { Refusal } from "../book/refusals.js";

export interface Rate {
  /** Requests a second in the long run, and at once after a pause. */
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets that nobody has used for so long are full again, and forgotten. */
const SWEEP = 10_000; // keys

/** A limit for each of many keys: addresses of signers, or of the network. */
export class Limit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly what: string,
    private readonly rate: Rate,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes so many of a key's requests; throws a Refusal (429) when there are not so many. */
  take(key: string, count = 1): void {
    const { perSecond, burst } = this.rate;
    const now = this.now();
    const bucket = this.buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    if (this.buckets.size > SWEEP) this.sweep(now);
    this.buckets.set(key, bucket);
    if (bucket.tokens < count) {
      const wait = Math.ceil((count - bucket.tokens) / perSecond);
      throw new Refusal(
        "TooManyRequests",
        `The limit of this ${this.what} is ${perSecond} requests a second. Try again in ${wait} s.`,
        429,
      );
    }
    bucket.tokens -= count;
  }

  private sweep(now: number): void {
    const { perSecond, burst } = this.rate;
    for (const [key, { tokens, at }] of this.buckets) {
      if (tokens + ((now - at) / 1_000) * perSecond >= burst) this.buckets.delete(key);
    }
  }
}
