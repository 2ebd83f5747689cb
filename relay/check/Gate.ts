// SPDX-License-Identifier: MIT
import type { SignedOrder } from "../order/Order.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";

/** What an order has to pass before the book sees it: the checks of the contracts. Each throws a Refusal. */
export interface Gate {
  /** Is the signature one that the contracts take? `recovered`: whose key made it, if a key did. May ask the chain. */
  signature(signed: SignedOrder, hash: Hex, recovered: Address | undefined): Promise<void>;
  /** May this signer act for the account now? */
  listed(account: bigint, signer: Address): boolean;
  /** Does the venue's access gate, if it has one, let the order's owner take the risk? Asks the chain if it has to. */
  admitted(signed: SignedOrder): Promise<void>;
  /** Learns what `terms` has to know of orders that trade together. May ask the chain. */
  prepare(orders: readonly SignedOrder[]): Promise<void>;
  /** Terms, market, fee and margin, as of now, with what else the account has in the book. Asks nobody. */
  terms(signed: SignedOrder): void;
  /** The same of the legs of a package, with the margin of all together; also whether it is one. */
  runTerms(legs: readonly SignedOrder[]): void;
}
