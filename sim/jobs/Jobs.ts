// SPDX-License-Identifier: MIT

/** A part of a run that needs no other part: what it finds depends on nothing but itself. */
export interface Job {
  /** Names what does it. */
  readonly kind: string;
}

/** Hears how far a run is: `done` of `all` jobs; `what`: the one that comes next, or that has just ended. */
export type Tell = (done: number, all: number, what: string) => void;

/** Does jobs, wherever, and answers in their order. */
export type DoJobs<J extends Job> = (jobs: readonly J[], tell: Tell) => Promise<unknown[]>;
