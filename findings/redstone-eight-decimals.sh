#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @redstone-finance/protocol 0.9.0.
# Guess: a price that the data point's decimals cannot hold is refused, or its decimals follow its size: a memecoin's
#   price of 0.000000012345 is signed to a few digits at least.
# Seen: a data point has 8 decimals unless its maker gives them. The price is rounded to 0.00000001 without a word, 19
#   per cent off, and one of 0.000000004 is signed as 0. The package in memory still shows the exact value.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @redstone-finance/protocol@0.9.0
cat >play.cjs <<'JS'
const { NumericDataPoint } = require("@redstone-finance/protocol");
const signed = (value, decimals) => {
  const point = new NumericDataPoint({ dataFeedId: "MEME", value, ...(decimals && { decimals }) });
  const units = BigInt(`0x${Buffer.from(point.value).toString("hex")}`);
  console.log(`${value}: shown ${point.toObj().value}, in the signed bytes ${units} of 1e-${decimals ?? 8}`);
  return units;
};
const found = [signed(1.2345e-8), signed(4e-9), signed(1.2345e-8, 18), signed(1.5)];
process.exit(found.join() === "1,0,12345000000,150000000" ? 0 : 1);
JS
node play.cjs
