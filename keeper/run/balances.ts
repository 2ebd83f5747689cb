// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Sender } from "../../chain/send/Sender.js";
import type { Metrics } from "./metrics.js";

/** Tells what each key has, and warns of one that is short. */
export async function tellBalances(
  sender: Sender,
  minBalance: bigint,
  { metrics, log }: { readonly metrics: Metrics; readonly log: Logger },
): Promise<void> {
  for (const lane of sender.lanes) {
    const balance = await lane.balance();
    metrics.balance.set({ lane: lane.address }, Number(balance));
    if (balance >= minBalance) continue;
    log.warn({ key: lane.address, wei: String(balance) }, "a key is short of gas money: top it up");
  }
}
