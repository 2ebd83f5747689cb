#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @pythnetwork/pyth-sdk-solidity 4.3.1 (PythAggregatorV3, MockPyth; solc 0.8.37) on anvil 1.7.1.
# Guess: `getRoundData` of Pyth's port of Chainlink's aggregator gives the round that is asked for, or reverts when it
#   does not have it: the port says that it stores no rounds.
# Seen: it gives the latest answer and the latest time under whatever number is asked. A contract that settles at the
#   last round before an expiry gets the price of now, with the number of the round that it asked for. `getAnswer`
#   does the same.
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
const sources = Object.fromEntries(
  ["PythAggregatorV3", "MockPyth"].map((name) => {
    const path = `@pythnetwork/pyth-sdk-solidity/${name}.sol`;
    return [path, { content: read(path).contents }];
  }),
);
const settings = {
  optimizer: { enabled: true },
  evmVersion: "cancun",
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
};
const { contracts } = JSON.parse(
  solc.compile(JSON.stringify({ language: "Solidity", sources, settings }), { import: read }),
);
const deployed = async (name, ...args) => {
  const { abi, evm } = contracts[`@pythnetwork/pyth-sdk-solidity/${name}.sol`][name];
  return (await new ContractFactory(abi, evm.bytecode.object, sender).deploy(...args)).waitForDeployment();
};
const [id, now] = [toBeHex(1, 32), (await provider.getBlock("latest")).timestamp];
const pyth = await deployed("MockPyth", 60, 0);
const feed = await deployed("PythAggregatorV3", await pyth.getAddress(), id);
const publish = async (dollars, time) => {
  const price = dollars * 10n ** 8n;
  const data = await pyth.createPriceFeedUpdateData(id, price, 0, -8, price, 0, time, 0);
  await (await pyth.updatePriceFeeds([data])).wait();
};
await publish(100n, now);
const [first] = await feed.latestRoundData();
await publish(150n, now + 10);
const [round, answer, , updatedAt] = await feed.getRoundData(first);
const [, never] = await feed.getRoundData(77);
console.log(
  `round ${first} was 100.00; asked for again it is number ${round} with ${Number(answer) / 1e8} of ${updatedAt - BigInt(now)} s later`,
);
console.log(
  `round 77, which never was: ${Number(never) / 1e8}; getAnswer(${first}): ${Number(await feed.getAnswer(first)) / 1e8}`,
);
process.exit(round === first && answer === 15_000_000_000n && updatedAt > first && never === answer ? 0 : 1);
JS
node play.mjs
