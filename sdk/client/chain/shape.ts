// SPDX-License-Identifier: MIT

const isQuantity = (value: unknown) => typeof value === "string" && /^0x[0-9a-f]+$/i.test(value);
const isBytes = (value: unknown) => typeof value === "string" && /^0x([0-9a-f]{2})*$/i.test(value);
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const orNull = (is: (value: unknown) => boolean) => (value: unknown) => value === null || is(value);

const SHAPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  eth_chainId: isQuantity,
  eth_estimateGas: isQuantity,
  eth_getBalance: isQuantity,
  eth_getTransactionCount: isQuantity,
  eth_call: isBytes,
  eth_getCode: isBytes,
  eth_sendRawTransaction: isBytes,
  eth_getLogs: Array.isArray,
  eth_getBlockReceipts: orNull(Array.isArray),
  eth_getBlockByNumber: orNull(isObject),
  eth_getTransactionReceipt: orNull(isObject),
};

/** Has a result the form that results of the method have? What has another one is no answer. */
export function hasShape(method: string, result: unknown): boolean {
  return SHAPES[method]?.(result) ?? true;
}
