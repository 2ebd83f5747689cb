// SPDX-License-Identifier: MIT
import type { Size } from "./parts.js";

export const FULL: Size = { positions: 2_000, accounts: 80, runs: 12, days: 730 };
export const QUICK: Size = { positions: 200, accounts: 30, runs: 2, days: 180 };

export const USAGE = `npm run lab -- [options]
  --out DIR    where report.html, report.json and parameters.json go (default build/lab)
  --seed S     draws other people and other prices (default 1)
  --only PART  replay, stress or calibration alone; may be repeated
  --quick      few accounts: ${QUICK.positions} positions in the replay instead of ${FULL.positions}, ${QUICK.accounts} in a scenario instead of ${FULL.accounts}
  --workers N  N workers of this machine, and all others that share DATABASE_URL, do its parts (0 to 64)
  --help
Prints nothing but the folder; progress goes to stderr. Ends with 1 when a promise of the contracts does not hold.`;

export const OPTIONS = {
  out: { type: "string" },
  seed: { type: "string" },
  only: { type: "string", multiple: true },
  quick: { type: "boolean" },
  help: { type: "boolean" },
} as const;
