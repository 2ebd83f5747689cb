// SPDX-License-Identifier: MIT
import { id } from "ethers";

const MARKET_PARAMS =
  "(uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint72,uint72,uint64,uint48)";
const VENUE_PARAMS =
  "(uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint24,uint64,uint48,uint48)";

/** AccessManager's own role: decides who has the others. Ends with the governor. */
export const ADMIN = 0n;

/**
 * Who may call what of the clearinghouse, and nothing else of it: functions that are not listed are either open to
 * everybody or, if a later version restricts them, closed to all but the admin. The delays are parameters of each
 * network.
 */
export const ROLES = {
  /** Lists and winds down, appoints. Timelocked. */
  GOVERNOR: {
    id: 1n,
    functions: [
      "createGroup()",
      `createMarket(uint32,address,uint8,${MARKET_PARAMS})`,
      "setPriceSource(uint32,address)",
      "setVault(address)",
      "setTreasury(address)",
      "unpause(uint32)",
      "settleMarket(uint32)",
    ],
  },
  /** Sets parameters within the bounds of the code. A short delay. */
  RISK: {
    id: 2n,
    functions: [
      `setMarketParams(uint32,${MARKET_PARAMS})`,
      `setVenueParams(${VENUE_PARAMS})`,
      "setVaultBudget(uint32,uint96)",
    ],
  },
  /** Pauses, for a bounded time. No delay. */
  GUARDIAN: { id: 3n, functions: ["pause(uint32,uint8,uint256)"] },
} as const;

export type RoleName = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as RoleName[];

/** The selectors that a role may call. */
export function selectorsOf(role: RoleName): string[] {
  return ROLES[role].functions.map((signature) => id(signature).slice(0, 10));
}
