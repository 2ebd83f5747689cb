// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { work, type Job } from "../../../sim/trial/jobs.js";

const OURS = new Set(["a", "b"]);

function job(from: string, block: number, changes: Partial<Job> = {}): Job {
  const base = { kind: "absorb", ok: true, gas: 100_000, targets: ["1", "2"], did: ["1", "2"], taken: "x" };
  return { ...base, from, block, ...changes };
}

describe("the sum of a keeper's work", () => {
  it("counts what was done and what it cost", () => {
    const jobs = [job("a", 1), job("b", 2, { targets: ["3"], did: ["3"], gas: 50_000, taken: "y" }), job("c", 2)];
    const sum = work(jobs, OURS);
    expect(sum).to.include({ sent: 2, reverted: 0, absorbed: 3, gas: 150_000, gasPerAbsorbed: 50_000 });
    expect(sum).to.include({ duplicates: 0, doubles: 0, lostToOthers: 0 });
  });

  it("calls a job a duplicate when one of the same keepers had done it", () => {
    const jobs = [job("a", 1), job("b", 2, { ok: false, did: [], taken: "y" })];
    expect(work(jobs, OURS)).to.include({ duplicates: 1, reverted: 1, doubles: 0, lostToOthers: 0 });
  });

  it("calls it lost when a stranger had done it", () => {
    const jobs = [job("c", 1), job("a", 1, { ok: false, did: [] })];
    expect(work(jobs, OURS)).to.include({ duplicates: 0, lostToOthers: 1, reverted: 1 });
  });

  it("forgives a job that comes again when it is needed again", () => {
    const jobs = [job("a", 1), job("a", 9, { did: [] })];
    expect(work(jobs, OURS)).to.include({ duplicates: 0, doubles: 0 });
  });

  it("calls the same purchase in two blocks a double, but not the next one", () => {
    const liquidation = { kind: "liquidateToAccount", targets: ["1"], did: ["1"] };
    const twice = [job("a", 1, liquidation), job("a", 2, liquidation)];
    expect(work(twice, OURS)).to.include({ doubles: 1, liquidated: 2 });
    const afterStranger = [job("c", 1, liquidation), job("a", 2, liquidation)];
    expect(work(afterStranger, OURS)).to.include({ doubles: 0, liquidated: 1 });
    const another = [job("a", 1, liquidation), job("a", 2, { ...liquidation, taken: "y" })];
    expect(work(another, OURS)).to.include({ doubles: 0 });
  });

  it("lets a settlement take many steps of one calldata", () => {
    const step = { kind: "deleverage", targets: ["1"], did: ["1"] };
    expect(work([job("a", 1, step), job("a", 1, step)], OURS)).to.include({ doubles: 0, duplicates: 0 });
  });
});
