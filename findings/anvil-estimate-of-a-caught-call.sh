#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# anvil 1.7.1, beside Hardhat 3.18.0 (both with solc 0.8.37's code).
# Guess: a transaction that is sent with the gas that `eth_estimateGas` answered does what the estimate's run did. A
#   node begins its search at the gas that the run used, as geth does.
# Seen: anvil searches for the least gas with which the transaction does not revert. A contract that catches a call's
#   failure does not revert when the call runs out of gas: anvil answers 36,000, with which the caught call fails, for
#   a transaction that needs 4,600,000 to do its work. Hardhat answers the latter. Of nested wallets, batches and
#   settlements that catch failures, a script that works on one node does nothing on the other, with status 1.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'for node in ${anvil:-} ${hardhat:-}; do kill "$node" || true; done; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0
export PATH=$folder/node_modules/.bin:$PATH
npm install --silent --no-audit --no-fund hardhat@3.18.0 @foundry-rs/anvil@1.7.1 solc@0.8.37 viem@2.57.20
npm pkg set type=module >/dev/null
echo "export default {};" >hardhat.config.js
node_modules/.bin/anvil --port 9746 --silent &
anvil=$!
node node_modules/hardhat/dist/src/cli.js node --port 9747 >/dev/null &
hardhat=$!
cat >play.mjs <<'JS'
import { createRequire } from "node:module";
import { encodeFunctionData } from "viem";

const solc = createRequire(import.meta.url)("solc");
const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;
contract Outer {
  mapping(uint256 => uint256) public written;
  function work() external { for (uint256 i; i < 200; ++i) written[i] = i + 1; }
  function careful() external returns (bool done) { try this.work() { done = true; } catch {} }
}`;
const settings = { outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } }, evmVersion: "cancun" };
const input = { language: "Solidity", sources: { "a.sol": { content } }, settings };
const { abi, evm } = JSON.parse(solc.compile(JSON.stringify(input))).contracts["a.sol"].Outer;

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
  const send = async (transaction) => {
    const hash = await ask("eth_sendTransaction", { from, ...transaction });
    for (;;) {
      const receipt = await ask("eth_getTransactionReceipt", hash);
      if (receipt) return receipt;
    }
  };
  const to = (await send({ data: `0x${evm.bytecode.object}`, gas: "0x1e8480" })).contractAddress;
  const data = encodeFunctionData({ abi, functionName: "careful" });
  const gas = await ask("eth_estimateGas", { from, to, data });
  const { status } = await send({ to, data, gas });
  const last = encodeFunctionData({ abi, functionName: "written", args: [199n] });
  const done = BigInt(await ask("eth_call", { to, data: last }, "latest")) === 200n;
  return { estimate: Number(gas), status: Number(status), done };
}
const [anvil, hardhat] = [await played(9746), await played(9747)];
console.log("anvil", anvil);
console.log("hardhat", hardhat);
const nothing = anvil.estimate < 200_000 && anvil.status === 1 && !anvil.done;
process.exit(nothing && hardhat.estimate > 4_000_000 && hardhat.status === 1 && hardhat.done ? 0 : 1);
JS
node play.mjs
