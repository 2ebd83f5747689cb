#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ethers 6.17.0 (FixedNumber), beside decimal.js 10.6.0.
# Guess: `round` leaves a whole number as it is, and rounds -2.6 to -3; `floor` of -2.5 is -3, `ceiling` of 2.5 is 3.
# Seen: below zero `round` gives the next number above: -2.0 becomes -1.0, -2.6 becomes -2.0. It adds a half and cuts
#   toward zero. `floor` and `ceiling` both cut toward zero, so they are one function. A loss or a funding payment of
#   exactly 2 is shown as 1, one of 100.01 as 99, without an error. To two places it is a hundredth.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ethers@6.17.0 decimal.js@10.6.0
cat >play.mjs <<'JS'
import { Decimal } from "decimal.js";
import { FixedNumber } from "ethers";

const seen = {};
for (const text of ["-100.01", "-2.6", "-2.5", "-2.0", "-0.4", "2.0", "2.5", "2.6"]) {
  const [fixed, decimal] = [FixedNumber.fromString(text), new Decimal(text)];
  const is = [fixed.round(), fixed.floor(), fixed.ceiling()].map((number) => Number(number.toString()));
  const ought = [decimal.round(), decimal.floor(), decimal.ceil()].map(Number);
  console.log(`${text}: round, floor, ceiling ${is.join(", ")}; decimal.js ${ought.join(", ")}`);
  seen[text] = is;
}
const cents = FixedNumber.fromString("-1.50").round(2).toString();
console.log(`-1.50 to two places: ${cents}`);
const expected = {
  "-100.01": [-99, -100, -100],
  "-2.6": [-2, -2, -2],
  "-2.5": [-2, -2, -2],
  "-2.0": [-1, -2, -2],
  "-0.4": [0, 0, 0],
  "2.0": [2, 2, 2],
  "2.5": [3, 2, 2],
  "2.6": [3, 2, 2],
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) && cents === "-1.49" ? 0 : 1);
JS
node play.mjs
