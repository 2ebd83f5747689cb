// SPDX-License-Identifier: MIT
import type { GroupId } from "../index.js";
import type { NovationClient } from "../client/index.js";

/** While a group is locked: who would pay what if its settlement began now. */
export async function settlement(reader: NovationClient, id: GroupId): Promise<Record<string, bigint>> {
  const { deficit, vaultPaid, charged, shortfall } = await reader.settlement(id);
  return { deficit, vaultPaid, charged, shortfall };
}
