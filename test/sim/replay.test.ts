// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts } from "hardhat";
import { checkClaims } from "../../sim/replay/claims.js";
import { leaving } from "../../sim/replay/compare.js";
import { defaultersOf, entrantsOf } from "../../sim/replay/defaulters.js";
import { assemble, markOf, type PositionRow, type RoundRow } from "../../sim/replay/input.js";
import { replay } from "../../sim/replay/replay.js";
import type { ReplayReport } from "../../sim/replay/result.js";
import type { ChainRound } from "../../sim/replay/rounds.js";
import { synthetic } from "../../sim/replay/synthetic.js";
import { lineOf } from "../../sim/replay/table.js";
import { gridMark, nearestStep, STEP, walk } from "../../sim/replay/walk.js";
import { near } from "./near.js";

const artifact = (name: string) => artifacts.readArtifact(name);
const OPTIONS = { seed: 1, defaulters: 2, vault: 0, artifact };

describe("Replay", () => {
  describe("the opening", () => {
    it("walks in steps below the gap threshold and ends exactly", () => {
      for (const [from, to] of [
        [100, 137],
        [100, 61.5],
        [100, 101],
      ] as const) {
        const marks = [from, ...walk(from, to)];
        expect(marks.at(-1)).to.equal(to);
        marks.slice(1).forEach((mark, index) => {
          expect(Math.abs(Math.log(mark / marks[index]!))).to.be.at.most(Math.log(STEP) + 1e-6);
        });
      }
      expect(walk(100, 100)).to.deep.equal([]);
    });

    it("every entry is within the price band of the mark at which it opens", () => {
      for (let entry = 40; entry < 250; entry *= 1.003) {
        expect(Math.abs(gridMark(100, nearestStep(100, entry)) / entry - 1)).to.be.below(0.0095);
      }
    });

    it("defaulters hold the quantity together, with a cash that is gone at the round's price", () => {
      for (const side of ["long", "short"] as const) {
        const round: RoundRow = { asset: "X", side, time: 0, price: 100, qty: 10, gap: 0.5, wave: 1 };
        const list = defaultersOf(round, "d", 110, 3);
        near(
          list.reduce((sum, { size }) => sum + size, 0),
          10,
          1e-9,
        );
        for (const { entry, margin, size } of list) {
          const sign = side === "long" ? 1 : -1;
          near(margin + sign * size * (100 - entry), 0, 1e-6);
          expect(margin / (size * entry)).to.be.within(0.05, 0.08);
        }
      }
    });

    it("who is below zero at the first price is left out and counted", () => {
      const row: PositionRow = { account: "a", asset: "X", side: "short", size: 1, entry: 90, margin: 6 };
      const prices = [{ time: 0, asset: "X", mark: 100 }];
      const input = assemble({
        positions: [row, { ...row, account: "b", margin: 11 }],
        prices,
        rounds: [],
        source: "",
      });
      const { list, insolvent } = entrantsOf(input, "X", 1);
      expect(list.map(({ name }) => name)).to.deep.equal(["b"]);
      expect(insolvent).to.deep.equal({ accounts: 1, quote: 4 });
    });

    it("dust is left out, and who is below initial margin is topped up; both are counted", () => {
      const row: PositionRow = { account: "a", asset: "X", side: "long", size: 1, entry: 100, margin: 6 };
      const positions = [row, { ...row, account: "b", size: 0.05 }, { ...row, account: "c", margin: 2 }];
      const input = assemble({ positions, prices: [{ time: 0, asset: "X", mark: 100 }], rounds: [], source: "" });
      const { list, dust, toppedUp } = entrantsOf(input, "X", 1);
      expect(list.map(({ name }) => name)).to.deep.equal(["a", "c"]);
      expect(dust).to.deep.equal({ accounts: 1, quote: 5 });
      expect(toppedUp.accounts).to.equal(1);
      near(toppedUp.quote, 3, 0.01);
    });

    it("the synthetic population is the same for the same seed, and its rounds have their share of the day's longs", () => {
      const [one, two] = [synthetic(100, 7), synthetic(100, 7)];
      expect(one).to.deep.equal(two);
      expect(synthetic(100, 8).positions).not.to.deep.equal(one.positions);
      const { positions, rounds } = synthetic(3_000, 1);
      const longs = positions.filter(({ asset, side }) => asset === "BTC" && side === "long");
      const drawn = longs.reduce((sum, { size }) => sum + size, 0);
      const qty = rounds.filter(({ asset }) => asset === "BTC").reduce((sum, round) => sum + round.qty, 0);
      near(qty / (drawn + qty), 5_832.0022 / 17_912, 0.01);
    });
  });

  describe("on the contracts", () => {
    // A population with shorts of three kinds: far ahead, a little ahead, and one that lost.
    const positions: PositionRow[] = Array.from({ length: 24 }, (_, index) => {
      const short = index % 2 === 0;
      const entry = short ? [118.5, 104.2, 93.1][index % 3]! : 101;
      return { account: `t${index}`, asset: "X", side: short ? "short" : "long", size: 5 + index, entry, margin: 900 };
    });
    const prices = [100, 97, 90, 95].map((mark, index) => ({ time: 1_760_000_000 + 60 * index, asset: "X", mark }));
    const base = { asset: "X", side: "long" as const };
    const rounds: RoundRow[] = [
      { ...base, time: 1_760_000_060, price: 97, qty: 40, gap: 0.6, wave: 1 },
      { ...base, time: 1_760_000_070, price: 96, qty: 25, gap: 0.5, wave: 1 },
    ];
    let report: ReplayReport;
    before(async () => {
      const input = assemble({ positions, prices, rounds, source: "a test" });
      report = await replay(input, { ...OPTIONS, modes: ["QUEUE", "PRORATA"], day: true });
    });

    it("every claim holds", () => {
      expect(report.claims.filter(({ holds }) => !holds)).to.deep.equal([]);
      expect(report.claims).to.have.length(2 * 8 + 6);
    });

    it("both modes take what is needed, qty * gap, and close what defaulted", () => {
      for (const mode of ["QUEUE", "PRORATA"]) {
        const policy = report.policies.find((each) => each.policy === mode)!;
        near(policy.needed, 40 * 0.6 + 25 * 0.5, 1e-5);
        near(policy.taken, policy.needed, 1e-5);
        near(policy.closedNotional, 40 * 96.4 + 25 * 95.5, 0.01);
        // Two rounds of one absorb and one deleverage each.
        expect(policy).to.include({
          onChain: true,
          rounds: 2,
          transactions: 4,
          losersClosed: 0,
          fullCloses: mode === "QUEUE" ? policy.fullCloses : 0,
        });
        expect(policy.maxGas).to.be.within(100_000, 16_777_216);
      }
    });

    it("PRORATA treats all winners alike, QUEUE the most profitable first; both equals alike", () => {
      const [queue, prorata] = [report.policies[0]!, report.policies[1]!];
      near(prorata.jainWinners, 1, 1e-6);
      expect(queue.jainWinners).to.be.below(0.9);
      for (const { jainEquals } of [queue, prorata]) near(jainEquals, 1, 1e-6);
      const { before, after } = report.queues.find(({ policy }) => policy === "QUEUE")!;
      expect(after[0]!.size).to.be.below(before[0]!.size);
      expect(after.at(-1)!.size).to.equal(before.at(-1)!.size);
      expect(before[0]!.entry).to.be.greaterThan(before.at(-1)!.entry); // shorts: the highest entry gained most
    });

    it("the policies of others get the same rounds and population", () => {
      const names = report.policies.slice(2).map(({ policy }) => policy);
      expect(names).to.include.members(["production-queue", "profit-queue", "bankruptcy-price-queue"]);
      expect(names).to.include.members(["whole-side-prorata", "random-order", "wealth-prorata"]);
      for (const { needed, onChain, maxGas } of report.policies.slice(2)) {
        near(needed, 36.5, 1e-9);
        expect([onChain, maxGas]).to.deep.equal([false, null]);
      }
      const [queue, profit] = ["QUEUE", "profit-queue"].map((name) =>
        report.rounds.find(({ policy, price }) => policy === name && price === 97)!,
      );
      expect(queue!.holders).to.equal(profit!.holders);
    });

    it("the largest winner may close before the absorb, and not in the lock", () => {
      expect(report.refusals.before).to.deep.equal({ allowed: 4 });
      expect(report.refusals.locked).to.deep.equal({ GroupLocked: 4 });
    });

    it("at their own times the prices lock, and nothing is left uncovered", () => {
      const { day } = report;
      expect(day!.locks.length).to.be.greaterThan(0);
      expect(day!.shortfall).to.equal(0);
      expect(day!.lockedSeconds["X"]).to.be.within(100, 180);
      expect(day!.failures).to.deep.equal({});
    });

    it("--json prints exactly what was asked for", () => {
      expect(Object.keys(lineOf(report.policies[0]!))).to.deep.equal([
        "policy",
        "needed",
        "taken",
        "overshoot",
        "residual",
        "losersClosed",
        "haircutSpread",
        "rounds",
        "transactions",
        "maxGas",
        "accountsTouched",
      ]);
    });

    it("a synthetic population of 30 replays all 17 rounds", async () => {
      const small = await replay(synthetic(30, 3), { ...OPTIONS, modes: ["QUEUE"], day: false });
      expect(small.claims.filter(({ holds }) => !holds)).to.deep.equal([]);
      expect(small.policies[0]!.rounds).to.equal(17);
      expect(small.day).to.equal(undefined);
    });

    it("shorts in default are played against longs", async () => {
      const up: RoundRow = { ...base, side: "short", time: 1_760_000_060, price: 103, qty: 40, gap: 0.6, wave: 1 };
      const input = assemble({ positions, prices, rounds: [up], source: "a test" });
      const { claims, policies } = await replay(input, { ...OPTIONS, modes: ["QUEUE"], day: false });
      expect(claims.filter(({ holds }) => !holds)).to.deep.equal([]);
      near(policies[0]!.taken, 24, 1e-5);
      expect(markOf(up)).to.equal(103.6);
    });
  });

  describe("what is claimed can be found broken", () => {
    const metrics = {
      asset: "X",
      time: 0,
      mark: 100,
      taken: 30,
      needed: 30,
      haircutSpread: 0,
      belowAnchor: 0,
      losersClosed: 0,
      closed: 3,
    };
    const round = { asset: "X", time: 0, qty: 3, gap: 10 };
    const holders = [{ standing: { size: 4 } }, { standing: { size: 2 } }];
    const good = {
      metrics,
      round,
      holders,
      deficit: 30,
      others: 0,
      jump: 10,
      shortfall: 0,
      transactions: 1,
      defaulters: 1,
      leaving: { before: undefined, locked: "GroupLocked" },
    };
    const broken = (change: object, more: object = {}) => {
      const altered = { ...good, ...change, metrics: { ...metrics, ...more } } as unknown as ChainRound;
      return checkClaims("M", [altered]).filter(({ holds }) => !holds);
    };

    it("each by its own defect, and none without", () => {
      expect(broken({})).to.deep.equal([]);
      const defects: [object, object, string][] = [
        [{ deficit: 31 }, {}, "owe qty * gap"],
        [{}, { taken: 30.01 }, "overshoot"],
        [{ shortfall: 1 }, {}, "uncovered"],
        [{}, { haircutSpread: 1e-6 }, "per unit"],
        [{}, { belowAnchor: 1 }, "anchor"],
        [{}, { losersClosed: 1 }, "losers"],
        [{ transactions: 2 }, {}, "one deleverage"],
        [{ leaving: { before: undefined, locked: undefined } }, {}, "cannot close"],
      ];
      for (const [change, more, name] of defects) {
        const found = broken(change, more);
        expect(found).to.have.length(1);
        expect(found[0]!.name).to.include(name);
        expect(found[0]!.found).to.include("X 00:00:00");
      }
    });

    it("leaving before the bill: who stays pays more, at most what he gained", () => {
      // 6 units gained 10 each; the budget is 30. The larger leaves: 2 units are left, which gained 20.
      const { withoutLock } = leaving([good as unknown as ChainRound], 1);
      expect(withoutLock).to.deep.equal({
        roundsWithShortfall: 1,
        shortfall: 10,
        escaped: 20,
        worstFactor: 2,
        meanFactor: 2,
      });
      expect(leaving([good as unknown as ChainRound], 2).withoutLock.worstFactor).to.equal(null);
    });
  });
});
