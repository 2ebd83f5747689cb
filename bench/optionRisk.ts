// SPDX-License-Identifier: MIT

/** How the option groups of the bench measure margin. */
export const RISK = {
  scanRange: 160_000,
  extremeMove: 480_000,
  extremeShare: 333_333,
  volUp: 450_000,
  volDown: 300_000,
  volPower: 300_000,
  maintenanceShare: 750_000,
  levelGap: 150_000,
  shortMinimum: 5_000,
  basisMove: 50_000,
  maxLegs: 32,
};
