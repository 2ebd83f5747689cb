// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { optionFunctionsAbi } from "../sdk/abis/optionFunctions.js";
import { selectorsOf, type RoleName } from "./roles.js";

const CLEARINGHOUSE = new Interface(optionFunctionsAbi);

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
  const own = OPTION_FUNCTIONS[role].map((name) => CLEARINGHOUSE.getFunction(name)!.selector);
  return [...selectorsOf(role), ...own];
}
