#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# merkletreejs 0.6.0 and @openzeppelin/merkle-tree 1.0.8.
# Guess: with sorted leaves and sorted pairs both make the same root of the same leaves, as a contract verifies the
#   proofs of both.
# Seen: of 1 to 4, 6, 8 and 12 leaves they do; of 5, 7, 9 and most other numbers they do not. The one carries an odd
#   node up a level, the other fills a complete binary tree from its end. A test with four leaves passes.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund merkletreejs@0.6.0 @openzeppelin/merkle-tree@1.0.8 viem@2.57.20
cat >play.mjs <<'JS'
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { MerkleTree } from "merkletreejs";
import { keccak256, toHex } from "viem";

const equal = (count) => {
  const leaves = Array.from({ length: count }, (_, i) => keccak256(toHex(i + 1)));
  const other = new MerkleTree(leaves, keccak256, { sortLeaves: true, sortPairs: true });
  return SimpleMerkleTree.of(leaves).root === other.getHexRoot();
};
const counts = Array.from({ length: 12 }, (_, i) => i + 1);
const same = counts.filter(equal).join(" ");
console.log(`leaves for which the roots are equal: ${same}`);
console.log(`for which they differ: ${counts.filter((count) => !equal(count)).join(" ")}`);
process.exit(same.startsWith("1 2 3 4 6 8") && !equal(5) && !equal(7) && !equal(9) && !equal(100) ? 0 : 1);
JS
node play.mjs
