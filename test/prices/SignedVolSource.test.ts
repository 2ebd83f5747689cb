// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Signature, Wallet, ZeroAddress, encodeBytes32String, type HDNodeWallet } from "ethers";
import { network } from "hardhat";
import { VOL_REPORT_TYPES } from "../../sdk/options/volReport.js";
import type { AccessManager, SignedVolSource } from "../../types/ethers-contracts/index.js";

const UNDERLYING = encodeBytes32String("BTC");
const HEARTBEAT = 600;
const MAX_AHEAD = 15;
const LEVEL = 10n ** 9n;
const ORDER = BigInt("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

describe("SignedVolSource", () => {
  let chain: Awaited<ReturnType<typeof network.create>>;
  let source: SignedVolSource;
  let signers: (Wallet | HDNodeWallet)[];
  let now: number;

  before(async () => {
    chain = await network.create();
    // Keys of a test: in the order of their addresses.
    const keys = [1n, 2n, 3n, 4n].map((n) => new Wallet(`0x${n.toString(16).padStart(64, "0")}`));
    signers = keys.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  });

  beforeEach(async () => {
    source = await deploy();
    now = (await chain.networkHelpers.time.latest()) + 100;
    await at(now);
  });

  const addresses = (count = 3): string[] => signers.slice(0, count).map(({ address }) => address);
  const deploy = async (authority = ZeroAddress, heartbeat = HEARTBEAT, list = addresses(), threshold = 2) =>
    (await chain.ethers.deployContract("SignedVolSource", [
      authority,
      UNDERLYING,
      heartbeat,
      list,
      threshold,
    ])) as unknown as SignedVolSource;

  /** The next transaction's block is dated `seconds`. */
  const at = (seconds: number) => chain.networkHelpers.time.setNextBlockTimestamp(seconds);

  const reportOf = (changes: object = {}) => ({
    underlying: UNDERLYING,
    expiry: 2_000_000_000,
    base: 46_000n * 10n ** 18n,
    step: 2_000n * 10n ** 18n,
    smile: 12_345n,
    level: LEVEL,
    observedAt: now,
    ...changes,
  });
  type Report = ReturnType<typeof reportOf>;

  async function sign(report: Report, by = signers.slice(0, 2), changes: object = {}): Promise<string[]> {
    const domain = {
      name: "Novation volatilities",
      version: "1",
      chainId: (await chain.ethers.provider.getNetwork()).chainId,
      verifyingContract: await source.getAddress(),
      ...changes,
    };
    return Promise.all(by.map((signer) => signer.signTypedData(domain, VOL_REPORT_TYPES, report)));
  }

  const bring = async (report: Report) => (await source.update(report, await sign(report))).wait();

  async function refuses(report: Report, signatures: string[], error: string, ...values: unknown[]): Promise<void> {
    await expect(source.update(report, signatures))
      .to.be.revertedWithCustomError(source, error)
      .withArgs(...values);
  }

  const smileOf = ({ expiry, base, step }: Report) => source.smile(expiry, base, step);

  it("gives smile and level of a report that enough signers vouch for, until its heartbeat", async () => {
    const report = reportOf();
    await bring(report);
    expect(await source.level()).deep.equal([LEVEL, BigInt(now)]);
    expect(await smileOf(report)).equal(12_345n);
    expect(await source.smile(report.expiry, report.base, report.step + 1n)).equal(0n);
    await chain.networkHelpers.time.increaseTo(now + HEARTBEAT);
    expect(await smileOf(report)).equal(12_345n);
    await chain.networkHelpers.time.increaseTo(now + HEARTBEAT + 1);
    expect(await smileOf(report)).equal(0n);
    expect((await source.level())[1]).equal(BigInt(now)); // the clearinghouse looks at its time
  });

  it("takes all signers as well as enough, and no fewer", async () => {
    const report = reportOf();
    await refuses(report, await sign(report, signers.slice(0, 1)), "TooFewSignatures", 1, 2);
    await refuses(report, [], "TooFewSignatures", 0, 2);
    await (await source.update(report, await sign(report, signers.slice(0, 3)))).wait();
  });

  it("takes each signer once, and in the order of addresses", async () => {
    const report = reportOf();
    const [a, b] = (await sign(report)) as [string, string];
    const [first, second] = addresses();
    await refuses(report, [a, a], "SignersOutOfOrder", first, first);
    await refuses(report, [b, a], "SignersOutOfOrder", first, second);
    await refuses(report, [a, b, b], "SignersOutOfOrder", second, second);
  });

  it("takes no signature of a stranger, nor one that only malleates another", async () => {
    const report = reportOf();
    await refuses(report, await sign(report, [signers[0]!, signers[3]!]), "NotASigner", signers[3]!.address);
    const [a, b] = (await sign(report)) as [string, string];
    const { r, s, v } = Signature.from(b);
    const twin = `${r}${(ORDER - BigInt(s)).toString(16).padStart(64, "0")}${v === 27 ? "1c" : "1b"}`;
    await refuses(report, [a, twin], "SignatureMalformed", 1);
    await refuses(report, [a.slice(0, -2), b], "SignatureMalformed", 0);
    await refuses(report, ["0x", b], "SignatureMalformed", 0);
  });

  it("takes no report of another chain, contract, name or content: its signers are strangers then", async () => {
    const report = reportOf();
    const others = [{ chainId: 1n }, { verifyingContract: addresses()[0] }, { name: "Novation" }, { version: "2" }];
    for (const change of others) {
      const signatures = await sign(report, undefined, change);
      await expect(source.update(report, signatures)).to.be.revertedWithCustomError(source, "NotASigner");
    }
    const signatures = await sign(report);
    for (const change of [
      { smile: 1n },
      { level: 1n },
      { base: 1n },
      { step: 1n },
      { expiry: 7 },
      { observedAt: now - 1 },
    ]) {
      const changed = source.update(reportOf(change), signatures);
      await expect(changed).to.be.revertedWithCustomError(source, "NotASigner");
    }
    const other = encodeBytes32String("ETH");
    const foreign = reportOf({ underlying: other });
    await refuses(foreign, await sign(foreign), "ReportOfOtherUnderlying", other);
  });

  it("takes no report that is ahead, old, or not newer than what is stored", async () => {
    const refusesAt = async (observedAt: number, error: string, ...values: unknown[]) => {
      const report = reportOf({ observedAt });
      const signatures = await sign(report);
      await at(now);
      await refuses(report, signatures, error, ...values);
      ++now;
    };
    await refusesAt(now + MAX_AHEAD + 1, "ReportAhead", now + MAX_AHEAD + 1, now + MAX_AHEAD);
    await refusesAt(now - HEARTBEAT - 1, "ReportTooOld", now - HEARTBEAT - 1, now - HEARTBEAT);
    const report = reportOf();
    await bring(report);
    // The same one again, or another as new, is no failure: nobody makes the calls of others fail by bringing it first.
    for (const again of [report, reportOf({ smile: 8n })]) {
      expect(await source.update.staticCall(again, [])).equal(false);
      await (await source.update(again, await sign(again))).wait();
    }
    expect(await smileOf(report)).equal(12_345n);
    const older = reportOf({ observedAt: now - 1, smile: 9n });
    await refuses(older, await sign(older), "ReportNotNewer", now - 1, now);
  });

  it("keeps a smile a set of strikes, and the newest level whichever report brought it", async () => {
    const [one, two] = [
      reportOf(),
      reportOf({ base: 40_000n * 10n ** 18n, smile: 77n, level: 2n * LEVEL, observedAt: now - 5 }),
    ];
    await bring(one);
    await bring(two); // older, and of other strikes: its smile counts, its level does not
    expect([await smileOf(one), await smileOf(two)]).deep.equal([12_345n, 77n]);
    expect(await source.level()).deep.equal([LEVEL, BigInt(now)]);

    const bare = { expiry: 0, base: 0n, step: 0n, smile: 0n };
    const older = reportOf({ ...bare, level: 3n * LEVEL, observedAt: now - 1 });
    await refuses(older, await sign(older), "ReportNotNewer", now - 1, now);
    const next = reportOf({ ...bare, level: 3n * LEVEL, observedAt: now + 1 });
    await bring(next);
    expect(await source.level()).deep.equal([3n * LEVEL, BigInt(now + 1)]);
    const mixed = reportOf({ ...bare, smile: 5n, observedAt: now + 2 });
    await refuses(mixed, await sign(mixed), "StrikesWithoutExpiry");
  });

  it("lets only its authority's role replace the signers, and nobody without one", async () => {
    await expect(source.setSigners(addresses(), 1)).to.be.revertedWithCustomError(source, "AccessManagedUnauthorized");
    const [admin, stranger] = await chain.ethers.getSigners();
    const manager = (await chain.ethers.deployContract("AccessManager", [admin!.address])) as unknown as AccessManager;
    source = await deploy(await manager.getAddress());
    const foreign = source.connect(stranger!).setSigners(addresses(), 1);
    await expect(foreign).to.be.revertedWithCustomError(source, "AccessManagedUnauthorized");
    const [, b, c, d] = signers as [Wallet, Wallet, Wallet, Wallet];
    await (await source.setSigners([b.address, d.address].sort(byAddress), 2)).wait();
    expect([await source.isSigner(b.address), await source.isSigner(c.address)]).deep.equal([true, false]);
    now = (await chain.networkHelpers.time.latest()) + 10;
    await at(now);
    const report = reportOf();
    await refuses(report, await sign(report, [b, c]), "NotASigner", c.address);
    await (await source.update(report, await sign(report, [b, d]))).wait();
  });

  const byAddress = (a: string, b: string): number => (BigInt(a) < BigInt(b) ? -1 : 1);

  it("is not made with signers twice, out of order, none, or a threshold beyond them", async () => {
    const [a, b] = addresses() as [string, string];
    const attempts: [string[], number, number, string][] = [
      [[a, a], 1, HEARTBEAT, "SignersOutOfOrder"],
      [[b, a], 1, HEARTBEAT, "SignersOutOfOrder"],
      [[ZeroAddress, a], 1, HEARTBEAT, "SignersOutOfOrder"],
      [[], 1, HEARTBEAT, "ParameterOutOfBounds"],
      [[a, b], 0, HEARTBEAT, "ParameterOutOfBounds"],
      [[a, b], 3, HEARTBEAT, "ParameterOutOfBounds"],
      [[a, b], 2, 0, "ParameterOutOfBounds"],
      [[a, b], 2, 86_401, "ParameterOutOfBounds"],
    ];
    for (const [list, threshold, heartbeat, error] of attempts) {
      await expect(deploy(ZeroAddress, heartbeat, list, threshold)).to.be.revertedWithCustomError(source, error);
    }
  });
});
