// SPDX-License-Identifier: MIT
import type { Finding } from "./Finding.js";
import type { Rebuilt } from "./rebuild.js";

/** Every lock's settlement, recomputed from events alone: who paid what, and which levels were torn up. */
export function checkReceipts({ receipts }: Rebuilt): Finding {
  const faults = receipts.flatMap(({ group, lock, faults: found }) =>
    found.map(({ event, figure }) => `lock ${lock} of group ${group}: ${figure} of ${event}`),
  );
  const sum = (name: "deficit" | "vaultPaid" | "charged" | "shortfall") =>
    (Number(receipts.reduce((all, receipt) => all + receipt[name], 0n)) / 1e9).toFixed(2);
  const defaults = receipts.reduce((all, { absorbed }) => all + absorbed.length, 0);
  const paid = `vault ${sum("vaultPaid")}, winners ${sum("charged")}, shortfall ${sum("shortfall")}`;
  const says = `${receipts.length} locks recomputed from events, ${defaults} defaults that owed ${sum("deficit")}: ${paid}`;
  return { what: "receipts", says, faults };
}
