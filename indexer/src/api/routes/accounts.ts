// SPDX-License-Identifier: MIT
import { and, asc, desc, eq, isNotNull, isNull, lt, type Column } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { db } from "ponder:api";
import {
  accounts,
  defaults,
  entries,
  fills,
  lifecycles,
  liquidations,
  marginCalls,
  orders,
  receipts,
  slices,
} from "../../../schema";
import { heldBy } from "../account";
import { historyCsv } from "../csv";
import { timeOfRows } from "../database";
import { equityOf } from "../equity";
import { LEAST, historyOf } from "../history";
import { AMOUNT, MAYBE, NUMBER, listOf, objectOf, rowSchema } from "../json";
import { PAGE, after, given, latest } from "../pages";
import { count, cursor, instant, oneOf, optional, text, time, whole } from "../parameters";
import { namedSchema, withSeries } from "../names";
import { BadRequest, NotFound, Text, route } from "../Route";
import { SECONDS } from "./intervals";

const ACCOUNT = whole("the account's id, `owner << 32 | number`");
const MARKET = optional(whole("of this market alone"));
const MOST_POINTS = 1_000;
const POINTS = 168; // a week of hours
const KINDS = ["deposit", "withdrawal", "transfer", "position", "credit", "absorbed", "relief", "collected"] as const;
const LEDGER = ["all", ...KINDS] as const;

const WHICH = ["all", "open", "closed"] as const;
const seqOf = ({ seq }: { readonly seq: number }): number => seq;

export const accountRoutes = [
  route(
    "/v1/owners/:owner/accounts",
    "The accounts of an owner, ascending",
    {
      owner: text("an address", /^0x[0-9a-fA-F]{40}$/, `0x${"0".repeat(40)}`),
      after: optional(whole("accounts after this id")),
      limit: count("accounts at most", 1, 1_000, 100),
    },
    listOf(rowSchema(accounts)),
    ({ owner, after: from, limit }) =>
      db
        .select()
        .from(accounts)
        .where(and(eq(accounts.owner, owner.toLowerCase() as `0x${string}`), after(accounts.id, from)))
        .orderBy(asc(accounts.id))
        .limit(limit),
  ),
  route(
    "/v1/accounts/:account",
    "Cash, equity and positions of an account at the feeds' latest answers, of options at the marks that the lens " +
      "tells now. Of each position its lifecycle, with what " +
      "has accrued: cashFlow + value = priceProfit - fees - funding - charges",
    { account: ACCOUNT },
    objectOf({
      account: rowSchema(accounts),
      time: NUMBER,
      equity: { ...AMOUNT, type: ["string", "null"] },
      positions: listOf(namedSchema(lifecycles)),
    }),
    async ({ account }) => {
      const [row] = await db.select().from(accounts).where(eq(accounts.id, account));
      if (row === undefined) throw new NotFound(`account ${account} was never seen`);
      const now = await timeOfRows();
      const positions = await withSeries(await heldBy(account, now), ({ openedSeq }) => openedSeq);
      const values = positions.map(({ value }) => value);
      const known = values.every((value) => value !== null);
      const equity = known ? values.reduce((sum, value) => sum + value, row.cash + row.credit) : null;
      return { account: row, time: now, equity, positions };
    },
  ),
  route(
    "/v1/accounts/:account/history",
    "Everything that changed an account: its ledger, fills, slices, receipts of locks and defaults, oldest first. As CSV for " +
      "tax: amounts in decimals, a row a change. `next` (of CSV: the header X-Next-After) is the next page's `after`",
    {
      account: ACCOUNT,
      format: oneOf("format", ["json", "csv"], "json"),
      market: MARKET,
      from: time("from", 0),
      to: time("before", 4_102_444_800),
      after: cursor("rows after this `seq`: the `next` of the page before; default: from the beginning"),
      limit: count("rows of each kind at most", LEAST, 10_000, 1_000),
    },
    objectOf({
      entries: listOf(namedSchema(entries)),
      fills: listOf(namedSchema(fills)),
      receipts: listOf(namedSchema(receipts)),
      slices: listOf(rowSchema(slices)),
      defaults: listOf(rowSchema(defaults)),
      next: { type: ["integer", "null"] },
    }),
    async (asked) => {
      const plain = await historyOf(asked);
      const history = {
        ...plain,
        entries: await withSeries(plain.entries, seqOf),
        fills: await withSeries(plain.fills, seqOf),
        receipts: await withSeries(plain.receipts, seqOf),
      };
      if (asked.format === "json") return history;
      const more: Record<string, string> = history.next === null ? {} : { "x-next-after": String(history.next) };
      return new Text(historyCsv(asked.account, history), "text/csv; charset=utf-8", {
        ...more,
        "access-control-expose-headers": "x-next-after",
        "content-disposition": `attachment; filename="account-${asked.account}.csv"`,
      });
    },
  ),
  route(
    "/v1/accounts/:account/ledger",
    "What changed an account's cash and positions, latest first",
    { account: ACCOUNT, market: MARKET, kind: oneOf("of which kind", LEDGER, "all"), ...PAGE },
    listOf(namedSchema(entries)),
    async ({ account, market, kind, ...page }) => {
      const ofKind = kind === "all" ? undefined : eq(entries.kind, kind.toUpperCase());
      const own = and(eq(entries.account, account), given(entries.market, market), ofKind);
      return withSeries(await latest(entries, entries.seq, own, page), seqOf);
    },
  ),
  route(
    "/v1/accounts/:account/fills",
    "An account's fills as taker and as maker, latest first",
    { account: ACCOUNT, market: MARKET, ...PAGE },
    listOf(namedSchema(fills)),
    async ({ account, market, before, limit }) => {
      const from = before === null ? undefined : lt(fills.seq, before);
      const of = (column: Column) =>
        db
          .select()
          .from(fills)
          .where(and(eq(column, account), given(fills.market, market), from))
          .orderBy(desc(fills.seq))
          .limit(limit);
      return withSeries(await unionAll(of(fills.taker), of(fills.maker)).orderBy(desc(fills.seq)).limit(limit), seqOf);
    },
  ),
  route(
    "/v1/accounts/:account/positions",
    "An account's positions from flat to flat, latest first: entry, profit, fees, funding, charges",
    { account: ACCOUNT, market: MARKET, state: oneOf("which", WHICH, "all"), ...PAGE },
    listOf(namedSchema(lifecycles)),
    async ({ account, market, state, ...page }) => {
      const ended = { all: undefined, open: isNull(lifecycles.closedAt), closed: isNotNull(lifecycles.closedAt) };
      const own = and(eq(lifecycles.account, account), given(lifecycles.market, market), ended[state]);
      return withSeries(await latest(lifecycles, lifecycles.openedSeq, own, page), ({ openedSeq }) => openedSeq);
    },
  ),
  route(
    "/v1/accounts/:account/equity",
    `An account's equity at the end of each interval, oldest first: cash, and what its positions added at the marks ` +
      `of then; null where a mark is not known. At most ${MOST_POINTS} points; default: the ${POINTS} intervals up to now`,
    { account: ACCOUNT, seconds: SECONDS, from: optional(instant("from")), to: optional(instant("before")) },
    listOf(objectOf({ time: NUMBER, equity: MAYBE, cash: AMOUNT, value: MAYBE, positions: NUMBER })),
    async ({ account, seconds, from, to }) => {
      const end = Math.min(to ?? Infinity, (await timeOfRows()) + 1);
      const start = from ?? Math.max(0, end - POINTS * seconds);
      if (start >= end) return [];
      const points = Math.ceil((end - start) / seconds) + 1;
      if (points > MOST_POINTS) {
        throw new BadRequest(`from ${start} to ${end} by ${seconds} s are ${points} points: at most ${MOST_POINTS}`);
      }
      return equityOf(account, start, end, seconds);
    },
  ),
  route(
    "/v1/accounts/:account/orders",
    "An account's orders that the chain has seen, latest first",
    { account: ACCOUNT, ...PAGE },
    listOf(rowSchema(orders)),
    ({ account, ...page }) => latest(orders, orders.seq, eq(orders.account, account), page),
  ),
  route(
    "/v1/accounts/:account/receipts",
    "What an account paid and had torn up in locks, latest first",
    { account: ACCOUNT, ...PAGE },
    listOf(namedSchema(receipts)),
    async ({ account, ...page }) =>
      withSeries(await latest(receipts, receipts.seq, eq(receipts.account, account), page), seqOf),
  ),
  route(
    "/v1/accounts/:account/defaults",
    "Locks in which an account was absorbed, and what it owed, latest first",
    { account: ACCOUNT, ...PAGE },
    listOf(rowSchema(defaults)),
    ({ account, ...page }) => latest(defaults, defaults.seq, eq(defaults.account, account), page),
  ),
  route(
    "/v1/accounts/:account/liquidations",
    "Liquidations of an account, latest first",
    { account: ACCOUNT, ...PAGE },
    listOf(namedSchema(liquidations)),
    async ({ account, ...page }) =>
      withSeries(await latest(liquidations, liquidations.seq, eq(liquidations.account, account), page), seqOf),
  ),
  route(
    "/v1/accounts/:account/margin-calls",
    "Margin calls of an account, and how each ended, latest first",
    { account: ACCOUNT, ...PAGE },
    listOf(rowSchema(marginCalls)),
    ({ account, ...page }) => latest(marginCalls, marginCalls.seq, eq(marginCalls.account, account), page),
  ),
];
