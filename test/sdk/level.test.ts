// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { exactRank, levelUp, rankOf, withGeneration } from "../../sdk/level.js";
import { price } from "../../sdk/units.js";

describe("level", () => {
  const marks = [10n ** 6n, 10n ** 17n, 60_000n * 10n ** 18n, 10n ** 24n].map(price);

  it("lies at or above the rank by less than a granule, and a granule is at most 2^-10 of the mark", () => {
    for (const mark of marks) {
      for (const offset of [-1_000n, -7n, -1n, 0n, 1n, 13n, 1_000n]) {
        const rank = price(mark + (mark * offset) / 100_003n);
        const { level } = levelUp(rank, mark);
        const granule = 1n << (level >> 40n);
        expect(rankOf(level) >= rank && rankOf(level) - rank < granule, `${mark} ${offset}`).to.equal(true);
        expect(granule <= mark >> 10n || granule === 2n).to.equal(true);
      }
    }
  });

  it("gives back the exact rank from the residue, never below it and within 2^-24 granule", () => {
    const mark = price(60_000n * 10n ** 18n);
    for (const rank of [mark, price(-mark), price(mark + 12_345_678_901_234_567n), price(-mark - 1n)]) {
      const { level, residue } = levelUp(rank, mark);
      const exact = exactRank(level, residue);
      expect(exact >= rank && exact - rank <= (1n << (level >> 40n)) >> 24n).to.equal(true);
    }
  });

  it("keeps its key in every generation", () => {
    const { level } = levelUp(price(-(10n ** 20n)), price(10n ** 20n));
    expect(rankOf(withGeneration(level, 65_535n))).to.equal(rankOf(level));
    expect(withGeneration(withGeneration(level, 65_535n), 0n)).to.equal(level);
  });

  it("widens the granule when the rank is too far from zero for the mark's", () => {
    const { level } = levelUp(price(10n ** 24n), price(10n ** 6n));
    expect((level >> 16n) & 0xffffffn).to.be.lessThan(1n << 24n);
    expect(rankOf(level) >= 10n ** 24n).to.equal(true);
  });
});
