// SPDX-License-Identifier: MIT
import { groupOf, indexOf, type AccountId, type GroupId, type MarketId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { Look } from "../look/prices.js";
import { keyOf, type Action } from "../plan/Action.js";

/** What an action is about: while one is on its way, no other about any of the same is sent. */
export function subjectsOf(action: Action): readonly string[] {
  switch (action.kind) {
    case "poke":
    case "deleverage":
      return [`group ${action.group}`];
    case "absorb":
      return action.accounts.map((account) => `account ${account}`);
    case "marginCall":
      return [`call ${action.account}`];
    case "liquidate":
    case "liquidateToAccount":
    case "liquidateToVault":
      return [`account ${action.account}`];
    case "buyInventory":
      return [`inventory ${action.market}`];
    case "fillOrder":
      return [`order ${action.fill.maker.order.account} ${action.fill.maker.order.salt}`];
    case "processBatch":
      return [`batch ${action.batch}`];
  }
}

/** Without those who are on their way already; undefined when nothing is left of the action. */
export function without(action: Action, busy: ReadonlySet<string>): Action | undefined {
  if (action.kind === "absorb") {
    const accounts = action.accounts.filter((account) => !busy.has(`account ${account}`));
    return accounts.length === 0 ? undefined : { ...action, accounts };
  }
  return subjectsOf(action).some((subject) => busy.has(subject)) ? undefined : action;
}

/**
 * Names the occasion of an action: the same action for the same cause is the same job, and is never sent twice. The cause is what the action
 * itself changes, so that what is to be done again after it was done has another one.
 */
export function jobKey(action: Action, venue: Venue, look: Look): string {
  return `${keyOf(action)} @ ${causeOf(action, venue, look)}`;
}

/** Is there nothing to do any more of what the job of this key was for? Its cause is not there, because it or somebody else removed it. */
export function isDone(key: string, action: Action, venue: Venue, look: Look): boolean {
  if (action.kind === "absorb") return action.accounts.every((id) => hasNothing(venue, id));
  return !key.startsWith(jobKey(action, venue, look));
}

function hasNothing(venue: Venue, id: AccountId): boolean {
  return venue.accounts.get(id)?.legs.every((leg) => leg === undefined) ?? true;
}

function causeOf(action: Action, venue: Venue, look: Look): string {
  switch (action.kind) {
    case "poke": {
      // No event tells that anchors moved on, and notes of sources end with it.
      const view = look.groups.get(BigInt(action.group) as GroupId);
      const notes = action.why === "source" ? ` ${view?.markets.map(({ staleSince }) => staleSince).join()}` : "";
      return `${groupCause(venue, action.group)} ${view?.group.anchorsDue} ${action.why}${notes}`;
    }
    case "deleverage":
    case "absorb":
      return groupCause(venue, action.group);
    case "marginCall":
      return String(venue.accounts.get(action.account)?.calledAt);
    case "liquidate":
    case "liquidateToAccount":
    case "liquidateToVault":
      return legCause(venue, action.account, action.market);
    case "buyInventory":
      return String(venue.groups.get(groupOf(action.market))?.markets[indexOf(action.market)]?.offeredAt);
    case "fillOrder": {
      const { account, salt } = action.fill.maker.order;
      const lane = venue.accounts.get(account)?.lanes?.get(salt & 0xffffn);
      return `${lane?.sequence} ${lane?.filled}`;
    }
    case "processBatch":
      return "";
  }
}

/** Locks and unlocks, and what a settlement in steps has done so far. */
function groupCause(venue: Venue, id: number): string {
  const group = venue.groups.get(BigInt(id) as GroupId)!;
  const sides = group.markets.map(({ estateLong, estateShort, soughtAt }) =>
    [estateLong, estateShort, ...(soughtAt === undefined ? [] : [soughtAt])].join("/"),
  );
  return [group.phase, group.until, group.lastUnlock, group.absorbed, group.deficit, ...sides].join(" ");
}

function legCause(venue: Venue, id: AccountId, market: MarketId): string {
  const leg = venue.accounts.get(id)?.legs[indexOf(market)];
  return leg === undefined ? "" : `${leg.shares} ${leg.offset} ${leg.node}`;
}
