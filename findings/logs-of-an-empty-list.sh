#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# viem 2.57.20 and ethers 6.17.0 on anvil 1.7.1 and Hardhat 3.18.0.
# Guess: a filter for the logs of no account (an empty list as an event's argument) finds nothing, or is refused, by
#   either library on either node.
# Seen: both libraries send the list as it is, and each node reads it in its own way. anvil finds the logs of
#   everybody, as geth does, where an empty list stands for anything. Hardhat finds none. `getLogs` of viem drops them
#   again; a filter of viem (what `watchEvent` polls) and ethers hand them on. A service that follows a set of accounts
#   acts on strangers' logs while the set is empty, and its tests on Hardhat pass.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'for node in ${anvil:-} ${hardhat:-}; do kill "$node" || true; done; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0
export PATH=$folder/node_modules/.bin:$PATH
npm install --silent --no-audit --no-fund hardhat@3.18.0 @foundry-rs/anvil@1.7.1 solc@0.8.37 viem@2.57.20 ethers@6.17.0
npm pkg set type=module >/dev/null
echo "export default {};" >hardhat.config.js
node_modules/.bin/anvil --port 9746 --silent &
anvil=$!
node node_modules/hardhat/dist/src/cli.js node --port 9747 >/dev/null &
hardhat=$!
cat >play.mjs <<'JS'
import { createRequire } from "node:module";
import { Contract, ContractFactory, JsonRpcProvider } from "ethers";
import { createPublicClient, http } from "viem";

const solc = createRequire(import.meta.url)("solc");
const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;
contract Venue {
  event Filled(address indexed account, uint256 size);
  function fill(address account) external { emit Filled(account, 1); }
}`;
const settings = { outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } }, evmVersion: "cancun" };
const input = { language: "Solidity", sources: { "a.sol": { content } }, settings };
const { abi, evm } = JSON.parse(solc.compile(JSON.stringify(input))).contracts["a.sol"].Venue;
const account = (digit) => `0x${digit.repeat(40)}`;

async function played(port) {
  const url = `http://127.0.0.1:${port}`;
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1, pollingInterval: 100, staticNetwork: true });
  const client = createPublicClient({ transport: http(url) });
  for (let i = 0; i < 300 && !(await client.getChainId().catch(() => false)); ++i) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const signer = await provider.getSigner(0);
  const venue = await (await new ContractFactory(abi, evm.bytecode.object, signer).deploy()).waitForDeployment();
  const address = await venue.getAddress();
  for (const digit of ["1", "2", "3"]) await (await venue.fill(account(digit))).wait();
  const event = { event: abi.find(({ type }) => type === "event"), fromBlock: 0n };
  const byViem = async (accounts) =>
    (await client.getLogs({ ...event, address, args: { account: accounts } })).length;
  const byFilter = async (accounts) => {
    const filter = await client.createEventFilter({ ...event, address, args: { account: accounts } });
    return (await client.getFilterLogs({ filter })).length;
  };
  const byEthers = async (accounts) =>
    (await new Contract(address, abi, provider).queryFilter(venue.filters.Filled(accounts), 0)).length;
  const found = {
    "viem, of one account": await byViem([account("1")]),
    "viem, of no account": await byViem([]),
    "ethers, of one account": await byEthers([account("1")]),
    "ethers, of no account": await byEthers([]),
    "viem's filter, of one account": await byFilter([account("1")]),
    "viem's filter, of no account": await byFilter([]),
  };
  provider.destroy();
  return found;
}
const [anvil, hardhat] = [await played(9746), await played(9747)];
console.log("anvil", anvil);
console.log("hardhat", hardhat);
const numbers = (found) => Object.values(found).join();
process.exit(numbers(anvil) === "1,0,1,3,1,3" && numbers(hardhat) === "1,0,1,0,1,0" ? 0 : 1);
JS
node play.mjs
