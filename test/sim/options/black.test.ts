// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { black76 } from "../../../sdk/reference/options/black76.js";
import { black, deviationOf, normalBelow } from "../../../sim/options/black.js";
import { near } from "../near.js";

const BITS = 640;

/** A number of the exact reference, which has 640 binary digits after the point. */
const exact = (x: number) => BigInt(Math.round(x * 2 ** 40)) << BigInt(BITS - 40);
const rough = (x: bigint) => Number(x >> BigInt(BITS - 80)) / 2 ** 80;

describe("the lab's options: prices", () => {
  it("are those of the exact reference, within 2e-12 of the forward", () => {
    for (const strike of [0.5, 0.9, 1, 1.1, 2]) {
      for (const deviation of [0.015625, 0.125, 0.5, 1.5]) {
        for (const isCall of [true, false]) {
          const mine = black({ forward: 1, strike, deviation, isCall });
          const true_ = rough(
            black76({ forward: exact(1), strike: exact(strike), deviation: exact(deviation), isCall }),
          );
          // 0.9 and 1.1 are not exact in 40 binary digits.
          near(mine, true_, 2e-12);
        }
      }
    }
  });

  it("the deviation of a price is the one that it was made of", () => {
    for (const deviation of [0.02, 0.3, 2]) {
      const terms = { forward: 100, strike: 110, isCall: false };
      near(deviationOf(black({ ...terms, deviation }), terms)!, deviation, 1e-9);
    }
    expect(deviationOf(9, { forward: 100, strike: 110, isCall: false })).to.equal(undefined); // below intrinsic
  });

  it("the normal distribution agrees where its two forms meet, and has its known values", () => {
    near(normalBelow(-3 + 1e-9), normalBelow(-3 - 1e-9), 1e-10);
    near(normalBelow(1.959963984540054), 0.975, 1e-15);
    near(normalBelow(-10) / 7.619853024160527e-24, 1, 1e-12);
  });
});
