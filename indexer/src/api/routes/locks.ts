// SPDX-License-Identifier: MIT
import { and, asc, eq } from "drizzle-orm";
import { db } from "ponder:api";
import { defaults, lockMarkets, lockNodes, locks, receipts, reliefs, shortfalls } from "../../../schema";
import { MAYBE, listOf, objectOf, rowSchema } from "../json";
import { namedSchema, withSeries } from "../names";
import { PAGE, after, given, latest } from "../pages";
import { count, cursor, oneOf, optional, text, whole } from "../parameters";
import { NotFound, route } from "../Route";

const LOCK = text("the lock's id, group-number", /^[0-9]{1,10}-[0-9]{1,10}$/, "1-1");
const STATES = ["all", "locked", "settling", "settled", "lifted"] as const;
const OF_LOCK = count("rows at most", 1, 10_000, 1_000);
/** As many markets as a group can have. */
const MARKETS = 256;

export const lockRoutes = [
  route(
    "/v1/locks",
    "The locks of all clearing groups, latest first",
    { group: optional(whole("of this group alone")), state: oneOf("in which state", STATES, "all"), ...PAGE },
    listOf(rowSchema(locks)),
    ({ group, state, ...page }) => {
      const inState = state === "all" ? undefined : eq(locks.state, state.toUpperCase());
      return latest(locks, locks.seq, and(given(locks.group, group), inState), page);
    },
  ),
  route(
    "/v1/groups/:group/locks",
    "The locks of a clearing group, latest first",
    {
      group: whole("the group's id"),
      before: cursor("locks before this number; default: the latest"),
      limit: PAGE.limit,
    },
    listOf(rowSchema(locks)),
    ({ group, ...page }) => latest(locks, locks.number, eq(locks.group, group), page),
  ),
  route(
    "/v1/locks/:lock/receipt",
    "The receipt of a lock: who was absorbed, what vault, winners and recovery paid, account by account, and which " +
      "levels of the queue were torn up. Receipts in pages of whole accounts, ascending: `next` is the next page's " +
      "`after`. Defaults, levels and who is registered up to `limit` each; all of them at /defaults, /levels and /reliefs",
    {
      lock: LOCK,
      after: optional(whole("receipts of accounts after this id")),
      limit: count("rows at most of each list", 10, 10_000, 1_000),
    },
    objectOf({
      lock: rowSchema(locks),
      markets: listOf(namedSchema(lockMarkets)),
      defaults: listOf(rowSchema(defaults)),
      nodes: listOf(rowSchema(lockNodes)),
      reliefs: listOf(rowSchema(reliefs)),
      receipts: listOf(namedSchema(receipts)),
      next: MAYBE,
    }),
    async ({ lock: id, after: from, limit }) => {
      const [lock] = await db.select().from(locks).where(eq(locks.id, id));
      if (lock === undefined) throw new NotFound(`there is no lock ${id}`);
      const own = await db.select().from(lockMarkets).where(eq(lockMarkets.lock, id)).limit(MARKETS);
      return {
        lock,
        markets: await withSeries(own, () => lock.seq),
        defaults: await defaultsOf(id, null, limit),
        nodes: await levelsOf(id, null, limit),
        reliefs: await reliefsOf(id, null, limit),
        ...(await receiptsOf(id, from, limit)),
      };
    },
  ),
  route(
    "/v1/locks/:lock/defaults",
    "Who was absorbed in a lock, in order",
    { lock: LOCK, after: cursor("rows after this `seq`"), limit: OF_LOCK },
    listOf(rowSchema(defaults)),
    ({ lock, after: from, limit }) => defaultsOf(lock, from, limit),
  ),
  route(
    "/v1/locks/:lock/reliefs",
    "Who is registered in a lock, and so charged on gains less losses; what came back of the charge, in order",
    { lock: LOCK, after: cursor("rows after this `seq`"), limit: OF_LOCK },
    listOf(rowSchema(reliefs)),
    ({ lock, after: from, limit }) => reliefsOf(lock, from, limit),
  ),
  route(
    "/v1/locks/:lock/levels",
    "Which levels of the queue were torn up in a lock, and by how much, in the order of their last tear-up",
    { lock: LOCK, after: cursor("rows after this `seq`"), limit: OF_LOCK },
    listOf(rowSchema(lockNodes)),
    ({ lock, after: from, limit }) => levelsOf(lock, from, limit),
  ),
  route(
    "/v1/shortfalls",
    "Losses that nobody could pay, and what healed them, latest first",
    PAGE,
    listOf(rowSchema(shortfalls)),
    (page) => latest(shortfalls, shortfalls.seq, undefined, page),
  ),
];

function defaultsOf(lock: string, from: number | null, limit: number) {
  return db
    .select()
    .from(defaults)
    .where(and(eq(defaults.lock, lock), after(defaults.seq, from)))
    .orderBy(asc(defaults.seq))
    .limit(limit);
}

function reliefsOf(lock: string, from: number | null, limit: number) {
  return db
    .select()
    .from(reliefs)
    .where(and(eq(reliefs.lock, lock), after(reliefs.seq, from)))
    .orderBy(asc(reliefs.seq))
    .limit(limit);
}

function levelsOf(lock: string, from: number | null, limit: number) {
  return db
    .select()
    .from(lockNodes)
    .where(and(eq(lockNodes.lock, lock), after(lockNodes.seq, from)))
    .orderBy(asc(lockNodes.seq))
    .limit(limit);
}

/** An account has a receipt for each market of the group: the last account of a full page is left to the next. */
async function receiptsOf(lock: string, from: bigint | null, limit: number) {
  const rows = await db
    .select()
    .from(receipts)
    .where(and(eq(receipts.lock, lock), after(receipts.account, from)))
    .orderBy(asc(receipts.account), asc(receipts.market))
    .limit(limit);
  const seqOf = ({ seq }: { seq: number }) => seq;
  if (rows.length < limit) return { receipts: await withSeries(rows, seqOf), next: null };
  const { account: last } = rows.at(-1)!;
  const before = rows.filter(({ account }) => account !== last);
  // An account of options may have more than fit.
  const own = and(eq(receipts.lock, lock), eq(receipts.account, last));
  const whole = before.length > 0 ? before : await db.select().from(receipts).where(own).limit(MARKETS);
  return { receipts: await withSeries(whole, seqOf), next: whole.at(-1)!.account };
}
