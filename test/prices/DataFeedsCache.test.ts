// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { AbiCoder, concat, zeroPadBytes, zeroPadValue, type Contract, type Signer } from "ethers";
import { network } from "hardhat";
import type { ChainlinkPriceSource } from "../../types/ethers-contracts/index.js";
import { deployChainlink } from "../../sim/streams/chainlink.js";

const CODER = AbiCoder.defaultAbiCoder();
const [FRESH, STALE, INSANE] = [0n, 1n, 2n];
const HEARTBEAT = 3_600;
const MAX_AHEAD = 15;
/** Its eighth byte says what it is: 0x20 and the decimals, here 18. */
const DATA_ID = "0x01000000000000320000000000000000";
const WORKFLOW = { allowedWorkflowOwner: zeroPadValue("0x0f", 20), allowedWorkflowName: zeroPadValue("0x0a", 10) };

describe("A feed behind Chainlink's cache of many feeds", () => {
  let chain: Awaited<ReturnType<typeof network.create>>;
  let cache: Contract;
  let proxy: Contract;
  let source: ChainlinkPriceSource;

  beforeEach(async () => {
    chain = await network.create();
    const [signer] = (await chain.ethers.getSigners()) as unknown as [Signer];
    const sender = await signer.getAddress();
    cache = await deployChainlink(signer, "DataFeedsCache");
    proxy = await deployChainlink(signer, "DataFeedsLegacyAggregatorProxy", await cache.getAddress());
    await call("setFeedAdmin", sender, true);
    await call("setDecimalFeedConfigs", [DATA_ID], ["BTC / USD"], [{ allowedSender: sender, ...WORKFLOW }]);
    await call("updateDataIdMappingsForProxies", [await proxy.getAddress()], [DATA_ID]);
    const none = "0x0000000000000000000000000000000000000000";
    source = (await chain.ethers.deployContract("ChainlinkPriceSource", [
      {
        feed: await proxy.getAddress(),
        heartbeat: HEARTBEAT,
        second: none,
        secondHeartbeat: 0,
        maxDeviation: 0,
        sequencer: none,
        sequencerGrace: 0,
        lotExponent: 0,
      },
    ])) as unknown as ChainlinkPriceSource;
  });

  const call = async (name: string, ...values: unknown[]) => (await cache.getFunction(name)(...values)).wait();

  /** A workflow's report, dated `timestamp`, in the block of `when`. */
  async function report(answer: bigint, timestamp: number, when = timestamp): Promise<void> {
    const metadata = concat([
      zeroPadValue("0x01", 32),
      WORKFLOW.allowedWorkflowName,
      WORKFLOW.allowedWorkflowOwner,
      "0x0001",
    ]);
    const said = CODER.encode(["tuple(bytes32,uint32,uint224)[]"], [[[zeroPadBytes(DATA_ID, 32), timestamp, answer]]]);
    await chain.networkHelpers.time.setNextBlockTimestamp(when);
    await call("onReport", metadata, said);
  }

  const later = async (seconds: number) => (await chain.networkHelpers.time.latest()) + seconds;

  it("answers five zeros while it has no data, which is INSANE and no price of zero", async () => {
    expect((await proxy.getFunction("latestRoundData")()).slice(1, 4)).deep.equal([0n, 0n, 0n]);
    expect(await source.read()).deep.equal([0n, INSANE]);
  });

  it("is FRESH from its report to its heartbeat, and dated by the observation", async () => {
    const now = await later(100);
    await report(61_234n * 10n ** 18n, now - 5, now);
    expect(await source.read()).deep.equal([61_234n * 10n ** 18n, FRESH]);
    await chain.networkHelpers.time.increaseTo(now - 5 + HEARTBEAT);
    expect((await source.read())[1]).equal(FRESH);
    await chain.networkHelpers.time.increaseTo(now - 5 + HEARTBEAT + 1);
    expect((await source.read())[1]).equal(STALE);
  });

  it("may be dated ahead of the block by 15 seconds, and is INSANE beyond", async () => {
    const now = await later(100);
    await report(10n ** 18n, now + MAX_AHEAD, now);
    expect((await source.read())[1]).equal(FRESH);
    await report(10n ** 18n, now + 1 + MAX_AHEAD + 1, now + 1);
    expect((await source.read())[1]).equal(INSANE);
  });

  it("keeps the newer of two reports, whichever comes last", async () => {
    const now = await later(100);
    await report(2n * 10n ** 18n, now);
    await report(10n ** 18n, now - 1, now + 1);
    expect((await source.read())[0]).equal(2n * 10n ** 18n);
  });

  it("is INSANE when the cache no longer knows the proxy", async () => {
    await report(10n ** 18n, await later(100));
    await call("removeDataIdMappingsForProxies", [await proxy.getAddress()]);
    expect(await source.read()).deep.equal([0n, INSANE]);
  });
});
