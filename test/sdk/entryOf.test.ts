// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { entryOf, phaseOf } from "../../sdk/options/entryOf.js";

const id = (phase: bigint, number: bigint) => (phase << 64n) | number;

/** A feed with these times by number in each phase, the last phase being the present one. */
function feedOf(...phases: readonly (readonly (readonly [number: number, time: number])[])[]) {
  const times = new Map(
    phases.flatMap((rounds, at) =>
      rounds.map(([number, time]) => [id(BigInt(at + 1), BigInt(number)), BigInt(time)] as const),
    ),
  );
  let asked = 0;
  return {
    asked: () => asked,
    latest: async () => [...times.keys()].at(-1),
    timeOf: async (round: bigint) => {
      ++asked;
      return times.get(round) ?? 0n;
    },
  };
}

/** By looking at each round. */
function slow(rounds: readonly (readonly [number, number])[], time: number): bigint {
  const before = rounds.filter(([, at]) => at <= time).at(-1);
  return BigInt((before ?? rounds[0] ?? [0])[0]);
}

describe("the round that an average begins with", () => {
  it("is the last at or before the time, and the first if all are later", async () => {
    const feed = feedOf([
      [1, 100],
      [2, 110],
      [3, 120],
    ]);
    for (const [time, number] of [
      [99n, 1n],
      [100n, 1n],
      [109n, 1n],
      [110n, 2n],
      [500n, 3n],
    ] as const)
      expect(await entryOf(feed, 1n, time)).to.equal(id(1n, number));
  });

  it("is number 0 of a phase without rounds", async () => {
    expect(await entryOf(feedOf([], [[1, 5]]), 1n, 10n)).to.equal(id(1n, 0n));
  });

  it("is found in a phase that is over, and past numbers that were left out", async () => {
    const old = Array.from({ length: 300 }, (_, at) => [at + 1, 1_000 + 10 * at] as const).filter(
      ([number]) => number % 7 > 2,
    );
    const feed = feedOf(old, [[1, 9_999]]);
    for (let time = 990; time < 4_100; time += 13)
      expect(await entryOf(feed, 1n, BigInt(time)), String(time)).to.equal(id(1n, slow(old, time)));
  });

  it("asks a feed of a million rounds a few dozen times", async () => {
    let asked = 0;
    const feed = {
      latest: async () => id(3n, 1_000_000n),
      timeOf: async (round: bigint) => {
        ++asked;
        const number = round & (2n ** 64n - 1n);
        return phaseOf(round) === 3n && number > 0n && number <= 1_000_000n ? 10n * number : 0n;
      },
    };
    expect(await entryOf(feed, 3n, 7_654_321n)).to.equal(id(3n, 765_432n));
    expect(asked).to.be.lessThan(40);
  });
});
