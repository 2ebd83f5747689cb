// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { boundFromGas, recoveryAfter, rolledBack, stays, type Verdict } from "../../../sim/trial/verdicts.js";

/** Verdicts of blocks 10, 11, ... a second apart, with who is due in each. */
function history(...due: string[]): Verdict[] {
  return due.map((names, index) => ({
    number: 10 + index,
    hash: `0x${index}`,
    seenAt: index * 1_000,
    insolvent: new Set(names),
    due: new Set(names),
    liquidatable: new Set<string>(),
  }));
}

describe("the judge's verdicts", () => {
  it("count every stay of an account by itself", () => {
    const list = stays(history("a", "ab", "b", "ab"), "due");
    expect(list).to.have.deep.members([
      { account: "a", from: 10, blocks: 2, open: false },
      { account: "b", from: 11, blocks: 3, open: true },
      { account: "a", from: 13, blocks: 1, open: true },
    ]);
  });

  it("know one level from another", () => {
    expect(stays(history("a"), "liquidatable")).to.deep.equal([]);
  });

  it("forget what a reorganisation took back", () => {
    expect(rolledBack(history("a", "a", "a"), 11).map(({ number }) => number)).to.deep.equal([10]);
  });

  it("bound a stay by one block when everybody fits into the next", () => {
    expect(boundFromGas(history("abc", ""), 3)).to.equal(1);
    expect(boundFromGas(history("", ""), 3)).to.equal(0);
  });

  it("bound it by the queue that the gas of a block leaves", () => {
    expect(boundFromGas(history("abcde", "cde", "e"), 2)).to.equal(3);
    // Two wait, three more come: the last of them leaves three blocks after he came.
    expect(boundFromGas(history("abcd", "cdefg"), 2)).to.equal(3);
    expect(boundFromGas(history("a"), 0.5)).to.equal(Infinity);
  });

  it("recover when nobody is due any more who was due then, whoever came since", () => {
    const list = history("ab", "abc", "bcd", "cd", "");
    expect(recoveryAfter(list, 1_500)).to.equal(2_500); // c is the last of a, b and c
    expect(recoveryAfter(list, 200)).to.equal(2_800);
    expect(recoveryAfter(list, 4_500)).to.equal(0);
    expect(recoveryAfter(history("a", "a"), 500)).to.equal(undefined);
  });
});
