// SPDX-License-Identifier: MIT

/** What the judge saw at the end of one block. */
export interface Verdict {
  number: number;
  hash: string;
  /** When it was mined, milliseconds of the wall. */
  seenAt: number;
  /** Below zero at live prices. */
  insolvent: ReadonlySet<string>;
  /** Of those that an absorb of this moment would take. */
  due: ReadonlySet<string>;
  /** Below maintenance margin, or called and still below the call level. */
  liquidatable: ReadonlySet<string>;
}

/** An unbroken stay in one of the sets. */
export interface Stay {
  account: string;
  from: number;
  /** Blocks at whose end the account was there. */
  blocks: number;
  /** It was there in the last verdict. */
  open: boolean;
}

export type Level = "insolvent" | "due" | "liquidatable";

/** Every stay of every account at a level. Verdicts ascend by number, without gaps. */
export function stays(verdicts: readonly Verdict[], level: Level): Stay[] {
  const running = new Map<string, Stay>();
  const done: Stay[] = [];
  for (const verdict of verdicts) {
    for (const [account, stay] of running) {
      if (verdict[level].has(account)) continue;
      stay.open = false;
      done.push(stay);
      running.delete(account);
    }
    for (const account of verdict[level]) {
      const stay = running.get(account) ?? { account, from: verdict.number, blocks: 0, open: true };
      ++stay.blocks;
      running.set(account, stay);
    }
  }
  return [...done, ...running.values()];
}

/** Takes back what a reorganisation took back: verdicts from `fork` on. */
export function rolledBack(verdicts: readonly Verdict[], fork: number): Verdict[] {
  return verdicts.filter(({ number }) => number < fork);
}

/**
 * The least number of blocks that anybody can be due if a keeper answers every block in the next, first come first
 * served, and a block takes `perBlock` accounts: the bound from gas. 0 when nobody was ever due.
 */
export function boundFromGas(verdicts: readonly Verdict[], perBlock: number): number {
  if (perBlock < 1) return Infinity;
  const arrivals = new Map<number, number>();
  for (const { from } of stays(verdicts, "due")) arrivals.set(from, (arrivals.get(from) ?? 0) + 1);
  let backlog = 0;
  let bound = 0;
  for (const { number } of verdicts) {
    backlog += arrivals.get(number) ?? 0;
    // The last of the backlog leaves with the block that makes it empty.
    if (backlog > 0) bound = Math.max(bound, Math.ceil(backlog / perBlock));
    backlog = Math.max(0, backlog - perBlock);
  }
  return bound;
}

/** Milliseconds from `moment` until nobody is due any more who was due then; undefined: that has not come. */
export function recoveryAfter(verdicts: readonly Verdict[], moment: number): number | undefined {
  const before = verdicts.findLast(({ seenAt }) => seenAt <= moment);
  const waiting = [...(before?.due ?? [])];
  if (waiting.length === 0) return 0;
  const clear = verdicts.find(({ seenAt, due }) => seenAt > moment && !waiting.some((account) => due.has(account)));
  return clear && clear.seenAt - moment;
}
