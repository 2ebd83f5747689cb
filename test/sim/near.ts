// SPDX-License-Identifier: MIT
import { expect } from "chai";

/** Chai's closeTo for fractions: Hardhat's matchers replace it by one for integers. */
export function near(actual: number, expected: number, within: number): void {
  expect(Math.abs(actual - expected) <= within, `${actual} is ${expected} within ${within}`).to.equal(true);
}
