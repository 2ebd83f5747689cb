// SPDX-License-Identifier: MIT
import type { ReadArtifact } from "../venue/deployVenue.js";
import { onContracts, type ComparedJump, type Jump } from "./onContracts.js";

/** Accounts of each sort, street four times as many; and what jumps in one block. */
const EACH = 4;
const JUMPS: readonly Jump[] = [
  { name: "crash", spot: 0.8, level: 2.2 },
  { name: "level alone", spot: 1, level: 2.5 },
];
/** Quote by which the contracts may differ: rounding of a few hundred positions. */
const WITHIN = 0.001;

export interface ComparedOptionLock extends ComparedJump {
  /** Quote: of the deficit, the charges, the shortfall, and of what anybody paid and ends with. */
  readonly largestDifference: number;
  readonly broken: readonly string[];
}

/** Locks of a small population on the contracts, and on the model from the same state. */
export async function optionLocks(
  seed: number,
  artifact: ReadArtifact,
  say: (text: string) => void,
): Promise<ComparedOptionLock[]> {
  say(`${JUMPS.length} locks on the contracts`);
  return (await onContracts(JUMPS, EACH, seed, artifact)).map((lock) => {
    const { jump, contracts, model } = lock;
    const largestDifference = Math.max(
      ...(["deficit", "charged", "shortfall"] as const).map((key) => Math.abs(contracts[key] - model[key])),
      ...contracts.paid.map((paid, i) => Math.abs(paid - model.paid[i]!)),
      ...contracts.ends.map((end, i) => Math.abs(end - model.ends[i]!)),
    );
    const broken: string[] = [];
    const name = `the lock "${jump.name}"`;
    if (largestDifference > WITHIN) broken.push(`${name}: the contracts differ from the model by ${largestDifference}`);
    if (contracts.defaults.join() !== model.defaults.join()) broken.push(`${name}: others defaulted on the contracts`);
    if (contracts.shortfall > 0) broken.push(`${name}: ${contracts.shortfall} short on the contracts`);
    return { ...lock, largestDifference, broken };
  });
}
