// SPDX-License-Identifier: MIT
import { ORDER_TYPES, typedOrder, type Address, type Order } from "./order.js";

/** EIP-712 typed data as JSON: what `eth_signTypedData_v4` takes. */
export interface TypedDataV4 {
  readonly types: {
    readonly EIP712Domain: { name: string; type: string }[];
    readonly Order: { name: string; type: string }[];
  };
  readonly primaryType: "Order";
  readonly domain: { name: string; version: string; chainId: string; verifyingContract: Address };
  /** The order, its numbers as decimal text. */
  readonly message: Record<keyof Order, string | boolean>;
}

/** The types of the domain's members; libraries add them by themselves, wallets want to be told. */
export const DOMAIN_TYPES = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];

/**
 * What to send to a wallet without a library: `request({ method: "eth_signTypedData_v4", params: [signer,
 * JSON.stringify(typed)] })`.
 * JSON has no bigint, and wallets read large numbers from decimal text exactly.
 */
export function typedOrderV4(order: Order, chainId: bigint, verifyingContract: Address): TypedDataV4 {
  const { domain, primaryType, message } = typedOrder(order, chainId, verifyingContract);
  const told = ORDER_TYPES.Order.map(({ name }) => {
    const value = message[name as keyof Order];
    return [name, typeof value === "bigint" ? String(value) : value];
  });
  return {
    types: { EIP712Domain: copied(DOMAIN_TYPES), Order: copied(ORDER_TYPES.Order) },
    primaryType,
    domain: { ...domain, chainId: String(domain.chainId) },
    message: Object.fromEntries(told) as TypedDataV4["message"],
  };
}

/** So that nobody who changes what he was given changes what others are given. */
function copied(members: readonly { name: string; type: string }[]): { name: string; type: string }[] {
  return members.map((member) => ({ ...member }));
}
