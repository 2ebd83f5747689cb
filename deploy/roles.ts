// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { clearinghouseFunctionsAbi } from "../sdk/abis/clearinghouseFunctions.js";

/** AccessManager's own role: decides who has the others. Ends with the governor. */
export const ADMIN = 0n;

/**
 * Who may call what of the clearinghouse, and nothing else of it: functions that are not listed are either open to
 * everybody or, if a later version restricts them, closed to all but the admin. The delays are parameters of each
 * network. `guardian`: which role may cancel what was scheduled for this one.
 */
export const ROLES = {
  /** Lists and winds down, appoints. Timelocked. */
  GOVERNOR: {
    id: 1n,
    guardian: "GUARDIAN",
    functions: [
      ...([
        "createGroup",
        "createMarket",
        "setPriceSource",
        "setVault",
        "setTreasury",
        "setAccessGate",
        "unpause",
        "settleMarket",
      ] as const),
      ...(["createCollateral", "setCollateralSource"] as const),
    ],
  },
  /** Sets parameters within the bounds of the code. A short delay. */
  RISK: {
    id: 2n,
    guardian: "GUARDIAN",
    functions: [
      ...(["setMarketParams", "setVenueParams", "setVaultBudget"] as const),
      ...(["setCollateralParams", "setCollateralLine"] as const),
    ],
  },
  /** Pauses, for a bounded time, and cancels what the other two have scheduled. No delay. */
  GUARDIAN: { id: 3n, guardian: undefined, functions: ["pause"] },
} as const;

export type RoleName = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as RoleName[];

/** Each role that has a guardian, with the guardian's number. */
export const GUARDED = ROLE_NAMES.flatMap((name): [RoleName, bigint][] => {
  const { guardian } = ROLES[name];
  return guardian === undefined ? [] : [[name, ROLES[guardian].id]];
});

const CLEARINGHOUSE = new Interface(clearinghouseFunctionsAbi);

/** The selectors that a role may call. */
export function selectorsOf(role: RoleName): string[] {
  return ROLES[role].functions.map((name) => {
    const found = CLEARINGHOUSE.getFunction(name);
    if (found === null) throw new RangeError(`the clearinghouse has no function ${name}`);
    return found.selector;
  });
}
