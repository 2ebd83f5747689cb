#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# solc 0.8.37 (npm), osaka, legacy and viaIR, optimiser at 1,000,000 runs.
# Guess: `keccak256(NAME)` of a `bytes constant NAME = "..."` is folded at compile time, as keccak256 of the literal
#   is: the type hash of an EIP-712 struct costs the same either way.
# Seen: the literal is folded to a constant; the named constant is copied to memory and hashed at each call.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund solc@0.8.37
cat >play.cjs <<'JS'
const solc = require("solc");
const TEXT = "Order(uint192 account,uint32 market,int72 size)";
const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;
contract Named { bytes constant NAME = "${TEXT}"; function hash() external pure returns (bytes32) { return keccak256(NAME); } }
contract Literal { function hash() external pure returns (bytes32) { return keccak256("${TEXT}"); } }`;
let asSeen = true;
for (const viaIR of [false, true]) {
  const settings = {
    optimizer: { enabled: true, runs: 1_000_000 },
    viaIR,
    evmVersion: "osaka",
    metadata: { appendCBOR: false },
    outputSelection: { "*": { "*": ["evm.deployedBytecode.opcodes"] } },
  };
  const input = { language: "Solidity", sources: { "a.sol": { content } }, settings };
  const contracts = JSON.parse(solc.compile(JSON.stringify(input))).contracts["a.sol"];
  const hashes = (name) =>
    contracts[name].evm.deployedBytecode.opcodes.split(" ").filter((op) => op === "KECCAK256").length;
  console.log(`viaIR ${viaIR}: KECCAK256 in the code: named constant ${hashes("Named")}, literal ${hashes("Literal")}`);
  asSeen &&= hashes("Named") > 0 && hashes("Literal") === 0;
}
process.exit(asSeen ? 0 : 1);
JS
node play.cjs
