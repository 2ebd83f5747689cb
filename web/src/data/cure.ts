// SPDX-License-Identifier: MIT
import type { AccountView } from "./lens";

/** What brings equity up to the call level, 1e-9 quote: a deposit of it ends a margin call, and nothing less does. */
export function cureOf({ health }: { readonly health: Pick<AccountView["health"], "callLevel" | "equity"> }): bigint {
  const missing = health.callLevel - health.equity;
  return missing > 0n ? missing : 0n;
}
