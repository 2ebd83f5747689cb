// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Crowd, MARKETS } from "../../bench/keeper/Crowd.js";
import { AccountIndex, ID_WORDS, PAGE, PAGE_BITS } from "../../keeper/scan/AccountIndex.js";
import { Calendar, DUE } from "../../keeper/scan/Calendar.js";
import { Cohorts, placeOf } from "../../keeper/scan/Cohorts.js";
import { BELOW_CALL, exactHealth, riskOf } from "../../keeper/scan/exact.js";
import { GroupScan } from "../../keeper/scan/GroupScan.js";
import { SIZES } from "../../keeper/scan/Judge.js";
import { NEW_FRAME } from "../../sdk/frame.js";
import { price } from "../../sdk/units.js";
import { Random } from "../differential/random.js";

const CALL = 1_250_000n;

describe("the index of accounts", () => {
  it("finds what a map finds, whatever is inserted, deleted and dropped", () => {
    const random = new Random(11);
    const index = new AccountIndex();
    const tables = [0, 1, 2].map(() => ({ pages: [0, 1].map(() => ({ ids: new Uint32Array(PAGE * ID_WORDS) })) }));
    const numbers = tables.map((table) => index.register(table));
    const expected = new Map<bigint, { owner: number; place: number }>();
    const ends = [0, 0, 0];
    // Owners with many accounts, and many owners with one.
    const ids = Array.from({ length: 6_000 }, (_, i) => {
      const owner = i % 3 === 0 ? 7n : BigInt(Math.floor(random.next() * 2 ** 52)) << 108n;
      return (owner << 32n) | BigInt(i);
    });
    for (const id of ids) {
      const owner = random.whole(0, 2);
      const place = ends[owner]!++;
      index.insert(id, owner, place);
      expected.set(id, { owner, place });
      if (!random.chance(0.4)) continue;
      const gone = random.pick([...expected.keys()].slice(0, 50));
      index.delete(index.find(gone));
      expected.delete(gone);
    }
    const check = () => {
      for (const id of ids) {
        const slot = index.find(id);
        const found = slot < 0 ? undefined : { owner: index.ownerAt(slot), place: index.placeAt(slot) };
        expect(found, `${id}`).to.deep.equal(expected.get(id));
        if (found !== undefined) expect(index.idAt(found.owner, found.place)).to.equal(id);
      }
      expect(index.size).to.equal(expected.size);
    };
    expect(ends.every((end) => end >> PAGE_BITS < 2)).to.equal(true);
    check();
    index.drop(numbers[1]!);
    for (const [id, { owner }] of expected) if (owner === 1) expected.delete(id);
    check();
  });
});

describe("the calendar", () => {
  it("has each row once, under the key that it was put under last, and gives it when that has come", () => {
    const random = new Random(12);
    const calendar = new Calendar(2);
    const expected = new Map<number, { cohort: number; key: number }>();
    const put = (place: number) => {
      const [cohort, key] = random.chance(0.2) ? [DUE, 0] : [random.whole(0, 3), random.whole(-300, 300)];
      calendar.remove(place);
      calendar.put(cohort!, key!, place, Float32Array.of(0, place, -place), 1);
      expected.set(place, { cohort: cohort!, key: key! });
    };
    let seen = 0;
    for (let round = 0; round < 100; ++round) {
      for (let i = 0; i < 100; ++i) put(random.whole(0, 5_000));
      for (let i = 0; i < 20; ++i) {
        const place = random.whole(0, 5_000);
        calendar.remove(place);
        expected.delete(place);
      }
      if (random.chance(0.05)) {
        calendar.recall(2);
        for (const [place, { cohort }] of expected) if (cohort === 2) expected.set(place, { cohort: DUE, key: 0 });
      }
      const until = random.whole(-350, 100);
      const due = [...expected].filter(([, { cohort, key }]) => cohort === DUE || key <= until).map(([place]) => place);
      const looked = [...calendar.slotsUntil(() => until)].map((slot) => calendar.placeAt(slot));
      expect(looked.sort((a, b) => a - b)).to.deep.equal(due.sort((a, b) => a - b));
      const visited: number[] = [];
      const visitor = {
        cohort: 1,
        key: 0,
        moves: (_: number, place: number, rows: Float32Array, from: number) => {
          visited.push(place);
          expect([rows[from], rows[from + 1]]).to.deep.equal([place, -place]);
          const moves = random.chance(0.5);
          if (moves) Object.assign(visitor, { cohort: random.whole(0, 3), key: until + (place % 90) });
          expected.set(place, moves ? { cohort: visitor.cohort, key: visitor.key } : { cohort: DUE, key: 0 });
          return moves;
        },
      };
      calendar.drain(() => until, visitor);
      if (random.chance(0.3)) calendar.tidy();
      expect(visited.sort((a, b) => a - b)).to.deep.equal(due);
      seen += visited.length;
      for (const cohort of [0, 1, 2, 3]) {
        const members = [...expected.values()].filter((each) => each.cohort === cohort).length;
        expect(calendar.members[cohort]).to.equal(members);
      }
    }
    expect(seen).to.be.greaterThan(5_000);
  });

  it("keeps each row once when more move than may wait", () => {
    const calendar = new Calendar(1);
    const rows = 600_000;
    for (let place = 0; place < rows; ++place) calendar.put(place % 3, 5, place, Float32Array.of(place), 0);
    // One in four stays where it is due.
    const visitor = { cohort: 7, key: 9, moves: (_: number, place: number) => place % 4 !== 0 };
    calendar.drain(() => 5, visitor);
    const found = new Uint8Array(rows);
    for (const slot of calendar.slotsUntil(() => 9)) {
      const place = calendar.placeAt(slot);
      if (calendar.rowsAt(slot)[calendar.fromAt(slot)] !== Math.fround(place)) throw new Error(`row of ${place}`);
      ++found[place]!;
    }
    expect(found.every((times) => times === 1)).to.equal(true);
    expect([...calendar.members.subarray(0, 8)]).to.deep.equal([0, 0, 0, 0, 0, 0, 0, (rows * 3) / 4]);
    expect([...calendar.slotsUntil(() => 8)]).to.have.length(rows / 4);
  });
});

describe("a cohort's odometer", () => {
  it("adds at least what each of its accounts has lost of its exposure, and not much more", () => {
    const random = new Random(13);
    const markets = 4;
    const scales = Float64Array.of(1, 20, 3_000, 0.001);
    let [loss, bound] = [0, 0];
    for (let round = 0; round < 300; ++round) {
      const cohorts = new Cohorts(markets);
      const rows = new Float32Array((SIZES + markets) * 50);
      const steps = Float64Array.from({ length: 2 * markets }, () => 0.1 * (random.next() - 0.5));
      const numbers = Array.from({ length: 50 }, (_, i) => {
        const at = i * (SIZES + markets);
        for (let m = 0; m < markets; ++m) {
          if (random.chance(0.7))
            rows[at + SIZES + m] = ((random.next() - 0.5) * 10 ** random.whole(0, 3)) / scales[m]!;
        }
        return cohorts.of(rows, at, scales, cohorts.exposureOf(rows, at, scales));
      });
      const before = cohorts.odometers.slice();
      cohorts.advance(cohorts.odometers, steps, new Int32Array(cohorts.end).fill(1));
      numbers.forEach((number, i) => {
        const at = i * (SIZES + markets);
        let [lost, exposure] = [0, 0];
        for (let m = 0; m < markets; ++m) {
          const held = rows[at + SIZES + m]!;
          lost += Math.abs(held) * scales[m]! * steps[placeOf(m, held > 0)]!;
          exposure += Math.abs(held) * scales[m]!;
        }
        if (exposure === 0) return;
        const added = cohorts.odometers[number]! - before[number]!;
        expect(added).to.be.at.least(lost / exposure);
        loss += lost / exposure;
        bound += added;
      });
    }
    // Two sides, steps of up to 5%: the largest step of each would add 2.5% more on average.
    expect((bound - loss) / (300 * 50)).to.be.within(0, 0.006);
  });
});

describe("keeper's scan on a long way", () => {
  it("misses nobody when odometers start again, marks double or halve, and accounts come and go", function () {
    this.timeout(60_000);
    const random = new Random(14);
    const crowd = new Crowd();
    const scan = new GroupScan(MARKETS);
    const accounts = new Map(Array.from({ length: 400 }, (_, i) => [BigInt(i), crowd.account(BigInt(i))] as const));
    for (const account of accounts.values()) scan.put(account);
    const start = crowd.quotes();
    const factors = start.map(() => 1);
    let [found, looked] = [0, 0];
    for (let tick = 0; tick < 600; ++tick) {
      // Back and forth by a half, so that odometers of mixed accounts climb beyond their limit; once far away.
      factors.forEach((factor, i) => {
        const near = tick % 2 === 0 ? 0.6 + 1.2 * random.next() : 1;
        factors[i] = tick === 499 ? 0.4 + 2.2 * random.next() : tick > 500 ? factor : near;
      });
      const quotes = start.map((quote, i) => {
        const by = (value: bigint) => price((value * BigInt(Math.round(factors[i]! * 1e6))) / 1_000_000n);
        return { ...quote, mark: by(quote.mark), long: by(quote.long), short: by(quote.short) };
      });
      scan.tick(quotes, CALL);
      const expected = [...accounts.values()]
        .filter((account) => riskOf(exactHealth(account, quotes, CALL, () => NEW_FRAME)) >= BELOW_CALL)
        .map(({ id }) => id);
      expect(new Set(scan.atRisk()), `tick ${tick}`).to.deep.equal(new Set(expected));
      found += expected.length;
      looked += scan.looked;
      for (let i = 0; i < 3; ++i) {
        const id = BigInt(random.whole(0, 449));
        if (accounts.delete(id)) scan.remove(id);
        else {
          accounts.set(id, crowd.account(id));
          scan.put(accounts.get(id)!);
        }
      }
    }
    expect(found).to.be.greaterThan(2_000);
    expect(looked).to.be.lessThan(600 * 300);
  });
});
