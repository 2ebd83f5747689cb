#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @pythnetwork/pyth-sdk-solidity 4.3.1 (AbstractPyth by way of MockPyth; solc 0.8.37) on anvil 1.7.1.
# Guess: `getPriceNoOlderThan(id, age)` asks how old a price is. A price that was published after the block's time, as
#   happens on chains whose clock lags, is not old and passes.
# Seen: it reverts with StalePrice: what counts is the distance of the two times in either direction. The newest price
#   is refused as stale until the chain's clock comes near; an older one would have passed, and the store keeps only
#   the newest.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @pythnetwork/pyth-sdk-solidity@4.3.1 ethers@6.17.0 solc@0.8.37 \
  @foundry-rs/anvil@1.7.1
node_modules/.bin/anvil --port 9746 --silent &
node=$!
cat >play.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { posix } from "node:path";
import { ContractFactory, JsonRpcProvider, NonceManager, toBeHex } from "ethers";

const solc = createRequire(import.meta.url)("solc");
const provider = new JsonRpcProvider("http://127.0.0.1:9746", undefined, { pollingInterval: 100, cacheTimeout: -1 });
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
const sender = new NonceManager(await provider.getSigner(0));
const read = (path) => ({ contents: readFileSync(posix.join("node_modules", path), "utf8") });
const path = "@pythnetwork/pyth-sdk-solidity/MockPyth.sol";
const settings = {
  optimizer: { enabled: true },
  evmVersion: "cancun",
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
};
const input = { language: "Solidity", sources: { [path]: { content: read(path).contents } }, settings };
const { abi, evm } = JSON.parse(solc.compile(JSON.stringify(input), { import: read })).contracts[path].MockPyth;
const pyth = await (await new ContractFactory(abi, evm.bytecode.object, sender).deploy(60, 0)).waitForDeployment();
const id = toBeHex(1, 32);
const ask = async (ahead) => {
  const time = (await provider.getBlock("latest")).timestamp + ahead;
  await (await pyth.updatePriceFeeds([await pyth.createPriceFeedUpdateData(id, 100, 0, 0, 100, 0, time, 0)])).wait();
  const passes = await pyth.getPriceNoOlderThan(id, 30).then(
    () => "passes",
    ({ data, revert }) => {
      return revert?.name ?? (data === "0x19abf40e" ? "StalePrice" : data);
    },
  );
  console.log(
    `published ${Math.abs(ahead)} s ${ahead < 0 ? "before" : "after"} the block, no older than 30 s: ${passes}`,
  );
  return passes;
};
const found = [await ask(-20), await ask(20), await ask(120)];
process.exit(found.join() === "passes,passes,StalePrice" ? 0 : 1);
JS
node play.mjs
