// SPDX-License-Identifier: MIT
import { IOptionClearinghouse__factory } from "../types/ethers-contracts/factories/contracts/interfaces/IOptionClearinghouse__factory.js";
import { selectorsOf, type RoleName } from "./roles.js";

const CLEARINGHOUSE = IOptionClearinghouse__factory.createInterface();

/** What a clearinghouse of options has besides. */
export const OPTION_FUNCTIONS: Record<RoleName, readonly string[]> = {
  GOVERNOR: ["createOptionGroup", "setVolSource"],
  RISK: ["setRiskParams"],
  GUARDIAN: [],
};

/**
 * The selectors of a clearinghouse of options that a role may call: those of `ROLES`, of which some end with NotOffered
 * there, and its own.
 */
export function optionSelectorsOf(role: RoleName): string[] {
  const own = OPTION_FUNCTIONS[role].map((name) => CLEARINGHOUSE.getFunction(name as "pause").selector);
  return [...selectorsOf(role), ...own];
}
