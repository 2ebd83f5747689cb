// SPDX-License-Identifier: MIT

/** How an account stands that has a position, by the lens's names. */
export const STANDINGS = {
  SOUND: "sound",
  BELOW_INITIAL: "may only reduce",
  BELOW_CALL: "may be called",
  LIQUIDATABLE: "may be liquidated",
  INSOLVENT: "below zero",
};
