// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { domainSeparator, hashHex, hashText, typedDigest, word, wordOf } from "../journal/bytes.js";

const BELOW_TYPE = wordOf(hashText("CancelBelow(uint192 account,uint64 below)"));
const CANCEL_TYPE = wordOf(hashText("Cancel(bytes32 order)"));

/** The wish of an order's owner, or of a key that he has listed, to take it out of the book. */
export interface SignedCancel {
  /** Hash of the order. */
  readonly order: Hex;
  readonly signature: Hex;
  /** The signature is of `CancelBelow`, for all orders of the account of a lower sequence. Decimal text. */
  readonly below?: string | undefined;
}

/** What a signer of a cancellation signs, in the relay's domain. It names one order, and is of no other use. */
export function cancelDigest(order: Hex, chainId: bigint, clearinghouse: Address): Hex {
  return typedDigest(domainSeparator("Novation Relay", chainId, clearinghouse), hashHex(CANCEL_TYPE + wordOf(order)));
}

/** What a signer signs to take all orders of an account out of the book whose sequence is below one. */
export function cancelBelowDigest(account: bigint, below: bigint, chainId: bigint, clearinghouse: Address): Hex {
  const struct = hashHex(BELOW_TYPE + word(account) + word(below));
  return typedDigest(domainSeparator("Novation Relay", chainId, clearinghouse), struct);
}
