// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Scan } from "../../keeper/scan/Scan.js";
import { GroupScan } from "../../keeper/scan/GroupScan.js";
import { BELOW_CALL, INSOLVENT, LIQUIDATABLE, SAFE, exactHealth, riskOf, type Risk } from "../../keeper/scan/exact.js";
import { Crowd, MARKETS } from "../../bench/keeper/Crowd.js";
import { NEW_FRAME } from "../../sdk/frame.js";
import { money } from "../../sdk/units.js";
import { Random } from "../differential/random.js";
import { Adversary } from "./Adversary.js";

const CALL = 1_250_000n;

/** Whoever is at risk, by exact integers and looking at everybody. */
function atRisk(group: Adversary): Map<bigint, Risk> {
  const quotes = group.quotes();
  const found = new Map<bigint, Risk>();
  for (const account of group.accounts.values()) {
    const risk = riskOf(exactHealth(account, quotes, group.callLevel, group.frameOf));
    if (risk !== SAFE) found.set(account.id, risk);
  }
  return found;
}

function foundBy(scan: GroupScan): Map<bigint, Risk> {
  const found = [...scan.each()];
  expect(new Set(found.map(({ place }) => place)).size, "nobody twice").to.equal(found.length);
  return new Map(found.map(({ place, risk }) => [scan.table.idAt(place), risk]));
}

const sorted = (risks: Map<bigint, Risk>) => [...risks].sort(([a], [b]) => (a < b ? -1 : 1));

describe("keeper's scan", () => {
  it("finds at every tick exactly those whom the exact integers find, whatever happens to prices, sides, nodes and accounts", function () {
    this.timeout(60_000);
    let [found, exact, skipped] = [0, 0, 0];
    for (let seed = 1; seed <= 60; ++seed) {
      const random = new Random(1_000 + seed);
      const group = Adversary.group(seed);
      const scan = new GroupScan(group.size);
      for (let i = 0; i < 25; ++i) scan.put(group.account());
      for (let tick = 0; tick < 50; ++tick) {
        if (tick > 0) group.move();
        if (random.chance(0.1)) scan.tearUp(group.tearUp());
        for (const id of group.accounts.keys()) if (random.chance(0.03)) scan.put(group.account(id));
        if (random.chance(0.2)) {
          const id = random.pick([...group.accounts.keys()]);
          group.accounts.delete(id);
          scan.remove(id);
          scan.put(group.account());
        }
        scan.tick(group.quotes(), group.callLevel);
        if (random.chance(0.5)) scan.tidy();
        const risks = atRisk(group);
        expect(sorted(foundBy(scan)), `seed ${seed}, tick ${tick}`).to.deep.equal(sorted(risks));
        found += risks.size;
        exact += scan.askedExactly;
        skipped += group.accounts.size - scan.looked;
      }
    }
    // The play reaches all three ways to a verdict.
    expect(found).to.be.greaterThan(10_000);
    expect(exact).to.be.greaterThan(500);
    expect(skipped).to.be.greaterThan(10_000);
  });

  it("finds who is below zero at other quotes, and is not changed by the question", () => {
    let below = 0;
    for (let seed = 100; seed < 130; ++seed) {
      const group = Adversary.group(seed);
      const scan = new GroupScan(group.size);
      for (let i = 0; i < 40; ++i) scan.put(group.account());
      for (let tick = 0; tick < 10; ++tick) {
        const before = { quotes: group.quotes(), callLevel: group.callLevel };
        scan.tick(before.quotes, before.callLevel);
        const found = sorted(foundBy(scan));
        group.move();
        const quotes = group.quotes();
        const ids = [...group.accounts.values()]
          .filter((account) => exactHealth(account, quotes, group.callLevel, group.frameOf).equity < 0n)
          .map(({ id }) => id);
        expect(new Set(scan.belowZeroAt(quotes)), `seed ${seed}, tick ${tick}`).to.deep.equal(new Set(ids));
        below += ids.length;
        scan.tick(before.quotes, before.callLevel);
        expect(sorted(foundBy(scan))).to.deep.equal(found);
      }
    }
    expect(below).to.be.greaterThan(500);
  });

  it("tells three risks apart by one unit of money", () => {
    const { quotes } = new Crowd().tick();
    const base = new Crowd().account(1n);
    const { equity, maintenance, callLevel } = exactHealth(base, quotes, CALL, () => NEW_FRAME);
    const scan = new GroupScan(MARKETS);
    const edges: [bigint, Risk][] = [
      [callLevel, SAFE],
      [callLevel - 1n, BELOW_CALL],
      [maintenance, BELOW_CALL],
      [maintenance - 1n, LIQUIDATABLE],
      [0n, LIQUIDATABLE],
      [-1n, INSOLVENT],
    ];
    edges.forEach(([level], i) => scan.put({ ...base, id: BigInt(i), cash: money(base.cash - equity + level) }));
    scan.tick(quotes, CALL);
    const found = foundBy(scan);
    edges.forEach(([level, risk], i) => expect(found.get(BigInt(i)) ?? SAFE, `${level}`).to.equal(risk));
    expect([BELOW_CALL, LIQUIDATABLE, INSOLVENT].map((risk) => scan.countAt(risk as Risk))).to.deep.equal([2, 2, 1]);
    expect(scan.atRisk(LIQUIDATABLE)).to.have.members([3n, 4n, 5n]);
    expect(scan.health(5n)!.equity).to.equal(-1n);
  });

  it("leaves most accounts alone at most ticks", () => {
    const crowd = new Crowd();
    const scan = new GroupScan(MARKETS);
    for (let id = 0n; id < 5_000n; ++id) scan.put(crowd.account(id));
    scan.tick(crowd.quotes(), CALL);
    expect(scan.looked).to.equal(5_000);
    let looked = 0;
    for (let tick = 0; tick < 100; ++tick) {
      scan.tick(crowd.tick().quotes, CALL);
      looked += scan.looked;
      for (const id of scan.atRisk()) scan.put(crowd.account(id));
    }
    expect(looked / 100).to.be.lessThan(5_000 / 50);
  });

  it("forgets who is removed or has no position any more, and refuses a market that the group does not have", () => {
    const crowd = new Crowd();
    const scan = new GroupScan(MARKETS);
    const poor = (id: bigint) => ({ ...crowd.account(id), cash: money(-(10n ** 18n)) });
    for (const id of [1n, 2n, 3n]) scan.put(poor(id));
    scan.tick(crowd.quotes(), CALL);
    expect(scan.atRisk()).to.have.members([1n, 2n, 3n]);
    scan.remove(1n);
    scan.put({ id: 2n, cash: money(5n), positions: [] });
    expect(scan.atRisk()).to.deep.equal([3n]);
    scan.tick(crowd.quotes(), CALL);
    expect(scan.atRisk()).to.deep.equal([3n]);
    expect(() => new GroupScan(1).put(poor(4n))).to.throw(RangeError, "no market");
    expect(() => scan.tick(crowd.quotes().slice(1), CALL)).to.throw(RangeError, "3 quotes for 4 markets");
  });
});

describe("keeper's scan of all groups", () => {
  it("moves an account to the group that it trades in, and knows only listed groups", () => {
    const [crowd, scan] = [new Crowd(), new Scan()];
    for (const group of [1, 2]) scan.list(group, MARKETS);
    const poor = { ...crowd.account(1n), cash: money(-(10n ** 18n)) };
    const atRisk = () =>
      [1, 2].map((group) => {
        scan.group(group).tick(crowd.quotes(), CALL);
        return scan.group(group).atRisk().length;
      });
    scan.put(1, poor);
    expect(atRisk()).to.deep.equal([1, 0]);
    scan.put(2, poor);
    expect(atRisk()).to.deep.equal([0, 1]);
    scan.put(2, { ...poor, positions: [] });
    expect(atRisk()).to.deep.equal([0, 0]);
    scan.put(1, poor);
    scan.remove(1n);
    expect(atRisk()).to.deep.equal([0, 0]);
    expect(() => scan.put(3, poor)).to.throw(RangeError, "not listed");
  });
});
