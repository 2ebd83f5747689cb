// SPDX-License-Identifier: MIT
import { checkedOrder } from "./checkOrder.js";
import { keccak256 } from "./keccak.js";
import { ORDER_TYPES, typedOrder, type Address, type Order } from "./order.js";
import { DOMAIN_TYPES } from "./typedOrderV4.js";

export type Hex = `0x${string}`;

/** keccak-256 of bytes given as 0x-prefixed hex: `keccak256` of ethers or of viem. */
export type Keccak = (data: Hex) => string;

/** The EIP-712 struct hash of an order, as `lens.order` tells it. `keccak`: a faster one than the SDK's own. */
export function orderHash(order: Order, keccak: Keccak = keccak256): Hex {
  const checked = checkedOrder(order);
  const words = ORDER_TYPES.Order.map(({ name }) => wordOf(checked[name as keyof Order]));
  return hashOf(keccak, [hashText(keccak, typeText("Order", ORDER_TYPES.Order)), ...words]);
}

/** What is signed: the EIP-712 digest of an order for one clearinghouse on one chain. */
export function orderDigest(
  order: Order,
  chainId: bigint,
  verifyingContract: Address,
  keccak: Keccak = keccak256,
): Hex {
  const { domain } = typedOrder(order, chainId, verifyingContract);
  const separator = hashOf(keccak, [
    hashText(keccak, typeText("EIP712Domain", DOMAIN_TYPES)),
    hashText(keccak, domain.name),
    hashText(keccak, domain.version),
    wordOf(domain.chainId),
    wordOf(domain.verifyingContract),
  ]);
  return keccak(`0x1901${separator.slice(2)}${orderHash(order, keccak).slice(2)}`) as Hex;
}

function typeText(name: string, members: readonly { name: string; type: string }[]): string {
  return `${name}(${members.map((member) => `${member.type} ${member.name}`).join()})`;
}

function hashOf(keccak: Keccak, words: string[]): Hex {
  return keccak(`0x${words.map((word) => word.replace(/^0x/, "")).join("")}`) as Hex;
}

function hashText(keccak: Keccak, ascii: string): Hex {
  const bytes = [...new TextEncoder().encode(ascii)].map((byte) => byte.toString(16).padStart(2, "0"));
  return keccak(`0x${bytes.join("")}`) as Hex;
}

/** Checked before: it fits its type. */
function wordOf(value: bigint | boolean | string): string {
  return BigInt.asUintN(256, BigInt(value)).toString(16).padStart(64, "0");
}
