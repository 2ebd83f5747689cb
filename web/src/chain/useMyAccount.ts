// SPDX-License-Identifier: MIT
import { useSyncExternalStore } from "react";
import { useAccount } from "wagmi";
import { accountOf, type AccountId, type Address } from "../../../sdk/order.js";

// The sub-account that the page acts for: a number of the connected owner, remembered by this browser.

const KEY = "novation.account";
const listeners = new Set<() => void>();

function chosen(): number {
  const number = Number(localStorage.getItem(KEY) ?? 0);
  return Number.isInteger(number) && number >= 0 && number < 2 ** 32 ? number : 0;
}

export function chooseAccount(number: number): void {
  localStorage.setItem(KEY, String(number));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export interface MyAccount {
  readonly owner: Address;
  readonly number: number;
  readonly id: AccountId;
}

/** Undefined: no wallet is connected. */
export function useMyAccount(): MyAccount | undefined {
  const { address } = useAccount();
  const number = useSyncExternalStore(subscribe, chosen);
  return address && { owner: address, number, id: accountOf(address, number) };
}
