// SPDX-License-Identifier: MIT

/** Tells the server of reports to stay at the price that is. */
export const HOLD = "SIGUSR2";
