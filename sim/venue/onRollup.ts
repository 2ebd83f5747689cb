// SPDX-License-Identifier: MIT
import { Contract, type Signer } from "ethers";
import { chainlinkConfig, type Artifact, type Deployed } from "../../deploy/deploy-novation.js";
import { deployWith } from "../../deploy/deployWith.js";

const LONG = 86_400; // seconds that the sequencer has been up for

/** What a rollup's sequencer adds to a price source. */
export interface Rollup {
  /** Seconds that prices are not used for after the sequencer is back. */
  grace: number;
  heartbeat: number;
}

/** Gives every market a price source that asks the sequencer of a rollup first. Returns the sequencer's uptime feed. */
export async function onRollup(
  { clearinghouse, markets }: Deployed,
  operator: Signer,
  artifact: (name: string) => Promise<Artifact>,
  { grace: sequencerGrace, heartbeat }: Rollup,
): Promise<Contract> {
  const make = deployWith(artifact, operator);
  const sequencer = await make("MockAggregator", 0, 0n);
  const now = (await operator.provider!.getBlock("latest"))!.timestamp;
  await (await sequencer.getFunction("setStartedAt").send(now - LONG)).wait();
  for (const { id, source } of markets) {
    const feed = await source.feed();
    const adapter = await make("ChainlinkPriceSource", {
      ...chainlinkConfig(feed, heartbeat),
      sequencer,
      sequencerGrace,
    });
    await (await clearinghouse.setPriceSource(id, adapter)).wait();
  }
  return sequencer;
}
