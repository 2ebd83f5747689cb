// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { indexOf, type AccountId, type MarketId } from "../../sdk/order.js";
import type { NodeId } from "../../sdk/level.js";
import { marketIn } from "../../sdk/state/lookup.js";
import { sizeOf } from "../../sdk/state/position.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { money, size, type Size } from "../../sdk/units.js";
import { growing } from "../plan/gas.js";
import { planned, type Planned } from "../plan/planned.js";
import type { GroupState, Snapshot } from "../plan/Snapshot.js";
import { termsOf, type Terms } from "../plan/terms.js";
import { accountSubject, legCause } from "./about.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";
import { liquidation } from "./liquidation.js";
import type { LiquidateToAccount } from "./liquidateToAccount.js";

/** A leg that is to be taken, as it was planned with: signed. */
export interface TakenLeg {
  readonly account: AccountId;
  readonly held: Size;
}

/** Liquidates legs of one side of a market to the keeper's own account, in one transaction. */
export interface LiquidateMany extends Terms {
  readonly kind: "liquidateMany";
  readonly market: MarketId;
  readonly number: number;
  readonly legs: readonly TakenLeg[];
  /** Positive of longs, negative of shorts. */
  readonly max: Size;
  readonly hint: NodeId;
}

/** An allowance for each leg of an account more than one. */
const LEG = 12_000;

const GAS = growing<LiquidateMany>(
  { series: "liquidate-by-accounts", line: "liquidateMany", base: 105_961, each: 38_263, bend: 0 },
  ({ legs }) => legs.length,
  (legs, markets) => legs * (markets - 1) * LEG,
);

export const liquidateMany: Kind<LiquidateMany> = {
  ...liquidation,
  kind: "liquidateMany",
  quiet: true,
  key: ({ market, legs, max }) => `${market} ${sideOf(max)} ${legs.length} ${digest(idsOf(legs).join())}`,
  subjects: ({ legs }) => idsOf(legs).map(accountSubject),
  cause: ({ market, legs }, venue) =>
    digest(
      idsOf(legs)
        .map((id) => legCause(venue, id, market))
        .join(),
    ),
  gas: GAS,
  encode: ({ market, number, legs, max, hint, limit, deadline }) =>
    CLEARINGHOUSE.encodeFunctionData("liquidateMany", [market, idsOf(legs), number, max, hint, limit, deadline]),
  many: {
    work: ({ market, max }) => `liquidateMany ${market} ${sideOf(max)}`,
    without: (action, busy) => {
      const legs = action.legs.filter(({ account }) => !busy.has(accountSubject(account)));
      return legs.length === 0 ? undefined : { ...action, legs };
    },
    isDone: ({ market, legs }, venue) => legs.every(({ account, held }) => sizeNow(venue, account, market) !== held),
  },
};

/** The most accounts in one batch within `gas`. */
export function maxLiquidated(gas: number, markets: number): number {
  return GAS.max(gas, markets);
}

/**
 * The plan with takeovers by the keeper's own account put together, as many of one side of a market as fit into a
 * transaction. A batch stands where its least urgent account stood: what the plan counts on comes before it. One that
 * was refused is sent account by account.
 */
export function inBatches(snapshot: Snapshot, group: GroupState, list: readonly Planned[]): Planned[] {
  const most = maxLiquidated(snapshot.policy.transactionGas, group.markets.length);
  const sides = new Map<string, Planned<LiquidateToAccount>[]>();
  for (const each of list) {
    if (!isTakeover(each) || !each.action.together) continue;
    const side = `${each.action.market} ${each.action.held > 0n}`;
    sides.set(side, [...(sides.get(side) ?? []), each]);
  }
  const batched = new Set<Planned>();
  const batches: Planned[] = [];
  for (const takeovers of sides.values()) {
    for (let from = 0; from < takeovers.length; from += most) {
      const part = takeovers.slice(from, from + most);
      const batch = part.length > 1 ? batchOf(snapshot, group, part) : undefined;
      if (!batch?.wanted) continue;
      batches.push(batch);
      for (const each of part) batched.add(each);
    }
  }
  return [...list.filter((each) => !batched.has(each)), ...batches];
}

function batchOf(
  snapshot: Snapshot,
  group: GroupState,
  part: readonly Planned<LiquidateToAccount>[],
): Planned<LiquidateMany> {
  const { market, number, held } = part[0]!.action;
  const state = group.markets[indexOf(market)]!;
  const longs = held > 0n;
  const sum = part.reduce((total, { action }) => total + action.max, 0n);
  const max = size(longs ? sum : -sum);
  const legs = part.map(({ action: { account, held } }) => ({ account, held }));
  const terms = termsOf(snapshot, state, longs ? 1n : -1n);
  const hint = snapshot.hintOf(group.own!.id, market, max, state.quote.mark);
  const action = { kind: "liquidateMany", market, number, legs, max, hint, ...terms } as const;
  const reward = money(part.reduce((total, each) => total + each.reward, 0n));
  const batch = planned(liquidateMany, snapshot, action, group.markets.length, reward);
  return { ...batch, urgency: Math.max(...part.map(({ urgency }) => urgency)) };
}

function isTakeover(each: Planned): each is Planned<LiquidateToAccount> {
  return each.action.kind === "liquidateToAccount";
}

function idsOf(legs: readonly TakenLeg[]): AccountId[] {
  return legs.map(({ account }) => account);
}

function sizeNow(venue: Venue, id: AccountId, market: MarketId): Size {
  const leg = venue.accounts.get(id)?.legs[indexOf(market)];
  return leg === undefined ? size(0n) : sizeOf(marketIn(venue, market), leg);
}

function sideOf(max: Size): string {
  return max > 0n ? "longs" : "shorts";
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 20);
}
