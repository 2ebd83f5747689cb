// SPDX-License-Identifier: MIT
// The key of a job: the name of its action, the cause, and of a repetition the block in which the last one was mined.

const CAUSE = " @ ";
const REPEATED = / after \d+$/;

export function keyFor(name: string, cause: string): string {
  return `${name}${CAUSE}${cause}`;
}

/** The name of the action. */
export function nameIn(key: string): string {
  return key.split(CAUSE)[0]!;
}

export function repeated(key: string, minedAt: number): string {
  return `${key} after ${minedAt}`;
}

/** Without what tells a repetition from the job before. */
export function withoutRepetition(key: string): string {
  return key.replace(REPEATED, "");
}
