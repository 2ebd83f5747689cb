// SPDX-License-Identifier: MIT
import { and, asc, desc, eq, gt } from "drizzle-orm";
import { db } from "ponder:api";
import { defaults, lockMarkets, lockNodes, locks, receipts } from "../../../schema";
import { listOf, objectOf, rowSchema } from "../json";
import { count, text, whole } from "../parameters";
import { NotFound, route } from "../Route";

const LIMIT = count("rows at most", 1, 1_000, 100);

export const lockRoutes = [
  route(
    "/v1/groups/:group/locks",
    "The locks of a clearing group, latest first",
    { group: whole("the group's id"), limit: LIMIT },
    listOf(rowSchema(locks)),
    ({ group, limit }) =>
      db.select().from(locks).where(eq(locks.group, group)).orderBy(desc(locks.number)).limit(limit),
  ),
  route(
    "/v1/locks/:lock/receipt",
    "The receipt of a lock: who was absorbed, what vault, winners and recovery paid, account by account, and which " +
      "levels of the queue were torn up. Accounts in pages, ascending",
    {
      lock: text("the lock's id, group-number", /^[0-9]{1,10}-[0-9]{1,10}$/, "1-1"),
      after: { ...whole("accounts after this id"), absent: 0n },
      limit: count("receipts at most", 1, 10_000, 1_000),
    },
    objectOf({
      lock: rowSchema(locks),
      markets: listOf(rowSchema(lockMarkets)),
      defaults: listOf(rowSchema(defaults)),
      nodes: listOf(rowSchema(lockNodes)),
      receipts: listOf(rowSchema(receipts)),
    }),
    async ({ lock: id, after, limit }) => {
      const [lock] = await db.select().from(locks).where(eq(locks.id, id));
      if (lock === undefined) throw new NotFound(`there is no lock ${id}`);
      return {
        lock,
        markets: await db.select().from(lockMarkets).where(eq(lockMarkets.lock, id)),
        defaults: await db.select().from(defaults).where(eq(defaults.lock, id)).orderBy(asc(defaults.seq)),
        nodes: await db.select().from(lockNodes).where(eq(lockNodes.lock, id)),
        receipts: await db
          .select()
          .from(receipts)
          .where(and(eq(receipts.lock, id), gt(receipts.account, after)))
          .orderBy(asc(receipts.account))
          .limit(limit),
      };
    },
  ),
];
