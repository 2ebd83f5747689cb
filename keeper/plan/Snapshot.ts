// SPDX-License-Identifier: MIT
import type { NodeId } from "../../sdk/level.js";
import type { Health } from "../../sdk/margin/health.js";
import type { PledgeWorth } from "../../sdk/margin/pledge.js";
import type { Quote } from "../../sdk/margin/quote.js";
import type { AccountId, Address, MarketId, Order } from "../../sdk/order.js";
import type { MarketParameters } from "../../sdk/parameters/market.js";
import type { VenueParameters } from "../../sdk/parameters/venue.js";
import type { Phase } from "../../sdk/state/Venue.js";
import type { Money, Price, Size } from "../../sdk/units.js";

// What a keeper decides from. Times are Unix seconds; whoever makes the snapshot answers for every figure being of the
// same block.

export interface SignedOrder {
  readonly order: Order;
  readonly signer: string;
  readonly signature: string;
  /** As in the SDK's SignedOrder. */
  readonly byContract?: boolean;
}

/** A maker's order whose signature is good. */
export interface Offer {
  readonly signed: SignedOrder;
  /** What is left of it, and its account can carry: magnitude. */
  readonly left: Size;
  /** What its account holds in the market, signed. */
  readonly holds: Size;
  /** In a lock: a leg of its account has gained in the jump, so that it may take nothing over. */
  readonly hasWon: boolean;
}

export interface LegState {
  /** The index of the market in its group. */
  readonly market: number;
  /** Whole units, signed. */
  readonly size: Size;
}

export interface AccountState {
  readonly id: AccountId;
  /** At live quotes. */
  readonly health: Health;
  readonly legs: readonly LegState[];
}

/** What an account has pledged. In its health it counts as cash. */
export interface PledgedState extends PledgeWorth {
  /** By collateral, in the token's smallest units, without the fee that is due. */
  readonly units: ReadonlyMap<bigint, bigint>;
  /** Since when it is on offer; 0: it is not. */
  readonly offeredAt: bigint;
}

/** An account that a keeper may have to act on. */
export interface TraderState extends AccountState {
  /** 0 when there is no margin call. */
  readonly calledAt: bigint;
  /** In a lock: equity at the frozen marks, without what is pledged. */
  readonly atFrozen: Money;
  /** Undefined: nothing is. */
  readonly pledged: PledgedState | undefined;
  /** Its owner is the keeper, or known as his by a listing as signer: no part of the discount is the keeper's. */
  readonly isOwn: boolean;
}

export interface MarketState {
  readonly id: MarketId;
  /** Not ended. */
  readonly open: boolean;
  readonly parameters: MarketParameters;
  /** Live; anchor and recorded mark with funding. */
  readonly quote: Quote;
  /** In a lock, what a long gained from anchor to frozen mark. */
  readonly jump: Price;
  readonly openInterest: Size;
  /** Since when liquidations are allowed after a pause; 0 if there was none. */
  readonly liquidationsFrom: bigint;
  /** A pause allows reductions only. */
  readonly reduceOnly: boolean;
  /** Since when the source is noted as not usable; 0 when it is not. */
  readonly staleSince: bigint;
  /** What the vault's inventory is below the mark, ppm. */
  readonly offerDiscount: bigint;
  readonly offers: readonly Offer[];
}

/** In a lock: who gained on one leg and lost on another, and what of his gain he need not pay a charge of. */
export interface Nettable {
  readonly id: AccountId;
  readonly relief: Money;
}

/** As the clearinghouse numbers them. */
export const PHASES: readonly Phase[] = ["NORMAL", "LOCKED", "SETTLING"];

export interface GroupState {
  readonly id: number;
  readonly phase: Phase;
  /** NORMAL, and a fresh mark has jumped from its anchor. */
  readonly gapped: boolean;
  /** When the lock ends, put off by pauses. */
  readonly until: bigint;
  readonly lastUnlock: bigint;
  readonly anchorsDue: bigint;
  /** Accounts absorbed in this lock, and nodes in all queues: a settlement takes at most three steps a node. */
  readonly absorbed: number;
  readonly nodes: number;
  /** In a lock: what they owed, and what the vault set aside to pay it. */
  readonly deficit: Money;
  readonly reserve: Money;
  /** In a lock: who is not registered, and gains by it if anybody is charged. */
  readonly nettable: readonly Nettable[];
  /** Since when accounts can be absorbed after a pause; 0 if there was none. */
  readonly absorbableFrom: bigint;
  readonly markets: readonly MarketState[];
  /** At least everybody below the call level, or below zero at the frozen marks. */
  readonly traders: readonly TraderState[];
  /** The keeper's account of this group. */
  readonly own: AccountState | undefined;
  /** The vault's, and what its pot may add. */
  readonly inventory: AccountState;
  readonly fundable: Money;
}

/** A collateral whose price may have to be recorded, or that is closing. */
export interface CollateralState {
  readonly id: bigint;
  readonly live: Price;
  readonly fresh: boolean;
  readonly anchor: Price;
  readonly recordedPrice: Price;
  readonly recordedAt: bigint;
  readonly floor: Price;
  /** ppm. */
  readonly haircut: bigint;
  /** From when on all that is pledged of it is sold; 0: it is not closing. */
  readonly closesAt: bigint;
  /** When it is closing: who has pledged of it. */
  readonly pledgers: readonly AccountId[];
}

/** The vault's oldest batch of redeems that has not been priced. */
export interface BatchState {
  readonly id: bigint;
  readonly dueAt: bigint;
  /** The vault prices now: its flows are open. */
  readonly open: boolean;
}

export interface Policy {
  /** Cost of a million gas, in quote. */
  readonly millionGas: Money;
  /** What the keeper is ready to lose on an action that is not a duty. */
  readonly maxLoss: Money;
  /** Most gas of a transaction. */
  readonly transactionGas: number;
  /** Most notional that the keeper takes over in all, in this plan. */
  readonly appetite: Money;
  /** The least discount at which the keeper buys of the vault, ppm. */
  readonly minDiscount: bigint;
  /** The most by which an order may be worse than the mark for the keeper to close its own position against it, ppm. */
  readonly unwindCost: bigint;
}

export type HintOf = (account: AccountId, market: MarketId, delta: Size, at: Price) => NodeId;

export interface Snapshot {
  /** Of the block that will contain the actions. */
  readonly time: bigint;
  readonly venue: VenueParameters;
  readonly groups: readonly GroupState[];
  readonly collaterals: readonly CollateralState[];
  /** A recovery is under way: claims may be worth less than par. */
  readonly inRecovery: boolean;
  /** Since when nothing keeps accounts from being absorbed after a pause anywhere; 0 if there was none. */
  readonly undisturbedFrom: bigint;
  readonly batch: BatchState | undefined;
  /** Who sends, and the number of the account that is paid. */
  readonly keeper: Address;
  readonly payee: number;
  readonly policy: Policy;
  /**
   * Near the place in the queue of what an account holds after a trade of `delta` at `at`. Any other node means the
   * same trade; one that is 2,000 nodes away is refused.
   */
  readonly hintOf: HintOf;
  /** Actions that failed and are not to be tried again yet, by `keyOf`. */
  readonly refused: ReadonlySet<string>;
}
