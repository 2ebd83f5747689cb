#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @safe-global/safe-contracts 1.4.1 and @safe-global/safe-smart-account 1.5.0 on anvil 1.7.1.
# Guess: a wallet contract with the standard's `isValidSignature(bytes32,bytes)` (ERC-1271) can be an owner of a Safe
#   and sign for it, in each version.
# Seen: Safe 1.4.1 asks a contract that is an owner by the draft's function, `isValidSignature(bytes,bytes)`, and
#   refuses one that has only the standard's. Safe 1.5.0 asks by the standard's and refuses one that has only the
#   draft's. A wallet that signs for the one is locked out of the other; a Safe within a Safe works in both, for it
#   has what its version asks.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
  old@npm:@safe-global/safe-contracts@1.4.1 \
  new@npm:@safe-global/safe-smart-account@1.5.0 ethers@6.17.0 solc@0.8.37
npm install --silent --no-audit --no-fund --legacy-peer-deps @foundry-rs/anvil@1.7.1
node_modules/.bin/anvil --port 9746 --silent &
node=$!
cat >play.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { concat, ContractFactory, JsonRpcProvider, NonceManager, toBeHex, ZeroAddress, zeroPadValue } from "ethers";

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
const deployed = async (abi, bytecode, ...args) =>
  (await new ContractFactory(abi, bytecode, sender).deploy(...args)).waitForDeployment();
// Wallets that call every signature good.
const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;
contract Standard {
  function isValidSignature(bytes32, bytes memory) external pure returns (bytes4) { return 0x1626ba7e; }
}
contract Draft {
  function isValidSignature(bytes memory, bytes memory) external pure returns (bytes4) { return 0x20c13b0b; }
}`;
const settings = { outputSelection: { "*": { "*": ["evm.bytecode.object"] } }, evmVersion: "cancun" };
const input = { language: "Solidity", sources: { "a.sol": { content } }, settings };
const wallets = JSON.parse(solc.compile(JSON.stringify(input))).contracts["a.sol"];

const outcome = [];
for (const version of ["old", "new"]) {
  const artifact = (path) =>
    JSON.parse(readFileSync(`node_modules/${version}/build/artifacts/contracts/${path}.json`, "utf8"));
  const [safe, proxies] = [artifact("Safe.sol/Safe"), artifact("proxies/SafeProxyFactory.sol/SafeProxyFactory")];
  const singleton = await deployed(safe.abi, safe.bytecode);
  const factory = await deployed(proxies.abi, proxies.bytecode);
  for (const kind of ["Standard", "Draft"]) {
    const owner = await (await deployed([], `0x${wallets[kind].evm.bytecode.object}`)).getAddress();
    const setup = [[owner], 1, ZeroAddress, "0x", ZeroAddress, ZeroAddress, 0, ZeroAddress];
    const create = [await singleton.getAddress(), singleton.interface.encodeFunctionData("setup", setup), owner];
    const at = await factory.createProxyWithNonce.staticCall(...create);
    await (await factory.createProxyWithNonce(...create)).wait();
    // A contract's signature: its address, where its bytes begin, the type 0, and no bytes.
    const signature = concat([zeroPadValue(owner, 32), toBeHex(65, 32), "0x00", toBeHex(0, 32)]);
    const call = [
      "0x00000000000000000000000000000000000000aa",
      0,
      "0x",
      0,
      0,
      0,
      0,
      ZeroAddress,
      ZeroAddress,
      signature,
    ];
    const done = await singleton
      .attach(at)
      .execTransaction.staticCall(...call)
      .then(
        () => "accepted",
        () => "refused",
      );
    console.log(
      `Safe ${version === "old" ? "1.4.1" : "1.5.0"}: owner with the ${kind.toLowerCase()}'s function ${done}`,
    );
    outcome.push(done);
  }
}
process.exit(outcome.join() === "refused,accepted,accepted,refused" ? 0 : 1);
JS
node play.mjs
