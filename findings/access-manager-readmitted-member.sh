#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @openzeppelin/contracts 5.7.0 (AccessManager) on anvil 1.7.1.
# Guess: a member with a delay schedules a call, loses the role and gets it back without a delay: what was scheduled
#   is void, and he does the call at once, directly or by `execute`.
# Seen: directly he does. `execute` finds the old schedule, which outlived the role, and refuses with
#   AccessManagerNotReady until its time; he cannot schedule anew (he has no delay), nor is the same call with other
#   arguments held back. A tool that sends everything by `execute` is stuck until the old time, or until somebody
#   cancels.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @openzeppelin/contracts@5.7.0 ethers@6.17.0 solc@0.8.37 \
  @foundry-rs/anvil@1.7.1
node_modules/.bin/anvil --port 9746 --silent &
node=$!
cat >play.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { ContractFactory, JsonRpcProvider, NonceManager } from "ethers";

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
const admin = new NonceManager(await provider.getSigner(0));
const member = new NonceManager(await provider.getSigner(1));
const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
contract Target is AccessManaged {
  uint256 public fee;
  constructor(address authority) AccessManaged(authority) {}
  function setFee(uint256 to) external restricted { fee = to; }
}`;
const settings = { outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } }, evmVersion: "cancun" };
const input = { language: "Solidity", sources: { "a.sol": { content } }, settings };
const read = (path) => ({ contents: readFileSync(`node_modules/${path}`, "utf8") });
const { abi, evm } = JSON.parse(solc.compile(JSON.stringify(input), { import: read })).contracts["a.sol"].Target;
const made = JSON.parse(
  readFileSync("node_modules/@openzeppelin/contracts/build/contracts/AccessManager.json", "utf8"),
);
const manager = await (
  await new ContractFactory(made.abi, made.bytecode, admin).deploy(await admin.getAddress())
).waitForDeployment();
const target = await (
  await new ContractFactory(abi, evm.bytecode.object, admin).deploy(await manager.getAddress())
).waitForDeployment();
const [at, who, selector] = [
  await target.getAddress(),
  await member.getAddress(),
  target.interface.getFunction("setFee").selector,
];
const data = (fee) => target.interface.encodeFunctionData("setFee", [fee]);
const [ROLE, DAY] = [5, 86_400];
const done = async (sent) => (await sent).wait();
await done(manager.setTargetFunctionRole(at, [selector], ROLE));
await done(manager.grantRole(ROLE, who, DAY));
const asMember = manager.connect(member);
await done(asMember.schedule(at, data(7), 0));
await done(manager.revokeRole(ROLE, who));
await done(manager.grantRole(ROLE, who, 0));
const said = (call) =>
  call.then(
    () => "goes through",
    ({ revert }) => revert?.name ?? "reverts",
  );
const found = {
  "direct call": await said(target.connect(member).setFee.staticCall(7)),
  execute: await said(asMember.execute.staticCall(at, data(7))),
  "schedule anew": await said(asMember.schedule.staticCall(at, data(7), 0)),
  "execute with another argument": await said(asMember.execute.staticCall(at, data(8))),
};
await provider.send("evm_increaseTime", [DAY]);
await provider.send("evm_mine", []);
found["execute a day later"] = await said(asMember.execute.staticCall(at, data(7)));
for (const [what, how] of Object.entries(found)) console.log(`${what}: ${how}`);
const expected = [
  "goes through",
  "AccessManagerNotReady",
  "AccessManagerUnauthorizedCall",
  "goes through",
  "goes through",
];
process.exit(Object.values(found).join() === expected.join() ? 0 : 1);
JS
node play.mjs
