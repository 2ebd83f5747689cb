// SPDX-License-Identifier: MIT
import { headerAt, logsIn } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { FullPage } from "../journal/page.js";
import type { MinedFill } from "./auditChain.js";

const PAGE = 2_000; // blocks
/** Seconds that a match may be on its way. */
const ON_ITS_WAY = 600;

/** All makers' fills of a clearinghouse, and the last statement whose matches have to be among them. */
export async function minedFills(
  rpc: Rpc,
  clearinghouse: Address,
  from: number,
  pages: readonly FullPage[],
): Promise<{ fills: MinedFill[]; settledTo: number }> {
  const head = (await headerAt(rpc, "latest"))!;
  const fills: MinedFill[] = [];
  for (let block = from; block <= head.number; block += PAGE) {
    const logs = await logsIn(rpc, clearinghouse, block, Math.min(head.number, block + PAGE - 1));
    for (const log of logs) {
      const event = decodeVenueLog(log);
      if (event?.kind !== "Traded") continue;
      const size = event.takerSize < 0n ? -event.takerSize : event.takerSize;
      fills.push({ transaction: log.transaction as Hex, account: event.maker, salt: event.makerSalt, size });
    }
  }
  const settled = pages.filter(({ time }) => time < Number(head.timestamp) - ON_ITS_WAY).at(-1);
  return { fills, settledTo: settled === undefined ? 0 : settled.first + settled.count - 1 };
}

export async function senderOf(rpc: Rpc, transaction: string): Promise<string> {
  return ((await rpc.send("eth_getTransactionByHash", [transaction])) as { from: string }).from;
}
