#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# viem 2.57.20, beside ethers 6.17.0.
# Guess: which overload a name means depends on the types alone. Of `f(uint8)` and `f(uint256)`, or `f(uint256)` and
#   `f(int256)`, a call by name is ambiguous always or never.
# Seen: it depends on the value. viem drops the overloads that the value does not fit: 300 encodes as `f(uint256)`,
#   and 1 at the same place of the code is refused as ambiguous. A negative number is encoded, its opposite is not.
#   ethers refuses all.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund viem@2.57.20 ethers@6.17.0
cat >play.mjs <<'JS'
import { Interface } from "ethers";
import { encodeFunctionData, parseAbi, toFunctionSelector } from "viem";

const said = (ask, signatures) => {
  try {
    const selector = ask().slice(0, 10);
    return signatures.find((signature) => toFunctionSelector(signature) === selector);
  } catch (error) {
    return /ambiguous/i.test(error.message) ? "ambiguous" : error.message;
  }
};
const answers = [];
for (const [signatures, values] of [
  [
    ["f(uint8)", "f(uint256)"],
    [1n, 300n],
  ],
  [
    ["f(uint256)", "f(int256)"],
    [1n, -1n],
  ],
]) {
  const human = signatures.map((signature) => `function ${signature}`);
  for (const value of values) {
    const viem = said(() => encodeFunctionData({ abi: parseAbi(human), functionName: "f", args: [value] }), signatures);
    const ethers = said(() => new Interface(human).encodeFunctionData("f", [value]), signatures);
    console.log(`${signatures.join(" or ")} with ${value}: viem ${viem}, ethers ${ethers}`);
    answers.push(viem, ethers);
  }
}
const expected = [
  "ambiguous",
  "ambiguous",
  "f(uint256)",
  "ambiguous",
  "ambiguous",
  "ambiguous",
  "f(int256)",
  "ambiguous",
];
process.exit(answers.join() === expected.join() ? 0 : 1);
JS
node play.mjs
