// SPDX-License-Identifier: MIT
import { ownerOf, type AccountId } from "../order.js";
import { Rejected } from "./Rejected.js";
import type { Account, State } from "./state.js";

/** Is the owner of the account kept from new risk by the access gate? */
export function isBarred(state: State, id: AccountId): boolean {
  return state.barred.has(ownerOf(id).toLowerCase());
}

/** A deposit is asked about while the account has no position, and never of the vault's accounts. */
export function requireDeposit(state: State, { id, positions }: Account): void {
  if (positions.size > 0 || ownerOf(id).toLowerCase() === state.vault.toLowerCase()) return;
  if (isBarred(state, id)) throw new Rejected("AccessDenied");
}
