// SPDX-License-Identifier: MIT
import { JsonRpcProvider } from "ethers";
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { localGroups } from "../../deploy/deploy-novation.js";
import type { Deployment } from "../../sdk/deployment.js";
import { Chain } from "../../sim/venue/Chain.js";
import { deployVenue } from "../../sim/venue/deployVenue.js";
import { LocalVenue } from "../../sim/venue/LocalVenue.js";
import { toAnswer } from "../../sim/venue/units.js";
import { FIRST_MARK } from "../people/scene.js";

const VAULT = 20_000; // quote, as in npm start: what defaults cost beyond it winners pay
const BUDGET = 10_000_000_000_000n; // of a group, 1e-9 quote

/** Options of anvil for a chain that a venue is to be deployed on; it mines when it is told until `runChain`. */
export function chainArguments(port: number, start: number): string[] {
  const limits = ["--gas-limit", "3000000000", "--disable-code-size-limit", "--no-request-size-limit"];
  const clock = ["--base-fee", "0", "--timestamp", String(start)];
  return ["--port", String(port), "--hardfork", "osaka", ...limits, ...clock];
}

/** Seconds before the present at which such a chain begins: deployment and anchors take less. */
export const EARLIER = 7_200;

/** Deploys the everyday build on a new chain, opens the vault, and lets anchors settle at the scene's first marks. */
export async function deployOn(url: string): Promise<Deployment> {
  const provider = new JsonRpcProvider(url, undefined, {
    staticNetwork: true,
    pollingInterval: 20,
    cacheTimeout: -1,
    batchStallTime: 0,
  });
  await provider.send("anvil_setBlockTimestampInterval", [1]);
  const chain = new Chain(provider, () => {});
  try {
    const artifact = builtArtifacts(join(import.meta.dirname, "../../artifacts"), "npm run venue");
    const groups = localGroups().map(([listing]) => [
      { ...listing!, answer: toAnswer(FIRST_MARK[listing!.symbol] ?? 100) },
    ]);
    const venue = new LocalVenue(await deployVenue(chain, { artifact, groups, vaultBudget: BUDGET }));
    await venue.fund(BigInt(VAULT) * 1_000_000n);
    await venue.settleAnchors(venue.deployed.groups);
    return venue.deployment;
  } finally {
    provider.destroy();
  }
}
