// SPDX-License-Identifier: MIT

const PHASE = 64n;
const NUMBER = (1n << PHASE) - 1n;
/** Numbers that a feed leaves out in a row before it counts as the end of a phase, plus one: as ExpiryLib. */
const LOOKAHEAD = 4n;

/** The past rounds of a feed that numbers them `phase << 64 | number`. */
export interface PastRounds {
  /** The number of its latest round; undefined: it does not tell. */
  readonly latest: () => Promise<bigint | undefined>;
  /** When a round was given, Unix time; 0: there is none of this number. */
  readonly timeOf: (id: bigint) => Promise<bigint>;
}

/** The phase of a round's number. */
export function phaseOf(round: bigint): bigint {
  return round >> PHASE;
}

/**
 * The round with which `fixPrice` enters a phase: the last one of it dated at or before `time`; its first one if there
 * is none; number 0 of a phase without rounds. Found by halving.
 */
export async function entryOf(rounds: PastRounds, phase: bigint, time: bigint): Promise<bigint> {
  const top = await topOf(rounds, phase);
  let [low, high] = [0n, top]; // what is at or before the time is in low, what is after it in high + 1
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    const round = await nextFrom(rounds, phase, middle, high);
    if (round !== undefined && round.time <= time) low = round.number;
    else high = middle - 1n;
  }
  if (low > 0n) return (phase << PHASE) | low;
  const first = await nextFrom(rounds, phase, 1n, top);
  return (phase << PHASE) | (first?.number ?? 0n);
}

/** The highest number of a phase with a round; 0 if it has none. */
async function topOf(rounds: PastRounds, phase: bigint): Promise<bigint> {
  const latest = await rounds.latest();
  if (latest !== undefined && phaseOf(latest) === phase) return latest & NUMBER;
  const exists = async (number: bigint) =>
    (await nextFrom(rounds, phase, number, number + LOOKAHEAD - 1n)) !== undefined;
  if (!(await exists(1n))) return 0n;
  let [low, high] = [1n, 2n]; // a round follows low; none follows high
  for (; await exists(high); high *= 2n) low = high;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (await exists(middle)) low = middle;
    else high = middle;
  }
  return (await nextFrom(rounds, phase, low, low + LOOKAHEAD - 1n))!.number;
}

/** The first round from this number on, to `last`, past some numbers that are left out. */
async function nextFrom(
  { timeOf }: PastRounds,
  phase: bigint,
  number: bigint,
  last: bigint,
): Promise<{ readonly number: bigint; readonly time: bigint } | undefined> {
  for (let at = number; at <= last && at < number + LOOKAHEAD; ++at) {
    const time = await timeOf((phase << PHASE) | at);
    if (time > 0n) return { number: at, time };
  }
  return undefined;
}
