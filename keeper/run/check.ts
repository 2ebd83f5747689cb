// SPDX-License-Identifier: MIT
import type {
  AccountViewStructOutput,
  HealthViewStructOutput,
} from "../../types/ethers-contracts/contracts/periphery/ILens.js";
import { abs, notionalUp } from "../../sdk/arithmetic.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Quote } from "../../sdk/margin/quote.js";
import { healthOf } from "../../sdk/margin/health.js";
import { legOf } from "../../sdk/margin/leg.js";
import { pledgeWorth, withPledges } from "../../sdk/margin/pledge.js";
import type { AccountId } from "../../sdk/order.js";
import type { Account, Venue } from "../../sdk/state/Venue.js";
import { cashOf } from "../../sdk/state/recovery.js";
import { price } from "../../sdk/units.js";
import { liveQuotes } from "../look/quotes.js";
import { LENS, Reader, type Addresses, type Look } from "../look/prices.js";
import { UNITS } from "../plan/margins.js";

/** What the chain says otherwise than the venue. */
export interface Drift {
  readonly account: AccountId;
  readonly what: string;
  readonly venue: bigint;
  readonly chain: bigint;
}

/** Nodes answer at the time of the block, or at their clock's: funding may have run this much longer, seconds. */
const CLOCK = 120n;

/** The venue and the chain, at the block of the look. */
export interface Sides {
  readonly rpc: Rpc;
  readonly venue: Venue;
  readonly look: Look;
  readonly addresses: Addresses;
}

/** Asks the lens about accounts. Everything but equity and margin has to agree to the unit. */
export async function check(sides: Sides, ids: readonly AccountId[]): Promise<Drift[]> {
  const reader = readerOf(sides);
  const views = await Promise.all(ids.map((id) => reader.ask("account", [sides.addresses.clearinghouse, id])));
  return views.flatMap(([view], i) => compare(sides, ids[i]!, view as AccountViewStructOutput));
}

/** Accounts in one answer of the lens. */
const PAGE = 100;

/**
 * The same about many at once, without their positions: a size that is not the chain's shows in the margin that it
 * needs.
 */
export async function sweep(sides: Sides, ids: readonly AccountId[]): Promise<Drift[]> {
  const reader = readerOf(sides);
  const pages: (readonly AccountId[])[] = [];
  for (let from = 0; from < ids.length; from += PAGE) pages.push(ids.slice(from, from + PAGE));
  const read = pages.map(async (page) => {
    const [views] = await reader.ask("accounts", [sides.addresses.clearinghouse, page]);
    return [...(views as HealthViewStructOutput[])].flatMap((view, i) => compareHealth(sides, page[i]!, view));
  });
  return (await Promise.all(read)).flat();
}

function readerOf({ rpc, look, addresses }: Sides): Reader {
  return new Reader(rpc, addresses.lens, LENS, look.header.number);
}

/** Notes what differs by more than `within`. */
type Same = (what: string, ours: bigint, theirs: bigint, within?: bigint) => void;

function noting(drifts: Drift[], account: AccountId): Same {
  return (what, venue, chain, within = 0n) => {
    if (abs(venue - chain) > within) drifts.push({ account, what, venue, chain });
  };
}

function compareHealth({ venue, look }: Sides, id: AccountId, view: HealthViewStructOutput): Drift[] {
  const account = venue.accounts.get(id);
  if (account === undefined) return [];
  const drifts: Drift[] = [];
  const same = noting(drifts, id);
  same("cash", cashOf(venue, account), view.cash);
  same("calledAt", account.calledAt, view.calledAt);
  const quotes = quotesOf(venue, look, account);
  if (quotes === undefined) return drifts;
  const alone = healthOf(venue, account, quotes);
  const worth = pledgeWorth(venue, account, look.collaterals, look.header.timestamp);
  const health = withPledges(alone, worth);
  same("initial margin", health.initial, view.initial, UNITS);
  same("equity", health.equity, view.equity, UNITS + clockSlack(venue, account, quotes));
  return drifts;
}

function quotesOf(venue: Venue, look: Look, { group: id }: Account): Quote[] | undefined {
  const [group, view] = [venue.groups.get(id), look.groups.get(id)];
  return group && view && liveQuotes(group, view, look.header.timestamp);
}

/** What funding may have moved since the block, as the node answers at another time. */
function clockSlack(venue: Venue, account: Account, quotes: readonly Quote[]): bigint {
  const markets = venue.groups.get(account.group)!.markets;
  return account.legs.reduce((slack, position, index) => {
    if (position === undefined) return slack;
    const { size } = legOf(markets[index]!, position, quotes[index]!);
    return slack + notionalUp(size, price(abs(markets[index]!.fundingRate) * CLOCK));
  }, 0n);
}

function compare(sides: Sides, id: AccountId, view: AccountViewStructOutput): Drift[] {
  const { venue, look } = sides;
  const account = venue.accounts.get(id);
  if (account === undefined) return [];
  const drifts = compareHealth(sides, id, view.health);
  const same = noting(drifts, id);
  same("minSequence", account.minSequence, view.minSequence);
  const legs = account.legs.flatMap((position, index) => (position === undefined ? [] : [{ position, index }]));
  same("positions", BigInt(legs.length), BigInt(view.positions.length));
  const group = venue.groups.get(account.group);
  const quotes = quotesOf(venue, look, account);
  if (group === undefined || quotes === undefined || legs.length !== view.positions.length) return drifts;

  legs.forEach(({ position, index }, i) => {
    const theirs = view.positions[i]!;
    const leg = legOf(group.markets[index]!, position, quotes[index]!);
    same(`size in ${theirs.market}`, leg.size, theirs.size);
    same(`node in ${theirs.market}`, position.node, theirs.node);
  });
  return drifts;
}

/** Some accounts with positions, else any: `random` in [0, 1). */
export function pick(venue: Venue, count: number, random: () => number): AccountId[] {
  const ids = [...venue.accounts.keys()];
  const chosen = new Set<AccountId>();
  for (let i = 0; i < 4 * count && chosen.size < Math.min(count, ids.length); ++i) {
    chosen.add(ids[Math.floor(random() * ids.length)]!);
  }
  return [...chosen];
}
