// SPDX-License-Identifier: MIT
import { min, valueDown } from "../arithmetic.js";
import { tearUp as tornUpFrame } from "../frame.js";
import type { NodeId } from "../level.js";
import { healthOf } from "../margin/health.js";
import { requireLinear } from "../margin/LinearOnly.js";
import { quoteOf, type Quote } from "../margin/quote.js";
import { groupOf, indexOf, type GroupId, type MarketId } from "../order.js";
import type { EventOf, Place } from "../state/events.js";
import { accountIn, groupIn, marketIn, sideOf } from "../state/lookup.js";
import { sizeOf } from "../state/position.js";
import { sizeOfNode } from "../state/queue.js";
import type { Group, Market, Venue } from "../state/Venue.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import { chargesOf, gainsOf, reliefOf, shareOf, winnersOf, type ChargeShare } from "./charge.js";
import { DUST, LockVerifier, differ, differInBill, differInCharge, dueOf, type Writable } from "./LockVerifier.js";
import { payersOf } from "./payers.js";
import type { MarketReceipt, Receipt, ReceiptFault, TornUp } from "./Receipt.js";

/** A lock that runs: its receipt so far, and the tear-ups that must come next, by market. */
interface Open {
  readonly receipt: Writable<Receipt>;
  readonly jumps: readonly Price[];
  readonly plans: Map<MarketId, TornUp[]>;
}

/**
 * Recomputes every lock's settlement from events alone: who was below zero, what the vault, the winners and a shortfall
 * paid, and which levels were torn up. Call `see` with each event before `apply` changes `venue` by it.
 *
 * Checked: each absorbed account's debt and the sum, each registered account's relief and the sum, the vault's payment,
 * every charge, the share that comes back, the receipt's sum, the netting of the estate, each tear-up's level, size and
 * frame, and that the estate is empty at the end. Not recomputed: how much of the estate the vault took over (its
 * margin decides), only that it is not more than there was.
 */
export class ReceiptVerifier extends LockVerifier<Receipt, Open> {
  /** Throws LinearOnly of a clearinghouse of options: its jumps follow from marks of a model. */
  constructor(venue: Venue) {
    super(venue);
    requireLinear(venue, "ReceiptVerifier");
  }

  /** The receipt so far of a group that is locked; undefined when it is not. */
  current(group: GroupId): Receipt | undefined {
    return this.open.get(group)?.receipt;
  }

  protected locked(event: EventOf<"Locked">, at: Place): void {
    const { markets } = groupIn(this.venue, event.group);
    const jumps = markets.map((_, i) => price((event.frozenMarks[i] ?? 0n) - (event.anchors[i] ?? 0n)));
    const faults: ReceiptFault[] = [];
    for (const list of [event.anchors, event.frozenMarks]) {
      differ(faults, "Locked", "markets", BigInt(list.length), BigInt(markets.length));
    }
    const none = money(0n);
    const receipt: Open["receipt"] = {
      group: event.group,
      lock: event.lock,
      lockedAt: at.timestamp,
      done: false,
      reserve: event.reserve,
      absorbed: [],
      registered: [],
      share: { numerator: 0n, denominator: 1n },
      deficit: none,
      vaultPaid: none,
      charged: none,
      shortfall: none,
      markets: markets.map(({ id }, i) => emptyReceipt(id, event.anchors[i]!, event.frozenMarks[i]!, jumps[i]!)),
      faults,
    };
    this.open.set(event.group, { receipt, jumps, plans: new Map() });
  }

  protected absorbed(event: EventOf<"Absorbed">): void {
    const { receipt } = this.lockOf(event.group, event.lock);
    const group = groupIn(this.venue, event.group);
    const account = accountIn(this.venue, event.account);
    const { equity } = healthOf(this.venue, account, this.quotes(event.group));
    const where = `Absorbed ${event.account}`;
    differ(receipt.faults, where, "deficit", event.deficit, -equity);
    differ(receipt.faults, where, "groupDeficit", event.groupDeficit, group.deficit + event.deficit);
    differ(receipt.faults, where, "is below zero", 1n, equity < 0n ? 1n : 0n);
    receipt.absorbed.push({ account: event.account, owed: event.deficit });
    receipt.registered = receipt.registered.filter(({ account: id }) => id !== event.account);
  }

  protected registered(event: EventOf<"NetRegistered">): void {
    const { receipt, jumps } = this.lockOf(event.group, event.lock);
    const { markets, relieved } = groupIn(this.venue, event.group);
    const { group, legs } = accountIn(this.venue, event.account);
    const where = `NetRegistered ${event.account}`;
    const held = group === event.group ? legs : [];
    const sizes = markets.map((market, i) => sizeOf(market, held[i]));
    differ(receipt.faults, where, "relief", event.relief, reliefOf(markets, sizes, jumps));
    differ(receipt.faults, where, "total", event.total, relieved + event.relief);
    const before = receipt.registered.find(({ account }) => account === event.account);
    differ(receipt.faults, where, "registered before", before?.relief ?? 0n, 0n);
    receipt.registered.push({ account: event.account, relief: event.relief, credit: money(0n) });
  }

  protected netSettled(event: EventOf<"NetSettled">): void {
    const { receipt, jumps } = this.lockOf(event.group, event.lock);
    const group = groupIn(this.venue, event.group);
    const share = shareIn(group, jumps);
    const where = `NetSettled ${event.group}`;
    differ(receipt.faults, where, "relieved", event.relieved, group.relieved);
    differ(receipt.faults, where, "numerator", event.numerator, share.numerator);
    differ(receipt.faults, where, "denominator", event.denominator, share.denominator);
    receipt.share = { numerator: event.numerator, denominator: event.denominator };
    for (const one of receipt.registered) one.credit = partOf(one.relief, event);
  }

  protected charged(event: EventOf<"Charged">): void {
    const { receipt, jumps } = this.lockOf(groupOf(event.market), event.lock);
    const group = groupIn(this.venue, groupOf(event.market));
    const index = indexOf(event.market);
    const market = group.markets[index]!;
    const share = shareIn(group, jumps);
    const charges = chargesOf(jumps, share);
    const where = `Charged ${event.market}`;
    const jump = jumps[index]!;
    const ours = receipt.markets[index]!;
    differ(receipt.faults, where, "jump", event.jump, jump);
    differ(receipt.faults, where, "charge", event.charge, charges[index]!);
    differInCharge(receipt.faults, event, market, jump);
    receipt.share = share;
    ours.charge = event.charge;
    ours.payers = payersOf(this.venue, market, jump, event.charge);
  }

  protected deleveraged(event: EventOf<"Deleveraged">): void {
    const { receipt, jumps } = this.lockOf(event.group, event.lock);
    const group = groupIn(this.venue, event.group);
    const where = `Deleveraged ${event.group}`;
    const due = dueOf(group);
    const taken = receipt.markets.reduce(
      (sum, { charge }, i) => sum + valueDown(winnersOf(group.markets[i]!, jumps[i]!), charge),
      0n,
    );
    const back = partOf(group.relieved, shareIn(group, jumps));
    const settled = group.shares.has(event.lock);
    differ(receipt.faults, where, "NetSettled before", settled ? 1n : 0n, due > 0n && group.relieved > 0n ? 1n : 0n);
    differInBill(receipt, event, group, { taken, back });
  }

  protected netted(event: EventOf<"Netted">): void {
    const { receipt } = this.lockOf(groupOf(event.market), event.lock);
    const market = marketIn(this.venue, event.market);
    const { netted, vaultClosed, vaultTook, left } = event;
    const where = `Netted ${event.market}`;
    const estate = market.estateLong + market.estateShort;
    differ(receipt.faults, where, "left", left, estate - 2n * netted - vaultClosed - vaultTook);
    // What the vault's own trade freed of dust nets as well.
    const least = min(market.estateLong, market.estateShort);
    if (netted < least) differ(receipt.faults, where, "netted", netted, least);
    if (vaultClosed + vaultTook > estate) differ(receipt.faults, where, "vaultTook", vaultTook, estate - vaultClosed);
    Object.assign(receipt.markets[indexOf(event.market)]!, { netted, vaultClosed, vaultTook });
  }

  protected tornUp(event: EventOf<"NodeTornUp">): void {
    const { receipt, plans } = this.lockOf(groupOf(event.market), event.lock);
    const market = marketIn(this.venue, event.market);
    const quote = this.quotes(groupOf(event.market))[indexOf(event.market)]!;
    const where = `NodeTornUp ${event.node} of ${event.market}`;
    const plan = plans.get(event.market) ?? planOf(market, event.longs, quote);
    plans.set(event.market, plan);
    const next = plan.shift() ?? headOf(market, event.longs);
    differ(receipt.faults, where, "node", event.node, next?.node ?? 0n);
    differ(receipt.faults, where, "size", event.size, next?.size ?? 0n);
    receipt.markets[indexOf(event.market)]!.tornUp.push({ node: event.node, longs: event.longs, size: event.size });

    const node = sideOf(market, event.longs).nodes.get(event.node);
    if (node === undefined || event.size > sizeOfNode(node)) return; // said above: it is not the one expected
    const tilde = event.longs ? quote.long : quote.short;
    const frame = tornUpFrame(node.frame, node.shares, event.size, tilde, event.longs);
    differ(receipt.faults, where, "remaining", event.remaining, frame.remaining);
    differ(receipt.faults, where, "proceeds", event.proceeds, frame.proceeds);
  }

  protected unlocked(event: EventOf<"Unlocked">): void {
    const { receipt } = this.lockOf(event.group, event.lock);
    const { markets, phase } = groupIn(this.venue, event.group);
    // A lock that nobody was absorbed in resolves nothing: dust of trades goes on waiting.
    for (const { id, estateLong, estateShort, settledAt } of markets) {
      const left = phase === "SETTLING" && settledAt === undefined ? estateLong + estateShort : 0n;
      if (left > DUST) differ(receipt.faults, `Unlocked ${id}`, "estate", left, 0n);
    }
  }

  /** At the frozen marks. Funding stands still in a lock. */
  private quotes(id: GroupId): Quote[] {
    const { receipt } = this.open.get(id)!;
    return groupIn(this.venue, id).markets.map((market, i) => {
      const { frozenMark, anchor } = receipt.markets[i]!;
      return quoteOf(market, { mark: frozenMark, fresh: true, anchor, recordedMark: frozenMark }, market.fundingTime);
    });
  }
}

function shareIn(group: Group, jumps: readonly Price[]): ChargeShare {
  const capacity = gainsOf(group.markets, jumps) - group.relieved;
  return shareOf(jumps.length, group.deficit - group.reserve, capacity);
}

function partOf(relief: Money, { numerator, denominator }: ChargeShare): Money {
  return money((relief * numerator) / denominator);
}

function emptyReceipt(market: MarketId, anchor: Price, frozenMark: Price, jump: Price): Writable<MarketReceipt> {
  const none = size(0n);
  const sizes = { netted: none, vaultClosed: none, vaultTook: none };
  return { market, anchor, frozenMark, jump, charge: price(0n), payers: [], ...sizes, tornUp: [] };
}

/** PRORATA: the same share of each winning level, floor, before the rest is torn up from the head. QUEUE: nothing. */
function planOf(market: Market, longs: boolean, quote: Quote): TornUp[] {
  if (!market.prorata) return [];
  const toClose = longs ? market.estateShort : market.estateLong;
  const winning = sideOf(market, longs).queue.filter(({ rank }) => rank < (longs ? quote.long : -quote.short));
  const winners = winning.reduce((sum, node) => sum + sizeOfNode(node), 0n);
  return winning
    .map((node) => ({ node, whole: sizeOfNode(node) }))
    .map(({ node, whole }) => ({ node, part: toClose < winners ? (whole * toClose) / winners : whole }))
    .filter(({ part }) => part !== 0n)
    .map(({ node, part }) => ({ node: node.id, longs, size: size(part) }));
}

/** The head of the queue, as far as the estate reaches. */
function headOf(market: Market, longs: boolean): TornUp | undefined {
  const head = sideOf(market, longs).queue[0];
  if (head === undefined) return undefined;
  const rest = longs ? market.estateShort : market.estateLong;
  return { node: head.id as NodeId, longs, size: min(sizeOfNode(head), rest) as Size };
}
