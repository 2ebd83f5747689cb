// SPDX-License-Identifier: MIT
import { uintOf } from "../range.js";
import { saltOf, sequenceAllowed } from "../salt.js";

const HOUR = 3_600_000;

/** Gives out salts by the clock, each above all that it gave out in the lane. */
export class SaltClock {
  /** The latest sequence given out, by lane. */
  private readonly latest = new Map<bigint, bigint>();

  /** @param chainTime Asks the chain for its clock, Unix seconds. */
  constructor(private readonly chainTime: () => Promise<bigint>) {}

  async next(lane = 0n): Promise<bigint> {
    uintOf(lane, 16, "lane");
    const chain = Number(await this.chainTime()) * 1_000;
    const wall = Date.now();
    const now = BigInt(Math.abs(wall - chain) < HOUR ? wall : chain); // a test's chain has a clock of its own
    const last = this.latest.get(lane) ?? 0n;
    const sequence = now > last ? now : last + 1n;
    this.latest.set(lane, sequence);
    return saltOf(sequence, lane);
  }

  /**
   * Throws SequenceTooHigh. The clock of this machine may be behind that of the chain, or the other way round: the
   * later one counts.
   */
  async check(sequence: bigint): Promise<void> {
    const wall = Date.now();
    if (uintOf(sequence, 48, "sequence") <= BigInt(wall)) return;
    const [chain, here] = [await this.chainTime(), BigInt(Math.floor(wall / 1_000))];
    sequenceAllowed(sequence, chain > here ? chain : here);
  }
}
