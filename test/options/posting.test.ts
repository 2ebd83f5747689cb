// SPDX-License-Identifier: MIT
// Listing and posting, and who tries to gain by it.
import { expect } from "chai";
import { packSmile } from "../../sdk/reference/options/smile.js";
import { strikesOf } from "../../sdk/reference/options/grid.js";
import type { BrokenFeed, IDeleveraging, MockAggregator } from "../../types/ethers-contracts/index.js";
import {
  LEVEL,
  UNIT,
  VOL_HEARTBEAT,
  WINDOW,
  createChain,
  flat,
  fridayOf,
  makeVenue,
  post,
  type Chain,
  type Venue,
} from "./listing.js";

const ANSWER = 10n ** 8n;
const SPOT = 60_000n;
const HEARTBEAT = 86_400;
const DAY = 86_400;
const WEEK = 7 * DAY;
const [NORMAL, LOCKED, SETTLING] = [0, 1, 2];

describe("Listing and posting", () => {
  let chain: Chain;
  let feed: MockAggregator;
  let broken: BrokenFeed;
  let venue: Venue;
  let bench: Venue["bench"];
  let gaps: IDeleveraging;

  beforeEach(async () => {
    chain = await createChain();
    feed = (await chain.ethers.deployContract("MockAggregator", [8, SPOT * ANSWER])) as unknown as MockAggregator;
    broken = (await chain.ethers.deployContract("BrokenFeed", [feed])) as unknown as BrokenFeed;
    venue = await makeVenue(chain, await broken.getAddress(), HEARTBEAT);
    bench = venue.bench;
    gaps = (await chain.ethers.getContractAt("IDeleveraging", await bench.getAddress())) as unknown as IDeleveraging;
  });

  const clock = () => chain.networkHelpers.time;
  const refuses = (call: Promise<unknown>, error: string, ...values: unknown[]) =>
    expect(call)
      .to.be.revertedWithCustomError(bench, error)
      .withArgs(...values);
  /** A fresh price and a fresh level, `later` seconds on. */
  async function goOn(later: number, price = SPOT): Promise<void> {
    if (later > 0) await clock().increase(later);
    await feed.setAnswer(price * ANSWER);
    await post(chain, venue);
  }
  /** Anchor and recorded factors become the present ones. */
  async function settleAnchors(): Promise<void> {
    for (let i = 0; i < 2; ++i) {
      await goOn(61);
      await bench.poke(1n);
    }
  }
  async function expireAt(ladder: bigint, expiry: number): Promise<void> {
    const first = (await feed.latestRoundData())[0];
    await feed.setAnswerAt(SPOT * ANSWER, expiry - WINDOW - 5);
    await clock().increaseTo(expiry + 1);
    await feed.setAnswer(SPOT * ANSWER);
    await bench.fixPrice(1n, ladder, [first + 1n], 9n);
  }

  it("lists an expiry at the strikes that follow from the price, with the source's smile in both places", async () => {
    const expiry = await fridayOf(chain, DAY);
    await goOn(0);
    await bench.list(1n, expiry);
    const ladder = await bench.ladderOf(1n, 0);
    const now = await clock().latest();
    const { base, step } = strikesOf(SPOT * UNIT, BigInt(expiry - now))!;
    expect([ladder.expiry, ladder.base, ladder.step]).deep.equal([BigInt(expiry), base, step]);
    expect([...ladder.smiles]).deep.equal([packSmile(flat(6_000n)), packSmile(flat(6_000n))]);
    const group = await bench.groupOf(1n);
    expect([group.nextExpiry, group.listed]).deep.equal([BigInt(expiry), 1n]);
    const series = (index: bigint) => (1n << 8n) | index;
    const tradable = [0n, 29n, 30n, 31n, 32n, 255n].map((index) => bench.isTradable(series(index)));
    expect(await Promise.all(tradable)).deep.equal([true, true, true, false, false, true]);
    await clock().increaseTo(expiry);
    expect(await bench.isTradable(series(0n))).equal(false);
    await refuses(bench.postSmile(1n, 0), "LadderExpired", 1, 0, expiry);
  });

  it("lists nothing twice, off the grid, without a smile, in a lock, at a gap, or while a price is not fresh", async () => {
    const expiry = await fridayOf(chain, DAY);
    await goOn(0);
    await refuses(bench.list(2n, expiry), "GroupUnknown", 2);
    await expect(bench.list(1n, expiry + 1)).to.be.revertedWithCustomError(bench, "ExpiryOffGrid");
    await venue.vols.setSmile(0n);
    await expect(bench.list(1n, expiry)).to.be.revertedWithCustomError(bench, "SmileMissing");
    await venue.vols.setSmile(
      packSmile({ ...flat(6_000n), vols: flat(6_000n).vols.map((vol, i) => (i === 6 ? 6_600n : vol)) }),
    );
    await refuses(bench.list(1n, expiry), "SmileArbitrage", 6);
    await venue.vols.setSmile(packSmile(flat(6_000n)));
    for (const phase of [LOCKED, SETTLING]) {
      await bench.setPhase(1n, phase);
      await expect(bench.list(1n, expiry)).to.be.revertedWithCustomError(bench, "GroupLocked");
    }
    await bench.setPhase(1n, NORMAL);
    // Somebody moves the feed by more than a gap: the strikes would be laid out around his price.
    await feed.setAnswer(SPOT * ANSWER + (SPOT * ANSWER * 3n) / 100n);
    await expect(bench.list(1n, expiry)).to.be.revertedWithCustomError(gaps, "GapOpen").withArgs(1);
    await feed.setAnswer(SPOT * ANSWER);
    await clock().increase(VOL_HEARTBEAT + 5);
    await refuses(bench.list(1n, expiry), "FactorsNotFresh", 1);
    await goOn(0);
    await bench.list(1n, expiry);
    await refuses(bench.list(1n, expiry), "ExpiryListed", expiry, 0);
  });

  it("within a gap a manipulated price moves the strikes by one step at most", async () => {
    const expiry = await fridayOf(chain, DAY);
    const term = BigInt(expiry - (await clock().latest()));
    const honest = strikesOf(SPOT * UNIT, term)!;
    for (const share of [-20n, -13n, 7n, 20n]) {
      const { base, step } = strikesOf((SPOT * UNIT * (1_000n + share)) / 1_000n, term)!;
      expect(step).equal(honest.step);
      const off = base - honest.base;
      expect((off < 0n ? -off : off) <= step).equal(true);
    }
  });

  it("uses a place again only when its price is fixed and nothing is open in it; what was touched stays so", async () => {
    const expiries: number[] = [];
    for (let week = 0; week < 4; ++week) expiries.push((await fridayOf(chain, DAY)) + week * WEEK);
    await goOn(0);
    for (const expiry of expiries) await bench.list(1n, expiry);
    const far = [...Array(60).keys()].map((week) => expiries[3]! + (week + 1) * WEEK);
    for (const expiry of far) await bench.list(1n, expiry).catch(() => undefined);
    const listed = Number((await bench.groupOf(1n)).listed);
    expect([127, 255]).contain(listed); // four near ones and three or four ends of quarters
    const open = 1n << 30n; // somebody holds the future of ladder 0

    let [week, used] = [0, 4];
    for (const place of listed === 127 ? [7] : []) {
      await expireAt(0n, expiries[week++]!);
      await post(chain, venue);
      await bench.setLive(1n, open);
      await bench.list(1n, expiries[0]! + used++ * WEEK);
      expect((await bench.ladderOf(1n, place)).expiry).equal(BigInt(expiries[0]! + 4 * WEEK));
    }
    if (week === 0) await expireAt(0n, expiries[week++]!);
    await clock().increaseTo(expiries[0]! + (used - 4) * WEEK + 1);
    await goOn(0);
    const next = expiries[0]! + used * WEEK;
    await bench.setLive(1n, open);
    await refuses(bench.list(1n, next), "LaddersFull", 1);
    await bench.setLive(1n, 1n << 32n); // of the next ladder
    await bench.setTouched(1n, 0, 5n);
    await bench.list(1n, next);
    const ladder = await bench.ladderOf(1n, 0);
    expect([ladder.expiry, ladder.settlement, ladder.touched, ladder.computed]).deep.equal([BigInt(next), 0n, 5n, 0n]);
    const group = await bench.groupOf(1n);
    expect([group.nextExpiry, group.lastExpiry]).deep.equal([BigInt(expiries[1]!), BigInt(expiries[0]!)]);
  });

  it("takes a level only forwards in time, from within the heartbeat, and within its range", async () => {
    await goOn(0);
    const seen = (await bench.groupOf(1n)).levelTime;
    const now = await clock().latest();
    await clock().setNextBlockTimestamp(now + 100);
    await venue.vols.setLevel(LEVEL, now + 100);
    const attempt = async (level: bigint, observed: number, error: string, ...values: unknown[]) => {
      await clock().setNextBlockTimestamp(now + 100); // else it is later on a slow machine
      await venue.vols.setLevel(level, observed);
      await clock().setNextBlockTimestamp(now + 100);
      await refuses(bench.postLevel(1n), error, ...values);
    };
    await attempt(LEVEL, now + 116, "LevelAhead", now + 116, now + 115);
    await attempt(
      LEVEL,
      now + 100 - VOL_HEARTBEAT - 1,
      "LevelStale",
      now + 99 - VOL_HEARTBEAT,
      now + 100 - VOL_HEARTBEAT,
    );
    await attempt(LEVEL, Number(seen) - 1, "LevelNotNewer", seen - 1n, seen);
    await clock().setNextBlockTimestamp(now + 100);
    await venue.vols.setLevel(2n * LEVEL, seen); // the one that holds is no failure, and changes nothing
    await clock().setNextBlockTimestamp(now + 100);
    await bench.postLevel(1n);
    expect((await bench.groupOf(1n)).level).equal(LEVEL);
    await attempt(LEVEL / 4n - 1n, now + 99, "LevelOutOfRange", LEVEL / 4n - 1n, LEVEL / 4n, 4n * LEVEL);
    await attempt(4n * LEVEL + 1n, now + 99, "LevelOutOfRange", 4n * LEVEL + 1n, LEVEL / 4n, 4n * LEVEL);
    await clock().setNextBlockTimestamp(now + 100);
    await venue.vols.setLevel(2n * LEVEL, now + 115);
    await bench.postLevel(1n);
    await attempt(LEVEL, now + 114, "LevelNotNewer", now + 114, now + 115);
    for (const phase of [LOCKED, SETTLING]) {
      await bench.setPhase(1n, phase);
      await expect(bench.postLevel(1n)).to.be.revertedWithCustomError(bench, "GroupLocked");
    }
  });

  it("takes a level while the price is stale or at a gap, so that neither waits for the other", async () => {
    await feed.setAnswer(SPOT * ANSWER + (SPOT * ANSWER * 3n) / 100n);
    await clock().increase(10);
    await post(chain, venue, 2n * LEVEL);
    await clock().increase(HEARTBEAT + 10);
    await post(chain, venue);
    expect((await bench.groupOf(1n)).level).equal(LEVEL);
  });

  it("takes one smile a ladder until both anchors name it, none in a lock nor at a gap", async () => {
    await goOn(0);
    await bench.list(1n, await fridayOf(chain, DAY));
    const shade = (vol: bigint) => venue.vols.setSmile(packSmile(flat(vol)));
    await shade(6_900n);
    await refuses(bench.postSmile(1n, 1), "LadderNotListed", 1, 1);
    await refuses(bench.postSmile(1n, 8), "LadderNotListed", 1, 8);
    await bench.setPhase(1n, LOCKED);
    await expect(bench.postSmile(1n, 0)).to.be.revertedWithCustomError(bench, "GroupLocked");
    await bench.setPhase(1n, NORMAL);
    await feed.setAnswer(SPOT * ANSWER + (SPOT * ANSWER * 3n) / 100n);
    await expect(bench.postSmile(1n, 0)).to.be.revertedWithCustomError(gaps, "GapOpen").withArgs(1);
    await feed.setAnswer(SPOT * ANSWER);
    await bench.postSmile(1n, 0);
    expect((await bench.groupOf(1n)).versions).equal(1n);
    await shade(6_000n);
    await refuses(bench.postSmile(1n, 0), "SmilePending", 1, 0);
    await goOn(61);
    await bench.poke(1n); // recorded, not yet anchor
    await refuses(bench.postSmile(1n, 0), "SmilePending", 1, 0);
    await settleAnchors();
    await shade(5_800n); // more than 15% down from 6,900
    await refuses(bench.postSmile(1n, 0), "VolMoveTooLarge", 0, 6_900, 5_800);
    await shade(6_000n);
    await bench.postSmile(1n, 0);
    expect((await bench.groupOf(1n)).versions).equal(0n);
  });

  it("a poster who shades within the bounds moves an at-the-money mark by 15% a post, one post an advance", async () => {
    await goOn(0);
    await bench.list(1n, await fridayOf(chain, DAY));
    const middle = 14n; // the call of strike 7
    const marks: bigint[] = [(await bench.marksOf(1n, 0))[Number(middle)]!];
    let vol = 6_000n;
    for (let i = 0; i < 3; ++i) {
      vol = (vol * 115n) / 100n;
      await venue.vols.setSmile(packSmile(flat(vol)));
      await bench.postSmile(1n, 0);
      marks.push((await bench.marksOf(1n, 0))[Number(middle)]!);
      await settleAnchors();
    }
    for (let i = 1; i < marks.length; ++i) {
      const growth = Number((marks[i]! * 10_000n) / marks[i - 1]!) / 10_000;
      expect(growth).within(1.14, 1.151);
    }
  });

  it("a feed that reverts for one round of the window: its answer before holds on, whoever calls", async () => {
    await goOn(0);
    const expiry = await fridayOf(chain, DAY);
    await bench.list(1n, expiry);
    const start = expiry - WINDOW;
    const first = (await feed.latestRoundData())[0] + 1n;
    for (const [price, at] of [
      [60_000n, start],
      [70_000n, start + 600],
      [61_000n, start + 1_200],
    ] as const) {
      await feed.setAnswerAt(price * ANSWER, at);
    }
    await clock().increaseTo(expiry + 1);
    await feed.setAnswer(SPOT * ANSWER);
    for (const burns of [false, true]) {
      await broken.setBroken(first + 1n, first + 1n, true, burns);
      // So little gas that the feed could not answer is no proof that it has no round.
      await expect(bench.fixPrice(1n, 0, [first], 99n, { gasLimit: 330_000n })).to.be.revertedWithCustomError(
        bench,
        "TooLittleGasToRead",
      );
    }
    // As many as a call looks ahead: then nothing is fixed, and only another source helps.
    await broken.setBroken(first + 1n, first + 2n, true, false);
    await bench.fixPrice.staticCall(1n, 0, [first], 99n);
    for (let i = 0; i < 4; ++i) await feed.setAnswer(SPOT * ANSWER);
    await broken.setBroken(first + 1n, first + 4n, true, false);
    await refuses(bench.fixPrice(1n, 0, [first], 99n), "RoundsMissing", first, first + 7n);
    await broken.setBroken(first + 1n, first + 4n, false, false);
    await broken.setBroken(first + 1n, first + 1n, true, false);
    await bench.fixPrice(1n, 0, [first], 99n);
    const price = (1_200n * 60_000n + 600n * 61_000n) / 1_800n;
    expect((await bench.ladderOf(1n, 0)).settlement).equal(
      price * UNIT + (UNIT * ((1_200n * 60_000n + 600n * 61_000n) % 1_800n)) / 1_800n,
    );
  });

  it("a round dated before the one that it follows is refused by name; a price is fixed in a lock too", async () => {
    await goOn(0);
    const expiry = await fridayOf(chain, DAY);
    await bench.list(1n, expiry);
    const first = (await feed.latestRoundData())[0] + 1n;
    await feed.setAnswerAt(SPOT * ANSWER, expiry - WINDOW);
    await feed.setAnswerAt(SPOT * ANSWER, expiry - 600);
    await feed.setAnswerAt(SPOT * ANSWER, expiry - 601);
    await clock().increaseTo(expiry + 1);
    await feed.setAnswer(SPOT * ANSWER);
    await refuses(bench.fixPrice(1n, 0, [first], 99n), "RoundsOutOfOrder", first + 2n, expiry - 601);
    await bench.setPhase(1n, LOCKED);
    await refuses(bench.fixPrice(1n, 0, [first], 99n), "RoundsOutOfOrder", first + 2n, expiry - 601);
    await bench.setPhase(1n, NORMAL);
    await refuses(bench.fixPrice(1n, 3, [first], 99n), "LadderNotListed", 1, 3);
  });

  it("what fixing, listing and posting take of gas", async () => {
    await goOn(0);
    const expiry = await fridayOf(chain, DAY);
    const gasOf = async (sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>) =>
      (await (await sent).wait())!.gasUsed;
    const used: Record<string, bigint> = { list: await gasOf(bench.list(1n, expiry)) };
    await venue.vols.setSmile(packSmile(flat(6_100n)));
    used["postSmile"] = await gasOf(bench.postSmile(1n, 0));
    await clock().increase(10);
    await venue.vols.setLevel(LEVEL, (await clock().latest()) + 1);
    used["postLevel"] = await gasOf(bench.postLevel(1n));
    const snapshot = await chain.networkHelpers.takeSnapshot();
    for (const count of [30, 180]) {
      await snapshot.restore();
      const first = (await feed.latestRoundData())[0] + 1n;
      for (let i = 0; i < count; ++i) {
        await feed.setAnswerAt(SPOT * ANSWER, expiry - WINDOW + Math.floor((i * WINDOW) / count));
      }
      await clock().increaseTo(expiry + 1);
      await feed.setAnswer(SPOT * ANSWER);
      used[`fixPrice-${count}`] = await gasOf(bench.fixPrice(1n, 0, [first], 1_000n));
    }
    if (process.env["SHOW_GAS"] !== undefined) console.log(used);
    expect(used["fixPrice-180"]).lt(3_000_000n);
    expect(used["list"]).lt(600_000n);
    expect(used["postSmile"]).lt(250_000n);
  });
});
