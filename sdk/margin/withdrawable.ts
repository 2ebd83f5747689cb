// SPDX-License-Identifier: MIT
import { min, positive } from "../arithmetic.js";
import type { Money } from "../units.js";
import type { Health } from "./health.js";

/**
 * What may leave an account with positions in an open group, before pauses and the outflow cap. Cash, but no unrealised
 * gains, above initial margin; and it stays solvent at anchors and recorded marks.
 */
export function withdrawableOf({ cash, equity, initial, atAnchor, atRecordedMark }: Health): Money {
  const spare = (min(cash, equity) - initial) as Money;
  return positive(min(spare, min(atAnchor, atRecordedMark)));
}
