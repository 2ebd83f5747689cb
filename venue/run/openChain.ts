// SPDX-License-Identifier: MIT
import { JsonRpcProvider, type Contract } from "ethers";
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { localGroups } from "../../deploy/deploy-novation.js";
import type { Deployment } from "../../sdk/deployment.js";
import { Chain } from "../../sim/venue/Chain.js";
import { deployVenue } from "../../sim/venue/deployVenue.js";
import { signed } from "../../sim/streams/committee.js";
import { streamOf } from "../../sim/streams/onStreams.js";
import type { OnCollateral } from "../../sim/venue/onCollateral.js";
import { LocalVenue, ROLL } from "../../sim/venue/LocalVenue.js";
import { toAnswer } from "../../sim/venue/units.js";
import { FIRST_MARK } from "../people/scene.js";

/** The markets whose prices are pulled with --streams, and how their source reads them. Seconds of the chain. */
const PULLED = ["BTC"] as const;
const STREAM_RULES = { heartbeat: 240, maxDelay: 60 };
/** Ether as a collateral, with --collateral. */
const ETHER = {
  answer: 4_000n * 10n ** 8n,
  heartbeat: 86_400,
  line: 100_000n * 10n ** 9n,
  params: { haircut: 200_000, maxDiscount: 100_000, discountRate: 200_000, feeRate: 10_000, cap: 10n ** 21n },
};
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
export async function deployOn(
  url: string,
  { streams, collateral }: { readonly streams: boolean; readonly collateral: boolean },
): Promise<{ deployment: Deployment; collateral: OnCollateral | undefined }> {
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
    const pulled = streams ? { symbols: [...PULLED], ...STREAM_RULES } : undefined;
    const ether = collateral ? ETHER : undefined;
    const options = { artifact, groups, vaultBudget: BUDGET, streams: pulled, collateral: ether };
    const venue = new LocalVenue(await deployVenue(chain, options));
    await venue.fund(BigInt(VAULT) * 1_000_000n);
    await settleAnchors(venue);
    return { deployment: venue.deployment, collateral: venue.collateral };
  } finally {
    provider.destroy();
  }
}

/** As LocalVenue does; pulled prices are brought each time. */
async function settleAnchors(venue: LocalVenue): Promise<void> {
  const { sources } = venue.streams ?? { sources: new Map<string, Contract>() };
  if (sources.size === 0) return venue.settleAnchors(venue.deployed.groups);
  for (let roll = 0; roll < 2; ++roll) {
    const at = venue.now + ROLL;
    const updates = [...sources].map(([symbol, source]) => {
      const price = BigInt(toAnswer(FIRST_MARK[symbol]!)) * 10n ** 10n;
      return venue.call(source, "update", [signed({ feedId: streamOf(symbol), observedAt: at, price })]);
    });
    await venue.must([...updates, ...venue.deployed.groups.map((group) => venue.poke(group))], at);
  }
}
