// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { NEW_FRAME, ONE, grossDown, grossUp, sharesDown, sizeDown, tearUp } from "../../sdk/frame.js";
import { price, size } from "../../sdk/units.js";

describe("frame", () => {
  const mark = price(60_000n * 10n ** 18n);
  const shares = 3_333_333_337n;

  it("is the identity before the first tear-up", () => {
    expect(sizeDown(NEW_FRAME, shares)).to.equal(shares);
    expect(sharesDown(NEW_FRAME, size(shares))).to.equal(shares);
    expect(grossDown(NEW_FRAME, -shares, mark)).to.equal(-shares * 60_000n);
  });

  it("leaves exactly the rest of a torn-up node, however often", () => {
    let frame = NEW_FRAME;
    let rest = shares;
    for (const closed of [1n, 1_234_567_891n, 999n, 2_000_000_000n]) {
      frame = tearUp(frame, shares, size(closed), mark, true);
      rest -= closed;
      expect(sizeDown(frame, shares)).to.equal(rest);
    }
    expect(tearUp(frame, shares, size(rest), mark, true).remaining).to.equal(0n);
  });

  it("keeps every value at the mark of the tear-up, within one unit against the holder", () => {
    for (const side of [1n, -1n]) {
      const before = grossDown(NEW_FRAME, side * shares, mark);
      const torn = tearUp(NEW_FRAME, shares, size(1_000_000_007n), mark, side > 0n);
      const after = grossDown(torn, side * shares, mark);
      expect(before - after === 0n || before - after === 1n, `${before} ${after}`).to.equal(true);
    }
  });

  it("shows a closed node's proceeds at every price", () => {
    const closed = tearUp(NEW_FRAME, shares, size(shares), mark, true);
    const elsewhere = price(mark / 2n);
    expect(grossDown(closed, shares, elsewhere)).to.equal(grossDown(closed, shares, mark));
  });

  it("rounds gross values apart by at most one", () => {
    const torn = tearUp(NEW_FRAME, shares, size(7n), price(mark + 1n), true);
    const at = price(mark + 12_345n);
    const apart = grossUp(torn, shares, at) - grossDown(torn, shares, at);
    expect(apart === 0n || apart === 1n).to.equal(true);
    expect(torn.remaining).to.be.lessThan(ONE);
  });
});
