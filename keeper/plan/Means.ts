// SPDX-License-Identifier: MIT
import { min, notionalUp, shareUp, valueDown } from "../../sdk/arithmetic.js";
import { NO_NODE } from "../../sdk/level.js";
import { increaseRate } from "../../sdk/reference/margin.js";
import { money, price, size, type Money, type Size } from "../../sdk/units.js";
import { UNITS, sizeDown, sizeIn, takeable } from "./margins.js";
import type { AccountState, GroupState, MarketState, Offer, Policy } from "./Snapshot.js";

/** What is used up while a plan is made, so that no two of its actions count on the same. */
export class Means {
  private appetite: Money;
  private readonly left = new Map<Offer, Size>();
  private readonly accounts = new Map<AccountState, AccountState>();
  private readonly funds = new Map<number, Money>();

  constructor(policy: Policy) {
    this.appetite = policy.appetite;
  }

  leftOf(offer: Offer): Size {
    return this.left.get(offer) ?? offer.left;
  }

  fill(offer: Offer, filled: Size): void {
    this.left.set(offer, size(this.leftOf(offer) - filled));
  }

  /** The keeper's account, or the vault's, as it is after what is planned so far. */
  now(account: AccountState): AccountState {
    return this.accounts.get(account) ?? account;
  }

  /** The most that the keeper's account may take over of a leg of `sign`. */
  ownCapacity(own: AccountState, market: MarketState, index: number, sign: bigint): Size {
    return min(takeable(this.now(own), market, index, sign), sizeDown(this.appetite, market));
  }

  /** The most that the vault may, with what its pot may add: only up to initial margin at the base rate. */
  vaultCapacity(group: GroupState, market: MarketState, index: number, sign: bigint): Size {
    const raised = increaseRate(market.parameters, market.openInterest) > market.parameters.initialMargin;
    const fundable = this.funds.get(group.id) ?? group.fundable;
    return takeable(this.now(group.inventory), market, index, sign, raised ? money(0n) : fundable);
  }

  ownTakes(own: AccountState, market: MarketState, index: number, delta: Size, reward: Money): void {
    this.appetite = money(this.appetite - notionalUp(delta, market.quote.mark));
    this.accounts.set(own, moved(this.now(own), market, index, delta, reward));
  }

  vaultTakes(group: GroupState, market: MarketState, index: number, delta: Size, reward: Money): void {
    const taken = moved(this.now(group.inventory), market, index, delta, reward);
    const missing = taken.health.initial - taken.health.equity;
    const given = missing > 0n ? missing : 0n;
    this.funds.set(group.id, money((this.funds.get(group.id) ?? group.fundable) - given - UNITS));
    const { health } = taken;
    const added = { equity: money(health.equity + given), cash: money(health.cash + given) };
    const sound = { atAnchor: money(health.atAnchor + given), atCandidate: money(health.atCandidate + given) };
    this.accounts.set(group.inventory, { ...taken, health: { ...health, ...added, ...sound } });
  }
}

/** An account after it took `delta` at the mark and got `reward`; what rounding may cost it is taken off. */
function moved(account: AccountState, market: MarketState, index: number, delta: Size, reward: Money): AccountState {
  const { health, legs } = account;
  const { quote, parameters } = market;
  const [before, after] = [sizeIn(account, index), size(sizeIn(account, index) + delta)];
  const margin = (held: Size, rate: bigint) => shareUp(notionalUp(held, quote.mark), rate);
  const required = (rate: bigint) => margin(after, rate) - margin(before, rate) + UNITS;
  const gained = reward - UNITS;
  const at = (mark: bigint) => valueDown(delta, price(mark - quote.mark));
  const node = legs.find((leg) => leg.market === index)?.node ?? NO_NODE;
  const others = legs.filter((leg) => leg.market !== index);
  return {
    ...account,
    legs: after === 0n ? others : [...others, { market: index, size: after, node }],
    health: {
      ...health,
      cash: money(health.cash + gained),
      equity: money(health.equity + gained),
      initial: money(health.initial + required(parameters.initialMargin)),
      maintenance: money(health.maintenance + required(parameters.maintenanceMargin)),
      atAnchor: money(health.atAnchor + at(quote.anchor) + gained),
      atCandidate: money(health.atCandidate + at(quote.candidate) + gained),
    },
  };
}
