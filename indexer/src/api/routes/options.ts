// SPDX-License-Identifier: MIT
import { and, asc, desc, eq, lt, or } from "drizzle-orm";
import { db } from "ponder:api";
import { expiries, groups, ladders, levels, markets, optionGroups, slices, smiles, tickers } from "../../../schema";
import { seriesKind } from "../../../../sdk/options/series";
import { strikeOf } from "../../../../sdk/options/seriesName";
import type { MarketId } from "../../../../sdk/order";
import type { Row } from "../../rows/Rows";
import { AMOUNT, MAYBE, TEXT, listOf, objectOf, rowSchema } from "../json";
import { nameAt, symbolOf } from "../names";
import { PAGE, latest } from "../pages";
import { whole } from "../parameters";
import { route } from "../Route";

const GROUP = whole("the group's id");
const MOST = 1_000;

export const optionRoutes = [
  route(
    "/v1/option-groups",
    "Option groups: phase, level, risk parameters and listed expiries; none where markets are linear. Of `smiles` the " +
      "one that holds is `smile`: 16 bits a strike from the lowest, 1e-4 a root year, then the basis",
    {},
    listOf(
      objectOf({
        symbol: TEXT,
        group: rowSchema(groups),
        options: rowSchema(optionGroups),
        ladders: listOf(objectOf({ ladder: rowSchema(ladders), future: TEXT, smile: AMOUNT })),
      }),
    ),
    async () => {
      const list = [];
      const listed = await db.select().from(ladders).orderBy(asc(ladders.expiry)).limit(MOST);
      const found = await db
        .select({ options: optionGroups, group: groups })
        .from(optionGroups)
        .innerJoin(groups, eq(groups.id, optionGroups.id))
        .orderBy(asc(optionGroups.id))
        .limit(MOST);
      for (const { options, group } of found) {
        const own = [];
        for (const ladder of listed.filter((each) => each.group === group.id)) {
          const isFirst = ((options.versions >> BigInt(ladder.place)) & 1n) === 0n;
          const future = await nameAt((group.id << 8n) | BigInt(ladder.place * 32 + FUTURE));
          own.push({ ladder, future: future!, smile: isFirst ? ladder.firstSmile : ladder.secondSmile });
        }
        list.push({ symbol: symbolOf(group.id), group, options, ladders: own });
      }
      return list;
    },
  ),
  route(
    "/v1/option-groups/:group/series",
    "A group's listed series by name: open interest, charges, the last trade. Marks are the OptionLens's to tell",
    { group: GROUP },
    listOf(
      objectOf({
        series: TEXT,
        kind: TEXT,
        expiry: { type: ["integer", "null"] },
        strike: MAYBE,
        market: rowSchema(markets),
        ticker: { ...rowSchema(tickers), type: ["object", "null"] },
      }),
    ),
    async ({ group }) => {
      const places = await db.select().from(ladders).where(eq(ladders.group, group)).limit(MOST);
      const rows = await db
        .select({ market: markets, ticker: tickers })
        .from(markets)
        .leftJoin(tickers, eq(tickers.id, markets.id))
        .where(eq(markets.group, group))
        .orderBy(asc(markets.id))
        .limit(MOST);
      const list = [];
      for (const { market, ticker } of places.length === 0 ? [] : rows) {
        list.push({ series: await nameAt(market.id), ...termsOf(market.id, places), market, ticker });
      }
      return list;
    },
  ),
  route(
    "/v1/option-groups/:group/expiries",
    "Every expiry that a group ever listed, with the price that was fixed, latest first",
    { group: GROUP, ...PAGE },
    listOf(rowSchema(expiries)),
    ({ group, ...page }) => latest(expiries, expiries.seq, eq(expiries.group, group), page),
  ),
  route(
    "/v1/option-groups/:group/smiles",
    "The smiles of a group over time, latest first",
    { group: GROUP, ...PAGE },
    listOf(rowSchema(smiles)),
    ({ group, ...page }) => latest(smiles, smiles.seq, eq(smiles.group, group), page),
  ),
  route(
    "/v1/option-groups/:group/levels",
    "The volatility levels of a group over time, 1e-9, latest first",
    { group: GROUP, ...PAGE },
    listOf(rowSchema(levels)),
    ({ group, ...page }) => latest(levels, levels.seq, eq(levels.group, group), page),
  ),
  route(
    "/v1/slices",
    "Slices of accounts below maintenance margin, latest first",
    PAGE,
    listOf(rowSchema(slices)),
    (page) => latest(slices, slices.seq, undefined, page),
  ),
  route(
    "/v1/accounts/:account/slices",
    "Slices that were taken of an account, or that it took, latest first",
    { account: whole("the account's id, `owner << 32 | number`"), ...PAGE },
    listOf(rowSchema(slices)),
    ({ account, before, limit }) => {
      const own = or(eq(slices.account, account), eq(slices.taker, account));
      const from = before === null ? undefined : lt(slices.seq, before);
      return db.select().from(slices).where(and(own, from)).orderBy(desc(slices.seq)).limit(limit);
    },
  ),
];

/** Place of a ladder's future. */
const FUTURE = 30;

function termsOf(id: bigint, places: readonly Row<typeof ladders>[]) {
  const kind = seriesKind(id as MarketId);
  if (kind.type === "perpetual") return { kind: kind.type, expiry: null, strike: null };
  const ladder = places.find(({ place }) => place === kind.ladder)!;
  const strike = kind.type === "future" ? null : strikeOf(ladder, kind.strike);
  return { kind: kind.type, expiry: Number(ladder.expiry), strike };
}
