// SPDX-License-Identifier: MIT
import { basename } from "node:path";

/** Stand-ins for what a real chain has; the other mocks are for tests. */
const STAND_INS = ["MockAggregator.sol", "MockAggregatorProxy.sol", "MockToken.sol"];

/** Is the file of what runs on a chain of our own? */
export function isRun(file: string): boolean {
  return !/[\\/]mocks[\\/]/.test(file) || STAND_INS.includes(basename(file));
}
