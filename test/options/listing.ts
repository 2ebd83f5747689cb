// SPDX-License-Identifier: MIT
// A group of the option bench, and what tests say to it.
import type { Signer } from "ethers";
import { network } from "hardhat";
import { packSmile, type SmileTerms } from "../../sdk/reference/options/smile.js";
import type { MockVolSource, OptionListingBench } from "../../types/ethers-contracts/index.js";

export type Chain = Awaited<ReturnType<typeof network.create>>;

export const UNIT = 10n ** 18n;
export const LEVEL = 10n ** 9n;
export const WINDOW = 1_800;
export const VOL_HEARTBEAT = 3_600;
const NONE = "0x0000000000000000000000000000000000000000";

export const PARAMS = {
  initialMargin: 50_000,
  maintenanceMargin: 30_000,
  gapThreshold: 20_000,
  priceBand: 20_000,
  makerFee: 100,
  takerFee: 400,
  staleShock: 50_000,
  discountFloor: 2_500,
  discountCap: 15_000,
  maxFunding: 60,
  softCap: 20_000n * 10n ** 9n,
  hardCap: 30_000n * 10n ** 9n,
  minNotional: 10n * 10n ** 9n,
  fundingDepth: 1_000_000,
};

export const RISK = {
  scanRange: 160_000,
  extremeMove: 480_000,
  extremeShare: 333_333,
  volUp: 450_000,
  volDown: 300_000,
  volPower: 300_000,
  maintenanceShare: 750_000,
  levelGap: 150_000,
  shortMinimum: 5_000,
  basisMove: 50_000,
  maxLegs: 16,
};

export const flat = (vol: bigint, basis = 0n): SmileTerms => ({ vols: Array<bigint>(15).fill(vol), basis });

/** A chain on which the bench, which is larger than a contract that ships may be, can stand. */
export const createChain = (): Promise<Chain> =>
  network.create({
    override: { allowUnlimitedContractSize: true, allowBlocksWithSameTimestamp: true, gas: 16_000_000n },
  });

export interface Venue {
  readonly bench: OptionListingBench;
  readonly vols: MockVolSource;
  readonly group: bigint;
}

/** A source of one feed, with nothing else. */
export async function sourceOf(chain: Chain, feed: string, heartbeat: number, changes: object = {}): Promise<string> {
  const source = await chain.ethers.deployContract("ChainlinkPriceSource", [
    {
      ...{ feed, heartbeat, second: NONE, secondHeartbeat: 0, maxDeviation: 0 },
      ...{ sequencer: NONE, sequencerGrace: 0, lotExponent: 0 },
      ...changes,
    },
  ]);
  return source.getAddress();
}

/** A group whose underlying is the feed, with flat smiles of 60%. */
export async function makeVenue(chain: Chain, feed: string, heartbeat: number): Promise<Venue> {
  const bench = (await chain.ethers.deployContract("OptionListingBench")) as unknown as OptionListingBench;
  const vols = (await chain.ethers.deployContract("MockVolSource", [VOL_HEARTBEAT])) as unknown as MockVolSource;
  await vols.setLevel(LEVEL, await chain.networkHelpers.time.latest());
  await vols.setSmile(packSmile(flat(6_000n)));
  await bench.createGroup(await sourceOf(chain, feed, heartbeat), vols, PARAMS, RISK);
  return { bench, vols, group: 1n };
}

/** Takes over a level that is observed now. */
export async function post(chain: Chain, { bench, vols, group }: Venue, level = LEVEL): Promise<void> {
  await vols.setLevel(level, (await chain.networkHelpers.time.latest()) + 1);
  await bench.postLevel(group);
}

/** The next Friday 08:00 UTC that is at least `ahead` seconds ahead. */
export async function fridayOf(chain: Chain, ahead: number): Promise<number> {
  const from = (await chain.networkHelpers.time.latest()) + ahead;
  const first = 86_400 + 8 * 3_600;
  return first + Math.ceil((from - first) / 604_800) * 604_800;
}

export const firstSigner = async (chain: Chain): Promise<Signer> =>
  (await chain.ethers.getSigners())[0] as unknown as Signer;
