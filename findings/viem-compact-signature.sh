#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# viem 2.57.20, beside ethers 6.17.0.
# Guess: who writes compact signatures (EIP-2098, 64 bytes) by `serializeCompactSignature` can give them to the same
#   library's `recoverAddress`, `verifyTypedData` and `parseSignature`; ethers takes both lengths in one place.
# Seen: viem's recovery knows 65 bytes only and says "invalid signature length"; `verifyTypedData` throws where it
#   could say false. The compact form has to be parsed by `parseCompactSignature` and turned around first.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund viem@2.57.20 ethers@6.17.0
cat >play.mjs <<'JS'
import { recoverAddress as byEthers } from "ethers";
import * as viem from "viem";
import { privateKeyToAccount } from "viem/accounts";

const account = privateKeyToAccount(`0x${"11".repeat(32)}`);
const hash = viem.keccak256("0x01");
const long = viem.parseSignature(await account.sign({ hash }));
const compact = viem.serializeCompactSignature(viem.signatureToCompactSignature(long));
const data = {
  domain: {},
  types: { Order: [{ name: "size", type: "uint256" }] },
  primaryType: "Order",
  message: { size: 1n },
};
const typed = viem.parseSignature(await account.signTypedData(data));
const shortTyped = viem.serializeCompactSignature(viem.signatureToCompactSignature(typed));
const said = async (ask) => {
  try {
    return String(await ask());
  } catch (error) {
    return `refused: ${error.message.split("\n")[0]}`;
  }
};
const answers = {
  "ethers recoverAddress": await said(() => byEthers(hash, compact)),
  "viem recoverAddress": await said(() => viem.recoverAddress({ hash, signature: compact })),
  "viem verifyTypedData": await said(() =>
    viem.verifyTypedData({ ...data, address: account.address, signature: shortTyped }),
  ),
  "viem by way of parseCompactSignature": await said(() => {
    const signature = viem.compactSignatureToSignature(viem.parseCompactSignature(compact));
    return viem.recoverAddress({ hash, signature });
  }),
};
for (const [name, answer] of Object.entries(answers)) console.log(`${name}: ${answer}`);
const [ethers, recover, verify, around] = Object.values(answers);
const refused = [recover, verify].every((answer) => answer.startsWith("refused: invalid signature length"));
process.exit(ethers === account.address && refused && around === account.address ? 0 : 1);
JS
node play.mjs
