#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @openzeppelin/contracts 5.7.0 (AccessManager) on anvil 1.7.1.
# Guess: calls of the manager itself (grantRole) are the admin role's; only who scheduled one, or an admin, cancels it,
#   whatever roles are set for the manager's functions as a target.
# Seen: execution ignores the role that setTargetFunctionRole gives to a function of the manager, but `cancel` does not:
#   the guardian of that role cancels a scheduled grantRole. Without the mapping he is refused. So a venue can give
#   somebody a veto on what its admin schedules, and he cannot be dismissed against his will either.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @openzeppelin/contracts@5.7.0 ethers@6.17.0 @foundry-rs/anvil@1.7.1
node_modules/.bin/anvil --port 9747 --silent &
node=$!
cat >play.mjs <<'JS'
import { readFileSync } from "node:fs";
import { ContractFactory, JsonRpcProvider, NonceManager } from "ethers";

const provider = new JsonRpcProvider("http://127.0.0.1:9747", undefined, { pollingInterval: 100, cacheTimeout: -1 });
const up = () => provider.send("eth_chainId", []).then(Boolean, () => false);
for (let i = 0; i < 100 && !(await up()); ++i) await new Promise((resolve) => setTimeout(resolve, 100));
const [admin, slow, guardian] = await Promise.all(
  [0, 1, 2].map(async (i) => new NonceManager(await provider.getSigner(i))),
);
const { abi, bytecode } = JSON.parse(
  readFileSync("node_modules/@openzeppelin/contracts/build/contracts/AccessManager.json", "utf8"),
);
const manager = await (await new ContractFactory(abi, bytecode, admin).deploy(await admin.getAddress())).waitForDeployment();
const at = await manager.getAddress();
const done = async (sent) => (await sent).wait();
const [ADMIN, GOVERNOR, GUARDIAN, DAY] = [0, 1, 2, 86_400];
await done(manager.setRoleGuardian(GOVERNOR, GUARDIAN));
await done(manager.grantRole(GUARDIAN, await guardian.getAddress(), 0));
await done(manager.grantRole(ADMIN, await slow.getAddress(), DAY)); // an admin with a delay
const data = manager.interface.encodeFunctionData("grantRole", [GOVERNOR, await slow.getAddress(), 0]);
await done(manager.connect(slow).schedule(at, data, 0));
const cancel = () =>
  manager
    .connect(guardian)
    .cancel.staticCall(slow.getAddress(), at, data)
    .then(
      () => "cancels",
      ({ revert }) => revert?.name ?? "reverts",
    );
const without = await cancel();
await done(manager.setTargetFunctionRole(at, [data.slice(0, 10)], GOVERNOR));
const found = { without, mapped: await cancel() };
console.log(`the guardian of GOVERNOR, of a grantRole that an admin scheduled: ${found.without}`);
console.log(`the same once grantRole of the manager is mapped to GOVERNOR: ${found.mapped}`);
process.exit(found.without === "AccessManagerUnauthorizedCancel" && found.mapped === "cancels" ? 0 : 1);
JS
node play.mjs
