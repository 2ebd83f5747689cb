// SPDX-License-Identifier: MIT
import { abs, max, min, notionalUp, positive, sameSide } from "../../sdk/arithmetic.js";
import { cashAlone, healthOf, type Health } from "../../sdk/margin/health.js";
import { legOf } from "../../sdk/margin/leg.js";
import { OFFER_LAPSE } from "../../sdk/margin/offer.js";
import { pledgeWorth, withPledges, type PledgePrices } from "../../sdk/margin/pledge.js";
import type { Quote } from "../../sdk/margin/quote.js";
import { accountOf, groupOf, indexOf, ownerOf, type AccountId, type Address } from "../../sdk/order.js";
import { reliefOf } from "../../sdk/receipt/charge.js";
import { queueHint } from "../../sdk/queue/hint.js";
import type { Account, Group, Venue } from "../../sdk/state/Venue.js";
import { isOwn } from "../../sdk/state/isOwn.js";
import { marketIn } from "../../sdk/state/lookup.js";
import { sizeOf } from "../../sdk/state/position.js";
import { cashOf } from "../../sdk/state/recovery.js";
import { isRegistered } from "../../sdk/state/relief.js";
import { remainingOf } from "../../sdk/state/trading.js";
import { money, price, size, type Money } from "../../sdk/units.js";
import { carried } from "../plan/carried.js";
import {
  PHASES,
  type AccountState,
  type CollateralState,
  type GroupState,
  type HintOf,
  type LegState,
  type MarketState,
  type Nettable,
  type Offer,
  type PledgedState,
  type Policy,
  type SignedOrder,
  type Snapshot,
  type TraderState,
} from "../plan/Snapshot.js";
import type { GroupLook, Look } from "./prices.js";
import { frozenQuotes, liveQuotes, scanQuotes } from "./quotes.js";
import type { Watch } from "./Watch.js";

const SETTLED = 2n;

export interface Keeper {
  readonly address: Address;
  readonly policy: Policy;
  readonly secondsAhead: bigint;
}

/**
 * What the plan is made from: the venue of its events, the prices of a block, the orders that are given. Ticks the scan
 * of each group.
 */
export function snapshotOf(
  venue: Venue,
  look: Look,
  watch: Watch,
  keeper: Keeper,
  orders: readonly SignedOrder[],
  refused: ReadonlySet<string>,
): Snapshot {
  const time = look.header.timestamp + keeper.secondsAhead;
  const groups = [...venue.groups.values()]
    .filter(({ id, markets }) => markets.length > 0 && look.groups.has(id))
    .map((group) => {
      const scene = { venue, group, view: look.groups.get(group.id)!, prices: look.collaterals, time };
      return groupStateOf(scene, watch, keeper, orders);
    });
  const base = {
    time,
    venue: venue.parameters,
    batch: look.batch,
    refused,
    collaterals: collateralsOf(venue, look, watch),
    inRecovery: venue.recovery.shortfall !== 0n,
    undisturbedFrom: venue.anyStoppedUntil === 0n ? 0n : venue.anyStoppedUntil + venue.parameters.unpauseGrace,
  };
  const hintOf = hintsOf(venue, look, time);
  return { ...base, groups, keeper: keeper.address, payee: 0, policy: keeper.policy, hintOf };
}

/** Places in the venue's queues as it is now, at the quotes of `time`. */
function hintsOf(venue: Venue, look: Look, time: bigint): HintOf {
  const quotes = new Map([...look.groups].map(([id, view]) => [id, liveQuotes(venue.groups.get(id)!, view, time)]));
  return (id, market, delta, at) => {
    const [group, index] = [groupOf(market), indexOf(market)];
    const account = venue.accounts.get(id);
    const position = account?.group === group ? account?.legs[index] : undefined;
    return queueHint(marketIn(venue, market), position, delta, at, quotes.get(group)![index]!);
  };
}

interface Scene {
  readonly venue: Venue;
  readonly group: Group;
  readonly view: GroupLook;
  readonly prices: PledgePrices;
  readonly time: bigint;
}

function collateralsOf(venue: Venue, look: Look, watch: Watch): CollateralState[] {
  return [...venue.collaterals.values()].map(
    ({ id, anchor, recordedPrice, recordedAt, floor, closesAt, parameters }) => {
      const { live, fresh } = look.collaterals.get(id)!;
      const pledgers = closesAt === 0n ? [] : [...watch.withPledges()].filter((account) => hasOf(venue, account, id));
      const { haircut } = parameters;
      return { id, live, fresh, anchor, recordedPrice, recordedAt, floor, haircut, closesAt, pledgers };
    },
  );
}

function hasOf({ accounts }: Venue, account: AccountId, collateral: bigint): boolean {
  return (accounts.get(account)?.pledges.get(collateral)?.units ?? 0n) > 0n;
}

function groupStateOf(scene: Scene, watch: Watch, keeper: Keeper, orders: readonly SignedOrder[]): GroupState {
  const { venue, group, view, time } = scene;
  const number = Number(group.id);
  const quotes = liveQuotes(group, view, time);
  const scan = watch.group(group.id);
  scan.tick(scanQuotes(group, quotes), venue.parameters.callLevel);
  const ids = new Set(scan.atRisk());
  const locked = view.group.phase !== 0n;
  const frozen = locked ? frozenQuotes(group, view, time) : undefined;
  if (frozen) for (const id of scan.belowZeroAt(scanQuotes(group, frozen))) ids.add(id);
  for (const id of watch.withPledges()) if (venue.accounts.get(id)!.group === group.id) ids.add(id);

  const traders = [...ids].map((id): TraderState => {
    const account = venue.accounts.get(id as AccountId)!;
    const atFrozen = frozen ? healthAt(venue, group, account, frozen).equity : money(0n);
    const owned = isOwn(venue, ownerOf(account.id), keeper.address.toLowerCase() as Address);
    return { ...stateOf(scene, account.id, quotes), calledAt: account.calledAt, atFrozen, isOwn: owned };
  });
  const markets = group.markets.map((market, index): MarketState => {
    const { status, liquidationsFrom, pauseLevel, staleSince, offerDiscount } = view.markets[index]!;
    const state: MarketState = {
      id: market.id,
      open: status !== SETTLED,
      parameters: market.parameters,
      quote: quotes[index]!,
      jump: price(view.group.jumps[index] ?? 0n),
      openInterest: market.openInterest,
      liquidationsFrom,
      reduceOnly: pauseLevel !== 0n,
      staleSince,
      offerDiscount,
      offers: [],
    };
    const offers = orders
      .filter(({ order }) => order.market === market.id)
      .map((signed) => offerOf(scene, state, index, signed, quotes));
    return { ...state, offers: offers.filter(({ left }) => left > 0n) };
  });
  const inventory = accountOf(venue.vault, number);
  const { until, lastUnlock, anchorsDue, absorbed, gapped } = view.group;
  return {
    id: number,
    phase: PHASES[Number(view.group.phase)]!,
    gapped,
    until,
    lastUnlock,
    anchorsDue,
    absorbed: Number(absorbed),
    deficit: group.deficit,
    reserve: group.reserve,
    nettable: nettableIn(venue, group),
    nodes: group.markets.reduce((sum, { longs, shorts }) => sum + longs.queue.length + shorts.queue.length, 0),
    absorbableFrom: markets.reduce((latest, { liquidationsFrom }) => max(latest, liquidationsFrom), 0n),
    markets,
    traders,
    own: ownOf(scene, accountOf(keeper.address, number), quotes),
    inventory: stateOf(scene, inventory, quotes),
    fundable: fundable(venue, group, inventory),
  };
}

/** In a lock: who gained on one leg, lost on another, and is not registered yet. */
function nettableIn({ accounts }: Venue, group: Group): Nettable[] {
  const { id, markets, jumps, phase } = group;
  if (phase !== "LOCKED" || markets.length === 1) return [];
  const list: Nettable[] = [];
  for (const account of accounts.values()) {
    if (account.group !== id || account.legs.length < 2 || isRegistered(group, account)) continue;
    const sizes = markets.map((market, i) => sizeOf(market, account.legs[i]));
    const relief = reliefOf(markets, sizes, jumps);
    if (relief > 0n) list.push({ id: account.id, relief });
  }
  return list;
}

/** The keeper's account of the group; undefined without money in it. */
function ownOf(scene: Scene, id: AccountId, quotes: readonly Quote[]): AccountState | undefined {
  return scene.venue.accounts.has(id) ? stateOf(scene, id, quotes) : undefined;
}

function pledgedOf({ venue, prices, time }: Scene, account: Account): PledgedState | undefined {
  const units = new Map<bigint, bigint>();
  for (const [id, { units: pledged }] of account.pledges) if (pledged > 0n) units.set(id, pledged);
  if (units.size === 0) return undefined;
  const since = account.pledgesOfferedAt;
  const offeredAt = since !== 0n && time < since + OFFER_LAPSE ? since : 0n;
  return { ...pledgeWorth(venue, account, prices, time), units, offeredAt };
}

function stateOf(scene: Scene, id: AccountId, quotes: readonly Quote[]): AccountState & Pick<TraderState, "pledged"> {
  const { venue, group } = scene;
  const account = venue.accounts.get(id);
  if (account === undefined) return { id, health: cashAlone(ZERO), legs: [], pledged: undefined };
  const legs: LegState[] = [];
  if (account.group === group.id) {
    account.legs.forEach((position, market) => {
      if (position === undefined) return;
      const { size: held } = legOf(group.markets[market]!, position, quotes[market]!);
      legs.push({ market, size: held });
    });
  }
  const health = healthAt(venue, group, account, quotes);
  const pledged = pledgedOf(scene, account);
  return { id, health: pledged === undefined ? health : withPledges(health, pledged), legs, pledged };
}

const ZERO = money(0n);
/**
 * The health of an account in `group`, without what is pledged: of its cash alone when its positions are in another.
 */
export function healthAt(venue: Venue, group: Group, account: Account, quotes: readonly Quote[]): Health {
  return account.group === group.id ? healthOf(venue, account, quotes) : cashAlone(cashOf(venue, account));
}

/** What the vault's pot may add to its inventory of the group. */
function fundable(venue: Venue, group: Group, inventory: AccountId): Money {
  const cash = (id: AccountId) => venue.accounts.get(id)?.cash ?? ZERO;
  return positive(min(money(group.vaultBudget - cash(inventory)), cash(accountOf(venue.vault, 0))));
}

function offerOf(
  scene: Scene,
  state: MarketState,
  index: number,
  signed: SignedOrder,
  quotes: readonly Quote[],
): Offer {
  const { order } = signed;
  const maker = stateOf(scene, order.account, quotes);
  const leg = maker.legs.find(({ market }) => market === index);
  const account = scene.venue.accounts.get(order.account);
  const open = account === undefined ? size(0n) : remainingOf(account, order.salt, size(abs(order.size)));
  const left = carried(maker, state, index, order, open);
  const { jumps } = scene.view.group;
  const hasWon = maker.legs.some((each) => sameSide(each.size, jumps[each.market] ?? 0n));
  return { signed, left, holds: leg?.size ?? size(0n), hasWon };
}

/** The notional of all that an owner's accounts hold, at live marks. */
export function inventoryOf(venue: Venue, look: Look, owner: Address): Money {
  let sum = 0n;
  for (const group of venue.groups.values()) {
    const account = venue.accounts.get(accountOf(owner, Number(group.id)));
    const view = look.groups.get(group.id);
    if (account?.group !== group.id || view === undefined) continue;
    const quotes = liveQuotes(group, view, look.header.timestamp);
    account.legs.forEach((position, index) => {
      if (position === undefined) return;
      sum += notionalUp(legOf(group.markets[index]!, position, quotes[index]!).size, quotes[index]!.mark);
    });
  }
  return money(sum);
}
