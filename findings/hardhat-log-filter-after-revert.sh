#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Hardhat 3.18.0, beside anvil 1.7.1.
# Guess: a log filter that is asked after `evm_revert` has taken back a block answers as it would after a
#   reorganisation: the log with `removed: true` if it was delivered before, nothing if it was not.
# Seen: Hardhat delivers the log of the undone transaction as a new one, with `removed: false`, while receipt,
#   transaction and block are no longer there and `eth_getLogs` has no such log. anvil delivers nothing. A log that
#   was delivered before is not called removed by either. An indexer that is tested by snapshots counts an event that
#   never was.
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
node_modules/.bin/anvil --port 9746 --silent &
anvil=$!
node node_modules/hardhat/dist/src/cli.js node --port 9747 >/dev/null &
hardhat=$!
cat >play.mjs <<'JS'
async function played(port) {
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
  const [from] = await ask("eth_accounts");
  const mined = async (transaction) => {
    const hash = await ask("eth_sendTransaction", { from, gas: "0x186a0", ...transaction });
    for (;;) {
      const receipt = await ask("eth_getTransactionReceipt", hash);
      if (receipt) return receipt;
    }
  };
  // The code of the contract is LOG0 of nothing.
  const { contractAddress: to } = await mined({ data: "0x6460006000a06000526005601bf3" });
  const outcome = async (deliverFirst) => {
    const filter = await ask("eth_newFilter", { address: to });
    const snapshot = await ask("evm_snapshot");
    const { transactionHash } = await mined({ to });
    const first = deliverFirst ? (await ask("eth_getFilterChanges", filter)).length : 0;
    await ask("evm_revert", snapshot);
    const later = (await ask("eth_getFilterChanges", filter)).map(({ removed }) => `removed: ${removed}`);
    const receipt = await ask("eth_getTransactionReceipt", transactionHash);
    const logs = await ask("eth_getLogs", { address: to, fromBlock: "0x0", toBlock: "latest" });
    return { first, later: later.join() || "nothing", receipt, logs: logs.length };
  };
  return { fresh: await outcome(false), delivered: await outcome(true) };
}
const [anvil, hardhat] = [await played(9746), await played(9747)];
console.log("anvil", anvil);
console.log("hardhat", hardhat);
const later = ({ fresh, delivered }) => [fresh.later, delivered.first, delivered.later].join();
const gone = [anvil, hardhat].every(({ fresh }) => fresh.receipt === null && fresh.logs === 0);
process.exit(gone && later(hardhat) === "removed: false,1,nothing" && later(anvil) === "nothing,1,nothing" ? 0 : 1);
JS
node play.mjs
