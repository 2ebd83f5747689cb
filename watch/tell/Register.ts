// SPDX-License-Identifier: MIT
import type { Alarm, Finding } from "../alarms/Alarm.js";
import type { Limits } from "../run/limits.js";
import type { Picture } from "../look/Picture.js";

/** An alarm that was told, and what it says now. */
export interface Standing {
  readonly alarm: Alarm;
  readonly subject: string;
  readonly says: string;
  /** When its condition was first seen, ms of the clock that the register is given. */
  readonly since: number;
}

export interface Change {
  readonly event: "raised" | "cleared";
  readonly standing: Standing;
}

interface Known {
  readonly since: number;
  readonly finding: Finding;
  readonly raised: boolean;
  /** Since when a look finds nothing any more. */
  readonly gone: number | undefined;
}

/**
 * Which conditions were seen for how long, and of which it was told. A condition is told when it has held for as long
 * as its alarm says, and is over when it was not seen for `clearAfter`. Nothing is remembered over a restart: what
 * still holds is told again.
 */
export class Register {
  private readonly known = new Map<string, Map<string, Known>>();

  constructor(private readonly limits: Limits) {}

  /** Judges one part of the picture, seen at `now` (ms). Returns what has begun and ended by that, in this order. */
  see<Part extends keyof Picture>(alarm: Alarm<Part>, seen: Picture[Part], now: number): Change[] {
    const known = this.known.get(alarm.name) ?? new Map<string, Known>();
    this.known.set(alarm.name, known);
    const standing = new Set([...known].flatMap(([subject, { raised }]) => (raised ? [subject] : [])));
    const found = atMost(this.limits.subjects, alarm.find(seen, this.limits, standing));
    const changes: Change[] = [];
    const told = (event: Change["event"], { finding, since }: Known) => {
      const { subject, says } = finding;
      changes.push({ event, standing: { alarm: alarm as unknown as Alarm, subject, says, since } });
    };
    for (const [subject, each] of known) {
      if (found.has(subject)) continue;
      const gone = each.gone ?? now;
      if (each.raised && now - gone < this.limits.clearAfter * 1_000) known.set(subject, { ...each, gone });
      else {
        known.delete(subject);
        if (each.raised) told("cleared", each);
      }
    }
    for (const [subject, finding] of found) {
      let before = known.get(subject);
      if (before !== undefined && before.finding.state !== finding.state) {
        if (before.raised) told("cleared", before); // somebody has acted
        before = undefined;
      }
      const since = before?.since ?? now;
      const holds = alarm.holds(this.limits) * 1_000;
      const next = { since, finding, raised: (before?.raised ?? false) || now - since >= holds, gone: undefined };
      known.set(subject, next);
      if (next.raised && before?.raised !== true) told("raised", next);
    }
    return changes;
  }

  /** All that was told and is not over. */
  get standing(): readonly { readonly name: string; readonly subject: string; readonly says: string }[] {
    return [...this.known].flatMap(([name, subjects]) =>
      [...subjects].flatMap(([subject, { raised, finding }]) =>
        raised ? [{ name, subject, says: finding.says }] : [],
      ),
    );
  }
}

/** By subject; those beyond the limit as one more. */
function atMost(most: number, findings: readonly Finding[]): Map<string, Finding> {
  const all = new Map(findings.map((finding) => [finding.subject, finding]));
  if (all.size <= most) return all;
  const first = [...all].slice(0, most);
  const says = `${all.size - most} more than the ${most} that are told one by one`;
  return new Map([...first, ["others", { subject: "others", says }]]);
}
