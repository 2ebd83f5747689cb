// SPDX-License-Identifier: MIT

const WINDOW = 1_800n;

/** A round of a feed. `mark`: its answer, 1e-18 quote per base; none: the answer is no price. */
export interface FeedRound {
  readonly time: bigint;
  readonly mark: bigint | undefined;
}

export interface Feed {
  /** The rounds of each aggregator behind the proxy, by phase, as they are numbered. */
  readonly phases: ReadonlyMap<number, readonly FeedRound[]>;
  /** The phase of the proxy now. */
  readonly phase: number;
  readonly heartbeat: bigint;
}

/**
 * The average of the answers over the 30 minutes before the expiry, by seconds, down. An answer holds until the next
 * one, but at most for the heartbeat; one that is no price holds for nothing. If nothing held: the first usable answer
 * after the expiry. The rounds are those of the phase that was `noted` before the window, and if it has none in the
 * heartbeat after the expiry, then also those of the next phases that are later. Nothing while there is no round after
 * the expiry.
 */
export function settlementOf(feed: Feed, noted: number, expiry: bigint, now: bigint): bigint | undefined {
  const start = expiry - WINDOW;
  const last = expiry + feed.heartbeat;
  const held: FeedRound[] = [];
  const timeOfLast = (): bigint => held.at(-1)?.time ?? 0n;

  for (let phase = noted; ; ++phase) {
    const rounds = feed.phases.get(phase) ?? [];
    const from = timeOfLast() > start ? timeOfLast() : start;
    const entry = rounds.filter(({ time }) => time <= from).at(-1);
    if (entry !== undefined && entry.time > timeOfLast()) held.push(entry);
    for (const round of rounds.filter(({ time }) => time > from)) {
      if (round.time > expiry) {
        if (round.time > last && phase !== feed.phase) break;
        const average = averageOf(held, start, expiry, feed.heartbeat);
        if (average !== undefined) return average;
        if (round.mark !== undefined) return round.mark;
      }
      held.push(round);
    }
    if (phase === feed.phase || now <= last) return undefined;
  }
}

function averageOf(held: readonly FeedRound[], start: bigint, expiry: bigint, heartbeat: bigint): bigint | undefined {
  let [weight, sum] = [0n, 0n];
  held.forEach(({ time, mark }, i) => {
    const until = min(held[i + 1]?.time ?? expiry, expiry, time + heartbeat);
    const seconds = until - (time > start ? time : start);
    if (mark === undefined || seconds <= 0n) return;
    weight += seconds;
    sum += mark * seconds;
  });
  return weight === 0n ? undefined : sum / weight;
}

const min = (...values: bigint[]): bigint => values.reduce((least, value) => (value < least ? value : least));
