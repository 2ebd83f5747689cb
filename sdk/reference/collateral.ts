// SPDX-License-Identifier: MIT
import { abs, ceilDiv, max, min, positive, priceShareDown } from "../arithmetic.js";
import { ownerOf, type AccountId } from "../order.js";
import type { CollateralParameters } from "../parameters/collateral.js";
import { PPM, money, price, type Money, type Price } from "../units.js";
import { clearIfCured, callLevel, isDue } from "./call.js";
import { requireDeposit } from "./gate.js";
import { syncOpen } from "./lock.js";
import { healthAtMost, healthOf, type Health } from "./margin.js";
import { addStock, collateralIn, countedOf, feeOf, levelsOf, lockedAt, scaleOf } from "./pledge.js";
import { takeFee, worthDown, worthUp } from "./pledge.js";
import { refreshAccount } from "./recovery.js";
import { Rejected } from "./Rejected.js";
import { accountIn, groupIn, type Account, type Collateral, type State } from "./state.js";
import { credit, potOf } from "./vault.js";

const HOUR = 3_600n;
const DAY = 86_400n;
const LINE_DELAY = HOUR;
const OFFER_LAPSE = 2n * HOUR;
/** A fee of fewer units waits for a day. */
const SMALL_FEE = 1_000n;
const CLOSING_NOTICE = 7n * DAY;
/** More than any pledge is worth: all of it. */
const WHOLE = money(2n ** 127n - 1n);
const PART_OF_HAIRCUT_THAT_IS_A_GAP = 2n;

// ------------------------------------------------------------------ what governance sets

export function createCollateral(
  state: State,
  decimals: bigint,
  parameters: CollateralParameters,
  live: Price,
): number {
  requireUnlocked(state);
  checkParameters(parameters);
  const id = state.collaterals.size + 1;
  const floor = price(0n);
  const made: Collateral = {
    ...{ decimals, parameters, live, fresh: true, anchor: live, recordedPrice: live, newest: live, floor },
    ...{
      recordedAt: state.now,
      raisedAt: 0n,
      closesAt: 0n,
      line: money(0n),
      pledged: 0n,
      stock: 0n,
      stockOfferedAt: 0n,
    },
  };
  state.collaterals.set(id, made);
  setClosing(state, made);
  setFloor(made);
  return id;
}

export function setCollateralParameters(state: State, id: number, parameters: CollateralParameters): void {
  requireUnlocked(state);
  const collateral = collateralIn(state, id);
  const { haircut } = collateral.parameters;
  if (parameters.haircut > haircut && collateral.pledged !== 0n) {
    const isTooSoon = state.now < collateral.raisedAt + DAY;
    const most = isTooSoon ? haircut : PPM - ((PPM - haircut) * 3n) / 4n;
    if (parameters.haircut > most) throw new Rejected("ParameterOutOfBounds");
  }
  checkParameters(parameters);
  if (parameters.haircut > haircut && collateral.pledged !== 0n) collateral.raisedAt = state.now;
  collateral.parameters = parameters;
  setClosing(state, collateral);
  setFloor(collateral);
}

/** A cap of zero closes it after a notice; any other ends that. */
function setClosing({ now }: State, collateral: Collateral): void {
  if (collateral.parameters.cap !== 0n) collateral.closesAt = 0n;
  else if (collateral.closesAt === 0n) collateral.closesAt = now + CLOSING_NOTICE;
}

export function setLine(state: State, id: number, line: Money): void {
  requireUnlocked(state);
  const collateral = collateralIn(state, id);
  if (line < worthUp(collateral, collateral.pledged, levelsOf(collateral).committed)) {
    throw new Rejected("LineCommitted");
  }
  const more = line - collateral.line;
  if (more > 0n && more > potOf(state).cash) throw new Rejected("PotTooSmall");
  collateral.line = line;
  credit(state, potOf(state), -more);
  setFloor(collateral);
}

export function recordPrice(state: State, id: number): boolean {
  const collateral = collateralIn(state, id);
  if (state.groups.some(({ phase }) => phase !== "NORMAL")) return false;
  if (state.now < collateral.recordedAt + state.venue.lockDelay || !collateral.fresh) return false;
  collateral.anchor = collateral.recordedPrice;
  collateral.recordedPrice = collateral.newest;
  collateral.newest = collateral.live;
  collateral.recordedAt = state.now;
  setFloor(collateral);
  return true;
}

/** The lesser of both recorded prices, at most what the line can pay for a whole token; in 24 bits. */
function setFloor(collateral: Collateral): void {
  const { anchor, recordedPrice, pledged, line, parameters } = collateral;
  let floor = min(anchor, recordedPrice);
  if (pledged !== 0n) {
    const payable = (line * scaleOf(collateral)) / pledged;
    floor = min(floor, price((payable * PPM) / (PPM - parameters.haircut)));
  }
  let exponent = 0n;
  while (floor >> exponent >= 1n << 24n) ++exponent;
  collateral.floor = price((floor >> exponent) << exponent);
}

function checkParameters({ haircut, maxDiscount, discountRate, feeRate, cap }: CollateralParameters): void {
  const within = (value: bigint, low: bigint, high: bigint) => value >= low && value <= high;
  const holds = [
    within(haircut, 20_000n, 900_000n),
    within(maxDiscount, 1_000n, (haircut * 3n) / 4n),
    within(discountRate, maxDiscount, PPM),
    within(feeRate, 0n, 50_000n),
    within(cap, 0n, (2n ** 96n - 1n) / 2n),
  ];
  if (holds.includes(false)) throw new Rejected("ParameterOutOfBounds");
}

function requireUnlocked({ groups }: State): void {
  if (groups.some(({ phase }) => phase !== "NORMAL")) throw new Rejected("GroupsLocked");
}

// ------------------------------------------------------------------ in and out

export function pledge(state: State, id: AccountId, number: number, units: bigint): void {
  const collateral = collateralIn(state, number);
  const account = accountIn(state, id);
  if (units === 0n) throw new Rejected("ZeroAmount");
  if (ownerOf(id).toLowerCase() === state.vault.toLowerCase()) throw new Rejected("VaultMayNotPledge");
  requireDeposit(state, account);
  refreshAccount(state, account);
  if (account.positions.size > 0) syncOpen(state, account.group);
  recordPrice(state, number);
  const { live, fresh, floor, parameters } = collateral;
  if (!fresh) throw new Rejected("CollateralPriceNotFresh");
  const gap = priceShareDown(floor, parameters.haircut / PART_OF_HAIRCUT_THAT_IS_A_GAP);
  if (floor - live > gap) throw new Rejected("CollateralGap");
  takeFee(state, account, number);
  const all = collateral.pledged + units;
  if (all > parameters.cap) throw new Rejected("CollateralCapReached");
  if (worthUp(collateral, all, levelsOf(collateral).committed) > collateral.line) throw new Rejected("LineExhausted");
  collateral.pledged = all;
  const before = account.pledges.get(number);
  const afresh = { units: 0n, since: state.now, feeRate: parameters.feeRate };
  account.pledges.set(number, { ...(before ?? afresh), units: (before?.units ?? 0n) + units });
  clearIfCured(state, account);
  endIfCured(state, account);
}

/** What is pledged may end what an account needed: the next need begins without a discount. */
function endIfCured(state: State, account: Account): void {
  if (account.positions.size === 0 || account.pledgesOfferedAt === 0n) return;
  const health = healthOf(state, account, syncOpen(state, account.group));
  if (health.fresh && needIn(state, account, health).need === 0n) account.pledgesOfferedAt = 0n;
}

export function withdrawPledge(state: State, id: AccountId, number: number, wanted: bigint | "all"): bigint {
  collateralIn(state, number);
  const account = accountIn(state, id);
  refreshAccount(state, account);
  recordPrice(state, number);
  takeFee(state, account, number);
  const held = account.pledges.get(number)?.units ?? 0n;
  const units = wanted === "all" ? held : wanted;
  if (units === 0n) throw new Rejected("ZeroAmount");
  if (units > held) throw new Rejected("NothingPledged");
  remove(state, account, number, units);
  if (account.positions.size > 0) requireMargin(state, account);
  return units;
}

/** What is left covers initial margin without unrealised gains, and cash and positions are not below zero. */
function requireMargin(state: State, account: Account): void {
  const health = healthOf(state, account, syncOpen(state, account.group));
  if (!health.fresh) throw new Rejected("AccountHasStaleLeg");
  if (aloneOf(account, health) < 0n) throw new Rejected("InsufficientMargin");
  if (min(health.cash, health.equity) < health.initial) throw new Rejected("InsufficientMargin");
  if (health.atAnchor < 0n || health.atRecordedMark < 0n) throw new Rejected("UnsoundAtAnchor");
}

export function takePledgeFee(state: State, id: AccountId, number: number): void {
  collateralIn(state, number);
  const account = accountIn(state, id);
  const held = account.pledges.get(number);
  if (held === undefined) throw new Rejected("NothingPledged");
  const waits = feeOf(state, held) < SMALL_FEE && state.now < held.since + DAY;
  if (waits && held.feeRate === collateralIn(state, number).parameters.feeRate) return;
  takeFee(state, account, number);
}

// ------------------------------------------------------------------ exchange

export interface Sale {
  readonly units: bigint;
  readonly paid: Money;
}

/** Who buys, and at most how much. */
export interface Buyer {
  readonly id: AccountId;
  readonly max: bigint;
}

export function offerPledges(state: State, id: AccountId): void {
  dueNow(state, accountIn(state, id));
  const account = accountIn(state, id);
  if (offeredAt(state, account) !== 0n) throw new Rejected("PledgesOnOffer");
  account.pledgesOfferedAt = state.now;
}

export function clearOffer(state: State, id: AccountId): void {
  const account = accountIn(state, id);
  if (account.pledgesOfferedAt === 0n) throw new Rejected("PledgesNotOffered");
  if (account.positions.size > 0 && needOf(state, account).need > 0n) throw new Rejected("PledgesOnOffer");
  account.pledgesOfferedAt = 0n;
}

export function buyPledge(state: State, id: AccountId, number: number, buyer: Buyer): Sale {
  const collateral = collateralIn(state, number);
  const account = accountIn(state, id);
  const closing = closingOf(state, account, number);
  const { need, covered } = closing === undefined ? dueNow(state, account) : { need: WHOLE, covered: false };
  const since = closing ?? offeredAt(state, account);
  if (since === 0n) throw new Rejected("PledgesNotOffered");
  const live = discounted(state, collateral, since);
  const at = covered ? live : max(live, levelsOf(collateral).committed);
  takeFee(state, account, number);
  const units = min(min(unitsUp(collateral, need, at), account.pledges.get(number)?.units ?? 0n), buyer.max);
  if (units === 0n) throw new Rejected("ZeroAmount");
  const paid = worthUp(collateral, units, at);
  remove(state, account, number, units);
  if (paid >= need) account.pledgesOfferedAt = 0n;
  charge(state, buyer.id, paid);
  credit(state, account, paid);
  return { units, paid };
}

export function exchangeWithLine(state: State, id: AccountId, number: number): Sale {
  const collateral = collateralIn(state, number);
  const account = accountIn(state, id);
  const { counted, committed } = levelsOf(collateral);
  const closing = closingOf(state, account, number);
  if (closing !== undefined && state.now >= closing + LINE_DELAY && isNearFloor(collateral)) {
    const sold = sellToLine(state, account, number, WHOLE, committed);
    clearIfCured(state, account);
    return sold;
  }
  const { need, covered } = dueNow(state, account);
  if (covered) {
    const since = offeredAt(state, account);
    if (since === 0n) throw new Rejected("PledgesNotOffered");
    if (state.now < since + LINE_DELAY) throw new Rejected("LineMustWait");
    if (!collateral.fresh) throw new Rejected("CollateralPriceNotFresh");
  }
  const sale = sellToLine(state, account, number, need, covered ? counted : committed);
  if (sale.units === 0n) throw new Rejected("NothingPledged");
  if (sale.paid >= need) account.pledgesOfferedAt = 0n;
  clearIfCured(state, account);
  return sale;
}

/** In a lock, or for a debt: the line buys one collateral after the other until `need` is paid. */
export function sellAll(state: State, account: Account, need: Money, atCommitted: boolean): Money {
  account.pledgesOfferedAt = 0n;
  const until = lockedAt(state, account);
  let paid = money(0n);
  for (const number of [...account.pledges.keys()].sort((a, b) => a - b)) {
    if (paid >= need) break;
    const { counted, committed } = levelsOf(collateralIn(state, number));
    const sale = sellToLine(state, account, number, money(need - paid), atCommitted ? committed : counted, until);
    paid = money(paid + sale.paid);
  }
  return paid;
}

/** The line pays what an account without positions owes. */
export function payDebt(state: State, account: Account): void {
  if (account.pledges.size === 0) throw new Rejected("AccountInsolvent");
  const debt = money(-account.cash);
  const atCommitted = countedOf(state, account).counted < debt || groupIn(state, account.group).phase !== "NORMAL";
  sellAll(state, account, debt, atCommitted);
  if (account.cash < 0n) throw new Rejected("AccountInsolvent");
}

export function buyStock(state: State, number: number, buyer: Buyer): Sale {
  const collateral = collateralIn(state, number);
  if (state.shortfall !== 0n || state.groups.some(({ phase }) => phase !== "NORMAL")) {
    throw new Rejected("StockNotForSale");
  }
  const at = discounted(state, collateral, collateral.stockOfferedAt);
  const units = min(buyer.max, collateral.stock);
  if (units === 0n) throw new Rejected("ZeroAmount");
  const paid = worthUp(collateral, units, at);
  collateral.stock -= units;
  charge(state, buyer.id, paid);
  credit(state, potOf(state), paid);
  return { units, paid };
}

/** Cash and positions of an account whose pledges count in `health`. */
export function aloneOf(account: Account, health: Health): Money {
  return money(health.equity - (health.cash - account.cash));
}

function dueNow(state: State, account: Account): { need: Money; covered: boolean } {
  if (account.pledges.size === 0) throw new Rejected("NothingPledged");
  if (account.positions.size === 0) throw new Rejected("PledgesNotDue");
  const needs = needOf(state, account);
  if (needs.need === 0n) throw new Rejected("PledgesNotDue");
  return needs;
}

function needOf(state: State, account: Account): { need: Money; covered: boolean } {
  const quotes = syncOpen(state, account.group);
  refreshAccount(state, account);
  const health = healthOf(state, account, quotes);
  const most = healthAtMost(state, account, quotes);
  if (!most.fresh) throw new Rejected("AccountHasStaleLeg");
  return needIn(state, account, health, most);
}

/**
 * The debt; up to initial margin when it is covered and can be liquidated, unless claims are worth less than par.
 * `most`: with stale pledges at the most that they count for.
 */
function needIn(state: State, account: Account, health: Health, most = health): { need: Money; covered: boolean } {
  const alone = aloneOf(account, health);
  const covered = health.equity >= 0n && health.atAnchor >= 0n && health.atRecordedMark >= 0n;
  const liquidatable =
    most.equity < most.maintenance || (isDue(state, account) && most.equity < callLevel(state, most));
  const more = covered && liquidatable && state.shortfall === 0n;
  return { need: positive(money(more ? health.initial - alone : -alone)), covered };
}

/** Since when a pledge is on offer as a whole, as its collateral is closing; undefined: it is not. */
function closingOf(state: State, account: Account, number: number): bigint | undefined {
  const { closesAt } = collateralIn(state, number);
  if (closesAt === 0n || state.now < closesAt || state.shortfall > 0n) return undefined;
  if (state.groups.some(({ phase }) => phase !== "NORMAL")) return undefined;
  if (!account.pledges.has(number)) throw new Rejected("NothingPledged");
  if (account.positions.size > 0) syncOpen(state, account.group);
  refreshAccount(state, account);
  return state.now - ((state.now - closesAt) % OFFER_LAPSE);
}

function isNearFloor({ live, fresh, floor, parameters }: Collateral): boolean {
  return fresh && abs(floor - live) <= priceShareDown(floor, parameters.haircut / PART_OF_HAIRCUT_THAT_IS_A_GAP);
}

function offeredAt({ now }: State, { pledgesOfferedAt }: Account): bigint {
  return now >= pledgesOfferedAt + OFFER_LAPSE ? 0n : pledgesOfferedAt;
}

/** The live price less a discount that grows with the time on offer. */
function discounted({ now }: State, { live, fresh, parameters }: Collateral, since: bigint): Price {
  if (!fresh) throw new Rejected("CollateralPriceNotFresh");
  return priceShareDown(live, PPM - min((parameters.discountRate * (now - since)) / HOUR, parameters.maxDiscount));
}

function unitsUp(collateral: Collateral, amount: Money, at: Price): bigint {
  return at === 0n ? 0n : ceilDiv(amount * scaleOf(collateral), at);
}

function sellToLine(state: State, account: Account, number: number, need: Money, at: Price, until = state.now): Sale {
  const collateral = collateralIn(state, number);
  takeFee(state, account, number, until);
  const units = min(unitsUp(collateral, need, at), account.pledges.get(number)?.units ?? 0n);
  if (units === 0n) return { units, paid: money(0n) };
  const paid = worthDown(collateral, units, at);
  addStock(state, collateral, units);
  collateral.line = money(collateral.line - paid);
  remove(state, account, number, units);
  credit(state, account, paid, false);
  return { units, paid };
}

function remove(state: State, account: Account, number: number, units: bigint): void {
  const held = account.pledges.get(number)!;
  collateralIn(state, number).pledged -= units;
  if (held.units === units) account.pledges.delete(number);
  else account.pledges.set(number, { ...held, units: held.units - units });
}

/** Takes what was bought from the cash of an account without positions. */
function charge(state: State, buyer: AccountId, paid: Money): void {
  const account = accountIn(state, buyer);
  refreshAccount(state, account);
  if (account.positions.size > 0) throw new Rejected("BuyerHasPositions");
  if (account.cash < paid) throw new Rejected("InsufficientWithdrawable");
  credit(state, account, -paid);
}
