// SPDX-License-Identifier: MIT
import type { Health } from "../../sdk/margin/health.js";
import { isLiquidatable } from "../../sdk/margin/standing.js";
import { LINE_DELAY } from "../../sdk/margin/offer.js";
import { money, type Money } from "../../sdk/units.js";
import { clearOffer, type ClearOffer } from "../actions/clearOffer.js";
import { exchangeWithLine, type ExchangeWithLine } from "../actions/exchangeWithLine.js";
import { offerPledges, type OfferPledges } from "../actions/offerPledges.js";
import { healthAtMost } from "./atMost.js";
import { dangerOf } from "./margins.js";
import type { Means } from "./Means.js";
import { planned, type Planned } from "./planned.js";
import type { GroupState, Snapshot, TraderState } from "./Snapshot.js";

/** For so long, seconds, an offer stands that is needed no more: a need that comes and goes costs no gas each time. */
const CLEAR_AFTER = 600n;

type Sale = OfferPledges | ExchangeWithLine | ClearOffer;

/**
 * What pledges are to be sold for in an open group, the most endangered accounts first. Below zero with what is
 * pledged, the line buys at once; else the pledges are put on offer, and the line buys what nobody bought in an hour.
 * One sale an account and look: the next one needs less. What is needed no more is taken off offer.
 */
export function exchanges(snapshot: Snapshot, group: GroupState, means: Means): Planned<Sale>[] {
  if (snapshot.time < group.absorbableFrom) return [];
  return group.traders.flatMap((trader): Planned<Sale>[] => {
    const { id, pledged, health, legs } = trader;
    if (pledged === undefined) return [];
    if (!isDue(snapshot, group, trader)) {
      const isOld = pledged.offeredAt !== 0n && snapshot.time >= pledged.offeredAt + CLEAR_AFTER;
      if (!isOld || (legs.length > 0 && !healthAtMost(group, trader).fresh)) return [];
      const action = { kind: "clearOffer", account: id } as const;
      return [planned(clearOffer, snapshot, action, group.markets.length)];
    }
    const covered = isCovered(health);
    if (covered && pledged.offeredAt === 0n) {
      const action = { kind: "offerPledges", account: id } as const;
      return [planned(offerPledges, snapshot, action, group.markets.length, money(0n), dangerOf(trader))];
    }
    if (covered && snapshot.time < pledged.offeredAt + LINE_DELAY) return [];
    // A price that nobody knows sells nothing of who is covered.
    const sold = [...pledged.units.keys()].find((each) => !covered || isFresh(snapshot, each));
    if (sold === undefined) return [];
    means.sell(id);
    const action = { kind: "exchangeWithLine", account: id, collateral: sold } as const;
    return [planned(exchangeWithLine, snapshot, action, group.markets.length, money(0n), dangerOf(trader))];
  });
}

/**
 * As the contract decides it: it owes without what is pledged, or is covered, may be liquidated and has less than it
 * needs.
 */
function isDue({ venue, inRecovery, time }: Snapshot, group: GroupState, trader: TraderState): boolean {
  const { legs, pledged } = trader;
  const health = healthAtMost(group, trader);
  if (legs.length === 0 || !health.fresh) return false;
  const alone: Money = money(health.equity - pledged!.atMost);
  if (alone < 0n) return true;
  const canBeLiquidated = isLiquidatable({ parameters: venue }, trader, health, time);
  return !inRecovery && isCovered(trader.health) && canBeLiquidated && alone < health.initial;
}

function isFresh({ collaterals }: Snapshot, collateral: bigint): boolean {
  return collaterals.some(({ id, fresh }) => id === collateral && fresh);
}

/** As the contract decides it: at the mark, and where a jump would be measured from. */
function isCovered({ equity, atAnchor, atRecordedMark }: Health): boolean {
  return equity >= 0n && atAnchor >= 0n && atRecordedMark >= 0n;
}
