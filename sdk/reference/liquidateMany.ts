// SPDX-License-Identifier: MIT
import { abs, min, sameSide } from "../arithmetic.js";
import type { AccountId } from "../order.js";
import { money, size, type Money, type Size } from "../units.js";
import { flawOf, inOtherGroup, putDown, take, traded, type Hand } from "./hand.js";
import {
  begin,
  chooseDiscount,
  isOwn,
  openFor,
  pay,
  registerIfLocked,
  requireSound,
  split,
  type ObservedLiquidation,
} from "./liquidation.js";
import { keepingMinimum, withCash } from "./margin.js";
import { longer } from "./match.js";
import { mayTakeOver } from "./net.js";
import { follow } from "./Observed.js";
import { Rejected } from "./Rejected.js";
import { accountIn, type State } from "./state.js";
import { credit, inventoryOf, potOf } from "./vault.js";

/** The taker in memory, and what is put down with him at the end. */
interface Batch {
  readonly group: number;
  readonly index: number;
  taker: Hand;
  earned: Money;
  vaultPart: Money;
  left: Size;
}

/**
 * Accounts of one side, as `liquidateToAccount` one by one in this order, but the taker is put down once. Who is
 * refused is passed over. `max`: positive of longs, negative of shorts.
 */
export function liquidateMany(
  state: State,
  ids: readonly AccountId[],
  [group, index]: [number, number],
  keeper: AccountId,
  max: Size,
  observed: (id: AccountId) => ObservedLiquidation | undefined = () => undefined,
): void {
  const { quotes, locked } = openFor(state, group, index);
  const account = accountIn(state, keeper);
  if (inOtherGroup(account, group)) throw new Rejected("AccountInOtherGroup");
  if (locked && !mayTakeOver(state, group, account, index)) throw new Rejected("WinningSideLocked");
  const taker = take(state, account, group, index, quotes);
  const batch = { group, index, taker, earned: money(0n), vaultPart: money(0n), left: abs(max) };
  for (const id of ids) {
    if (batch.left === 0n) break;
    try {
      one(state, batch, id, max > 0n, observed(id));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
    }
  }
  if (batch.left === abs(max)) throw new Rejected("NothingFilled");
  const rest = withCash(batch.taker.rest, money(-batch.earned));
  putDown(state, { ...batch.taker, before: taker.before, rest, cashDelta: batch.earned });
  credit(state, potOf(state), batch.vaultPart);
}

/** Refuses before anything but a registration is changed. */
function one(state: State, batch: Batch, id: AccountId, longs: boolean, observed?: ObservedLiquidation): void {
  const { group, index } = batch;
  if (accountIn(state, id) === inventoryOf(state, group)) throw new Rejected("NotInABatch");
  const taken = begin(state, id, group, index);
  const { market, quote } = taken;
  if (taken.hand.before.size > 0n !== longs) throw new Rejected("OtherSide");
  if (isOwn(state, id, batch.taker.account.id)) throw new Rejected("SameOwner");
  chooseDiscount(state, taken, undefined, observed);
  const kept = keepingMinimum(
    abs(taken.hand.before.size),
    min(batch.left, taken.size),
    quote,
    market.parameters.minNotional,
  );
  if (kept === 0n) throw new Rejected("PositionTooSmall");
  registerIfLocked(state, taken); // it stays registered when it is passed over after this
  const closed = follow("size closed", kept, observed?.closed);
  const delta = size(longs ? closed : -closed);
  if (taken.locked && sameSide(batch.taker.leg.size, -delta)) throw new Rejected("WinningSideLocked");

  const { keeperPart, vaultPart } = split(state, taken, closed, 0n);
  const now = { ...batch.taker, before: batch.taker.leg, cashDelta: keeperPart, onlyReduces: true };
  const gained = traded(market, now, delta, quote.mark, money(0n));
  const given = traded(market, pay(taken.hand, money(-(keeperPart + vaultPart))), size(-delta), quote.mark, money(0n));
  const flaw = flawOf(gained, market.parameters, size(0n));
  if (flaw !== undefined) throw new Rejected(flaw);
  requireSound(taken, given, taken.health);

  market.openInterest = size(market.openInterest + longer(taken.hand, given) + longer(now, gained));
  putDown(state, given);
  batch.taker = { ...gained, rest: withCash(gained.rest, gained.cashDelta), cashDelta: money(0n) };
  batch.earned = money(batch.earned + gained.cashDelta);
  batch.vaultPart = money(batch.vaultPart + vaultPart);
  batch.left = size(batch.left - closed);
}
