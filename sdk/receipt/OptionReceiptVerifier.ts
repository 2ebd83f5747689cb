// SPDX-License-Identifier: MIT
import { abs, ceilDiv, min, valueDown } from "../arithmetic.js";
import { tearUp as tornUpFrame } from "../frame.js";
import { PERPETUAL_INDEX, type SeriesId } from "../options/series.js";
import { groupOf, indexOf, type GroupId, type MarketId } from "../order.js";
import type { EventOf, Place } from "../state/events.js";
import { groupIn, marketIn, sideOf } from "../state/lookup.js";
import { ladderOfSeries, optionGroupIn } from "../state/options.js";
import { sizeOfNode } from "../state/queue.js";
import type { Group, Market } from "../state/Venue.js";
import { money, price, size } from "../units.js";
import { shareOf, winnersOf } from "./charge.js";
import type { OptionReceipt, SeriesReceipt } from "./OptionReceipt.js";
import { DUST, LockVerifier, differ, differInBill, differInCharge, dueOf, type Writable } from "./LockVerifier.js";
import { payersOf } from "./payers.js";

/** A lock that runs: its receipt so far, and what its charged winners gained. */
interface Open {
  readonly receipt: Writable<OptionReceipt>;
  gains: bigint;
  taken: bigint;
}

/**
 * Recomputes the settlements of option groups from events, as far as they follow from these. Call `see` with each event
 * before `apply` changes `venue` by it.
 *
 * Checked: the sums of debts and reliefs, the winners of each charged series, the share by what all of them gained,
 * every charge, the vault's payment, what comes back, the receipt's sum, the netting of each estate, each tear-up's
 * level, size and what it leaves, and that the estate of a series that has not expired is empty at the end. Not
 * recomputed, because marks are a model's: each jump but the perpetual's, each debt, each relief, and what parts that
 * were torn up brought.
 */
export class OptionReceiptVerifier extends LockVerifier<OptionReceipt, Open> {
  protected locked({ group, lock, reserve, anchors, frozenMarks }: EventOf<"Locked">, at: Place): void {
    optionGroupIn(this.venue, group); // throws of a linear one
    const none = money(0n);
    const receipt: Open["receipt"] = {
      ...{ group, lock, lockedAt: at.timestamp, done: false, reserve, absorbed: [], registered: [], series: [] },
      ...{ share: { numerator: 0n, denominator: 1n }, deficit: none, vaultPaid: none, charged: none, shortfall: none },
      faults: [],
    };
    for (const list of [anchors, frozenMarks]) differ(receipt.faults, "Locked", "marks", BigInt(list.length), 1n);
    this.open.set(group, { receipt, gains: 0n, taken: 0n });
  }

  protected absorbed({ account, group, lock, deficit, groupDeficit }: EventOf<"Absorbed">): void {
    const { receipt } = this.lockOf(group, lock);
    const where = `Absorbed ${account}`;
    differ(receipt.faults, where, "groupDeficit", groupDeficit, groupIn(this.venue, group).deficit + deficit);
    differ(receipt.faults, where, "is below zero", deficit > 0n ? 1n : 0n, 1n);
    receipt.absorbed.push({ account, owed: deficit });
    receipt.registered = receipt.registered.filter((each) => each.account !== account);
  }

  protected registered({ account, group, lock, relief, total }: EventOf<"NetRegistered">): void {
    const { receipt } = this.lockOf(group, lock);
    const where = `NetRegistered ${account}`;
    differ(receipt.faults, where, "total", total, groupIn(this.venue, group).relieved + relief);
    const before = receipt.registered.find((each) => each.account === account);
    differ(receipt.faults, where, "registered before", before?.relief ?? 0n, 0n);
    receipt.registered.push({ account, relief, credit: money(0n) });
  }

  protected netSettled({ group, lock, relieved, numerator, denominator }: EventOf<"NetSettled">): void {
    const { receipt } = this.lockOf(group, lock);
    differ(receipt.faults, `NetSettled ${group}`, "relieved", relieved, groupIn(this.venue, group).relieved);
    receipt.share = { numerator, denominator };
    for (const one of receipt.registered) one.credit = money((one.relief * numerator) / denominator);
  }

  protected charged(event: EventOf<"Charged">): void {
    const open = this.lockOf(this.groupOf(event.market), event.lock);
    const { faults } = open.receipt;
    const market = marketIn(this.venue, event.market);
    const { jump, charge } = event;
    const where = `Charged ${event.market}`;
    differInCharge(faults, event, market, jump);
    const group = groupIn(this.venue, this.groupOf(event.market));
    if (indexOf(event.market, "options") === PERPETUAL_INDEX) {
      differ(faults, where, "jump", jump, group.jumps[PERPETUAL_INDEX]!);
    } else if (isExpired(group, event.market, "anchor")) differ(faults, where, "jump after the expiry", jump, 0n);
    const winners = winnersOf(market, jump);
    open.gains += valueDown(winners, price(abs(jump)));
    open.taken += valueDown(winners, charge);
    const own = this.seriesOf(open, event.market);
    own.jump = jump;
    own.charge = charge;
    own.payers = payersOf(this.venue, market, jump, charge);
  }

  protected deleveraged(event: EventOf<"Deleveraged">): void {
    const { receipt, gains, taken } = this.lockOf(event.group, event.lock);
    const group = groupIn(this.venue, event.group);
    const { faults } = receipt;
    const where = `Deleveraged ${event.group}`;
    const due = dueOf(group);
    const live = group.markets.filter((each) => each.openInterest + each.estateLong + each.estateShort !== 0n);
    const share = shareOf(live.length, due, gains - group.relieved);
    const told = group.shares.get(event.lock);
    differ(faults, where, "NetSettled before", told === undefined ? 0n : 1n, due > 0n && group.relieved > 0n ? 1n : 0n);
    differ(faults, where, "numerator", told?.numerator ?? share.numerator, share.numerator);
    differ(faults, where, "denominator", told?.denominator ?? share.denominator, share.denominator);
    for (const { series, jump, charge } of receipt.series) {
      const fair = ceilDiv(share.numerator * abs(jump), share.denominator);
      differ(faults, `Charged ${series}`, "charge", charge, fair);
    }
    const back = (group.relieved * share.numerator) / share.denominator;
    receipt.share = share;
    differInBill(receipt, event, group, { taken, back });
  }

  protected netted(event: EventOf<"Netted">): void {
    const open = this.lockOf(this.groupOf(event.market), event.lock);
    const { estateLong, estateShort } = marketIn(this.venue, event.market);
    const { faults } = open.receipt;
    const where = `Netted ${event.market}`;
    differ(faults, where, "netted", event.netted, min(estateLong, estateShort));
    differ(faults, where, "left", event.left, estateLong + estateShort - 2n * event.netted);
    differ(faults, where, "vault's", event.vaultClosed + event.vaultTook, 0n); // it takes no options
    this.seriesOf(open, event.market).netted = event.netted;
  }

  protected tornUp(event: EventOf<"NodeTornUp">): void {
    const open = this.lockOf(this.groupOf(event.market), event.lock);
    const { faults } = open.receipt;
    const market = marketIn(this.venue, event.market);
    const head = sideOf(market, event.longs).queue[0];
    const where = `NodeTornUp ${event.node} of ${event.market}`;
    const rest = event.longs ? market.estateShort : market.estateLong;
    differ(faults, where, "node", event.node, head?.id ?? 0n);
    differ(faults, where, "size", event.size, head === undefined ? 0n : min(sizeOfNode(head), rest));
    const torn = { node: event.node, longs: event.longs, size: event.size };
    this.seriesOf(open, event.market).tornUp.push(torn);
    const node = sideOf(market, event.longs).nodes.get(event.node);
    if (node === undefined || event.size > sizeOfNode(node)) return; // said above: it is not the one expected
    // What is left of it does not depend on the mark.
    const { remaining } = tornUpFrame(node.frame, node.shares, event.size, price(0n), event.longs);
    differ(faults, where, "remaining", event.remaining, remaining);
  }

  protected unlocked(event: EventOf<"Unlocked">): void {
    const { receipt } = this.lockOf(event.group, event.lock);
    const group = groupIn(this.venue, event.group);
    for (const { id, estateLong, estateShort } of group.phase === "SETTLING" ? group.markets : []) {
      if (isExpired(group, id, "frozen")) continue; // worth its price for ever: it waits for the other side
      const left = estateLong + estateShort;
      if (left > DUST) differ(receipt.faults, `Unlocked ${id}`, "estate", left, 0n);
    }
  }

  private seriesOf({ receipt }: Open, market: MarketId): Writable<SeriesReceipt> {
    const known = receipt.series.find(({ series }) => series === market);
    if (known !== undefined) return known;
    const series = market as SeriesId;
    const none = { jump: price(0n), charge: price(0n), payers: [], netted: size(0n), tornUp: [] };
    const fresh: Writable<SeriesReceipt> = { series, ...none };
    receipt.series.push(fresh);
    return fresh;
  }

  private groupOf(market: MarketId): GroupId {
    return groupOf(market, "options");
  }
}

/** Is the series' expiry over by the lock's anchor, or by its frozen factors? */
function isExpired(group: Group, series: Market["id"], by: "anchor" | "frozen"): boolean {
  if ((indexOf(series, "options") & 31) === 31) return false; // the perpetual, or no series
  const ladder = ladderOfSeries(group, series);
  return ladder !== undefined && group.options!.frozen![by].time >= ladder.expiry;
}
