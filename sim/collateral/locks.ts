// SPDX-License-Identifier: MIT
import type { ReadArtifact } from "../venue/deployVenue.js";
import { onContracts, type Lock } from "./onContracts.js";
import { scenes } from "./scenes.js";

/** Accounts of each sort; and when prices jump, seconds of a scene: at the lowest marks. */
const EACH = 3;
const LOWEST = 310;
const SCENES = ["crash, nobody keeps", "crash, ether half again as deep"];
/** Quote by which the contracts may differ: funding of minutes, and rounding. */
const WITHIN = 0.05;

export interface ComparedLock {
  readonly scene: string;
  readonly accounts: number;
  readonly contracts: Lock;
  readonly model: Lock;
  /** Quote: of what the line paid and gained, of the deficit, of the shortfall, and of what anybody ends with. */
  readonly largestDifference: number;
  readonly broken: readonly string[];
}

/** The lock of a crash on the contracts, as built, and on the model from the same state. */
export async function locks(
  seed: number,
  artifact: ReadArtifact,
  say: (text: string) => void,
): Promise<ComparedLock[]> {
  const list: ComparedLock[] = [];
  for (const name of SCENES) {
    say(`${name}: its lock, on the contracts`);
    const scene = scenes(seed).find((each) => each.name === name)!;
    const { contracts, model, names } = await onContracts(scene, LOWEST, EACH, seed, artifact);
    const largestDifference = Math.max(
      ...(["byLine", "lineGain", "deficit", "shortfall"] as const).map((key) => Math.abs(contracts[key] - model[key])),
      ...contracts.ends.map((end, i) => Math.abs(end - model.ends[i]!)),
    );
    const broken: string[] = [];
    if (largestDifference > WITHIN) broken.push(`${name}: the contracts differ from the model by ${largestDifference}`);
    if (contracts.defaults.join() !== model.defaults.join()) broken.push(`${name}: others defaulted on the contracts`);
    if (contracts.shortfall > 0) broken.push(`${name}: INV-21: ${contracts.shortfall} short on the contracts`);
    list.push({ scene: name, accounts: names.length, contracts, model, largestDifference, broken });
  }
  return list;
}
