// SPDX-License-Identifier: MIT
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Standing } from "../../sdk/margin/standing.js";
import type { AccountId, GroupId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { healthsOf } from "../look/options.js";
import type { Situation } from "../look/Situation.js";
import type { Stand, Standings } from "./standings.js";

const PAGE = 20; // accounts that the lens is asked for at once

/** Everybody of an option venue at live factors: margin by scenarios does not follow from events, so the lens tells. */
export async function optionStandingsOf(rpc: Rpc, venue: Venue, { deployment, options }: Situation, now: bigint) {
  const stands = new Map<AccountId, Stand>();
  for (const { group } of options) {
    const ids = [...venue.accounts.values()].filter((each) => each.group === group).map(({ id }) => id);
    for (let from = 0; from < ids.length; from += PAGE) {
      const page = ids.slice(from, from + PAGE);
      const views = await healthsOf(rpc, deployment, group as GroupId, page, now);
      for (const { equity, initial, maintenance, account, legs } of views) {
        const standing = legs === 0n && equity >= 0n ? "FLAT" : standingOf(equity, initial, maintenance);
        const id = account as AccountId;
        const figures = { equity, initial, maintenance, callLevel: maintenance, calledAt: 0n, held: [] };
        stands.set(id, { account: id, group, standing, ...figures });
      }
    }
  }
  return { stands, sums: new Map() } satisfies Standings;
}

/** There are no margin calls of options: below maintenance margin an account can be sliced. */
function standingOf(equity: bigint, initial: bigint, maintenance: bigint): Standing {
  if (equity < 0n) return "INSOLVENT";
  if (equity < maintenance) return "LIQUIDATABLE";
  return equity < initial ? "BELOW_INITIAL" : "SOUND";
}
