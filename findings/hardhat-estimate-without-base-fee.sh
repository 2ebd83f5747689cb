#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Hardhat 3.18.0, beside anvil 1.7.1 (both with solc 0.8.37's code, by ethers 6.17.0).
# Guess: `eth_call` and `eth_estimateGas` run in the block that they are asked for, with its base fee; with the
#   estimated gas the transaction goes through.
# Seen: on Hardhat `block.basefee` is 0 in both, also when the caller names his fees. A bounty that a contract counts by
#   the base fee is previewed as 0. The estimate is made for what happens with a bounty of 0: nothing is written. The
#   transaction is mined with the real base fee, writes, and runs out of gas with exactly the gas that was estimated.
#   anvil has the base fee in both.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'for node in ${anvil:-} ${hardhat:-}; do kill "$node" || true; done; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0
export PATH=$folder/node_modules/.bin:$PATH
npm install --silent --no-audit --no-fund hardhat@3.18.0 @foundry-rs/anvil@1.7.1 solc@0.8.37 ethers@6.17.0
npm pkg set type=module >/dev/null
echo "export default {};" >hardhat.config.js
node_modules/.bin/anvil --port 9746 --silent &
anvil=$!
node node_modules/hardhat/dist/src/cli.js node --port 9747 >/dev/null &
hardhat=$!
cat >play.mjs <<'JS'
import { createRequire } from "node:module";
import { ContractFactory, JsonRpcProvider } from "ethers";

const solc = createRequire(import.meta.url)("solc");
const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;
contract Keeping {
  mapping(address => uint256) public earned;
  function bounty() public view returns (uint256) { return 100_000 * block.basefee; }
  function keep() external { earned[msg.sender] += bounty(); }
}`;
const settings = { outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } }, evmVersion: "cancun" };
const input = { language: "Solidity", sources: { "a.sol": { content } }, settings };
const { abi, evm } = JSON.parse(solc.compile(JSON.stringify(input))).contracts["a.sol"].Keeping;

async function played(port) {
  const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, undefined, {
    cacheTimeout: -1,
    pollingInterval: 100,
  });
  for (
    let i = 0;
    i < 300 &&
    !(await provider.send("eth_chainId", []).then(
      () => true,
      () => false,
    ));
    ++i
  ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const signer = await provider.getSigner(0);
  const keeping = await (await new ContractFactory(abi, evm.bytecode.object, signer).deploy()).waitForDeployment();
  const fees = { maxFeePerGas: 5_000_000_000n, maxPriorityFeePerGas: 1n };
  const preview = await keeping.bounty();
  const withFees = await keeping.bounty(fees);
  const { baseFeePerGas } = await provider.getBlock("latest");
  const estimate = await keeping.keep.estimateGas(fees);
  const sent = await keeping.keep({ ...fees, gasLimit: estimate }).then(
    async (transaction) => (await transaction.wait()) && "mined",
    ({ error, message }) => error?.message ?? message,
  );
  const used = await keeping
    .keep({ ...fees, gasLimit: 200_000n })
    .then(async (transaction) => (await transaction.wait()).gasUsed);
  provider.destroy();
  return { baseFee: baseFeePerGas, preview, withFees, estimate, sent, used };
}
const [anvil, hardhat] = [await played(9746), await played(9747)];
console.log("anvil", anvil);
console.log("hardhat", hardhat);
const isTrue = (seen) => seen.preview === 100_000n * seen.baseFee && seen.withFees === seen.preview;
const isLost = hardhat.preview === 0n && hardhat.withFees === 0n && hardhat.sent === "Transaction ran out of gas";
process.exit(isTrue(anvil) && anvil.sent === "mined" && isLost && hardhat.used > hardhat.estimate + 10_000n ? 0 : 1);
JS
node play.mjs
