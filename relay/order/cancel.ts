// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { domainSeparator, hashHex, hashText, typedDigest, wordOf } from "../journal/bytes.js";

const CANCEL_TYPE = wordOf(hashText("Cancel(bytes32 order)"));

/** The wish of an order's owner, or of a key that he has listed, to take it out of the book. */
export interface SignedCancel {
  /** Hash of the order. */
  readonly order: Hex;
  readonly signature: Hex;
}

/** What a signer of a cancellation signs, in the relay's domain. It names one order, and is of no other use. */
export function cancelDigest(order: Hex, chainId: bigint, clearinghouse: Address): Hex {
  return typedDigest(domainSeparator("Novation Relay", chainId, clearinghouse), hashHex(CANCEL_TYPE + wordOf(order)));
}
