// SPDX-License-Identifier: MIT
import { expect } from "chai";

/** As chai's closeTo, which Hardhat's matchers replace by one for integers. */
export function near(actual: number, expected: number, tolerance: number): void {
  expect(actual).to.be.within(expected - tolerance, expected + tolerance);
}
