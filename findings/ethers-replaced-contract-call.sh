#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ethers 6.17.0 on anvil 1.7.1.
# Guess: a transaction that a wallet speeds up (same nonce, same call, higher fee) is noticed by `wait()`, which fails
#   with TRANSACTION_REPLACED, reason "repriced", whether it was sent by the signer or through a Contract, as the
#   documentation of TransactionResponse says.
# Seen: sent by `signer.sendTransaction` it is noticed. Sent through a Contract it never is: the response of a
#   Contract is made anew without the block to look from, so `wait` ends at its time limit with TIMEOUT although the
#   replacement is mined.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ethers@6.17.0 @foundry-rs/anvil@1.7.1
node_modules/.bin/anvil --port 18545 --no-mining --silent &
node=$!
cat >play.mjs <<'JS'
import { Contract, JsonRpcProvider } from "ethers";

const provider = new JsonRpcProvider("http://127.0.0.1:18545", undefined, { pollingInterval: 100, cacheTimeout: -1 });
for (let i = 0; i < 50; ++i) {
  if (
    await provider.send("eth_chainId", []).then(
      () => true,
      () => false,
    )
  )
    break;
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const signer = await provider.getSigner(0);
const target = "0x00000000000000000000000000000000000000aa"; // no code: the call does nothing
const abi = ["function ping(uint256 x)"];

async function outcome(send) {
  const sent = await send();
  const { from, to, data, nonce, maxFeePerGas, maxPriorityFeePerGas } = sent;
  const fees = { maxFeePerGas: 2n * maxFeePerGas, maxPriorityFeePerGas: 2n * maxPriorityFeePerGas + 1n };
  const waiting = sent.wait(1, 4_000).then(
    () => "mined",
    ({ code, reason }) => [code, reason].filter(Boolean).join(" "),
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  const replacement = await signer.sendUncheckedTransaction({ from, to, data, nonce, ...fees, gasLimit: 50_000n });
  await provider.send("evm_mine", []);
  const answer = await waiting;
  const { status } = await provider.getTransactionReceipt(replacement);
  return `${answer}; replacement mined with status ${status}`;
}

const contract = new Contract(target, abi, signer);
const call = { to: target, data: contract.interface.encodeFunctionData("ping", [1n]), gasLimit: 50_000n };
const bySigner = await outcome(() => signer.sendTransaction(call));
const byContract = await outcome(() => contract.ping(1n, { gasLimit: 50_000n }));
console.log(`signer.sendTransaction: ${bySigner}`);
console.log(`Contract:               ${byContract}`);
const asSeen = bySigner.startsWith("TRANSACTION_REPLACED repriced") && byContract.startsWith("TIMEOUT");
process.exit(asSeen ? 0 : 1);
JS
node play.mjs
