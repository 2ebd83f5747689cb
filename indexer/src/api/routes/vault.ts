// SPDX-License-Identifier: MIT
import { asc, desc, eq } from "drizzle-orm";
import { db } from "ponder:api";
import {
  batches,
  feeSplits,
  functionRoles,
  holders,
  operations,
  parameterChanges,
  requests,
  roles,
  shortfalls,
  vaultFlows,
  vaultPrices,
} from "../../../schema";
import { listOf, objectOf, rowSchema } from "../json";
import { count, text } from "../parameters";
import { route } from "../Route";

const LIMIT = count("rows at most, of each list", 1, 1_000, 100);

export const vaultRoutes = [
  route(
    "/v1/vault",
    "The insurance vault: prices of a share, batches, fees and shortfalls, latest first",
    { limit: LIMIT },
    objectOf({
      prices: listOf(rowSchema(vaultPrices)),
      batches: listOf(rowSchema(batches)),
      fees: listOf(rowSchema(feeSplits)),
      shortfalls: listOf(rowSchema(shortfalls)),
    }),
    async ({ limit }) => ({
      prices: await db.select().from(vaultPrices).orderBy(desc(vaultPrices.seq)).limit(limit),
      batches: await db.select().from(batches).orderBy(desc(batches.id)).limit(limit),
      fees: await db.select().from(feeSplits).orderBy(desc(feeSplits.seq)).limit(limit),
      shortfalls: await db.select().from(shortfalls).orderBy(desc(shortfalls.seq)).limit(limit),
    }),
  ),
  route(
    "/v1/vault/holders/:owner",
    "An address's shares, requests and what it deposited and claimed, latest first",
    { owner: text("an address", /^0x[0-9a-fA-F]{40}$/, `0x${"0".repeat(40)}`), limit: LIMIT },
    objectOf({
      holder: rowSchema(holders),
      requests: listOf(rowSchema(requests)),
      flows: listOf(rowSchema(vaultFlows)),
    }),
    async ({ owner, limit }) => {
      const address = owner.toLowerCase() as `0x${string}`;
      const [holder] = await db.select().from(holders).where(eq(holders.id, address));
      return {
        holder: holder ?? { id: address, shares: 0n },
        requests: await db.select().from(requests).where(eq(requests.controller, address)),
        flows: await db
          .select()
          .from(vaultFlows)
          .where(eq(vaultFlows.owner, address))
          .orderBy(desc(vaultFlows.seq))
          .limit(limit),
      };
    },
  ),
  route(
    "/v1/governance",
    "Operations that are scheduled, executed or cancelled, who has which role, and parameters over time, latest first",
    { limit: LIMIT },
    objectOf({
      operations: listOf(rowSchema(operations)),
      roles: listOf(rowSchema(roles)),
      functions: listOf(rowSchema(functionRoles)),
      parameters: listOf(rowSchema(parameterChanges)),
    }),
    async ({ limit }) => ({
      operations: await db.select().from(operations).orderBy(desc(operations.scheduledAt)).limit(limit),
      roles: await db.select().from(roles).orderBy(asc(roles.role)),
      functions: await db.select().from(functionRoles).orderBy(asc(functionRoles.role)),
      parameters: await db.select().from(parameterChanges).orderBy(desc(parameterChanges.seq)).limit(limit),
    }),
  ),
];
