// SPDX-License-Identifier: MIT
import { and, asc, desc, eq, gte, lt } from "drizzle-orm";
import { db } from "ponder:api";
import { batches, feeSplits, holders, requests, shortfalls, vaultFlows, vaultPrices } from "../../../schema";
import { listOf, objectOf, rowSchema } from "../json";
import { PAGE, given, latest } from "../pages";
import { count, optional, text, time, whole } from "../parameters";
import { route } from "../Route";

const FEW = count("rows at most, of each list", 1, 1_000, 100);
const LIMIT = count("rows at most", 1, 1_000, 100);
const OWNER = text("an address", /^0x[0-9a-fA-F]{40}$/, `0x${"0".repeat(40)}`);
const BATCH = optional(whole("batches before this id"));

export const vaultRoutes = [
  route(
    "/v1/vault",
    "The insurance vault: prices of a share, batches, fees and shortfalls, latest first",
    { limit: FEW },
    objectOf({
      prices: listOf(rowSchema(vaultPrices)),
      batches: listOf(rowSchema(batches)),
      fees: listOf(rowSchema(feeSplits)),
      shortfalls: listOf(rowSchema(shortfalls)),
    }),
    async ({ limit }) => ({
      prices: await latest(vaultPrices, vaultPrices.seq, undefined, { before: null, limit }),
      batches: await db.select().from(batches).orderBy(desc(batches.id)).limit(limit),
      fees: await latest(feeSplits, feeSplits.seq, undefined, { before: null, limit }),
      shortfalls: await latest(shortfalls, shortfalls.seq, undefined, { before: null, limit }),
    }),
  ),
  route(
    "/v1/vault/prices",
    "What a share cost or was worth at each deposit and priced batch (1e18: assets per share), latest first",
    { from: time("from", 0), to: time("before", 4_102_444_800), ...PAGE },
    listOf(rowSchema(vaultPrices)),
    ({ from, to, ...page }) => {
      const within = and(gte(vaultPrices.time, from), lt(vaultPrices.time, to));
      return latest(vaultPrices, vaultPrices.seq, within, page);
    },
  ),
  route(
    "/v1/vault/flows",
    "Deposits, requests and claims of all, latest first",
    PAGE,
    listOf(rowSchema(vaultFlows)),
    (page) => latest(vaultFlows, vaultFlows.seq, undefined, page),
  ),
  route(
    "/v1/vault/batches",
    "Batches of redeems: when each gathers, is due and was priced, latest first",
    { before: BATCH, limit: LIMIT },
    listOf(rowSchema(batches)),
    ({ before, limit }) =>
      db
        .select()
        .from(batches)
        .where(before === null ? undefined : lt(batches.id, before))
        .orderBy(desc(batches.id))
        .limit(limit),
  ),
  route(
    "/v1/vault/requests",
    "Requests to redeem, of a batch or of a controller, the latest batch first",
    {
      batch: optional(whole("of this batch")),
      controller: optional(OWNER),
      before: BATCH,
      limit: LIMIT,
    },
    listOf(rowSchema(requests)),
    ({ batch, controller, before, limit }) =>
      db
        .select()
        .from(requests)
        .where(
          and(
            given(requests.batch, batch),
            given(requests.controller, controller?.toLowerCase() ?? null),
            before === null ? undefined : lt(requests.batch, before),
          ),
        )
        .orderBy(desc(requests.batch), asc(requests.id))
        .limit(limit),
  ),
  route(
    "/v1/vault/holders/:owner",
    "An address's shares, its latest requests, and what it deposited and claimed, latest first",
    { owner: OWNER, limit: FEW },
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
        requests: await db
          .select()
          .from(requests)
          .where(eq(requests.controller, address))
          .orderBy(desc(requests.batch))
          .limit(limit),
        flows: await latest(vaultFlows, vaultFlows.seq, eq(vaultFlows.owner, address), { before: null, limit }),
      };
    },
  ),
];
