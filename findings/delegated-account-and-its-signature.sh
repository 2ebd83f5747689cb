#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @openzeppelin/contracts 5.7.0 (SignatureChecker), beside viem 2.57.20 and ethers 6.17.0, on anvil 1.7.1.
# Guess: an account with a key that delegates to a contract (EIP-7702), to batch its calls, signs as before: what its
#   key signed is good for the contract that checks it, as it is for the libraries.
# Seen: SignatureChecker looks whether the signer has code, and a delegated account has. It asks the delegate, which has
#   no `isValidSignature`, and the answer is no. viem's `verifyMessage`, which asks the chain too, and ethers say yes.
#   What was signed before the delegation is refused as well, and good again when it is taken back: orders,
#   permissions and attestations come and go with a setting of the wallet.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @openzeppelin/contracts@5.7.0 ethers@6.17.0 viem@2.57.20 solc@0.8.37 \
  @foundry-rs/anvil@1.7.1
node_modules/.bin/anvil --port 9746 --silent &
node=$!
cat >play.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { verifyMessage } from "ethers";
import { createPublicClient, createWalletClient, hashMessage, http, keccak256, parseEther, toHex, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";

const solc = createRequire(import.meta.url)("solc");
const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
contract Venue {
  function isGood(address signer, bytes32 hash, bytes memory signature) external view returns (bool) {
    return SignatureChecker.isValidSignatureNow(signer, hash, signature);
  }
}
contract Batches {
  function all(address[] calldata to, bytes[] calldata data) external {
    require(msg.sender == address(this));
    for (uint256 i; i < to.length; ++i) { (bool ok, ) = to[i].call(data[i]); require(ok); }
  }
  receive() external payable {}
}`;
const settings = { outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } }, evmVersion: "prague" };
const input = { language: "Solidity", sources: { "a.sol": { content } }, settings };
const read = (path) => ({ contents: readFileSync(`node_modules/${path}`, "utf8") });
const { Venue, Batches } = JSON.parse(solc.compile(JSON.stringify(input), { import: read })).contracts["a.sol"];

const shared = { chain: anvil, transport: http("http://127.0.0.1:9746"), pollingInterval: 50, cacheTime: 0 };
const client = createPublicClient(shared);
for (let i = 0; i < 300 && !(await client.getChainId().catch(() => false)); ++i) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const [rich] = await client.request({ method: "eth_accounts" });
const payer = createWalletClient({ ...shared, account: rich });
const account = privateKeyToAccount(keccak256(toHex("a key of this script")));
const owner = createWalletClient({ ...shared, account });
const mined = async (hash) => client.waitForTransactionReceipt({ hash: await hash });
const deployed = async ({ abi, evm }) =>
  (await mined(payer.deployContract({ abi, bytecode: `0x${evm.bytecode.object}` }))).contractAddress;
const [venue, batches] = [await deployed(Venue), await deployed(Batches)];
await mined(payer.sendTransaction({ to: account.address, value: parseEther("1") }));

const [message, address] = ["an order", account.address];
const signature = await account.signMessage({ message });
const seen = [];
async function look(when) {
  const args = [address, hashMessage(message), signature];
  const found = {
    SignatureChecker: await client.readContract({ address: venue, abi: Venue.abi, functionName: "isGood", args }),
    viem: await client.verifyMessage({ address, message, signature }),
    ethers: verifyMessage(message, signature) === address,
  };
  console.log(when, found);
  seen.push(Object.values(found).join());
}
async function delegate(contractAddress) {
  const authorization = await owner.signAuthorization({ contractAddress, executor: "self" });
  await mined(owner.sendTransaction({ to: address, authorizationList: [authorization] }));
}
await look("before");
await delegate(batches);
await look("delegated");
await delegate(zeroAddress);
await look("taken back");
process.exit(seen.join(" ") === "true,true,true false,true,true true,true,true" ? 0 : 1);
JS
node play.mjs
