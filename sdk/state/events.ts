// SPDX-License-Identifier: MIT
import type { NodeId } from "../level.js";
import type { AccountId, Address, GroupId, MarketId } from "../order.js";
import type { CollateralParameters } from "../parameters/collateral.js";
import type { MarketParameters } from "../parameters/market.js";
import type { RiskParameters } from "../parameters/risk.js";
import type { VenueParameters } from "../parameters/venue.js";
import type { Money, Price, Size } from "../units.js";
import type { Factors } from "./OptionGroup.js";

interface Events {
  CashChanged: { account: AccountId; cash: Money };
  Deposited: { account: AccountId; from: Address; tokens: bigint; cash: Money };
  Withdrawn: { account: AccountId; to: Address; tokens: bigint; claims: Money; cash: Money };
  Transferred: { from: AccountId; to: AccountId; amount: Money; fromCash: Money; toCash: Money };
  SignerSet: { owner: Address; signer: Address; expiry: bigint };

  Traded: {
    market: MarketId;
    taker: AccountId;
    maker: AccountId;
    takerSize: Size;
    price: Price;
    takerFee: Money;
    makerFee: Money;
    makerSalt: bigint;
    makerFilled: Size;
    makerPosition: bigint;
    makerCash: Money;
  };
  Matched: {
    market: MarketId;
    taker: AccountId;
    size: Size;
    position: bigint;
    cash: Money;
    salt: bigint;
    /** Zero when the taker came by himself: then there is no order of `salt`. */
    filled: Size;
    funding: Price;
    ratePerSecond: bigint;
    openInterest: Size;
  };
  PositionChanged: { account: AccountId; market: MarketId; size: Size; position: bigint; cash: Money };
  OrderSkipped: { account: AccountId; salt: bigint; reason: `0x${string}` };
  MatchSkipped: { index: bigint; reason: `0x${string}` };
  OrderCancelled: { account: AccountId; salt: bigint };
  OrdersCancelledBelow: { account: AccountId; sequence: bigint };
  FeesCollected: { vaultShare: Money; treasuryShare: Money };

  MarginCalled: { account: AccountId; equity: Money; callLevel: Money };
  MarginCallCleared: { account: AccountId };
  Liquidated: {
    account: AccountId;
    market: MarketId;
    taker: AccountId;
    closed: Size;
    discount: bigint;
    keeperReward: Money;
    vaultReward: Money;
    size: Size;
    position: bigint;
    cash: Money;
  };

  Locked: {
    group: GroupId;
    lock: bigint;
    until: bigint;
    gapLevel: bigint;
    reserve: Money;
    anchors: readonly Price[];
    frozenMarks: readonly Price[];
  };
  Unlocked: { group: GroupId; lock: bigint };
  Absorbed: { account: AccountId; group: GroupId; lock: bigint; deficit: Money; groupDeficit: Money };
  NetRegistered: { account: AccountId; group: GroupId; lock: bigint; relief: Money; total: Money };
  NetSettled: { group: GroupId; lock: bigint; relieved: Money; numerator: bigint; denominator: bigint };
  NetCredited: { account: AccountId; group: GroupId; lock: bigint; credit: Money; cash: Money };
  Charged: {
    market: MarketId;
    lock: bigint;
    jump: Price;
    charge: Price;
    cumulativeLong: Price;
    cumulativeShort: Price;
    winners: Size;
  };
  PlaceSought: { market: MarketId; lock: bigint; reached: NodeId };
  Netted: { market: MarketId; lock: bigint; netted: Size; vaultClosed: Size; vaultTook: Size; left: Size };
  NodeTornUp: {
    market: MarketId;
    lock: bigint;
    node: NodeId;
    longs: boolean;
    size: Size;
    remaining: bigint;
    proceeds: bigint;
  };
  Deleveraged: {
    group: GroupId;
    lock: bigint;
    accounts: bigint;
    deficit: Money;
    vaultPaid: Money;
    charged: Money;
    shortfall: Money;
  };
  ShortfallSuffered: { amount: Money; shortfall: Money; rate: bigint };
  ShortfallHealed: { amount: Money; shortfall: Money; rate: bigint };
  Covered: { from: Address; tokens: bigint; healed: Money };

  InventoryOffered: { market: MarketId; since: bigint };
  LiquidationSkipped: { account: AccountId; market: MarketId; reason: `0x${string}` };
  InventorySold: { market: MarketId; buyer: AccountId; size: Size; price: Price };

  GroupCreated: { group: GroupId };
  MarketCreated: { market: MarketId; source: Address; mode: bigint };
  MarketParamsSet: { market: MarketId; params: MarketParameters };
  VenueParamsSet: { params: VenueParameters };
  PriceSourceSet: { market: MarketId; source: Address };
  SourceNoted: { market: MarketId; since: bigint };
  VaultBudgetSet: { group: GroupId; budget: Money };
  VaultSet: { vault: Address };
  TreasurySet: { treasury: Address };
  AccessGateSet: { gate: Address };
  Paused: { market: MarketId; level: bigint; until: bigint };
  MarketSettled: { market: MarketId; price: Price };

  CollateralCreated: { id: bigint; token: Address; source: Address; decimals: bigint };
  CollateralParamsSet: { id: bigint; params: CollateralParameters };
  CollateralClosing: { id: bigint; from: bigint };
  CollateralSourceSet: { id: bigint; source: Address };
  LineSet: { id: bigint; line: Money };
  CollateralPriceRecorded: { id: bigint; anchor: Price; recordedPrice: Price };
  CollateralFloorSet: { id: bigint; floor: Price };
  Pledged: { account: AccountId; id: bigint; units: bigint; pledged: bigint };
  PledgeWithdrawn: { account: AccountId; id: bigint; to: Address; units: bigint; pledged: bigint };
  PledgeFeeTaken: { account: AccountId; id: bigint; units: bigint; pledged: bigint };
  PledgesOffered: { account: AccountId; since: bigint };
  PledgeBought: { account: AccountId; id: bigint; buyer: AccountId; units: bigint; paid: Money; pledged: bigint };
  PledgeBoughtByLine: {
    account: AccountId;
    id: bigint;
    units: bigint;
    paid: Money;
    pledged: bigint;
    line: Money;
  };
  StockSold: { id: bigint; buyer: AccountId; units: bigint; paid: Money; stock: bigint };
  // Of a clearinghouse of options.
  RiskParamsSet: { group: GroupId; params: RiskParameters };
  VolSourceSet: { group: GroupId; source: Address };
  LadderListed: { group: GroupId; ladder: bigint; expiry: bigint; base: Price; step: Price; smile: bigint };
  LevelPosted: { group: GroupId; level: bigint; observedAt: bigint };
  SmilePosted: { group: GroupId; ladder: bigint; smile: bigint };
  FixingAdvanced: { group: GroupId; ladder: bigint; round: bigint };
  PriceFixed: { group: GroupId; ladder: bigint; expiry: bigint; price: Price };
  RiskFactorsMoved: { group: GroupId; ladder: bigint; spot: Price; level: bigint; time: bigint };
  FactorsFrozen: { group: GroupId; lock: bigint; anchor: Factors; frozen: Factors };
  Sliced: {
    account: AccountId;
    taker: AccountId;
    fraction: bigint;
    keeperReward: Money;
    vaultReward: Money;
    cash: Money;
  };
}

export type EventKind = keyof Events;

/** An event of IClearinghouse, ICollateral or IOptionClearinghouse, with its arguments under their own names. */
export type VenueEvent = { [K in EventKind]: { readonly kind: K } & Readonly<Events[K]> }[EventKind];

/** The event of one kind. */
export type EventOf<K extends EventKind> = Extract<VenueEvent, { kind: K }>;

/** Where in the chain an event stands. */
export interface Place {
  readonly block: number;
  /** Of the block, Unix seconds: some state is the time of an event. */
  readonly timestamp: bigint;
  /** Index of its log in the block. */
  readonly logIndex: number;
}
