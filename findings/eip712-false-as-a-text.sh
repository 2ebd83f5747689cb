#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ethers 6.17.0, beside @metamask/eth-sig-util 9.0.0, viem 2.57.20 and eth-account 0.14.0 (Python).
# Guess: typed data whose bool came as the text "false" (from a form, a query or a configuration) is hashed as false by
#   all, or refused.
# Seen: ethers hashes it as true, for a text that is not empty counts as true. MetaMask's encoder and Python's
#   eth-account hash it as false, viem refuses it. An order that is signed by an ethers wallet with `reduceOnly:
#   "false"` is a reduce-only order, the same request to MetaMask is none, and both are shown as "false".
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ethers@6.17.0 viem@2.57.20 @metamask/eth-sig-util@9.0.0
python3 -m venv venv
venv/bin/pip install --quiet eth-account==0.14.0
cat >play.mjs <<'JS'
import { execFileSync } from "node:child_process";
import { SignTypedDataVersion, TypedDataUtils } from "@metamask/eth-sig-util";
import { TypedDataEncoder } from "ethers";
import { hashTypedData } from "viem";

const domain = { name: "Venue", version: "1", chainId: 1, verifyingContract: `0x${"11".repeat(20)}` };
const primaryType = "Order";
const types = {
  Order: [
    { name: "size", type: "uint256" },
    { name: "reduceOnly", type: "bool" },
  ],
};
const members = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];
const whole = { EIP712Domain: members, ...types };
const python = `
import json, sys
from eth_account.messages import encode_typed_data, _hash_eip191_message
print("0x" + _hash_eip191_message(encode_typed_data(full_message=json.loads(sys.argv[1]))).hex())
`;
const encoders = {
  ethers: (message) => TypedDataEncoder.hash(domain, types, message),
  metamask: (message) => {
    const hash = TypedDataUtils.eip712Hash({ domain, types: whole, primaryType, message }, SignTypedDataVersion.V4);
    return `0x${Buffer.from(hash).toString("hex")}`;
  },
  viem: (message) => hashTypedData({ domain, types, primaryType, message }),
  "eth-account": (message) => {
    const typed = JSON.stringify({ domain, types: whole, primaryType, message });
    return execFileSync("venv/bin/python", ["-c", python, typed], { encoding: "utf8" }).trim();
  },
};
const seen = Object.entries(encoders).map(([name, hash]) => {
  const hashed = (reduceOnly) => hash({ size: "1", reduceOnly });
  const [yes, no] = [hashed(true), hashed(false)];
  let is = "refused";
  try {
    const text = hashed("false");
    is = text === yes ? "true" : text === no ? "false" : "neither";
  } catch {}
  console.log(`${name}: "false" is hashed as ${is}`);
  return is;
});
process.exit(seen.join() === "true,false,refused,false" ? 0 : 1);
JS
node play.mjs
