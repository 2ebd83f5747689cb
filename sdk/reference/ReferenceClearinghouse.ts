// SPDX-License-Identifier: MIT
import { min, positive } from "../arithmetic.js";
import { type AccountId, type Address, type Order } from "../order.js";
import { addressOf, secondsOf } from "../range.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import { absorb } from "./absorb.js";
import { clearCall, clearIfCured, marginCall } from "./call.js";
import {
  aloneOf,
  buyPledge,
  buyStock,
  clearOffer,
  createCollateral,
  exchangeWithLine,
  offerPledges,
  pledge,
  recordPrice,
  setCollateralParameters,
  setLine,
  takePledgeFee,
  withdrawPledge,
  type Buyer,
} from "./collateral.js";
import { settleGroup, unlockSettled, type ObservedTakes, type Receipt } from "./deleverage.js";
import { advance } from "./funding.js";
import { inOtherGroup, putDown, take } from "./hand.js";
import {
  buyInventory,
  liquidateByOrders,
  liquidateToAccount,
  liquidateToVault,
  type ObservedLiquidation,
} from "./liquidation.js";
import { liquidateMany } from "./liquidateMany.js";
import { syncOpen, syncOrLock } from "./lock.js";
import { healthOf, withdrawableOf, type Health } from "./margin.js";
import { settleMatch, type MakerFill } from "./match.js";
import { net } from "./net.js";
import { collateralIn } from "./pledge.js";
import type { CollateralParameters } from "../parameters/collateral.js";
import type { MarketParameters } from "../parameters/market.js";
import type { VenueParameters } from "../parameters/venue.js";
import { liveQuotes } from "./quote.js";
import { bookDeposit, bookWithdrawal, heal, moveProtected, rateOf, refreshAccount } from "./recovery.js";
import { requireDeposit } from "./gate.js";
import { Rejected } from "./Rejected.js";
import { accountIn, groupIn, marketIn, unitsOf, type Account, type Side, type State } from "./state.js";
import { credit, inventoryOf, potOf, rescue, splitFees, sweep } from "./vault.js";

// INDEPENDENT. Only tests import this folder: it says again what the contracts, sdk/margin and sdk/state say, so that
// they can be held against it. It shares with them what a number is: units and their rounding (units, arithmetic), ids
// (order, salt, level), the two constants of a frame, range checks, and the names of parameters. It shares no rule:
// nothing of sdk/margin, sdk/state, sdk/queue or sdk/settlement, not even through another file.
// test/sdk/structure.test.ts holds both directions.

/**
 * The clearinghouse, slow and obvious: every position is kept by itself, and whatever happens to it (funding, a charge,
 * a tear-up) is done to it when it happens. No frames. Money is claims at par in 1e-9 quote; tokens are not modelled
 * beyond that.
 *
 * Operations throw Rejected, with the name of the clearinghouse's error, and change nothing then.
 */
export class ReferenceClearinghouse {
  state: State;

  constructor(now: bigint, venue: VenueParameters, vault: Address, treasury: Address) {
    secondsOf(now, "now");
    addressOf(vault, "vault");
    addressOf(treasury, "treasury");
    this.state = {
      now,
      venue,
      vault,
      treasury,
      accounts: new Map(),
      collaterals: new Map(),
      groups: [NO_GROUP()],
      listed: new Set(),
      barred: new Set(),
      fills: new Map(),
      held: money(0n),
      shortfall: money(0n),
      protectedCash: money(0n),
      fees: money(0n),
      epoch: 0,
    };
  }

  createGroup(vaultBudget: Money): number {
    this.state.groups.push({ ...NO_GROUP(), vaultBudget });
    return this.state.groups.length - 1;
  }

  createMarket(group: number, parameters: MarketParameters, prorata: boolean, mark: Price, now: bigint): number {
    return groupIn(this.state, group).markets.push({
      parameters,
      prorata,
      mark,
      stale: false,
      fundingRate: 0n,
      fundingTime: now,
      anchor: mark,
      recordedMark: mark,
      funding: price(0n),
      chargeLong: price(0n),
      chargeShort: price(0n),
      openInterest: size(0n),
      estateLong: size(0n),
      estateShort: size(0n),
      offeredAt: 0n,
      longs: emptySide(),
      shorts: emptySide(),
    });
  }

  setMark(group: number, index: number, mark: Price, stale: boolean): void {
    Object.assign(marketIn(groupIn(this.state, group), index), { mark, stale });
  }

  /** Runs `operation` at `now`, or undoes it when it is refused. */
  at<T>(now: bigint, operation: (state: State) => T): T {
    advance(this.state, secondsOf(now, "now"));
    const before = structuredClone(this.state);
    try {
      return operation(this.state);
    } catch (error) {
      this.state = before;
      throw error;
    }
  }

  /** The access gate changes its mind about an owner. */
  bar(now: bigint, owner: Address, on: boolean): void {
    this.at(now, ({ barred }) => void (on ? barred.add(owner.toLowerCase()) : barred.delete(owner.toLowerCase())));
  }

  deposit(now: bigint, id: AccountId, amount: Money): void {
    this.at(now, (state) => {
      const account = accountIn(state, id);
      requireDeposit(state, account);
      refreshAccount(state, account);
      account.cash = money(account.cash + amount);
      bookDeposit(state, account, amount);
      clearIfCured(state, account);
    });
  }

  /** Returns what the claims paid. */
  withdraw(now: bigint, id: AccountId, claims: Money | "all"): Money {
    return this.at(now, (state) => {
      if (state.groups.some((group) => group.uncovered)) throw new Rejected("WithdrawalsWait");
      const account = accountIn(state, id);
      const max = withdrawable(state, account);
      const amount = claims === "all" ? max : claims;
      if (amount === 0n) throw new Rejected("ZeroAmount");
      if (amount > max) throw new Rejected("InsufficientWithdrawable");
      const paid = bookWithdrawal(state, account, amount);
      account.cash = money(account.cash - amount);
      return paid;
    });
  }

  transfer(now: bigint, from: AccountId, to: AccountId, amount: Money): void {
    this.at(now, (state) => {
      const [source, target] = [accountIn(state, from), accountIn(state, to)];
      if (amount > withdrawable(state, source)) throw new Rejected("InsufficientWithdrawable");
      refreshAccount(state, target);
      moveProtected(state, source, target, amount);
      source.cash = money(source.cash - amount);
      target.cash = money(target.cash + amount);
      refreshAccount(state, target);
      clearIfCured(state, target);
    });
  }

  /** `owner` authorises `signer`, or revokes it: that he once did stays known. */
  setSigner(owner: Address, signer: Address, expiry: bigint): void {
    if (expiry !== 0n) this.state.listed.add(`${owner}/${signer}`.toLowerCase());
  }

  settle(now: bigint, taker: Order, makers: MakerFill[], strict: boolean): void {
    this.at(now, (state) => settleMatch(state, taker, makers, strict));
  }

  poke(now: bigint, group: number): void {
    this.at(now, (state) => syncOrLock(state, group));
  }

  absorb(now: bigint, group: number, ids: AccountId[]): void {
    this.at(now, (state) => absorb(state, group, ids));
  }

  net(now: bigint, group: number, ids: AccountId[]): void {
    this.at(now, (state) => net(state, group, ids));
  }

  /** Everything that a deleverage does but its last step. */
  settleGroup(now: bigint, group: number, observed?: ObservedTakes): Receipt {
    return this.at(now, (state) => settleGroup(state, group, observed));
  }

  /** The last step of a deleverage. */
  unlockSettled(now: bigint, group: number, caller: Address): void {
    this.at(now, (state) => unlockSettled(state, group, caller));
  }

  marginCall(now: bigint, id: AccountId): void {
    this.at(now, (state) => marginCall(state, id));
  }

  clearCall(now: bigint, id: AccountId): void {
    this.at(now, (state) => clearCall(state, id));
  }

  liquidateByOrders(
    now: bigint,
    id: AccountId,
    [group, index]: [number, number],
    keeper: AccountId,
    fills: MakerFill[],
    observed?: ObservedLiquidation,
  ): void {
    this.at(now, (state) => liquidateByOrders(state, id, group, index, keeper, fills, observed));
  }

  liquidateToAccount(
    now: bigint,
    id: AccountId,
    [group, index]: [number, number],
    keeper: AccountId,
    max: Size,
    observed?: ObservedLiquidation,
  ): void {
    this.at(now, (state) => liquidateToAccount(state, id, group, index, keeper, max, observed));
  }

  liquidateMany(
    now: bigint,
    ids: readonly AccountId[],
    at: [number, number],
    keeper: AccountId,
    max: Size,
    observed?: (id: AccountId) => ObservedLiquidation | undefined,
  ): void {
    this.at(now, (state) => liquidateMany(state, ids, at, keeper, max, observed));
  }

  liquidateToVault(
    now: bigint,
    id: AccountId,
    [group, index]: [number, number],
    keeper: AccountId,
    observed?: ObservedLiquidation,
  ): void {
    this.at(now, (state) => liquidateToVault(state, id, group, index, keeper, observed));
  }

  buyInventory(now: bigint, [group, index]: [number, number], buyer: AccountId, max: Size): void {
    this.at(now, (state) => buyInventory(state, group, index, buyer, max));
  }

  /** Takes what a position torn up to zero is worth to cash. */
  collect(now: bigint, id: AccountId, [group, index]: [number, number]): void {
    this.at(now, (state) => {
      const account = accountIn(state, id);
      if (groupIn(state, group).phase !== "NORMAL") throw new Rejected("GroupLocked");
      const position = account.group === group ? account.positions.get(index) : undefined;
      if (position === undefined) throw new Rejected("NoPosition");
      const hand = take(state, account, group, index, liveQuotes(groupIn(state, group)));
      if (unitsOf(position) !== 0n) throw new Rejected("MarketNotSettled");
      const owes = money(-(account.cash + hand.leg.value));
      if (account === inventoryOf(state, group) && account.positions.size === 1) rescue(state, group, owes);
      putDown(state, { ...hand, cashDelta: hand.leg.value, leg: { ...hand.leg, value: money(0n) } });
      sweep(state, group);
    });
  }

  cover(now: bigint, amount: Money): void {
    this.at(now, (state) => {
      state.held = money(state.held + amount);
      credit(state, potOf(state), heal(state, amount));
    });
  }

  collectFees(now: bigint): void {
    this.at(now, splitFees);
  }

  createCollateral(now: bigint, decimals: bigint, parameters: CollateralParameters, live: Price): number {
    return this.at(now, (state) => createCollateral(state, decimals, parameters, live));
  }

  setCollateralPrice(id: number, live: Price, fresh: boolean): void {
    Object.assign(collateralIn(this.state, id), { live, fresh });
  }

  setCollateralParameters(now: bigint, id: number, parameters: CollateralParameters): void {
    this.at(now, (state) => setCollateralParameters(state, id, parameters));
  }

  setCollateralLine(now: bigint, id: number, line: Money): void {
    this.at(now, (state) => setLine(state, id, line));
  }

  recordCollateralPrice(now: bigint, id: number): void {
    this.at(now, (state) => recordPrice(state, id));
  }

  pledge(now: bigint, account: AccountId, id: number, units: bigint): void {
    this.at(now, (state) => pledge(state, account, id, units));
  }

  withdrawPledge(now: bigint, account: AccountId, id: number, units: bigint | "all"): void {
    this.at(now, (state) => withdrawPledge(state, account, id, units));
  }

  takePledgeFee(now: bigint, account: AccountId, id: number): void {
    this.at(now, (state) => takePledgeFee(state, account, id));
  }

  offerPledges(now: bigint, account: AccountId): void {
    this.at(now, (state) => offerPledges(state, account));
  }

  clearOffer(now: bigint, account: AccountId): void {
    this.at(now, (state) => clearOffer(state, account));
  }

  buyPledge(now: bigint, account: AccountId, id: number, buyer: Buyer): void {
    this.at(now, (state) => buyPledge(state, account, id, buyer));
  }

  exchangeWithLine(now: bigint, account: AccountId, id: number): void {
    this.at(now, (state) => exchangeWithLine(state, account, id));
  }

  buyStock(now: bigint, id: number, buyer: Buyer): void {
    this.at(now, (state) => buyStock(state, id, buyer));
  }

  /** The account of `owner` numbered `number`, at live prices now. */
  health(id: AccountId, group: number): Health {
    const account = accountIn(this.state, id);
    const quotes = liveQuotes(groupIn(this.state, group));
    if (inOtherGroup(account, group) || account.group !== group)
      return healthOf(this.state, { ...account, positions: new Map() }, quotes);
    return healthOf(this.state, account, quotes);
  }

  rate(): bigint {
    return rateOf(this.state);
  }
}

/** What may leave an account: with positions only at fresh prices, in an open group without a gap. */
function withdrawable(state: State, account: Account): Money {
  const vaults = account.id >> 32n === BigInt(state.vault);
  if (vaults && state.groups.some((group) => group.phase !== "NORMAL")) throw new Rejected("GroupsLocked");
  refreshAccount(state, account);
  if (account.positions.size === 0) return positive(account.cash);
  const health = healthOf(state, account, syncOpen(state, account.group));
  if (!health.fresh) throw new Rejected("AccountHasStaleLeg");
  return positive(min(withdrawableOf(health), min(account.cash, aloneOf(account, health))));
}

const emptySide = (): Side => ({ queue: [], remaining: new Map(), generations: new Map() });

const NO_GROUP = () => ({
  markets: [],
  phase: "NORMAL" as const,
  gapLevel: 0n,
  uncovered: false,
  until: 0n,
  lockedAt: 0n,
  anchorsDue: 0n,
  offersStood: 0n,
  lastUnlock: 0n,
  absorbed: 0,
  deficit: money(0n),
  relieved: money(0n),
  reserve: money(0n),
  vaultBudget: money(0n),
  vaultSpent: money(0n),
  vaultPeriod: 0n,
  refund: money(0n),
});
