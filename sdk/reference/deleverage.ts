// SPDX-License-Identifier: MIT
import { abs, floorDiv, min, positive, sameSide, valueDown } from "../arithmetic.js";
import { rankOf, type NodeId } from "../level.js";
import { accountOf, type Address } from "../order.js";
import { PPM, PRICE_UNIT, money, price, size, type Money, type Price, type Size } from "../units.js";
import { healthAfter, healthBefore, putDown, take, traded, type Hand } from "./hand.js";
import { creditOf, jumpOf, pendingCharges, shareOf, winnersOf } from "./jump.js";
import { unlock } from "./lock.js";
import { follow, type Observation } from "./Observed.js";
import { sideOf, sizeOfNode, tearUpNode } from "./queue.js";
import { Rejected } from "./Rejected.js";
import { recordedQuotes, type Quote } from "./quote.js";
import { suffer } from "./recovery.js";
import { accountIn, groupIn, marketIn, positionsIn, type Market, type State } from "./state.js";
import { count, credit, fundFromReserve, inventoryOf, offer, potOf, sweep } from "./vault.js";

/** What a settlement did, as in the event Deleveraged. */
export interface Receipt {
  readonly accounts: number;
  readonly deficit: Money;
  readonly vaultPaid: Money;
  readonly charged: Money;
  readonly shortfall: Money;
  /** What came back to who was registered. */
  readonly credited: Money;
}

/** What the contract rounded: by market index, the size that the vault took. */
export type ObservedTakes = ReadonlyMap<number, Observation>;

/** The whole settlement but its last step, in one go: payment, charges, netting, tear-up. */
export function settleGroup(state: State, id: number, observed: ObservedTakes = new Map()): Receipt {
  const group = groupIn(state, id);
  if (group.phase === "NORMAL") throw new Rejected("GroupNotLocked");
  if (group.phase === "SETTLING") throw new RangeError("settled already: finish it with unlockSettled");
  if (state.now < group.until) throw new Rejected("LockStillRunning");
  if (group.absorbed === 0) throw new Rejected("NothingToDeleverage");
  const receipt = payDeficit(state, id);
  group.phase = "SETTLING";
  group.markets.forEach((_, index) => settleMarket(state, id, index, observed.get(index)));
  return receipt;
}

/** The last step: the group is NORMAL again, and the caller gets a refund from the vault. */
export function unlockSettled(state: State, id: number, caller: Address): void {
  unlock(state, id);
  const refund = min(groupIn(state, id).refund, positive(potOf(state).cash));
  credit(state, potOf(state), -refund);
  credit(state, accountIn(state, accountOf(caller, 0)), refund);
}

/** The vault pays what it set aside, then every winning position is charged, one after the other. */
function payDeficit(state: State, id: number): Receipt {
  const group = groupIn(state, id);
  const charges = pendingCharges(group);
  const share = shareOf(group);
  const { deficit } = group;
  const vaultPaid = min(deficit, group.reserve);
  group.reserve = money(group.reserve - vaultPaid);
  count(state, id, vaultPaid);
  let taken = 0n;
  charges.forEach((charge, index) => {
    taken += valueDown(winnersOf(marketIn(group, index)), charge);
    chargeWinners(state, id, index, charge);
  });
  // What goes back to who is registered is not the winners' to pay. The exact sum of the credits is at most this.
  const given = share.numerator === share.denominator ? group.relieved : 0n;
  const charged = money(min(taken - given, deficit - vaultPaid));
  let credited = 0n;
  for (const account of state.accounts.values()) {
    if (account.group !== id || account.relief === undefined) continue;
    const back = creditOf(account.relief, share);
    credit(state, account, back, false);
    credited += back;
  }
  const shortfall = money(deficit - vaultPaid - charged);
  group.deficit = money(0n);
  group.refund = deficit < state.venue.minDebt ? money(0n) : min(state.venue.refund, deficit);
  group.uncovered = false;
  if (shortfall > 0n) suffer(state, shortfall);
  return { accounts: group.absorbed, deficit, vaultPaid, charged, shortfall, credited: money(credited) };
}

function chargeWinners(state: State, id: number, index: number, charge: Price): void {
  const market = marketIn(groupIn(state, id), index);
  if (charge === 0n) return;
  const longs = jumpOf(market) > 0n;
  for (const [, position] of positionsIn(state, id, index)) {
    if (position.fine > 0n === longs) position.cost += abs(position.fine) * charge;
  }
  if (longs) market.chargeLong = price(market.chargeLong + charge);
  else market.chargeShort = price(market.chargeShort + charge);
}

function settleMarket(state: State, id: number, index: number, observed: Observation | undefined): void {
  const market = marketIn(groupIn(state, id), index);
  if (market.estateLong === 0n && market.estateShort === 0n) return;
  const netted = min(market.estateLong, market.estateShort);
  shrink(market, true, netted, true);
  shrink(market, false, netted, false);
  const longs = market.estateLong !== 0n;
  if (restOf(market, longs) !== 0n) vaultTakes(state, id, index, longs, observed);
  if (restOf(market, longs) !== 0n) tearUp(state, id, index, longs);
}

function restOf(market: Market, longs: boolean): Size {
  return longs ? market.estateLong : market.estateShort;
}

function shrink(market: Market, longs: boolean, by: Size, interest: boolean): void {
  if (longs) market.estateLong = size(market.estateLong - by);
  else market.estateShort = size(market.estateShort - by);
  if (interest) market.openInterest = size(market.openInterest - by);
}

/** The vault closes its opposite inventory against the estate, then takes what its initial margin allows. */
function vaultTakes(state: State, id: number, index: number, longs: boolean, observed: Observation | undefined): void {
  const group = groupIn(state, id);
  const market = marketIn(group, index);
  const frozen = recordedQuotes(group);
  const { mark } = frozen[index]!;
  const rest = restOf(market, longs);
  const before = take(state, inventoryOf(state, id), id, index, frozen);
  if (healthBefore(before, market.parameters).equity < 0n) return; // it stays with its positions, to be absorbed
  const way = longs ? 1n : -1n;
  const opposite = sameSide(before.leg.size, -way);
  const closed = opposite ? min(rest, abs(before.leg.size)) : size(0n);
  const netted = opposite ? traded(market, before, size(way * closed), mark, money(0n)) : before;
  let taken = sameSide(netted.leg.size, -way) ? size(0n) : takeable(state, id, market, netted, size(rest - closed));
  if (valueDown(size(abs(netted.leg.size) + taken), mark) < market.parameters.minNotional) taken = size(0n);
  taken = follow("size taken by the vault", taken, observed);

  let hand = netted;
  if (taken !== 0n) {
    hand = traded(market, netted, size(way * taken), mark, money(0n));
    const health = healthAfter(hand, market.parameters);
    fundFromReserve(state, id, money(health.initial - health.equity));
    offer(state, id, market, before.leg.size, hand.leg.size);
  }
  if (closed !== 0n || taken !== 0n) putDown(state, hand);
  sweep(state, id);
  shrink(market, longs, closed, true);
  shrink(market, longs, taken, false);
}

function takeable(state: State, id: number, market: Market, vault: Hand, max: Size): Size {
  const health = healthAfter(vault, market.parameters);
  const free = groupIn(state, id).reserve + min(health.equity, money(0n)) - health.initial - 2n;
  if (free <= 0n) return size(0n);
  const notional = floorDiv(free * PPM, market.parameters.initialMargin);
  return min(max, size((notional * PRICE_UNIT) / vault.quote.mark));
}

/** Closes the rest of the estate against the other side: all winners alike (PRORATA), then the head of the queue. */
function tearUp(state: State, id: number, index: number, longs: boolean): void {
  const market = marketIn(groupIn(state, id), index);
  const side = sideOf(market, !longs);
  const frozen = recordedQuotes(groupIn(state, id))[index]!;
  const close = (node: NodeId, wanted: Size): void => {
    tearUpNode(state, id, index, !longs, node, wanted, frozen.mark);
    shrink(market, longs, wanted, true);
  };
  if (market.prorata) {
    const winners = side.queue.filter((node) => wins(market, frozen, !longs, node));
    const sizes = winners.map((node) => sizeOfNode(state, id, index, !longs, node));
    const all = size(sizes.reduce<bigint>((sum, one) => sum + one, 0n));
    const wanted = restOf(market, longs);
    winners.forEach((node, i) => {
      const share = wanted < all ? size((sizes[i]! * wanted) / all) : sizes[i]!;
      if (share !== 0n) close(node, share);
    });
  }
  while (restOf(market, longs) !== 0n) {
    const head = side.queue[0];
    if (head === undefined) {
      const rest = restOf(market, longs);
      // Of positions in torn nodes the reference has whole units, where the contract has their sum's: a unit each at
      // most.
      if (rest > state.accounts.size)
        throw new RangeError("the estate is larger than the other side: open interest is wrong");
      shrink(market, longs, rest, true);
      break;
    }
    close(head, min(sizeOfNode(state, id, index, !longs, head), restOf(market, longs)));
  }
}

/** Does a node gain at the frozen mark, after charges? */
function wins(market: Market, frozen: Quote, longs: boolean, node: NodeId): boolean {
  const shift = longs ? market.funding + market.chargeLong : market.funding - market.chargeShort;
  return rankOf(node) < (longs ? frozen.mark - shift : shift - frozen.mark);
}
