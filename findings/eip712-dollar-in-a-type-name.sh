#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @metamask/eth-sig-util 9.0.0 and ox 1.8.3, beside viem 2.57.20 and ethers 6.17.0.
# Guess: all EIP-712 encoders hash the same typed data to the same 32 bytes, or refuse it. A struct's name may have a
#   `$`: Solidity allows it in identifiers.
# Seen: viem and ethers agree. eth-sig-util (which MetaMask signs with) and ox look for the named type up to the first
#   character that is no letter, digit or underscore. They leave the struct `A$B` out of the type's text and hash
#   something else, without a word. What such a wallet signs does not verify in the contract.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund viem@2.57.20 ethers@6.17.0 ox@1.8.3 @metamask/eth-sig-util@9.0.0
cat >play.mjs <<'JS'
import { TypedDataUtils } from "@metamask/eth-sig-util";
import { TypedDataEncoder } from "ethers";
import { TypedData } from "ox";
import { hashTypedData, keccak256 } from "viem";

const domain = { name: "Venue", version: "1", chainId: 1 };
const EIP712Domain = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
];
function hashes(leg) {
  const types = { Order: [{ name: "legs", type: `${leg}[]` }], [leg]: [{ name: "size", type: "uint256" }] };
  const message = { legs: [{ size: 1 }, { size: 2 }] };
  const data = { domain, types: { EIP712Domain, ...types }, primaryType: "Order", message };
  return {
    viem: hashTypedData(data),
    ethers: TypedDataEncoder.hash(domain, types, message),
    "eth-sig-util": `0x${Buffer.from(TypedDataUtils.eip712Hash(data, "V4")).toString("hex")}`,
    ox: keccak256(TypedData.encode(data)),
  };
}
let different = [];
for (const leg of ["A_B", "A$B"]) {
  const by = hashes(leg);
  for (const [library, hash] of Object.entries(by)) console.log(`${leg} ${library.padEnd(12)} ${hash.slice(0, 18)}`);
  different.push(
    Object.keys(by)
      .filter((library) => by[library] !== by.viem)
      .join(" "),
  );
}
console.log(`other than viem with A_B: ${different[0] || "none"}; with A$B: ${different[1]}`);
process.exit(different[0] === "" && different[1] === "eth-sig-util ox" ? 0 : 1);
JS
node play.mjs
