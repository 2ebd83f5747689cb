// SPDX-License-Identifier: MIT
import { previewSettlement, price, type GroupId, type House, type SettlementPreview } from "../index.js";
import type { NovationClient } from "../client/index.js";

/** While a group is locked: who would pay what if its settlement began now. The recorded marks are asked for, all else is rebuilt. */
export async function settlement(house: House, id: GroupId, reader: NovationClient): Promise<SettlementPreview> {
  const recorded = [];
  for (const market of house.groups.get(id)!.markets) {
    const { anchor, candidate } = await reader.market(market.id);
    recorded.push({ anchor: price(anchor), frozen: price(candidate) });
  }
  return previewSettlement(house, id, recorded);
}
