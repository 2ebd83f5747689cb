// SPDX-License-Identifier: MIT
import { ORDER_TYPES, typedOrder, type Address, type Order } from "./order.js";

export type Hex = `0x${string}`;

/** keccak-256 of bytes given as 0x-prefixed hex: `keccak256` of ethers or of viem. */
export type Keccak = (data: Hex) => string;

const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/** The EIP-712 struct hash of an order, as `lens.order` tells it. */
export function orderHash(order: Order, keccak: Keccak): Hex {
  const members = ORDER_TYPES.Order.map(({ name, type }) => `${type} ${name}`).join();
  const words = ORDER_TYPES.Order.map(({ name }) => wordOf(order[name as keyof Order]));
  return hashOf(keccak, [hashText(keccak, `Order(${members})`), ...words]);
}

/** What is signed: the EIP-712 digest of an order for one clearinghouse on one chain. */
export function orderDigest(order: Order, chainId: bigint, verifyingContract: Address, keccak: Keccak): Hex {
  const { domain } = typedOrder(order, chainId, verifyingContract);
  const separator = hashOf(keccak, [
    ...[hashText(keccak, DOMAIN_TYPE), hashText(keccak, domain.name), hashText(keccak, domain.version)],
    ...[wordOf(chainId), wordOf(verifyingContract)],
  ]);
  return keccak(`0x1901${separator.slice(2)}${orderHash(order, keccak).slice(2)}`) as Hex;
}

function hashOf(keccak: Keccak, words: string[]): Hex {
  return keccak(`0x${words.map((word) => word.replace(/^0x/, "")).join("")}`) as Hex;
}

function hashText(keccak: Keccak, ascii: string): Hex {
  const bytes = [...new TextEncoder().encode(ascii)].map((byte) => byte.toString(16).padStart(2, "0"));
  return keccak(`0x${bytes.join("")}`) as Hex;
}

function wordOf(value: bigint | boolean | string): string {
  return BigInt.asUintN(256, BigInt(value)).toString(16).padStart(64, "0");
}
