// SPDX-License-Identifier: MIT
import { previewSettlement, price, type GroupId, type Venue, type SettlementPreview } from "../index.js";
import type { NovationClient } from "../client/index.js";

/** While a group is locked: who would pay what if its settlement began now. The recorded marks are asked for, all else is rebuilt. */
export async function settlement(venue: Venue, id: GroupId, reader: NovationClient): Promise<SettlementPreview> {
  const recorded = [];
  for (const market of venue.groups.get(id)!.markets) {
    const { anchor, recordedMark } = await reader.market(market.id);
    recorded.push({ anchor: price(anchor), frozen: price(recordedMark) });
  }
  return previewSettlement(venue, id, recorded);
}
