// SPDX-License-Identifier: MIT

/** What a part of the check has found. */
export interface Finding {
  readonly what: string;
  /** What was compared, with counts. */
  readonly says: string;
  /** In what it differs; empty: it is equal. */
  readonly faults: readonly string[];
}

const SHOWN = 5;

export function lineOf({ what, says, faults }: Finding): string {
  const verdict = faults.length === 0 ? "equal" : `DIFFERS in ${faults.length}: ${faults.slice(0, SHOWN).join("; ")}`;
  return `check ${what.padEnd(10)} ${verdict}: ${says}`;
}
