// SPDX-License-Identifier: MIT
import { min, notionalUp } from "../../sdk/arithmetic.js";
import type { AccountId } from "../../sdk/order.js";
import { money, size, type Money, type Size } from "../../sdk/units.js";
import { UNITS, moved, sizeDown, takeable } from "./margins.js";
import type { AccountState, GroupState, MarketState, Offer, Policy } from "./Snapshot.js";

/** What an account does in a plan. */
export type Role = "liquidated" | "maker" | "taker" | "seller";

/** What is used up while a plan is made, so that no two of its actions count on the same. */
export class Means {
  private appetite: Money;
  private readonly left = new Map<Offer, Size>();
  private readonly holds = new Map<string, Size>();
  private readonly makers = new Map<AccountId, Offer>();
  private readonly roles = new Map<AccountId, Role>();
  private readonly accounts = new Map<AccountState, AccountState>();
  private readonly funds = new Map<number, Money>();

  constructor(policy: Policy) {
    this.appetite = policy.appetite;
  }

  leftOf(offer: Offer): Size {
    return this.left.get(offer) ?? offer.left;
  }

  /** An account's offers each count on all that it can carry, so only one of them is used in a plan. */
  mayFill(offer: Offer): boolean {
    const { account } = offer.signed.order;
    return this.mayBe(account, "maker") && (this.makers.get(account) ?? offer) === offer;
  }

  /** What the offer's account holds in the offer's market after what is planned so far. */
  holdsOf(offer: Offer): Size {
    return this.holds.get(positionOf(offer)) ?? offer.holds;
  }

  fill(offer: Offer, filled: Size): void {
    const { order } = offer.signed;
    this.holds.set(positionOf(offer), size(this.holdsOf(offer) + (order.size > 0n ? filled : -filled)));
    this.left.set(offer, size(this.leftOf(offer) - filled));
    this.roles.set(order.account, "maker");
    this.makers.set(order.account, offer);
  }

  /**
   * May the account be this in the next action too? Nobody is two things in one plan, and nobody is liquidated twice.
   */
  mayBe(account: AccountId, role: Role): boolean {
    const present = this.roles.get(account);
    return present === undefined || (present === role && role !== "liquidated");
  }

  /** It stands as in the snapshot: nothing that is planned so far concerns it. */
  isUntouched(account: AccountId): boolean {
    return !this.roles.has(account);
  }

  liquidate(account: AccountId): void {
    this.roles.set(account, "liquidated");
  }

  /** Some of what it has pledged is sold. */
  sell(account: AccountId): void {
    this.roles.set(account, "seller");
  }

  /** The keeper's account, or the vault's, as it is after what is planned so far. */
  now(account: AccountState): AccountState {
    return this.accounts.get(account) ?? account;
  }

  /** The most that the keeper's account may take over of a leg of `sign`. */
  ownCapacity(own: AccountState, market: MarketState, index: number, sign: bigint): Size {
    return min(takeable(this.now(own), market, index, sign), sizeDown(this.appetite, market));
  }

  /** What the vault's pot may still add. */
  fundsOf(group: GroupState): Money {
    return this.funds.get(group.id) ?? group.fundable;
  }

  ownTakes(own: AccountState, market: MarketState, index: number, delta: Size, reward: Money): void {
    this.appetite = money(this.appetite - notionalUp(delta, market.quote.mark));
    this.roles.set(own.id, "taker");
    this.accounts.set(own, moved(this.now(own), market, index, delta, reward));
  }

  vaultTakes(group: GroupState, market: MarketState, index: number, delta: Size, reward: Money): void {
    const taken = moved(this.now(group.inventory), market, index, delta, reward);
    const missing = taken.health.initial - taken.health.equity;
    const given = missing > 0n ? missing : 0n;
    this.funds.set(group.id, money(this.fundsOf(group) - given - UNITS));
    const { health } = taken;
    const added = { equity: money(health.equity + given), cash: money(health.cash + given) };
    const sound = { atAnchor: money(health.atAnchor + given), atRecordedMark: money(health.atRecordedMark + given) };
    this.accounts.set(group.inventory, { ...taken, health: { ...health, ...added, ...sound } });
  }
}

function positionOf({ signed: { order } }: Offer): string {
  return `${order.account} ${order.market}`;
}
