// SPDX-License-Identifier: MIT
import { and, asc, desc, eq, gt, lt, or } from "drizzle-orm";
import { db } from "ponder:api";
import { accounts, defaults, entries, fills, lifecycles, nodes, orders, positions, receipts } from "../../../schema";
import { abs } from "../../../../sdk/arithmetic";
import { ONE } from "../../../../sdk/frame";
import { listOf, objectOf, rowSchema } from "../json";
import { count, oneOf, text, time, whole } from "../parameters";
import { NotFound, Text, route } from "../Route";
import { historyCsv } from "../csv";

const ACCOUNT = whole("the account's id, `owner << 32 | number`");
const AFTER = { ...whole("the `seq` of the last row seen; default: from the beginning"), absent: 0n };
const LIMIT = count("rows at most", 1, 1_000, 100);

export const accountRoutes = [
  route(
    "/v1/owners/:owner/accounts",
    "The accounts of an owner",
    { owner: text("an address", /^0x[0-9a-fA-F]{40}$/, `0x${"0".repeat(40)}`) },
    listOf(rowSchema(accounts)),
    ({ owner }) =>
      db
        .select()
        .from(accounts)
        .where(eq(accounts.owner, owner.toLowerCase() as `0x${string}`)),
  ),
  route(
    "/v1/accounts/:account",
    "Cash and positions of an account, with the lifecycle of each",
    { account: ACCOUNT },
    objectOf({ account: rowSchema(accounts), positions: listOf(rowSchema(lifecycles)) }),
    async ({ account }) => {
      const [row] = await db.select().from(accounts).where(eq(accounts.id, account));
      if (row === undefined) throw new NotFound(`account ${account} was never seen`);
      return { account: row, positions: await held(account) };
    },
  ),
  route(
    "/v1/accounts/:account/history",
    "Everything that changed an account: its ledger, fills, receipts of locks and defaults, oldest first. As CSV for " +
      "tax: amounts in decimals, a row a change",
    {
      account: ACCOUNT,
      format: oneOf("format", ["json", "csv"], "json"),
      from: time("from", 0),
      to: time("before", 4_102_444_800),
      after: AFTER,
      limit: count("entries and fills at most, each", 1, 10_000, 1_000),
    },
    objectOf({
      entries: listOf(rowSchema(entries)),
      fills: listOf(rowSchema(fills)),
      receipts: listOf(rowSchema(receipts)),
      defaults: listOf(rowSchema(defaults)),
    }),
    async (asked) => {
      const history = await historyOf(asked);
      return asked.format === "json"
        ? history
        : new Text(historyCsv(asked.account, history), "text/csv; charset=utf-8");
    },
  ),
  route(
    "/v1/accounts/:account/positions",
    "An account's positions from flat to flat, latest first: entry, profit, fees, funding, charges",
    { account: ACCOUNT, limit: LIMIT },
    listOf(rowSchema(lifecycles)),
    ({ account, limit }) =>
      db
        .select()
        .from(lifecycles)
        .where(eq(lifecycles.account, account))
        .orderBy(desc(lifecycles.openedSeq))
        .limit(limit),
  ),
  route(
    "/v1/accounts/:account/orders",
    "An account's orders that the chain has seen, latest first",
    { account: ACCOUNT, limit: LIMIT },
    listOf(rowSchema(orders)),
    ({ account, limit }) =>
      db.select().from(orders).where(eq(orders.account, account)).orderBy(desc(orders.seq)).limit(limit),
  ),
];

/** Open positions with the size that tear-ups have left of them. */
async function held(account: bigint) {
  const open = await db.select().from(positions).where(eq(positions.account, account));
  const rows = [];
  for (const position of open) {
    if (position.shares === 0n) continue;
    const id = `${position.market}-${position.shares > 0n ? "L" : "S"}-${position.node}`;
    const [node] = await db.select().from(nodes).where(eq(nodes.id, id));
    const [lifecycle] = await db
      .select()
      .from(lifecycles)
      .where(eq(lifecycles.id, `${position.id}-${position.lifecycle}`));
    const size = (abs(position.shares) * node!.remaining) / ONE;
    rows.push({ ...lifecycle, size: position.shares < 0n ? -size : size });
  }
  return rows;
}

interface Asked {
  account: bigint;
  from: number;
  to: number;
  after: bigint;
  limit: number;
}

async function historyOf({ account, from, to, after, limit }: Asked) {
  const seq = Number(after);
  const within = (table: { time: typeof entries.time }) =>
    and(from === 0 ? undefined : gt(table.time, from - 1), lt(table.time, to));
  const mine = and(eq(entries.account, account), gt(entries.seq, seq), within(entries));
  const traded = and(
    or(eq(fills.taker, account), eq(fills.maker, account)),
    gt(fills.seq, seq),
    within(fills as unknown as typeof entries),
  );
  return {
    entries: await db.select().from(entries).where(mine).orderBy(asc(entries.seq)).limit(limit),
    fills: await db.select().from(fills).where(traded).orderBy(asc(fills.seq)).limit(limit),
    receipts: await db.select().from(receipts).where(eq(receipts.account, account)),
    defaults: await db.select().from(defaults).where(eq(defaults.account, account)),
  };
}
