#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# DataFeedsCache 1.0.0 of @chainlink/contracts 1.5.0 (solc 0.8.26) on anvil 1.7.1.
# Guess: what stands behind a feed's proxy is that feed's own, as the aggregators of before: its `AnswerUpdated` tells
#   this feed's answers and the time that `latestRoundData` tells.
# Seen: one contract stands behind the proxies of all feeds. Its `AnswerUpdated` and `NewRound` name no feed, and
#   every feed counts its rounds from 1: two feeds' answers cannot be told apart. `updatedAt` of the event is the
#   block's time, that of `latestRoundData` the report's. What names the feed is `DecimalReportUpdated`, which no
#   aggregator had.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @openzeppelin/contracts@5.0.2 ethers@6.17.0 solc@0.8.26 \
  @foundry-rs/anvil@1.7.1
# Packed, for its dependencies are not needed.
npm pack --silent @chainlink/contracts@1.5.0 >/dev/null
tar xzf chainlink-contracts-1.5.0.tgz
node_modules/.bin/anvil --port 9746 --silent &
node=$!
cat >play.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { posix } from "node:path";
import { AbiCoder, concat, ContractFactory, encodeBytes32String, JsonRpcProvider, NonceManager } from "ethers";

const solc = createRequire(import.meta.url)("solc");
const file = (path) => (path.startsWith("@openzeppelin/") ? `node_modules/${path.replace("@5.0.2", "")}` : path);
const read = (path) => ({ contents: readFileSync(file(path), "utf8") });
const main = "package/src/v0.8/data-feeds/DataFeedsCache.sol";
const settings = {
  optimizer: { enabled: true },
  outputSelection: { "*": { DataFeedsCache: ["abi", "evm.bytecode.object"] } },
};
const input = {
  language: "Solidity",
  sources: { [posix.normalize(main)]: { content: read(main).contents } },
  settings,
};
const { abi, evm } = JSON.parse(solc.compile(JSON.stringify(input), { import: read })).contracts[main].DataFeedsCache;

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
const admin = new NonceManager(await provider.getSigner(0));
const me = await admin.getAddress();
const cache = await (await new ContractFactory(abi, evm.bytecode.object, admin).deploy()).waitForDeployment();
const done = async (sent) => (await sent).wait();
// The eighth byte is the type: 0x28 is a number of 8 decimals.
const feeds = { "BTC / USD": "0x01aa000000000028", "ETH / USD": "0x01bb000000000028" };
const ids = Object.values(feeds).map((id) => id.padEnd(34, "0"));
const workflow = `0x${"77".repeat(10)}`;
await done(cache.setFeedAdmin(me, true));
await done(cache.setDecimalFeedConfigs(ids, Object.keys(feeds), [[me, me, workflow]]));
const reported = Number((await provider.getBlock("latest")).timestamp) - 60;
const reports = ids.map((id, i) => [id.padEnd(66, "0"), reported, [90_000n, 3_000n][i] * 10n ** 8n]);
const report = AbiCoder.defaultAbiCoder().encode(["tuple(bytes32, uint32, uint224)[]"], [reports]);
const metadata = concat([encodeBytes32String("cid"), workflow, me, "0x0000"]);
const { logs, blockNumber } = await done(cache.onReport(metadata, report));
const { timestamp } = await provider.getBlock(blockNumber);
const answers = logs.map((log) => cache.interface.parseLog(log)).filter((event) => event?.name === "AnswerUpdated");
for (const { args } of answers) {
  console.log(
    `AnswerUpdated(current ${args[0]}, round ${args[1]}, updatedAt ${args[2]}): ${args[2] - BigInt(reported)} s after the report`,
  );
}
const round = await cache.getLatestRoundData(ids[1]);
console.log(
  `latest round of ETH / USD: answer ${round[1]}, round ${round[0]}, updatedAt ${round[3] - BigInt(reported)} s after the report`,
);
const oneAddress = new Set(logs.map(({ address }) => address)).size === 1;
const eventsTellBlock =
  answers.length === 2 && answers.every(({ args }) => args[1] === 1n && args[2] === BigInt(timestamp));
process.exit(oneAddress && eventsTellBlock && round[3] === BigInt(reported) && timestamp > reported ? 0 : 1);
JS
node play.mjs
