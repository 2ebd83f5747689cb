// SPDX-License-Identifier: MIT
import { numberOf, ownerOf, type AccountId } from "../../../sdk/order.js";
import { address } from "./index";

/** 0x1234…abcd #0. */
export function accountText(account: bigint): string {
  return `${address(ownerOf(account as AccountId))} #${numberOf(account as AccountId)}`;
}

/** Is it one of an owner's? */
export function isOf(account: bigint, owner: string | undefined): boolean {
  return owner !== undefined && ownerOf(account as AccountId) === owner.toLowerCase();
}
