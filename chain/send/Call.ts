// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";

/** A transaction's receiver, calldata and ether. */
export interface Call {
  readonly to: Address;
  readonly data: string;
  /** Wei; none if it is left out. */
  readonly value?: bigint;
}
