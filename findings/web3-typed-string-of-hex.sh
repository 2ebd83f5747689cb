#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# web3-eth-abi 4.4.1, as web3 4.16.0 installs it, beside viem 2.57.20 and ethers 6.17.0.
# Guess: a field of type `string` in EIP-712 data is hashed as its UTF-8 text, whatever the text is.
# Seen: a text that reads as hex is hashed as the bytes that it names: "0x1234" is two bytes, not six. A memo, a
#   reference or a transaction's hash that is given as text gets another hash than in the other libraries and in the
#   contract.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund viem@2.57.20 ethers@6.17.0 web3-eth-abi@4.4.1
cat >play.mjs <<'JS'
import { TypedDataEncoder } from "ethers";
import { hashTypedData, keccak256 } from "viem";
import { getEncodedEip712Data } from "web3-eth-abi";

const domain = { name: "Venue" };
const EIP712Domain = [{ name: "name", type: "string" }];
function agree(type, value) {
  const types = { Note: [{ name: "value", type }] };
  const data = { domain, types: { EIP712Domain, ...types }, primaryType: "Note", message: { value } };
  const [viem, ethers] = [hashTypedData(data), TypedDataEncoder.hash(domain, types, { value })];
  if (viem !== ethers) throw new Error("viem and ethers differ");
  return keccak256(getEncodedEip712Data(data)) === viem;
}
const cases = [
  ["string", "hello"],
  ["string", "0x1234"],
  ["string", "0x"],
  ["bytes", "0x1234"],
];
const same = cases.map(([type, value]) => agree(type, value));
cases.forEach(([type, value], i) =>
  console.log(`${type} ${JSON.stringify(value)}: ${same[i] ? "the same hash" : "another hash"}`),
);
process.exit(same[0] && !same[1] && !same[2] && same[3] ? 0 : 1);
JS
node play.mjs
