// SPDX-License-Identifier: MIT
import { toQuantity } from "ethers";

const BASE_FEE = 1_000_000_000n;
const GAS_LIMIT = 60_000_000; // of a block

type Send = (method: string, params: unknown[]) => Promise<unknown>;

/** From now on a block comes every `block` seconds of the wall, `step` seconds of the chain's clock after the last. */
export async function runChain(send: Send, block: number, step: number): Promise<void> {
  await send("evm_setBlockGasLimit", [toQuantity(GAS_LIMIT)]);
  await send("anvil_setNextBlockBaseFeePerGas", [toQuantity(BASE_FEE)]);
  await send("anvil_setBlockTimestampInterval", [step]);
  await goOn(send, block);
}

/** A block every `block` seconds of the wall. */
export async function goOn(send: Send, block: number): Promise<void> {
  await send("evm_setIntervalMining", [block]);
}

/** The chain's clock is the wall's, if it is behind. */
export async function toPresent(send: Send): Promise<void> {
  const block = (await send("eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
  const now = Math.floor(Date.now() / 1_000);
  if (Number(block.timestamp) >= now) return;
  await send("evm_setNextBlockTimestamp", [now]);
  await send("evm_mine", []);
}

/** No more blocks. */
export async function stopBlocks(send: Send): Promise<void> {
  await send("evm_setIntervalMining", [0]);
}
