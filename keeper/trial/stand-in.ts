// SPDX-License-Identifier: MIT
// A stand-in for the keeper, only to try the proving ground on: no store, no database, no care. Delete it once `npm run keeper` is there.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Interface, JsonRpcProvider, Wallet } from "ethers";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";

const { values } = parseArgs({ strict: false });
const option = (name: string) => String(values[name]);
// strict: false takes the next argument as a positional, so the options are read in pairs.
const args = process.argv.slice(2);
for (let index = 0; index < args.length; index += 2) values[args[index]!.slice(2)] = args[index + 1]!;

const { clearinghouse, lens, fromBlock } = JSON.parse(readFileSync(option("deployment"), "utf8")) as Record<
  string,
  string
>;
const provider = new JsonRpcProvider(option("rpc"), undefined, { staticNetwork: true, cacheTimeout: -1 });
const wallet = new Wallet(process.env["NOVATION_KEEPER_KEY"]!, provider);
const house = new Interface(IClearinghouse__factory.abi);
const views = new Interface(ILens__factory.abi);

const groupOf = new Map<bigint, bigint>();
let followed = Number(fromBlock) - 1;
let healthy = false;

createServer((_, response) => response.writeHead(healthy ? 200 : 503).end()).listen(
  Number(option("port")),
  "127.0.0.1",
);

for (let seen = 0; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
  try {
    const latest = Number(await provider.send("eth_blockNumber", []));
    if (latest === seen) continue;
    await follow(latest);
    await act(latest);
    seen = latest;
    healthy = true;
  } catch (error) {
    console.log(String(error).slice(0, 300));
  }
}

async function follow(latest: number): Promise<void> {
  const topic = house.getEvent("PositionChanged")!.topicHash;
  const filter = { address: clearinghouse, topics: [topic], fromBlock: hex(followed + 1), toBlock: hex(latest) };
  for (const log of await provider.send("eth_getLogs", [filter])) {
    const { account, market } = house.parseLog(log)!.args;
    groupOf.set(account, market >> 2n);
  }
  followed = latest;
}

async function act(latest: number): Promise<void> {
  const time = BigInt((await provider.send("eth_getBlockByNumber", [hex(latest), false])).timestamp) + 12n;
  let nonce = await provider.getTransactionCount(wallet.address, "latest");
  const send = async (name: string, given: unknown[], gas: number) => {
    const fees = { maxPriorityFeePerGas: 2_000_000_000n, maxFeePerGas: 200_000_000_000n };
    const data = house.encodeFunctionData(name, given);
    const call = { to: clearinghouse!, data, gasLimit: gas, chainId: 31_337, type: 2, nonce, ...fees };
    const raw = await wallet.signTransaction(call);
    await provider
      .send("eth_sendRawTransaction", [raw])
      .catch((error: Error) => console.log(name, error.message.slice(0, 200)));
    ++nonce;
  };
  for (const group of new Set(groupOf.values())) {
    const ids = [...groupOf]
      .filter(([, own]) => own === group)
      .map(([id]) => id)
      .sort((a, b) => (a < b ? -1 : 1));
    const [{ phase, gapped, until, lastUnlock, absorbed }] = await ask("group", [clearinghouse, group]);
    const everybody: { account: bigint; atFrozen: bigint; standing: bigint }[] = [];
    for (let from = 0; from < ids.length; from += 1_000) {
      everybody.push(...(await ask("accounts", [clearinghouse, ids.slice(from, from + 1_000)]))[0]);
    }
    const below = everybody.filter(({ atFrozen }) => atFrozen < 0n);
    if (phase === 2n || (phase === 1n && time >= until && absorbed > 0n))
      await send("deleverage", [group, 1_000n], 16_000_000);
    else if (phase === 1n && time >= until) await send("poke", [group], 1_000_000);
    else if (phase === 0n && gapped && below.length === 0) await send("poke", [group], 1_000_000);
    else if (phase === 1n || gapped || time >= lastUnlock + 120n) {
      for (let from = 0; from < below.length; from += 150) {
        await send("absorb", [group, below.slice(from, from + 150).map(({ account }) => account)], 16_000_000);
      }
    }
    const weak = everybody.filter(({ standing, atFrozen }) => standing === 4n && atFrozen >= 0n).slice(0, 40);
    if (gapped && phase === 0n) continue;
    for (const { account } of weak)
      await send("liquidateToAccount", [account, group << 2n, group, 2n ** 71n, 0n], 600_000);
  }
}

async function ask(name: string, given: unknown[]) {
  const data = views.encodeFunctionData(name, given);
  const answer = await provider.send("eth_call", [{ to: lens, data, gas: "0x77359400" }, "latest"]);
  return views.decodeFunctionResult(name, answer);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
