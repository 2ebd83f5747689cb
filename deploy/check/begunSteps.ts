// SPDX-License-Identifier: MIT

import { entriesOf } from "./entriesOf.js";

/** A line of the journal, as far as it is of use here. */
interface Entry {
  readonly type: string;
  readonly futureId?: string;
}

/** Of steps that send something. */
const BEGINS = new Set([
  "DEPLOYMENT_EXECUTION_STATE_INITIALIZE",
  "CALL_EXECUTION_STATE_INITIALIZE",
  "SEND_DATA_EXECUTION_STATE_INITIALIZE",
]);

/**
 * What a journal lacks, to be added to it, when the process was killed after it had noted that a step begins and before
 * it noted what the step sends: that the step is forgotten. Nothing was sent of it, and no other step has begun that
 * needs it. Ignition would refuse to go on (HHE10000, "Unable to find network interaction"), each time that it is
 * started again.
 */
export function stepsToForget(journal: string): string {
  const begun = new Set<string>();
  for (const { type, futureId = "" } of entriesOf<Entry>(journal)) {
    if (BEGINS.has(type)) begun.add(futureId);
    else begun.delete(futureId); // it has gone on, or is forgotten already
  }
  return [...begun].map((futureId) => `\n${JSON.stringify({ futureId, type: "WIPE_APPLY" })}`).join("");
}
