// SPDX-License-Identifier: MIT
import { sql, type SQL } from "drizzle-orm";
import { accounts, markets, nodes, positions, tickers, venues } from "../../../schema";
import { ask, clock } from "../database";
import { Cached } from "../Cached";
import { AMOUNT, MAYBE, TEXT, listOf, objectOf } from "../json";
import { healthsOf } from "../lens";
import { isOptions } from "../names";
import { count } from "../parameters";
import { route } from "../Route";

const MOST = 1_000;
const FRESH_FOR = 5_000; // ms
/** 2^95 and the price unit. */
const ONE = "39614081257132168796771975168";
const UNIT = "1000000000000000000";
/** A funding rate runs for so long after the last fill, seconds. */
const PERIOD = 28_800;

interface AtRisk {
  account: string;
  equity: string | null;
  maintenance: string | null;
  callLevel: string | null;
  calledAt: string;
  standing: string;
}

// A quotient of numerics has only so many digits: these are exact, of a positive divisor.
const floorDiv = (a: SQL, b: SQL): SQL => sql`(div(${a}, ${b}) - case when mod(${a}, ${b}) < 0 then 1 else 0 end)`;
/** Of a dividend that is not negative. */
const ceilDiv = (a: SQL, b: SQL): SQL => sql`div(${a} + ${b} - 1, ${b})`;

/**
 * Accounts with positions by how little their equity is over what they have to hold, at the feeds' latest answers. Who
 * holds a market whose mark is not known stands at the end: a sum leaves out what is null, so it is asked for how many.
 */
const nearest = new Cached<AtRisk[]>(FRESH_FOR, () => (isOptions ? nearestOfOptions() : nearestOfMarkets()));

function nearestOfMarkets(): Promise<AtRisk[]> {
  return ask<AtRisk>(sql`
    with clock as (select ${clock} as now),
    quotes as (
      select ${markets.id} as id, coalesce(${markets.settledAt}, ${tickers.mark}) as mark,
        ${markets.funding} + ${markets.fundingRate}
          * greatest(least((select now from clock) - ${markets.fundingTime}, ${PERIOD}), 0) as funding,
        ${markets.chargeLong} as charge_long, ${markets.chargeShort} as charge_short,
        (${markets.parameters}::jsonb ->> 'maintenanceMargin')::numeric as margin
      from ${markets} left join ${tickers} on ${tickers.id} = ${markets.id}
    ), gross as (
      select ${positions.account} as account, ${positions.offset} as offset_, quotes.mark, quotes.margin,
        ${positions.shares} * (${nodes.remaining} * (quotes.mark - quotes.funding - case when ${positions.shares} > 0
          then quotes.charge_long else -quotes.charge_short end) + ${nodes.proceeds} * ${ONE}::numeric) as worth,
        div(abs(${positions.shares}) * ${nodes.remaining}, ${ONE}::numeric) as size
      from ${positions} join quotes on quotes.id = ${positions.market}
      join ${nodes} on ${nodes.id} = ${positions.market} || case when ${positions.shares} > 0 then '-L-' else '-S-' end
        || ${positions.node}
      where ${positions.shares} <> 0
    ), legs as (
      select account, ${floorDiv(sql`worth`, sql`(${ONE}::numeric * ${UNIT}::numeric)`)} - offset_ as value,
        ${ceilDiv(sql`${ceilDiv(sql`size * mark`, sql`${UNIT}::numeric`)} * margin`, sql`1000000`)} as maintenance
      from gross
    ), sums as (
      select account, case when count(value) = count(*) then sum(value) end as value,
        case when count(value) = count(*) then sum(maintenance) end as maintenance
      from legs group by account
    ), levels as (
      select ${accounts.id} as account, ${accounts.cash} + ${accounts.credit} + sums.value as equity, sums.maintenance,
        ${ceilDiv(
          sql`sums.maintenance * (select (${venues.parameters}::jsonb ->> 'callLevel')::numeric from ${venues})`,
          sql`1000000`,
        )} as call_level, ${accounts.calledAt} as called_at
      from sums join ${accounts} on ${accounts.id} = sums.account
    )
    select account::text, equity::text, maintenance::text, call_level::text as "callLevel",
      called_at::text as "calledAt",
      case when equity is null then 'UNKNOWN' when equity < 0 then 'INSOLVENT' when equity < maintenance then 'LIQUIDATABLE'
        when equity < call_level then 'BELOW_CALL' else 'SOUND' end as standing
    from levels order by equity / nullif(maintenance, 0) nulls last limit ${MOST}`);
}

/** Accounts that the lens is asked for at once, and of which it is asked in all. */
const AT_ONCE = 25;
const ASKED = 2_000;

/** Of options the lens tells, as of the latest block: marks and margin are a model's. There are no margin calls. */
async function nearestOfOptions(): Promise<AtRisk[]> {
  const held = await ask<{ account: string; group: string }>(sql`
    select distinct ${positions.account}::text as account, ${accounts.group}::text as group
    from ${positions} join ${accounts} on ${accounts.id} = ${positions.account}
    where ${positions.shares} <> 0 order by 2, 1 limit ${ASKED}`);
  const list: (AtRisk & { ratio: number })[] = [];
  for (const group of new Set(held.map((each) => each.group))) {
    const own = held.filter((each) => each.group === group).map(({ account }) => BigInt(account));
    for (let from = 0; from < own.length; from += AT_ONCE) {
      const ids = own.slice(from, from + AT_ONCE);
      const told = await healthsOf(BigInt(group), ids);
      for (const id of ids)
        list.push(
          riskOf(
            id,
            told?.find(({ account }) => account === id),
          ),
        );
    }
  }
  list.sort((a, b) => a.ratio - b.ratio);
  return list.slice(0, MOST).map(({ ratio: _, ...each }) => each);
}

/** The ratio orders, and is not told: so it may be rounded. */
function riskOf(id: bigint, told: { equity: bigint; maintenance: bigint } | undefined): AtRisk & { ratio: number } {
  const none = { account: String(id), callLevel: null, calledAt: "0" };
  if (told === undefined) return { ...none, equity: null, maintenance: null, standing: "UNKNOWN", ratio: Infinity };
  const { equity, maintenance } = told;
  const standing = equity < 0n ? "INSOLVENT" : equity < maintenance ? "LIQUIDATABLE" : "SOUND";
  const ratio = maintenance === 0n ? Number.MAX_VALUE : Number(equity) / Number(maintenance);
  return { ...none, equity: String(equity), maintenance: String(maintenance), standing, ratio };
}

export const riskRoutes = [
  route(
    "/v1/at-risk",
    "Accounts by equity over maintenance margin, the nearest to liquidation first, at the feeds' latest answers (of " +
      "options as the lens tells); at most 5 seconds old. UNKNOWN, at the end: the mark of a market that it holds is not known here. Decisions need " +
      "the lens: a stale feed or a due call is not looked at here",
    { limit: count("accounts at most", 1, MOST, 100) },
    listOf(
      objectOf({
        account: AMOUNT,
        equity: MAYBE,
        maintenance: MAYBE,
        callLevel: MAYBE,
        calledAt: AMOUNT,
        standing: TEXT,
      }),
    ),
    async ({ limit }) => (await nearest.value()).slice(0, limit),
  ),
];
