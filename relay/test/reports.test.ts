// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { JsonRpcSigner } from "ethers";
import { ReportRefused } from "../../chain/reports/ReportRefused.js";
import { readReport } from "../../chain/reports/StreamReport.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/order.js";
import { deployChainlink } from "../../sim/streams/chainlink.js";
import { signed, type Said } from "../../sim/streams/committee.js";
import { streamOf } from "../../sim/streams/onStreams.js";
import type { Receipt } from "../../sim/venue/Chain.js";
import type { LocalVenue } from "../../sim/venue/LocalVenue.js";
import { auditedOf } from "./audited.js";
import { UNIT } from "./people.js";
import { PRICE, Venue } from "./Venue.js";

const [HEARTBEAT, MAX_DELAY] = [60, 10];
const DIGEST = `0x${"1".padStart(64, "0")}`;
const feedId = streamOf("BTC");

describe("a relay of a market whose prices are pulled", function () {
  this.timeout(120_000);
  let venue: Venue;
  let price = PRICE;
  let more: Partial<Said> = {};
  let dead = false;

  before(async () => {
    const from = ({ chain }: LocalVenue) => ({
      latest: async () => {
        if (dead) throw new ReportRefused("ReportUnavailable", "no answer in time");
        const said = { feedId, observedAt: chain.now, price: BigInt(price) * UNIT, ...more };
        return readReport(signed(said) as Hex, feedId);
      },
    });
    venue = await Venue.open({ heartbeat: HEARTBEAT, maxDelay: MAX_DELAY, from });
  });
  after(() => venue.close());
  beforeEach(() => {
    [price, more, dead] = [PRICE, {}, false];
  });
  afterEach(async () => {
    expect(venue.running.exchange.matches.filter(({ row }) => row.state === "open")).to.deep.equal([]);
    expect(await auditedOf(venue)).to.deep.equal([]);
  });

  const source = () => venue.venue.streams!.sources.get("BTC")!;
  const stored = async () => Number((await source().getFunction("newest").staticCall()).observedAt);
  const grow = (seconds: number) => venue.venue.mine([], venue.chain.now + seconds);

  /** Matches one base of two traders; the relay has not mined it yet. */
  async function match(maker: number, taker: number, matcher?: Address): Promise<void> {
    await venue.running.relay.wake();
    const resting = await venue.order(maker, -1, price);
    expect((await venue.post(resting)).body).to.include({ status: "open" });
    const taking = await venue.order(taker, 1, price, matcher && { matcher });
    expect((await venue.post(taking)).body).to.include({ status: "matched" });
  }

  /** A block with what the relay has sent: the contracts that it called, and whether that went through. */
  async function mined(): Promise<{ to: string; receipt: Receipt }[]> {
    await venue.running.relay.wake();
    const receipts = await venue.chain.mineWaiting();
    await venue.running.relay.wake();
    await venue.running.relay.wake();
    const to = async (receipt: Receipt) => (await venue.chain.provider.getTransaction(receipt.hash))!.to!;
    return Promise.all(receipts.map(async (receipt) => ({ to: await to(receipt), receipt })));
  }

  /** As readers are told. */
  async function markOf(): Promise<string | null> {
    const answer = await fetch(`http://127.0.0.1:${venue.running.port}/v1/markets`);
    return ((await answer.json()) as { mark: string | null }[])[0]!.mark;
  }

  const called = (list: { to: string; receipt: Receipt }[]) => list.map(({ to, receipt }) => [to, receipt.ok] as const);

  it("matches at the report's price while the stored one is stale, and settles with it in one transaction", async () => {
    await grow(HEARTBEAT + 10);
    const now = venue.chain.now;
    price = PRICE + 500;
    await match(0, 1);
    const before = await venue.held(1);
    expect(called(await mined())).to.deep.equal([[venue.venue.streams!.bundleAddress, true]]);
    expect((await venue.held(1)) - before).to.equal(10n ** 9n);
    expect(await stored()).to.equal(now);
  });

  it("settles by the stored price while that is young, and brings none", async () => {
    await venue.venue.must([venue.bring(price)]);
    const before = await stored();
    await match(0, 1);
    expect(called(await mined())).to.deep.equal([[venue.venue.at.clearinghouse, true]]);
    expect(await stored()).to.equal(before);
  });

  it("brings the report before orders that only it may settle, from the same key: a bundle would be another", async () => {
    await grow(HEARTBEAT + 10);
    await match(2, 3, venue.running.sender.lanes[0]!.address);
    expect(called(await mined())).to.deep.equal([
      [await source().getAddress(), true],
      [venue.venue.at.clearinghouse, true],
    ]);
  });

  it("brings one report for all that is settled in a look", async () => {
    await grow(HEARTBEAT + 10);
    await match(0, 1);
    await match(2, 3);
    const sent = await mined();
    const updates = sent
      .flatMap(({ receipt }) => receipt.logs)
      .filter(({ address }) => address === String(source().target).toLowerCase());
    expect(sent.every(({ receipt }) => receipt.ok)).to.equal(true);
    expect(updates.length).to.equal(1);
  });

  it("matches nothing without a report, says why, and does when there is one again: no order is lost", async () => {
    dead = true;
    await grow(HEARTBEAT + 10);
    await venue.running.relay.wake();
    expect((await venue.post(await venue.order(4, -1, price))).body).to.include({ status: "open" });
    expect((await venue.post(await venue.order(5, 1, price))).body).to.include({ status: "open" });
    expect(await markOf()).to.equal(null);
    expect(venue.lines.at(-1)).to.contain("ReportUnavailable");
    const before = await venue.held(5);
    dead = false;
    // The first look asks in the background, the next one knows.
    for (let i = 0; i < 3; ++i) await mined();
    expect((await venue.held(5)) - before).to.equal(10n ** 9n);
    expect(await markOf()).to.equal(String(BigInt(price) * UNIT));
  });

  it("a committee that the verifier knows no more is named; what was matched waits and is settled later", async () => {
    await grow(HEARTBEAT + 10);
    await match(4, 5);
    await venue.running.relay.wake();
    expect(venue.running.sender.pending.length).to.equal(1);
    // What it has sent is lost on the way, and what it sends instead finds the committee gone.
    await venue.chain.provider.send("anvil_dropAllTransactions", []);
    const verifier = venue.venue.streams!.verifierItself;
    await venue.venue.must([venue.venue.call(verifier, "deactivateConfig", [DIGEST])]);
    const before = await venue.held(5);
    for (let i = 0; i < 5; ++i) await mined();
    expect(await venue.held(5)).to.equal(before);
    expect(venue.lines.some((line) => line.includes("ReportNotVerified: DigestInactive("))).to.equal(true);
    await venue.venue.must([venue.venue.call(verifier, "activateConfig", [DIGEST])]);
    for (let i = 0; i < 3; ++i) await mined();
    expect((await venue.held(5)) - before).to.equal(10n ** 9n);
  });

  it("pays the verifier's fee and gets the rest back; above the limit it is named and nothing is sent", async () => {
    await withFees(venue);
    const key = venue.running.sender.lanes[0]!.address;
    more = { nativeFee: 10n ** 12n };
    await grow(HEARTBEAT + 10);
    await match(6, 7);
    const before = await venue.chain.provider.getBalance(key);
    const sent = await mined();
    const gas = (
      await Promise.all(sent.map(({ receipt }) => venue.chain.provider.getTransactionReceipt(receipt.hash)))
    ).reduce((sum, receipt) => sum + receipt!.fee, 0n);
    expect(called(sent)).to.deep.equal([[venue.venue.streams!.bundleAddress, true]]);
    expect(before - (await venue.chain.provider.getBalance(key)) - gas).to.equal(10n ** 12n);

    await grow(HEARTBEAT + 10);
    more = { nativeFee: 10n ** 18n };
    await venue.running.relay.wake();
    expect(venue.lines.at(-1)).to.contain("ReportFeeTooHigh: 2000000000000000000 wei, at most 1000000000000000");
    expect(await markOf()).to.equal(null);
  });
});

/** Chainlink's fee manager in front of the verifier. */
async function withFees({ chain, venue }: Venue): Promise<void> {
  const signer: JsonRpcSigner = await chain.provider.getSigner(9);
  await chain.provider.send("evm_setAutomine", [true]);
  const { proxy } = venue.streams!;
  const [weth, link] = [
    await deployChainlink(signer, "WETH9"),
    await deployChainlink(signer, "BurnMintERC20", "LINK", "LINK", 18, 0n, 0n),
  ];
  const rewards = await deployChainlink(signer, "RewardManager", await link.getAddress());
  const at = await Promise.all([link, weth, proxy, rewards].map((contract) => contract.getAddress()));
  const manager = await deployChainlink(signer, "FeeManager", ...at);
  await (await rewards.getFunction("setFeeManager")(await manager.getAddress())).wait();
  await chain.mineOnDemand();
  await venue.must([venue.call(proxy, "setFeeManager", [await manager.getAddress()])]);
}
