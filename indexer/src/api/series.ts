// SPDX-License-Identifier: MIT
import { sql } from "drizzle-orm";
import { samples } from "../../schema";
import { ask } from "./database";

export interface Window {
  readonly market: bigint;
  readonly seconds: number;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

export interface Sampled {
  readonly time: number;
  readonly openInterest: string;
  readonly funding: string;
  readonly rate: string;
  readonly mark: string | null;
}

/**
 * The last sample of each of the latest intervals that have one, oldest first. From one interval's last sample it steps
 * to the last one before that interval: a step of an index for each row of the answer, however many samples there are.
 */
export function lastOfEach({ market, seconds, from, to, limit }: Window): Promise<Sampled[]> {
  const each = sql.raw(String(seconds));
  const id = sql`${market.toString()}::numeric`;
  const columns = sql`${samples.time} as "time", ${samples.seq} as "seq", ${samples.openInterest} as "openInterest",
    ${samples.funding} as "funding", ${samples.rate} as "rate", ${samples.mark} as "mark"`;
  const last = sql`order by ${samples.time} desc, ${samples.seq} desc limit 1`;
  return ask<Sampled>(sql`
    with recursive steps as (
      (select ${columns}, 1 as "row" from ${samples}
        where ${samples.market} = ${id} and ${samples.time} >= ${from} and ${samples.time} < ${to} ${last})
      union all
      (select earlier.*, steps."row" + 1 from steps, lateral (
        select ${columns} from ${samples} where ${samples.market} = ${id} and ${samples.time} >= ${from}
          and ${samples.time} < steps."time" - steps."time" % ${each} ${last}
      ) as earlier where steps."row" < ${limit})
    )
    select "time"::int as "time", "openInterest"::text as "openInterest", "funding"::text as "funding",
      "rate"::text as "rate", "mark"::text as "mark" from steps order by "time"`);
}
