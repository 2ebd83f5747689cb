#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ethers 6.17.0 on anvil 1.7.1.
# Guess: a NonceManager counts what the node took. A transaction that is refused before it is sent (the estimate of
#   its gas reverts) leaves the next nonce as it was.
# Seen: it is counted. The next transaction has a nonce with a gap below it, and is never mined.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ethers@6.17.0 @foundry-rs/anvil@1.7.1
node_modules/.bin/anvil --port 18548 --silent &
node=$!
cat >play.mjs <<'JS'
import { HDNodeWallet, JsonRpcProvider, NonceManager } from "ethers";

const provider = new JsonRpcProvider("http://127.0.0.1:18548", undefined, { pollingInterval: 100, cacheTimeout: -1 });
for (
  let i = 0;
  i < 100 &&
  !(await provider.send("eth_chainId", []).then(
    () => true,
    () => false,
  ));
  ++i
) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const words = "test test test test test test test test test test test junk";
const wallet = HDNodeWallet.fromPhrase(words).connect(provider);
const manager = new NonceManager(wallet);
const to = "0x00000000000000000000000000000000000000aa";
await (await manager.sendTransaction({ to, value: 1n })).wait();
const reverting = { data: "0x60006000fd" }; // a creation whose code reverts
const refused = await manager.sendTransaction(reverting).then(
  () => "sent",
  ({ code }) => code,
);
const next = await manager.sendTransaction({ to, value: 1n, gasLimit: 21_000n });
const waited = await next.wait(1, 3_000).then(
  () => "mined",
  ({ code }) => code,
);
const mined = await provider.getTransactionCount(wallet.address, "latest");
console.log(`a reverting transaction: ${refused}`);
console.log(`the next one has nonce ${next.nonce}, the chain expects ${mined}: ${waited}`);
process.exit(refused === "CALL_EXCEPTION" && next.nonce === mined + 1 && waited === "TIMEOUT" ? 0 : 1);
JS
node play.mjs
