#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @chainlink/data-streams-sdk 1.2.1.
# Guess: the decoder gives every integer that a JavaScript number cannot hold as a bigint, as it does for prices and
#   fees.
# Seen: it depends on the report's version. The nanoseconds of a V11 report are a bigint. The 64-bit fields of V8 and
#   V10 (last update) and V13 (volumes at the best prices) are numbers, rounded without a word: a volume of 2^53 + 1
#   is off by one, a time in nanoseconds by up to 128 of them.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @chainlink/data-streams-sdk@1.2.1 ethers@6.17.0
cat >play.cjs <<'JS'
const { decodeReport } = require("@chainlink/data-streams-sdk");
const { AbiCoder, ZeroHash } = require("ethers");
const abi = AbiCoder.defaultAbiCoder();
const head = ["bytes32", "uint32", "uint32", "uint192", "uint192", "uint32"];
function decoded(version, types, values) {
  const feed = `0x${version}${"00".repeat(29)}01`;
  const blob = abi.encode([...head, ...types], [feed, 1, 2, 3, 4, 5, ...values]);
  const report = abi.encode(
    ["bytes32[3]", "bytes", "bytes32[]", "bytes32[]", "bytes32"],
    [Array(3).fill(ZeroHash), blob, [], [], ZeroHash],
  );
  return decodeReport(report, feed);
}
const nanoseconds = 1_795_960_000_123_456_789n;
const volume = 2n ** 53n + 1n;
const found = {
  V8: [nanoseconds, decoded("0008", ["uint64", "int192", "uint32"], [nanoseconds, 7, 2]).lastUpdateTimestamp],
  V11: [
    nanoseconds,
    decoded("000b", ["int192", "uint64", ...Array(5).fill("int192"), "uint32"], [7, nanoseconds, 7, 7, 7, 7, 7, 2])
      .lastSeenTimestampNs,
  ],
  V13: [volume, decoded("000d", ["int192", "int192", "uint64", "uint64", "int192"], [7, 6, volume, 1, 7]).askVolume],
};
for (const [version, [sent, got]] of Object.entries(found)) {
  console.log(`${version}: sent ${sent}, decoded as ${typeof got} ${BigInt(got)}, off by ${BigInt(got) - sent}`);
}
const off = Object.values(found).map(([sent, got]) => BigInt(got) !== sent);
process.exit(off.join() === "true,false,true" && typeof found.V11[1] === "bigint" ? 0 : 1);
JS
node play.cjs
