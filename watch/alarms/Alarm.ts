// SPDX-License-Identifier: MIT
import type { Limits } from "../run/limits.js";
import type { Picture } from "../look/Picture.js";

/** `page` wakes somebody, `ticket` waits for the morning. */
export type Severity = "page" | "ticket";

/** A condition that holds now. */
export interface Finding {
  /** What it is about: a market, a group, a service. Findings of one subject are one alarm. */
  readonly subject: string;
  readonly says: string;
  /** As long as it stays the same, nobody has done anything: when it changes, time counts from then. */
  readonly state?: string;
}

/** One alarm: a pure rule over what a reader has seen. */
export interface Alarm<Part extends keyof Picture = keyof Picture> {
  readonly name: string;
  readonly severity: Severity;
  /** The part of the picture that it looks at. While that cannot be read, the alarm stands as it is. */
  readonly part: Part;
  /** Seconds that a condition has to hold before it is told. */
  readonly holds: (limits: Limits) => number;
  /** Everything that is wrong now. `standing`: subjects of which it was told, for limits that differ by that. */
  readonly find: (seen: Picture[Part], limits: Limits, standing: ReadonlySet<string>) => readonly Finding[];
}

/** Types the rule by the part that it names. */
export function alarm<Part extends keyof Picture>(made: Alarm<Part>): Alarm<Part> {
  return made;
}

/** Told at the first look. */
export const AT_ONCE = (): number => 0;
