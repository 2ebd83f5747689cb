// SPDX-License-Identifier: MIT
import type { Wallet } from "ethers";
import type { AccountId } from "../../sdk/order.js";

export interface Trader {
  readonly name: string;
  readonly wallet: Wallet;
  readonly account: AccountId;
}
