// SPDX-License-Identifier: MIT
import type { Health } from "./health.js";

/**
 * Is the account solvent at anchors and recorded marks, or at least not less so than before? Every trade has to leave
 * it so.
 */
export function staysSound(earlier: Health, later: Health): boolean {
  return (
    (later.atAnchor >= 0n || later.atAnchor >= earlier.atAnchor) &&
    (later.atRecordedMark >= 0n || later.atRecordedMark >= earlier.atRecordedMark)
  );
}

/** Is equity / maintenance of `later` at least that of `earlier`? Without maintenance the ratio is unbounded. */
export function ratioNotLower(earlier: Health, later: Health): boolean {
  return later.equity * earlier.maintenance >= earlier.equity * later.maintenance;
}
