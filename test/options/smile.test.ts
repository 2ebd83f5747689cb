// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import { strikesOf } from "../../sdk/reference/options/grid.js";
import { ONE } from "../../sdk/reference/options/fixed.js";
import { faultsOf, isInRange, isNear, packSmile, type SmileTerms } from "../../sdk/reference/options/smile.js";
import type { GridBench } from "../../types/ethers-contracts/index.js";
import { Random } from "../differential/random.js";

const UNIT = 10n ** 18n;
const DAY = 86_400n;
const EXPIRY = 2_000_000_000n;
const LEVEL = 10n ** 9n;
/** What the contract allows for rounding: 2^-40 of the forward. */
const SLACK = ONE >> 40n;
const PLAYS = 250;

const flat = (vol: bigint, basis = 0n): SmileTerms => ({ vols: Array<bigint>(15).fill(vol), basis });

describe("Smiles", () => {
  let bench: GridBench;
  before(async () => {
    const { ethers } = await network.create();
    bench = (await ethers.deployContract("GridBench")) as unknown as GridBench;
  });

  interface Play {
    readonly spot: bigint;
    readonly term: bigint;
    readonly level: bigint;
    readonly smile: SmileTerms;
  }

  const laidOut = ({ spot, term, level }: Play) => ({ spot, term, level, ...strikesOf(spot, term)! });

  const check = (play: Play) => {
    const { base, step } = laidOut(play);
    const { spot, level, term, smile } = play;
    const factors = { spot, level, time: EXPIRY - term, versions: 0, funding: 0 };
    return bench.check.staticCall(base, step, EXPIRY, factors, packSmile(smile));
  };

  const refusal = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "",
      (error: Error) => {
        const told = /custom error '(\w+)\((.*)\)'/.exec(error.message);
        if (told === null) throw error;
        return [told[1]!, ...told[2]!.split(", ")].join(" ");
      },
    );

  const month: Play = { spot: 60_000n * UNIT, term: 30n * DAY, level: LEVEL, smile: flat(6_000n) };
  const with_ = (changes: Partial<Record<number, bigint>>, of = 6_000n): SmileTerms => ({
    vols: Array.from({ length: 15 }, (_, i) => changes[i] ?? of),
    basis: 0n,
  });

  it("that are flat, skewed or smiling are accepted", async () => {
    expect(await refusal(check(month))).equal("");
    for (const slope of [-60n, 60n]) {
      const vols = Array.from({ length: 15 }, (_, i) => 6_000n + slope * BigInt(i - 7));
      expect(await refusal(check({ ...month, smile: { vols, basis: 12n } }))).equal("");
    }
    const vols = Array.from({ length: 15 }, (_, i) => 6_000n + 20n * BigInt((i - 7) ** 2));
    expect(await refusal(check({ ...month, smile: { vols, basis: -12n } }))).equal("");
  });

  it("out of range are refused, by strike, at the very bound", async () => {
    for (const level of [LEVEL, LEVEL / 2n]) {
      const times = LEVEL / level;
      expect(await refusal(check({ ...month, level, smile: flat(500n * times) }))).equal("");
      const low = await refusal(check({ ...month, level, smile: with_({ 3: 499n * times }, 500n * times) }));
      expect(low).equal("VolOutOfRange 3 499 500 40000");
    }
    const high = { ...month, term: DAY, level: 4n * LEVEL };
    expect(await refusal(check({ ...high, smile: flat(10_000n) }))).equal("");
    expect(await refusal(check({ ...high, smile: with_({ 14: 10_001n }, 10_000n) }))).equal(
      "VolOutOfRange 14 40004 500 40000",
    );
    const limit = 100n + (30_000n * month.term) / (365n * DAY);
    for (const sign of [1n, -1n]) {
      expect(await refusal(check({ ...month, smile: flat(6_000n, sign * limit) }))).equal("");
      const beyond = sign * (limit + 1n);
      expect(await refusal(check({ ...month, smile: flat(6_000n, beyond) }))).equal(
        `BasisOutOfRange ${beyond} ${limit}`,
      );
    }
  });

  it("with one strike out of line are refused, and the strike named", async () => {
    expect(await refusal(check({ ...month, smile: with_({ 6: 6_600n }) }))).equal("SmileArbitrage 6");
    // A call too cheap makes its neighbours too dear against it.
    expect(await refusal(check({ ...month, smile: with_({ 6: 5_400n }) }))).equal("SmileArbitrage 5");
    expect(await refusal(check({ ...month, smile: with_({ 14: 12_000n }) }))).equal("SmileArbitrage 14");
    // Puts at the lowest strike dearer than a straight line from zero allows: only the forward shows it.
    const low = { ...month, term: 300n * DAY, smile: { vols: [] as bigint[], basis: 0n } };
    const vols = Array.from({ length: 15 }, (_, i) => (i === 0 ? 20_000n : 2_000n));
    expect(await refusal(check({ ...low, smile: { vols, basis: 0n } }))).match(/^SmileArbitrage [01]$/);
  });

  it("are accepted exactly where the reference finds no arbitrage", async () => {
    const random = new Random(18);
    const seen = { accepted: 0, refused: 0, near: 0 };
    for (let i = 0; i < PLAYS; ++i) {
      const play = draw(random);
      const at = laidOut(play);
      const outcome = await refusal(check(play));
      expect(outcome.includes("OutOfRange"), outcome).equal(!isInRange(play.smile, at));
      if (outcome.includes("OutOfRange")) continue;
      const faults = faultsOf(play.smile, at);
      const worst = faults.findIndex((fault) => fault > 2n * SLACK);
      const isNearSlack = faults.some((fault) => fault > SLACK / 2n && fault <= 2n * SLACK);
      if (isNearSlack) ++seen.near;
      else if (worst === -1) {
        ++seen.accepted;
        expect(outcome).equal("");
      } else {
        ++seen.refused;
        expect(outcome).match(/^SmileArbitrage /);
        expect(faults[Number(outcome.split(" ")[1])]! > 0n).equal(true);
      }
    }
    expect(seen.accepted, "accepted").gt(50);
    expect(seen.refused, "refused").gt(40);
    expect(seen.near, "in the slack").lt(PLAYS / 20);
  });

  function draw(random: Random): Play {
    const spot = BigInt(random.whole(1, 10 ** 9)) * 10n ** 13n;
    const term = BigInt(random.whole(60, 365 * 86_400));
    const level = BigInt(random.whole(5, 20)) * (LEVEL / 10n);
    const [middle, skew, wings] = [random.whole(2_000, 12_000), random.whole(-200, 200), random.whole(-8, 25)];
    const noise = random.pick([0, 5, 40]);
    const vols = Array.from({ length: 15 }, (_, i) => {
      const vol = middle + skew * (i - 7) + wings * (i - 7) ** 2 + (noise === 0 ? 0 : random.whole(-noise, noise));
      return BigInt(Math.max(vol, 1));
    });
    return { spot, term, level, smile: { vols, basis: BigInt(random.whole(-200, 200)) } };
  }

  it("move by at most 15% a strike and what margin allows of the basis, to the unit", async () => {
    const random = new Random(5);
    for (let i = 0; i < 300; ++i) {
      const vols = Array.from({ length: 15 }, () => BigInt(random.whole(500, 40_000)));
      const previous = { vols, basis: BigInt(random.whole(-300, 300)) };
      const next = {
        vols: vols.map((vol) => (random.chance(0.7) ? vol : (vol * BigInt(random.whole(849, 1_151))) / 1_000n)),
        basis: previous.basis + BigInt(random.whole(-12, 12)),
      };
      const [move, term] = [BigInt(random.whole(10_000, 500_000)), BigInt(random.whole(1, 60 * 86_400))];
      const outcome = await refusal(bench.requireNear(packSmile(previous), packSmile(next), move, term));
      expect(outcome === "", outcome).equal(isNear(previous, next, move, term));
    }
    const from = packSmile(flat(1_000n));
    const near = (to: SmileTerms) => refusal(bench.requireNear(from, packSmile(to), 50_000n, 365n * DAY));
    expect(await near(with_({ 4: 1_150n }, 1_000n))).equal("");
    expect(await near(with_({ 4: 1_151n }, 1_000n))).equal("VolMoveTooLarge 4 1000 1151");
    expect(await near(with_({ 9: 849n }, 1_000n))).equal("VolMoveTooLarge 9 1000 849");
    expect(await near(flat(1_000n, 5_000n))).equal("");
    expect(await near(flat(1_000n, -5_001n))).equal("BasisMoveTooLarge 0 -5001 5000");
  });
});
