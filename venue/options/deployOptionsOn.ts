// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { JsonRpcProvider, encodeBytes32String } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { deployOptions } from "../../deploy/deploy-options.js";
import { deployWith } from "../../deploy/deployWith.js";
import { describeOptions } from "../../deploy/describeOptions.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { Address } from "../../sdk/order.js";
import { SIGNERS, THRESHOLD } from "../people/keys.js";
import { ascending, signedBy, volReport } from "../people/volReport.js";

const HEARTBEAT = 3_600; // of the volatilities, seconds
const VAULT = 20_000_000_000n; // token units
const BUDGET = 10_000_000_000_000n; // of the group, 1e-9 quote
const NOBODY = "0x0000000000000000000000000000000000000000";

const WEEK = 604_800;
/** Thursday, 1 January 1970, 06:00 UTC: 26 hours before an expiry of the grid. */
const THURSDAY = 6 * 3_600;

/** The last Thursday, 06:00 UTC, before a time. */
export function dayBeforeExpiry(time: number): number {
  return THURSDAY + Math.floor((time - THURSDAY) / WEEK) * WEEK;
}

/** Deploys an option venue of the everyday build on a new chain that mines each transaction. */
export async function deployOptionsOn(url: string): Promise<Deployment> {
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, pollingInterval: 20, cacheTimeout: -1 });
  try {
    await provider.send("anvil_setBlockTimestampInterval", [1]);
    const artifact = builtArtifacts(join(import.meta.dirname, "../../artifacts"), "npm run venue");
    const deployer = await provider.getSigner(0);
    const signers = ascending(SIGNERS);
    const addresses = signers.map(({ address }) => address);
    const given = [NOBODY, encodeBytes32String("ETH"), HEARTBEAT, addresses, THRESHOLD];
    const source = await deployWith(artifact, deployer)("SignedVolSource", ...given);
    const volSource = (await source.getAddress()) as Address;
    // A group is created only while its source has a fresh level.
    const { timestamp } = (await provider.getBlock("latest"))!;
    const report = volReport("ETH", 10n ** 9n, BigInt(timestamp));
    const { chainId } = await provider.getNetwork();
    const signatures = await signedBy(signers.slice(0, THRESHOLD), report, chainId, volSource);
    await (await source.getFunction("update").send(report, signatures)).wait();
    const venue = await deployOptions({ deployer, artifact, volSource, vaultSeed: VAULT, vaultBudget: BUDGET });
    return await describeOptions(provider, venue, artifact);
  } finally {
    provider.destroy();
  }
}
