// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";

/** A transaction's receiver and calldata. */
export interface Call {
  readonly to: Address;
  readonly data: string;
}
