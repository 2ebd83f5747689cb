// SPDX-License-Identifier: MIT
// By the numbers of ILens's and the Ledger's enums.
export const STANDING = ["FLAT", "SOUND", "BELOW_INITIAL", "BELOW_CALL", "LIQUIDATABLE", "INSOLVENT"] as const;
export const PHASE = ["NORMAL", "LOCKED", "SETTLING"] as const;
export const SOURCE_STATUS = ["FRESH", "STALE", "INSANE", "DOWN"] as const;
export const PAUSE_LEVEL = ["NONE", "NO_NEW_RISK", "NO_LIQUIDATION", "REDUCE_ONLY"] as const;
