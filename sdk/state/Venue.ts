// SPDX-License-Identifier: MIT
import { countOf, wholeOf } from "../range.js";
import type { Frame } from "../frame.js";
import type { NodeId } from "../level.js";
import { NOBODY, type AccountId, type Address, type GroupId, type MarketId, type VenueKind } from "../order.js";
import type { CollateralParameters } from "../parameters/collateral.js";
import type { MarketParameters } from "../parameters/market.js";
import { noParameters } from "../parameters/units.js";
import { VENUE_UNITS, type VenueParameters } from "../parameters/venue.js";
import { money, type Money, type Price, type Size } from "../units.js";
import { Journal } from "./Journal.js";
import type { OptionGroup } from "./OptionGroup.js";

/** A position as it is stored: size = shares * A, value = shares * (A * m~ + K) - offset, with A and K of its node. */
export interface Position {
  /** Negative for shorts. */
  readonly shares: bigint;
  readonly offset: Money;
  /** How far the exact entry rank lies below the node's key, in 2^-24 granule. */
  readonly residue: bigint;
  readonly node: NodeId;
}

/** One entry level of one side. */
export interface Node {
  readonly id: NodeId;
  readonly rank: Price;
  /** The sum of its positions' shares, 0 once it has left the queue. */
  shares: bigint;
  frame: Frame;
  /** Torn up before. */
  touched: boolean;
  /** In the queue. */
  linked: boolean;
}

/** The ADL queue of one side: `queue` in order, most profitable first. */
export interface Side {
  readonly nodes: Map<NodeId, Node>;
  readonly queue: Node[];
  /** Which generation of a level newcomers look at; absent: 0. By the level's node of generation 0. */
  readonly generations: Map<NodeId, bigint>;
}

export interface Pause {
  /** 0 none, 1 no new risk, 2 no liquidation, 3 reduce only. */
  level: bigint;
  since: bigint;
  until: bigint;
  /** When the last pause that stopped liquidations ended or ends. */
  liquidationsStoppedUntil: bigint;
}

/** A market, or a series of an option group: of that the group's parameters, and neither source nor funding. */
export interface Market {
  readonly id: MarketId;
  readonly prorata: boolean;
  source: Address;
  /**
   * Since when the source is noted as not usable; 0n when it is not. The note is void once the group's anchors moved
   * on, of which no event tells: ask a lens.
   */
  staleSince: bigint;
  parameters: MarketParameters;
  /** The final price, once it is settled. */
  settledAt: Price | undefined;
  /** Cumulative funding at `fundingTime`, and what it grows by a second. See `fundingAt`. */
  funding: Price;
  fundingRate: bigint;
  fundingTime: bigint;
  chargeLong: Price;
  chargeShort: Price;
  openInterest: Size;
  estateLong: Size;
  estateShort: Size;
  offeredAt: bigint;
  /** In a settlement: how the vault's last trade of this market changed its position. */
  vaultMoved: Size;
  /**
   * In a settlement: how far its steps came on the way to the vault's place in the queue; undefined when none is looked
   * for.
   */
  soughtAt: NodeId | undefined;
  /** Of a series: what its last PositionChanged would undo, if it turns out to be a slice's. See `seriesChanged`. */
  collected: Collected | undefined;
  readonly longs: Side;
  readonly shorts: Side;
}

/** A position that went into the estate of its series, signed, and how much of both sides' estates cancelled out. */
export interface Collected {
  readonly size: Size;
  readonly netted: Size;
}

export type Phase = "NORMAL" | "LOCKED" | "SETTLING";

/** The anchors are told by events only at a lock: ask a lens. */
export interface Group {
  readonly id: GroupId;
  /**
   * By index. Of an option group all 256 that its series could have, whether their ladder is listed or not: see
   * `seriesListed`.
   */
  readonly markets: Market[];
  /** Of an option group: its expiries, volatilities and factors. */
  readonly options: OptionGroup | undefined;
  /** A settlement of an option group that has only measured yet emits nothing: until then the group is LOCKED here. */
  phase: Phase;
  gapLevel: bigint;
  until: bigint;
  /** The number of the last lock; 0n: there was none. */
  lock: bigint;
  lockedAt: bigint;
  lastUnlock: bigint;
  absorbed: bigint;
  deficit: Money;
  reserve: Money;
  /**
   * Of the last lock: what a long of each market gained, frozen mark less anchor. Of an option group those of its
   * perpetual and of the series that were charged, the others are not told.
   */
  jumps: readonly Price[];
  /** In a lock: the relief of all who are registered. */
  relieved: Money;
  /** Of locks in which somebody was charged and somebody was registered: which share of his relief he gets back. */
  readonly shares: Map<bigint, ReliefShare>;
  vaultBudget: Money;
}

export interface ReliefShare {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What an account is registered for: the lesser of its gains and its losses in the jump of a lock. */
export interface Relief {
  readonly amount: Money;
  readonly group: GroupId;
  readonly lock: bigint;
}

/** A protected deposit, and the epoch and the index that it was measured at. See `protectedCash`. */
export interface Protection {
  readonly amount: Money;
  readonly epoch: bigint;
  readonly index: bigint;
}

/** The latest order of a lane, and what is filled of it: `CANCELLED` when it is void. */
export interface Lane {
  readonly sequence: bigint;
  readonly filled: Size;
}

export interface Account {
  readonly id: AccountId;
  cash: Money;
  group: GroupId;
  /** By the index of the market in its group; of an option group sparse. */
  readonly legs: (Position | undefined)[];
  calledAt: bigint;
  minSequence: bigint;
  protection: Protection | undefined;
  /** Until it is credited; void when its lock ended without a charge. See `pendingCredit`. */
  relief: Relief | undefined;
  lanes: Map<bigint, Lane> | undefined;
  /** By collateral. */
  readonly pledges: Map<bigint, Pledge>;
  /** Since when its pledges are on offer; 0n: they are not. An offer lapses two hours after it was made. */
  pledgesOfferedAt: bigint;
}

/** What an account has pledged of a collateral. A fee is due for the time since `since`. See `pledgedUnits`. */
export interface Pledge {
  /** Smallest units of the token, the fee that is due included. */
  readonly units: bigint;
  readonly since: bigint;
  /** ppm a year. */
  readonly feeRate: bigint;
}

/** A token other than the settlement token that counts as margin. Prices: 1e-18 quote per whole token. */
export interface Collateral {
  readonly id: bigint;
  readonly token: Address;
  readonly decimals: bigint;
  source: Address;
  parameters: CollateralParameters;
  anchor: Price;
  recordedPrice: Price;
  recordedAt: bigint;
  /** The lesser of both, or what the line can pay for a whole token if that is less. */
  floor: Price;
  /** What the vault has set aside to buy what is pledged. */
  line: Money;
  /** What all have pledged, in units. */
  pledged: bigint;
  /** What the vault has bought or earned, and since when that is on offer, on average by units; void without stock. */
  stock: bigint;
  stockOfferedAt: bigint;
  /** From when on all that is pledged is sold, as the cap is zero; 0n: it is not. See `closingSince`. */
  closesAt: bigint;
}

export interface Recovery {
  held: Money;
  shortfall: Money;
  /** Trading fees waiting to be split. */
  fees: Money;
  protectedCash: Money;
  epoch: bigint;
  /** Falls by what shortfalls leave of a protected unit. It begins at 2^135. */
  index: bigint;
}

export interface Venue {
  readonly kind: VenueKind;
  readonly accounts: Map<AccountId, Account>;
  readonly groups: Map<GroupId, Group>;
  /** By `owner/signer`. */
  readonly signers: Map<string, bigint>;
  /** Numbered from 1. */
  readonly collaterals: Map<bigint, Collateral>;
  /** Of markets, and under 0 of everything. An option group's is its perpetual's. */
  readonly pauses: Map<MarketId, Pause>;
  readonly recovery: Recovery;
  /** Below what the tokens held may not fall now, the least that was held before something came in, and since when. */
  readonly outflow: { minHeld: Money; lowest: Money; since: bigint };
  parameters: VenueParameters;
  vault: Address;
  treasury: Address;
  /** Who is asked about new risk; zero: nobody. */
  accessGate: Address;
  anyStoppedUntil: bigint;
  /** Of the settlement token: 1e-9 quote are `unitsPerNano / nanoPerUnit` of its smallest units. */
  readonly nanoPerUnit: bigint;
  readonly unitsPerNano: bigint;
  /** The last event applied. */
  last: { block: number; logIndex: number };
  readonly journal: Journal;
}

export interface Options {
  readonly tokenDecimals: number;
  /** What the clearinghouse lists. Default: linear. */
  readonly kind?: VenueKind;
  /** How many blocks `revertTo` can undo. Default 64; 0 for a history that is final. */
  readonly reorgDepth?: number;
}

/** A clearinghouse before its first event. */
export function createVenue({ tokenDecimals, kind = "linear", reorgDepth = 64 }: Options): Venue {
  wholeOf(tokenDecimals, 0n, 255n, "tokenDecimals");
  countOf(reorgDepth, "reorgDepth");
  return {
    kind,
    accounts: new Map(),
    groups: new Map(),
    signers: new Map(),
    collaterals: new Map(),
    pauses: new Map(),
    recovery: {
      held: money(0n),
      shortfall: money(0n),
      fees: money(0n),
      protectedCash: money(0n),
      epoch: 0n,
      index: 0n,
    },
    outflow: { minHeld: money(0n), lowest: money(0n), since: 0n },
    parameters: noParameters(VENUE_UNITS), // until the constructor's event
    vault: NOBODY,
    treasury: NOBODY,
    accessGate: NOBODY,
    anyStoppedUntil: 0n,
    nanoPerUnit: 10n ** BigInt(Math.max(0, 9 - tokenDecimals)),
    unitsPerNano: 10n ** BigInt(Math.max(0, tokenDecimals - 9)),
    last: { block: -1, logIndex: -1 },
    journal: new Journal(reorgDepth),
  };
}
