// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Wallet, ZeroAddress, type Contract, type Signer } from "ethers";
import { network } from "hardhat";
import type { Bundle, DataStreamsPriceSource } from "../../types/ethers-contracts/index.js";
import { deployChainlink } from "../../sim/streams/chainlink.js";
import { deployVerifier } from "../../sim/streams/deployVerifier.js";
import {
  COMMITTEE,
  DIGEST,
  FAULTY,
  encodeReport,
  feedOf,
  signReport,
  signed,
  type Said,
} from "../../sim/streams/committee.js";

const UNIT = 10n ** 18n;
const [FRESH, STALE, INSANE] = [0n, 1n, 2n];
const [HEARTBEAT, MAX_DELAY, MAX_AHEAD] = [60, 10, 15];
const FEED = feedOf(3);

describe("DataStreamsPriceSource", () => {
  let chain: Awaited<ReturnType<typeof network.create>>;
  let signer: Signer;
  let proxy: Contract;
  let source: DataStreamsPriceSource;
  let now: number;

  before(async () => {
    chain = await network.create();
    [signer] = (await chain.ethers.getSigners()) as unknown as [Signer];
    ({ proxy } = await deployVerifier(signer));
  });

  beforeEach(async () => {
    source = await sourceOf(FEED);
    now = (await chain.networkHelpers.time.latest()) + 100;
  });

  const config = async (feedId: string, changes: object = {}) => ({
    verifier: await proxy.getAddress(),
    feedId,
    decimals: 18,
    heartbeat: HEARTBEAT,
    maxDelay: MAX_DELAY,
    lotExponent: 0,
    ...changes,
  });

  async function sourceOf(feedId: string, changes: object = {}): Promise<DataStreamsPriceSource> {
    const made = await chain.ethers.deployContract("DataStreamsPriceSource", [await config(feedId, changes)]);
    return made as unknown as DataStreamsPriceSource;
  }

  /** The next transaction's block is dated `seconds`. */
  const at = (seconds: number) => chain.networkHelpers.time.setNextBlockTimestamp(seconds);

  async function bring(said: Said, when = said.observedAt): Promise<void> {
    await at(when);
    await (await source.update(signed(said))).wait();
  }

  const refuses = (report: string, error: string, ...values: unknown[]) =>
    expect(source.update(report))
      .to.be.revertedWithCustomError(source, error)
      .withArgs(...values);

  it("gives the price of the newest report that anybody brought, whose signatures the real verifier checked", async () => {
    expect(await source.read()).deep.equal([0n, INSANE]);
    await bring({ feedId: FEED, observedAt: now, price: 61_234n * UNIT });
    expect(await source.read()).deep.equal([61_234n * UNIT, FRESH]);
    expect((await source.newest()).observedAt).equal(BigInt(now));
    await chain.networkHelpers.time.increaseTo(now + HEARTBEAT);
    expect(await source.read()).deep.equal([61_234n * UNIT, FRESH]);
    await chain.networkHelpers.time.increaseTo(now + HEARTBEAT + 1);
    expect(await source.read()).deep.equal([0n, STALE]);
    expect(await source.plainFeed()).deep.equal([ZeroAddress, 0n, 0n]);
  });

  it("reads each schema, and refuses what is as long as another", async () => {
    for (const schema of [2, 3, 4, 8]) {
      source = await sourceOf(feedOf(schema));
      await bring({ feedId: feedOf(schema), observedAt: (now += 20), price: BigInt(schema) * UNIT });
      expect(await source.read()).deep.equal([BigInt(schema) * UNIT, FRESH]);
      for (const other of [2, 3, 4, 8]) {
        const report = encodeReport({ feedId: feedOf(schema), observedAt: now + 1, price: UNIT }, other);
        const words = { 2: 7, 3: 9, 4: 8, 8: 9 };
        const [given, own] = [words[other as 2] * 32, words[schema as 2] * 32];
        if (given !== own) await refuses(signReport(report), "ReportLength", given, own);
      }
    }
    for (const schema of [0, 1, 5, 7, 9, 10, 65_535]) {
      const deployed = chain.ethers.deployContract("DataStreamsPriceSource", [await config(feedOf(schema))]);
      await expect(deployed).to.be.revertedWithCustomError(source, "SchemaUnsupported").withArgs(schema);
    }
  });

  it("never goes back: a report that is no newer is no failure, pays nothing and changes nothing", async () => {
    await bring({ feedId: FEED, observedAt: now, price: 100n * UNIT });
    for (const observedAt of [now, now - 1]) {
      const report = signed({ feedId: FEED, observedAt, price: 50n * UNIT });
      expect(await source.update.staticCall(report)).equal(false);
      await (await source.update(report, { value: 7n })).wait();
    }
    expect(await source.read()).deep.equal([100n * UNIT, FRESH]);
    expect(await chain.ethers.provider.getBalance(source)).equal(0n);
  });

  it("takes no report that is ahead, late or expired, to the second", async () => {
    const report = (observedAt: number, expiresAt?: number) =>
      signed({ feedId: FEED, observedAt, price: UNIT, ...(expiresAt === undefined ? {} : { expiresAt }) });
    await at(now);
    await refuses(report(now + MAX_AHEAD + 1), "ReportAhead", now + MAX_AHEAD + 1, now + MAX_AHEAD);
    await at(now + 1);
    await refuses(report(now - MAX_DELAY), "ReportTooOld", now - MAX_DELAY, now + 1 - MAX_DELAY);
    await at(now + 2);
    await refuses(report(now, now + 1), "ReportExpired", now + 1);
    await at(now + 3);
    await (await source.update(report(now + 3 - MAX_DELAY, now + 3))).wait();
    await at(now + 4);
    await (await source.update(report(now + 4 + MAX_AHEAD))).wait();
    // Dated ahead, it is fresh at once.
    expect(await source.read()).deep.equal([UNIT, FRESH]);
  });

  it("takes no report of another feed, and none that the committee did not sign", async () => {
    const other = feedOf(3).replace("ab", "cd");
    await at(now);
    await refuses(signed({ feedId: other, observedAt: now, price: UNIT }), "ReportOfOtherFeed", other);
    const report = encodeReport({ feedId: FEED, observedAt: now, price: UNIT });
    const stranger = Wallet.createRandom() as unknown as Wallet;
    const [one, two] = COMMITTEE as [Wallet, Wallet];
    for (const signers of [[stranger, one], [one, one], [one], [one, two, COMMITTEE[2]!]]) {
      await expect(source.update(signReport(report, signers))).revert(chain.ethers);
    }
    // Signatures of one report under the bytes of another.
    const forged = signReport(report).replace(
      report.slice(2),
      encodeReport({ feedId: FEED, observedAt: now, price: 2n * UNIT }).slice(2),
    );
    await expect(source.update(forged)).revert(chain.ethers);
    expect(await source.read()).deep.equal([0n, INSANE]);
  });

  it("is not usable with a price that is none, until the next one", async () => {
    const prices = [-1n, 0n, 10n ** 6n - 1n, 10n ** 24n + 1n, 1n - 2n ** 191n, 2n ** 191n - 2n];
    for (const price of prices) {
      await bring({ feedId: FEED, observedAt: (now += 1), price: 5n * UNIT });
      expect((await source.read())[1]).equal(FRESH);
      await bring({ feedId: FEED, observedAt: (now += 1), price });
      expect(await source.read(), String(price)).deep.equal([0n, INSANE]);
    }
    for (const price of [10n ** 6n, 10n ** 24n]) {
      await bring({ feedId: FEED, observedAt: (now += 1), price });
      expect(await source.read()).deep.equal([price, FRESH]);
    }
  });

  it("scales by the stream's decimals and the market's lot", async () => {
    source = await sourceOf(FEED, { decimals: 8 });
    await bring({ feedId: FEED, observedAt: now, price: 123_456_789n });
    expect((await source.read())[0]).equal(1_234_567_890_000_000_000n);
    source = await sourceOf(FEED, { decimals: 36, lotExponent: 9 });
    await bring({ feedId: FEED, observedAt: (now += 10), price: 1_234_567_891_234_567_891_234_567_891n });
    expect((await source.read())[0]).equal(1_234_567_891_234_567_891n);
  });

  it("is stale while its market is closed or unknown, and by the age of its price, not of its report", async () => {
    const feedId = feedOf(8);
    source = await sourceOf(feedId);
    for (const status of [0, 1]) {
      await bring({ feedId, observedAt: (now += 1), price: UNIT, status });
      expect(await source.read()).deep.equal([0n, STALE]);
    }
    const lastUpdate = BigInt(now + 1 - HEARTBEAT) * 1_000_000_000n;
    await bring({ feedId, observedAt: (now += 1), price: UNIT, lastUpdate: lastUpdate - 1n });
    expect(await source.read(), "a nanosecond too old").deep.equal([0n, STALE]);
    await bring({ feedId, observedAt: (now += 1), price: UNIT, lastUpdate: lastUpdate + 1_000_000_000n });
    expect(await source.read()).deep.equal([UNIT, FRESH]);
  });

  it("is built within its bounds only", async () => {
    const wrong = [
      [{ heartbeat: 0 }, "heartbeat"],
      [{ heartbeat: 86_401 }, "heartbeat"],
      [{ maxDelay: 0 }, "maxDelay"],
      [{ maxDelay: HEARTBEAT + 1 }, "maxDelay"],
      [{ decimals: 37 }, "decimals"],
      [{ lotExponent: 10 }, "lotExponent"],
    ] as const;
    for (const [changes, name] of wrong) {
      const deployed = chain.ethers.deployContract("DataStreamsPriceSource", [await config(FEED, changes)]);
      await expect(deployed, name).to.be.revertedWithCustomError(source, "ParameterOutOfBounds");
    }
    const nobody = chain.ethers.deployContract("DataStreamsPriceSource", [
      await config(FEED, { verifier: DIGEST.slice(0, 42) }),
    ]);
    await expect(nobody).to.be.revertedWithCustomError(source, "NotAVerifier");
  });

  it("pays the verifier's fee out of what is sent and returns the rest, also through a bundle", async () => {
    const weth = await deployChainlink(signer, "WETH9");
    const link = await deployChainlink(signer, "BurnMintERC20", "LINK", "LINK", 18, 0n, 0n);
    const rewards = await deployChainlink(signer, "RewardManager", await link.getAddress());
    const paid = await deployChainlink(signer, "VerifierProxy", ZeroAddress);
    const addressOf = (contract: Contract) => contract.getAddress();
    const manager = await deployChainlink(
      signer,
      "FeeManager",
      await addressOf(link),
      await addressOf(weth),
      await addressOf(paid),
      await addressOf(rewards),
    );
    const verifier = await deployChainlink(signer, "Verifier", await addressOf(paid));
    const call = async (on: Contract, name: string, ...values: unknown[]) =>
      (await on.getFunction(name)(...values)).wait();
    await call(paid, "initializeVerifier", await addressOf(verifier));
    await call(paid, "setFeeManager", await addressOf(manager));
    await call(rewards, "setFeeManager", await addressOf(manager));
    const recipients = [{ addr: COMMITTEE[0]!.address, weight: 10n ** 18n }];
    await call(
      verifier,
      "setConfig",
      DIGEST,
      COMMITTEE.map(({ address }) => address),
      FAULTY,
      recipients,
    );
    source = await sourceOf(FEED, { verifier: await addressOf(paid) });

    const nativeFee = 10n ** 15n;
    const later = (await chain.networkHelpers.time.latest()) + 100;
    await at(later);
    await (
      await source.update(signed({ feedId: FEED, observedAt: later, price: UNIT, nativeFee }), { value: UNIT })
    ).wait();
    expect(await source.read()).deep.equal([UNIT, FRESH]);
    expect(await chain.ethers.provider.getBalance(source)).equal(0n);
    expect(await weth.getFunction("balanceOf")(await addressOf(manager))).equal(nativeFee);
    await expect(
      source.update(signed({ feedId: FEED, observedAt: later + 1, price: UNIT, nativeFee }), { value: nativeFee - 1n }),
    ).revert(chain.ethers);

    const bundle = (await chain.ethers.deployContract("Bundle")) as unknown as Bundle;
    const before = await chain.ethers.provider.getBalance(signer);
    const report = signed({ feedId: FEED, observedAt: later + 2, price: 3n * UNIT, nativeFee });
    const read = { target: source, data: source.interface.encodeFunctionData("read") };
    await at(later + 4);
    const sent = await bundle.run([{ source, signedReport: report, fee: UNIT / 2n }], [read], { value: UNIT });
    const receipt = (await sent.wait())!;
    expect((await source.read())[0]).equal(3n * UNIT);
    expect(before - (await chain.ethers.provider.getBalance(signer))).equal(nativeFee + receipt.fee);
    expect(await chain.ethers.provider.getBalance(bundle)).equal(0n);
  });
});
