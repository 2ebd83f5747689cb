// SPDX-License-Identifier: MIT

/**
 * The folders of `contracts/` that make the clearinghouse, in reading order: each imports only from those before it.
 */
export const CHAPTERS = [
  "types",
  "interfaces",
  "prices",
  "position",
  "vault",
  "governance",
  "deleveraging",
  "trading",
  "liquidation",
  "collateral",
  "options",
] as const;
