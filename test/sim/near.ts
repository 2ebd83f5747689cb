// SPDX-License-Identifier: MIT
import { expect } from "chai";

/** Chai's `closeTo` takes integers only where Hardhat's matchers are loaded. */
export function near(actual: number, expected: number, within = 1e-12): void {
  expect(Math.abs(actual - expected), `${actual} is not within ${within} of ${expected}`).to.be.at.most(within);
}
