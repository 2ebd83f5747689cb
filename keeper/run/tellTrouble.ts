// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Sender } from "../../chain/send/Sender.js";
import { RpcRefused } from "../../sdk/client/chain/Rpc.js";

/** What a node does not take is told. */
export function tellTrouble(sender: Sender, log: Logger): void {
  sender.onTrouble = (failure) => {
    const poor = failure instanceof RpcRefused && failure.verdict === "no funds";
    const told = poor ? "a key cannot pay for its transactions: top it up" : "node took no transaction";
    log.warn({ reason: (failure as Error).message }, told);
  };
}
