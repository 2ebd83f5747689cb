#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# anvil 1.7.1.
# Guess: `evm_increaseTime` moves the next block's time by what it is given, also while a timestamp interval is set
#   (`anvil_setBlockTimestampInterval`): the interval is added to it, or gives way.
# Seen: while an interval is set the next block is the interval later, and the increase is taken back by nothing: it
#   is answered as if it had been done, and shows in no block until the interval is removed.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${node:-} ]] || kill "$node" || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @foundry-rs/anvil@1.7.1
node_modules/.bin/anvil --port 18546 --no-mining --silent &
node=$!
cat >play.mjs <<'JS'
const ask = async (method, ...params) => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "content-type": "application/json" };
  return (await (await fetch("http://127.0.0.1:18546", { method: "POST", headers, body })).json()).result;
};
for (let i = 0; i < 100 && !(await ask("eth_chainId").catch(() => false)); ++i) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const time = async () => Number((await ask("eth_getBlockByNumber", "latest", false)).timestamp);
const next = async () => {
  const before = await time();
  await ask("evm_mine");
  return (await time()) - before;
};
await ask("evm_mine");
await ask("anvil_setBlockTimestampInterval", 2);
const plain = await next();
const answered = await ask("evm_increaseTime", 3600);
const increased = await next();
await ask("anvil_removeBlockTimestampInterval");
const removed = await next();
console.log(`with an interval of 2 s the next block is ${plain} s later`);
console.log(`evm_increaseTime by 3600 answers ${answered}; the next block is ${increased} s later`);
console.log(`after the interval is removed the next block is ${removed} s later`);
process.exit(plain === 2 && increased === 2 ? 0 : 1);
JS
node play.mjs
