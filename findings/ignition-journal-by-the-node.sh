#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @nomicfoundation/hardhat-ignition 3.1.8 with Hardhat 3.18.0 and anvil 1.7.1.
# Guess: the same deployment a second time sends nothing as long as its contracts are on the chain (a node that was
#   started anew with its state kept), and says so or deploys anew when they are not (`evm_revert` to before the
#   deployment).
# Seen: the other way round. Of a development node Ignition keeps the id of the process, outside the journal. With
#   another id it drops the journal without a word and deploys a second time beside the first. With the same id it
#   does not look at the chain: "nothing new to deploy", and the addresses it lists have no code.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0
export PATH=$folder/node_modules/.bin:$PATH
npm install --silent --no-audit --no-fund hardhat@3.18.0 @nomicfoundation/hardhat-ignition@3.1.8 \
  @nomicfoundation/ignition-core@3.1.9 \
  @nomicfoundation/hardhat-verify@3.1.1 @foundry-rs/anvil@1.7.1
npm pkg set type=module >/dev/null
cat >hardhat.config.js <<'JS'
import ignition from "@nomicfoundation/hardhat-ignition";
export default { plugins: [ignition], networks: { local: { type: "http", url: "http://127.0.0.1:9746" } } };
JS
mkdir -p ignition/modules
cat >ignition/modules/box.js <<'JS'
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
// The contract's code is STOP.
const artifact = {
  _format: "hh3-artifact-1",
  contractName: "Box",
  sourceName: "Box.sol",
  abi: [],
  bytecode: "0x60018060093d393df300",
  deployedBytecode: "0x00",
  linkReferences: {},
  deployedLinkReferences: {},
};
export default buildModule("Box", (m) => ({ box: m.contract("Box", artifact) }));
JS
cat >ask.mjs <<'JS'
const [method, ...params] = process.argv.slice(2);
const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
const headers = { "content-type": "application/json" };
for (let i = 0; i < 100; ++i) {
  try {
    const { result } = await (await fetch("http://127.0.0.1:9746", { method: "POST", headers, body })).json();
    console.log(JSON.stringify(result).replaceAll('"', ""));
    break;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
JS
start() {
  node_modules/.bin/anvil --port 9746 --silent --state state.json &
  node=$!
  node ask.mjs eth_chainId >/dev/null
}
deployment() {
  local deploy="node_modules/hardhat/dist/src/cli.js ignition deploy ignition/modules/box.js --network local"
  node $deploy >said.txt 2>&1 || { cat said.txt; exit 1; }
  place=$(grep -o '0x[0-9a-fA-F]\{40\}' said.txt | tail -1)
  said=$(grep -o 'Nothing new to deploy\|successfully deployed' said.txt | tail -1)
}
start
deployment
first=$place
kill "$node" && wait "$node" 2>/dev/null || true
start
kept=$(node ask.mjs eth_getCode "$first" latest)
deployment
second=$place restarted=$said
snapshot=$(node ask.mjs evm_snapshot)
rm -rf ignition/deployments
deployment
node ask.mjs evm_revert "$snapshot" >/dev/null
deployment
code=$(node ask.mjs eth_getCode "$place" latest)
echo "node started anew, code at $first: $kept; Ignition: $restarted, at $second"
echo "reverted, code at $place: $code; Ignition: $said"
[[ $kept == 0x00 && $restarted == "successfully deployed" && $second != "$first" ]]
[[ $code == 0x && $said == "Nothing new to deploy" ]]
