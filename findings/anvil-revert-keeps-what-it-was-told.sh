#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# anvil 1.7.1, beside Hardhat 3.18.0.
# Guess: `evm_revert` brings the node back to the snapshot: state, clock, pool and whatever the node was told since
#   about its next blocks.
# Seen: on anvil the state and the clock come back. The next block's base fee, the coinbase and the transactions that
#   wait in the pool stay as they were told after the snapshot: the first block of the next test has them. Hardhat
#   takes all three back.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'for node in ${anvil:-} ${hardhat:-}; do kill "$node" || true; done; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0
export PATH=$folder/node_modules/.bin:$PATH
npm install --silent --no-audit --no-fund hardhat@3.18.0 @foundry-rs/anvil@1.7.1
npm pkg set type=module >/dev/null
echo "export default {};" >hardhat.config.js
node_modules/.bin/anvil --port 9746 --silent --no-mining &
anvil=$!
node node_modules/hardhat/dist/src/cli.js node --port 9747 >/dev/null &
hardhat=$!
cat >play.mjs <<'JS'
async function played(port, prefix) {
  const ask = async (method, ...params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    const { result, error } = await (await fetch(`http://127.0.0.1:${port}`, { method: "POST", headers, body })).json();
    if (error) throw new Error(error.message);
    return result;
  };
  for (let i = 0; i < 300 && !(await ask("eth_chainId").catch(() => false)); ++i) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await ask("evm_setAutomine", false);
  const [from] = await ask("eth_accounts");
  const coinbase = "0x00000000000000000000000000000000000000aa";
  await ask("evm_mine");
  const snapshot = await ask("evm_snapshot");
  await ask(`${prefix}_setNextBlockBaseFeePerGas`, "0x12a05f2000");
  await ask(`${prefix}_setCoinbase`, coinbase);
  await ask("evm_increaseTime", 86_400);
  await ask("eth_sendTransaction", {
    from,
    to: coinbase,
    value: "0x1",
    gas: "0x5208",
    maxFeePerGas: "0x174876e800",
    maxPriorityFeePerGas: "0x0",
  });
  const before = Number((await ask("eth_getBlockByNumber", "latest", false)).timestamp);
  await ask("evm_revert", snapshot);
  await ask("evm_mine");
  const block = await ask("eth_getBlockByNumber", "latest", false);
  return {
    "base fee": block.baseFeePerGas === "0x12a05f2000" ? "kept" : "back",
    coinbase: block.miner === coinbase ? "kept" : "back",
    pool: block.transactions.length === 1 ? "kept" : "back",
    clock: Number(block.timestamp) - before > 80_000 ? "kept" : "back",
  };
}
const [anvil, hardhat] = [await played(9746, "anvil"), await played(9747, "hardhat")];
console.log("anvil", anvil);
console.log("hardhat", hardhat);
const all = (found) => Object.values(found).join(" ");
process.exit(all(anvil) === "kept kept kept back" && all(hardhat) === "back back back back" ? 0 : 1);
JS
node play.mjs
