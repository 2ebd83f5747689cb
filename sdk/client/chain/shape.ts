// SPDX-License-Identifier: MIT

export const isQuantity = (value: unknown): value is string =>
  typeof value === "string" && /^0x[0-9a-f]+$/i.test(value);
const isBytes = (value: unknown) => typeof value === "string" && /^0x([0-9a-f]{2})*$/i.test(value);
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const orNull = (is: (value: unknown) => boolean) => (value: unknown) => value === null || is(value);

/** With what a log of a block has. */
export function isLog(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { address, topics, data, blockNumber, blockHash, logIndex } = value as Record<string, unknown>;
  const isTold = isBytes(address) && Array.isArray(topics) && topics.every(isBytes) && isBytes(data);
  return isTold && isQuantity(blockNumber) && isQuantity(logIndex) && typeof blockHash === "string";
}

/** With what every block has. */
function isBlock(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { number, hash, parentHash, timestamp, transactions } = value as Record<string, unknown>;
  const isDated = isQuantity(number) && isQuantity(timestamp);
  return isDated && typeof hash === "string" && typeof parentHash === "string" && Array.isArray(transactions);
}

const SHAPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  eth_chainId: isQuantity,
  eth_estimateGas: isQuantity,
  eth_getBalance: isQuantity,
  eth_getTransactionCount: isQuantity,
  eth_call: isBytes,
  eth_getCode: isBytes,
  eth_sendRawTransaction: isBytes,
  eth_getLogs: (value) => Array.isArray(value) && value.every(isLog),
  eth_getBlockReceipts: orNull(Array.isArray),
  eth_getBlockByNumber: orNull(isBlock),
  eth_getTransactionReceipt: orNull(isObject),
};

/** Has a result the form that results of the method have? What has another one is no answer. */
export function hasShape(method: string, result: unknown): boolean {
  return SHAPES[method]?.(result) ?? true;
}
