// SPDX-License-Identifier: MIT
import type { NodeId } from "../level.js";
import type { AccountId, Address } from "../order.js";
import { uintOf } from "../range.js";
import { PRICE_UNIT, size, type Money, type Price, type Size } from "../units.js";
import type { CollateralParameters } from "../parameters/collateral.js";
import type { MarketParameters } from "../parameters/market.js";
import type { VenueParameters } from "../parameters/venue.js";

/** Sizes of positions carry 96 bits below their unit, so that the reference's own rounding vanishes next to a unit. */
export const FINE = 96n;
/** From a fine size times a price to money. */
export const FINE_UNIT = PRICE_UNIT << FINE;

/** One position, kept by itself: everything that happens to it is done to it. */
export interface Position {
  /** Signed size in 2^-96 units of 1e-9 base. */
  fine: bigint;
  /** What was paid for it, funding and charges included: value = (fine * mark - cost) / FINE_UNIT. */
  cost: bigint;
  /** Entry rank as of the key and the residue of its node. */
  rank: Price;
  node: NodeId;
}

export interface Account {
  readonly id: AccountId;
  cash: Money;
  group: number;
  /** By the index of the market in its group. A position torn up to zero stays until somebody touches it. */
  positions: Map<number, Position>;
  calledAt: bigint;
  protection: { amount: Money } | undefined;
  /** In a lock: what of its gain need not pay a charge, as it is registered; undefined when it is not. */
  relief: Money | undefined;
  /** By the number of the collateral; none of zero units. */
  pledges: Map<number, Pledge>;
  pledgesOfferedAt: bigint;
}

/** What an account has pledged, in the token's smallest units, the fee since `since` not taken yet. */
export interface Pledge {
  readonly units: bigint;
  readonly since: bigint;
  readonly feeRate: bigint;
}

export interface Collateral {
  readonly decimals: bigint;
  parameters: CollateralParameters;
  live: Price;
  fresh: boolean;
  anchor: Price;
  recordedPrice: Price;
  /** The price that was recorded last: the next recorded one. */
  newest: Price;
  /** When the haircut was raised last. */
  raisedAt: bigint;
  /** From when on all that is pledged is sold, as the cap is zero; 0: it is not. */
  closesAt: bigint;
  recordedAt: bigint;
  floor: Price;
  line: Money;
  pledged: bigint;
  stock: bigint;
  stockOfferedAt: bigint;
}

/** The entry levels of one side, most profitable first, and what is left of those that were torn up. */
export interface Side {
  queue: NodeId[];
  /** Share of its size that tear-ups left to a node, in units of 2^-95; absent: all of it. */
  remaining: Map<NodeId, bigint>;
  /** Which generation of a level newcomers look at; absent: 0. */
  generations: Map<NodeId, bigint>;
}

export interface Market {
  readonly parameters: MarketParameters;
  readonly prorata: boolean;
  mark: Price;
  stale: boolean;
  fundingRate: bigint;
  fundingTime: bigint;
  /** Recorded marks, moved along with funding as every position's cost is. */
  anchor: Price;
  recordedMark: Price;
  /** How far funding, and charges on a side, have moved prices since listing: levels are named in prices less this. */
  funding: Price;
  chargeLong: Price;
  chargeShort: Price;
  openInterest: Size;
  estateLong: Size;
  estateShort: Size;
  offeredAt: bigint;
  longs: Side;
  shorts: Side;
}

export type Phase = "NORMAL" | "LOCKED" | "SETTLING";

export interface Group {
  readonly markets: Market[];
  phase: Phase;
  gapLevel: bigint;
  uncovered: boolean;
  until: bigint;
  lockedAt: bigint;
  anchorsDue: bigint;
  offersStood: bigint;
  lastUnlock: bigint;
  absorbed: number;
  deficit: Money;
  /** In a lock: the relief of all that are registered. */
  relieved: Money;
  reserve: Money;
  vaultBudget: Money;
  vaultSpent: Money;
  /** What the caller of the present settlement's last step gets. */
  refund: Money;
  vaultPeriod: bigint;
}

export interface State {
  now: bigint;
  readonly venue: VenueParameters;
  readonly vault: Address;
  readonly treasury: Address;
  accounts: Map<AccountId, Account>;
  /** Numbered from 1. */
  readonly collaterals: Map<number, Collateral>;
  /** By group number; 0 is no group. */
  groups: Group[];
  /** Every listing of a signer that there ever was: "owner/signer", in small letters. */
  readonly listed: Set<string>;
  /** Owners that the access gate does not admit, in small letters. */
  readonly barred: Set<string>;
  /** Filled so far, by account and lane. */
  fills: Map<string, { sequence: bigint; filled: Size }>;
  held: Money;
  shortfall: Money;
  protectedCash: Money;
  fees: Money;
  epoch: number;
}

/** Whole units of a position, towards zero. */
export function unitsOf(position: Position | undefined): Size {
  if (position === undefined) return size(0n);
  return size(position.fine < 0n ? -(-position.fine >> FINE) : position.fine >> FINE);
}

export function accountIn(state: State, id: AccountId): Account {
  let account = state.accounts.get(id);
  if (account === undefined) {
    account = {
      id: uintOf(id, 192, "account id") as AccountId,
      cash: 0n as Money,
      group: 0,
      positions: new Map(),
      calledAt: 0n,
      protection: undefined,
      relief: undefined,
      pledges: new Map(),
      pledgesOfferedAt: 0n,
    };
    state.accounts.set(id, account);
  }
  return account;
}

export function groupIn(state: State, id: number): Group {
  const group = state.groups[id];
  if (group === undefined) throw new RangeError(`no group ${id}: create it first`);
  return group;
}

export function marketIn(group: Group, index: number): Market {
  const market = group.markets[index];
  if (market === undefined) throw new RangeError(`no market ${index} in this group: create it first`);
  return market;
}

/** All positions in market `index` of `group`, one by one. */
export function* positionsIn(state: State, group: number, index: number): Generator<[Account, Position]> {
  for (const account of state.accounts.values()) {
    if (account.group !== group) continue;
    const position = account.positions.get(index);
    if (position !== undefined) yield [account, position];
  }
}
