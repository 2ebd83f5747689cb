// SPDX-License-Identifier: MIT
// Expiry prices from Chainlink's own contracts: DataFeedsCache, which keeps every round, as the aggregator, and the
// proxy with phases in front of it.
import { expect } from "chai";
import { AbiCoder, concat, zeroPadBytes, zeroPadValue, type Contract, type Signer } from "ethers";
import { settlementOf, type FeedRound } from "../../sdk/reference/options/expiry.js";
import { deployChainlink } from "../../sim/streams/chainlink.js";
import {
  PARAMS,
  RISK,
  createChain,
  firstSigner,
  fridayOf,
  makeVenue,
  post,
  sourceOf,
  UNIT,
  WINDOW,
  type Chain,
  type Venue,
} from "./listing.js";

const CODER = AbiCoder.defaultAbiCoder();
const HEARTBEAT = 3_600;
const DATA_ID = "0x01000000000000320000000000000000";
const WORKFLOW = { allowedWorkflowOwner: zeroPadValue("0x0f", 20), allowedWorkflowName: zeroPadValue("0x0a", 10) };
const METADATA = concat([
  zeroPadValue("0x01", 32),
  WORKFLOW.allowedWorkflowName,
  WORKFLOW.allowedWorkflowOwner,
  "0x0001",
]);
const ALL = 10_000n;
const SPOT = 60_000n;

const idOf = (phase: number, number: number): bigint => (BigInt(phase) << 64n) | BigInt(number);

describe("The price at which an expiry ends, from Chainlink's own contracts", () => {
  let chain: Chain;
  let signer: Signer;
  let caches: Contract[];
  let told: FeedRound[][];
  let proxy: Contract;
  let venue: Venue;
  let expiry: number;
  let start: number;

  beforeEach(async () => {
    chain = await createChain();
    signer = await firstSigner(chain);
    caches = [await deployChainlink(signer, "DataFeedsCache")];
    told = [[]];
    proxy = await deployChainlink(signer, "DataFeedsLegacyAggregatorProxy", await caches[0]!.getAddress());
    await connect(caches[0]!);
    await report(0, SPOT, await chain.networkHelpers.time.latest());
    venue = await makeVenue(chain, await proxy.getAddress(), HEARTBEAT);
    expiry = await fridayOf(chain, 86_400);
    start = expiry - WINDOW;
    await post(chain, venue);
    await venue.bench.list(1n, expiry);
  });

  const call = async (contract: Contract, name: string, ...values: unknown[]) =>
    (await contract.getFunction(name)(...values)).wait();

  async function connect(cache: Contract): Promise<void> {
    const sender = await signer.getAddress();
    await call(cache, "setFeedAdmin", sender, true);
    await call(cache, "setDecimalFeedConfigs", [DATA_ID], ["BTC / USD"], [{ allowedSender: sender, ...WORKFLOW }]);
    await call(cache, "updateDataIdMappingsForProxies", [await proxy.getAddress()], [DATA_ID]);
  }

  /** Another aggregator that reports already; the proxy does not know it yet. */
  async function standBy(): Promise<void> {
    const cache = await deployChainlink(signer, "DataFeedsCache");
    caches.push(cache);
    told.push([]);
    await connect(cache);
  }

  async function goOn(): Promise<void> {
    const next = await caches[Number(await proxy.getFunction("phaseId")())]!.getAddress();
    await call(proxy, "proposeAggregator", next);
    await call(proxy, "confirmAggregator", next);
  }

  /** A report of whole quote, observed at `time` and brought in the block of `when`. */
  async function report(phase: number, price: bigint, time: number, when = time): Promise<void> {
    const said = CODER.encode(["tuple(bytes32,uint32,uint224)[]"], [[[zeroPadBytes(DATA_ID, 32), time, price * UNIT]]]);
    await chain.networkHelpers.time.setNextBlockTimestamp(when);
    await call(caches[phase]!, "onReport", METADATA, said);
    told[phase]!.push({ time: BigInt(time), mark: price * UNIT });
  }

  const at = (time: number) => chain.networkHelpers.time.setNextBlockTimestamp(time);

  async function fix(entries: bigint[], rounds = ALL): Promise<bigint> {
    await (await venue.bench.fixPrice(1n, 0, entries, rounds)).wait();
    return (await venue.bench.ladderOf(1n, 0)).settlement;
  }

  const refuses = (entries: bigint[], error: string, ...values: unknown[]) =>
    expect(venue.bench.fixPrice(1n, 0, entries, ALL))
      .to.be.revertedWithCustomError(venue.bench, error)
      .withArgs(...values);

  const expected = async (now: number): Promise<bigint | undefined> =>
    settlementOf(
      {
        phases: new Map(told.map((rounds, i) => [i + 1, rounds])),
        phase: Number(await proxy.getFunction("phaseId")()),
        heartbeat: BigInt(HEARTBEAT),
      },
      1,
      BigInt(expiry),
      BigInt(now),
    );

  it("is the average of the last 30 minutes, and the only round to begin with is the last one at their start", async () => {
    await report(0, 59_000n, start - 700);
    await report(0, 60_000n, start); // number 3: dated at the start
    for (let minute = 1; minute < 30; ++minute) await report(0, 60_000n + BigInt(minute), start + 60 * minute + 7);
    const from = BigInt(expiry + HEARTBEAT);
    await at(expiry);
    await refuses([idOf(1, 3)], "NotExpired", expiry);
    await at(expiry + 1);
    await refuses([idOf(1, 3)], "PriceNotFinal", from);
    // Observed before the expiry and brought after it: it counts, which is why the price had to wait.
    await report(0, 70_000n, expiry - 2, expiry + 3);
    await report(0, 90_000n, expiry + 4);

    await refuses([], "EntryNotNamed", 1, start);
    await refuses([idOf(2, 3)], "EntryNotNamed", 1, start);
    await refuses([idOf(1, 2)], "NotTheLastRound", idOf(1, 2), idOf(1, 3));
    await refuses([idOf(1, 4)], "NotTheFirstRound", idOf(1, 4), idOf(1, 3));
    await refuses([idOf(1, 99)], "RoundUnknown", idOf(1, 99));
    await refuses([idOf(1, 0)], "NotTheLastRound", idOf(1, 0), idOf(1, 1));

    // By hand: 67 seconds of 60,000, then a minute of each, 51 seconds of the last, 2 seconds of the late one.
    const minutes = Array.from({ length: 28 }, (_, i) => 60n * (60_001n + BigInt(i))).reduce((a, b) => a + b);
    const sum = 67n * 60_000n + minutes + 51n * 60_029n + 2n * 70_000n;
    expect(await fix([idOf(1, 3)])).equal((sum * UNIT) / 1_800n);
    expect(await expected(expiry + 5)).equal((sum * UNIT) / 1_800n);
    await refuses([idOf(1, 3)], "PriceAlreadyFixed", 1, 0);
    const group = await venue.bench.groupOf(1n);
    expect([group.nextExpiry, group.lastExpiry]).deep.equal([0n, BigInt(expiry)]);
  });

  it("does not depend on how often a call stops, nor on who named what meanwhile", async () => {
    await report(0, 61_000n, start - 10);
    for (let i = 0; i < 12; ++i) await report(0, 60_000n + BigInt(97 * i), start + 130 * i + 1);
    await report(0, 1n, expiry + 60);
    const whole = await venue.bench.fixPrice.staticCall(1n, 0, [idOf(1, 2)], ALL);
    expect(whole).equal(true);
    expect(await fix([idOf(1, 2)], 0n)).equal(0n);
    expect(await fix([], 1n)).equal(0n);
    expect(await fix([idOf(1, 7), idOf(9, 9)], 5n)).equal(0n); // the first phase was entered before
    expect(await fix([], ALL)).equal(await expected(expiry + 61));
  });

  it("a change of phase in the window: the old rounds to their end, then the new ones that are later", async () => {
    await standBy();
    await report(0, 60_000n, start - 100); // number 2
    await report(1, 80_000n, start - 50); // the new aggregator reports before anybody reads it
    await report(0, 60_100n, start + 300);
    await report(1, 80_100n, start + 400);
    await report(0, 60_200n, start + 600); // the old one's last
    await report(1, 80_200n, start + 600); // as late: it is no later
    await goOn();
    await report(1, 61_000n, start + 900); // number 4
    await report(1, 61_100n, start + 1_500);
    await report(1, 75_000n, expiry + 30);

    // The old aggregator might still report after the expiry, and then its rounds are all.
    await refuses([idOf(1, 2), idOf(2, 3)], "PriceNotFinal", expiry + HEARTBEAT);
    await report(1, 75_000n, expiry + HEARTBEAT);
    await at(expiry + HEARTBEAT + 1);
    await refuses([idOf(1, 2)], "EntryNotNamed", 2, start + 600);
    await refuses([idOf(1, 2), idOf(2, 2)], "NotTheLastRound", idOf(2, 2), idOf(2, 3));
    await refuses([idOf(1, 2), idOf(2, 4)], "NotTheFirstRound", idOf(2, 4), idOf(2, 3));
    const sum = 300n * 60_000n + 300n * 60_100n + 300n * 60_200n + 600n * 61_000n + 300n * 61_100n;
    expect(await expected(expiry + HEARTBEAT + 2)).equal((sum * UNIT) / 1_800n);
    expect(await fix([idOf(1, 2), idOf(2, 3)])).equal((sum * UNIT) / 1_800n);
  });

  it("a change of phase to an aggregator that was born after the old one ended", async () => {
    await standBy();
    await report(0, 60_000n, start - 100);
    await report(0, 60_100n, start + 300);
    await report(1, 61_000n, start + 900);
    await goOn();
    await report(1, 61_100n, expiry + 1);
    await report(1, 61_100n, expiry + HEARTBEAT + 1);
    const sum = 300n * 60_000n + 600n * 60_100n + 900n * 61_000n;
    expect(await fix([idOf(1, 2), idOf(2, 1)])).equal((sum * UNIT) / 1_800n);
  });

  it("a change of phase to one without rounds, and another: it is shown to be empty", async () => {
    await standBy();
    await standBy();
    await report(0, 60_000n, start - 100);
    await report(2, 61_000n, start + 900);
    await goOn();
    await goOn();
    await report(2, 61_100n, expiry + HEARTBEAT + 1);
    await refuses([idOf(1, 2), idOf(2, 0)], "EntryNotNamed", 3, start);
    expect(await fix([idOf(1, 2), idOf(2, 0), idOf(3, 1)])).equal(60_500n * UNIT);
  });

  it("a change of phase after the expiry changes nothing, nor one in the window if the old aggregator goes on", async () => {
    await standBy();
    await report(0, 60_000n, start - 100);
    await report(1, 10_000n, start + 1);
    await goOn();
    await report(0, 60_200n, start + 900);
    await report(0, 70_000n, expiry + HEARTBEAT - 9); // within the heartbeat: the old phase covers the window
    await report(1, 10_000n, expiry + HEARTBEAT - 8);
    expect(await fix([idOf(1, 2)])).equal(60_100n * UNIT);
  });

  it("without a fresh answer in the window it is the first one after it, never the latest", async () => {
    await chain.networkHelpers.time.increaseTo(expiry + 10);
    await refuses([idOf(1, 1)], "FactorsNotFresh", 1);
    await report(0, 65_000n, expiry + 20);
    await report(0, 99_000n, expiry + 700);
    expect(await fix([idOf(1, 1)])).equal(65_000n * UNIT);
  });

  it("a feed that was dead counts until its heartbeat, and from its next answer", async () => {
    await report(0, 60_000n, expiry - HEARTBEAT - 900); // fresh until 15 minutes before the expiry
    await report(0, 66_000n, expiry - 300);
    await report(0, 99_000n, expiry + 1);
    expect(await fix([idOf(1, 2)])).equal(((900n * 60_000n + 300n * 66_000n) * UNIT) / 1_200n);
  });

  it("is that of another feed, once governance replaced the source, and what was added up before is void", async () => {
    await report(0, 60_000n, start - 100);
    await report(0, 60_100n, start + 300);
    await report(0, 60_200n, expiry + 1);
    expect(await fix([idOf(1, 2)], 1n)).equal(0n);
    const other = (await chain.ethers.deployContract("MockAggregator", [8, 1n])) as unknown as Contract;
    for (const [price, time] of [
      [50_000n, start - 7],
      [50_000n, expiry + 2],
    ] as const) {
      await call(other, "setAnswerAt", price * 10n ** 8n, time);
    }
    await venue.bench.plug(1n, await sourceOf(chain, await other.getAddress(), HEARTBEAT));
    await refuses([idOf(1, 2)], "EntryNotNamed", 0, start);
    expect(await fix([2n])).equal(50_000n * UNIT);
  });

  it("only a source of one plain feed that tells its past may be an underlying's", async () => {
    const { bench, vols } = venue;
    await report(0, 60_000n, (await chain.networkHelpers.time.latest()) + 5);
    const feed = await proxy.getAddress();
    const second = await chain.ethers.deployContract("MockAggregator", [18, 60_000n * UNIT]);
    const two = { second: await second.getAddress(), secondHeartbeat: HEARTBEAT, maxDeviation: 10_000 };
    const pair = await sourceOf(chain, feed, HEARTBEAT, two);
    await expect(bench.createGroup(pair, vols, PARAMS, RISK))
      .to.be.revertedWithCustomError(bench, "NoRoundHistory")
      .withArgs(pair);
  });
});
