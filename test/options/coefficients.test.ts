// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { ONE, div, ln, sqrt } from "../../sdk/reference/options/fixed.js";
import { fits, rounded } from "./coefficients.js";

const SOURCE = new URL("../../contracts/options/NormalLib.sol", import.meta.url);

describe("Coefficients of the normal distribution", () => {
  it("are those of the fits, to the last digit", () => {
    const { tail, artanh, halving } = fits();
    const ln2 = ln(2n * ONE);
    const constants = [ln2, sqrt(2n * ONE), div(ONE, 2n * ln2)].map(rounded);
    const highestFirst = (list: readonly bigint[]) => list.map(rounded).reverse();
    expect(numbersOf(readFileSync(SOURCE, "utf8"))).deep.equal([
      ...constants,
      ...highestFirst(artanh.top),
      ...highestFirst(halving.top),
      ...highestFirst(tail.top),
      ...highestFirst(tail.bottom).slice(1), // the highest is one
    ]);
    expect(Number((tail.error * 10n ** 18n) / ONE)).lt(1.2e4);
    expect(Number((artanh.error * 10n ** 18n) / ONE)).lt(2.7e4);
    expect(Number((halving.error * 10n ** 18n) / ONE)).lt(1.4e4);
  });

  /** The long numbers of the source, with their signs, in the order in which they stand. */
  const numbersOf = (source: string): bigint[] =>
    [...source.matchAll(/([-+=]) ?(-?)(\d{15,})\b/g)].map(
      ([, operator, sign, digits]) => BigInt(digits!) * (operator === "-" || sign === "-" ? -1n : 1n),
    );
});
