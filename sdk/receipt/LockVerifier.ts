// SPDX-License-Identifier: MIT
import { min } from "../arithmetic.js";
import type { GroupId } from "../order.js";
import type { EventOf, Place, VenueEvent } from "../state/events.js";
import { MissedEvent } from "../state/MissedEvent.js";
import type { Group, Market, Venue } from "../state/Venue.js";
import { money, type Money, type Price } from "../units.js";
import { winnersOf } from "./charge.js";
import type { Receipt, ReceiptFault } from "./Receipt.js";

/** What rounding may leave in an estate, 1e-9 base: it is resolved with the next one (INV-3). */
export const DUST = 2n;

export type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? Writable<E>[] : T[K] };

/** What a receipt of any kind of group has. */
type AnyReceipt = Omit<Receipt, "markets">;

/** What the two kinds of verifier do alike. `R`: their receipt; `O`: what they keep of a lock that runs. */
export abstract class LockVerifier<R extends AnyReceipt, O extends { readonly receipt: Writable<R> }> {
  protected readonly open = new Map<GroupId, O>();

  constructor(protected readonly venue: Venue) {}

  protected abstract locked(event: EventOf<"Locked">, at: Place): void;
  protected abstract absorbed(event: EventOf<"Absorbed">): void;
  protected abstract registered(event: EventOf<"NetRegistered">): void;
  protected abstract netSettled(event: EventOf<"NetSettled">): void;
  protected abstract charged(event: EventOf<"Charged">): void;
  protected abstract deleveraged(event: EventOf<"Deleveraged">): void;
  protected abstract netted(event: EventOf<"Netted">): void;
  protected abstract tornUp(event: EventOf<"NodeTornUp">): void;
  protected abstract unlocked(event: EventOf<"Unlocked">): void;

  /**
   * The receipt when `event` ends a lock, else undefined. Throws MissedEvent for an event of a lock that was not seen
   * to begin.
   */
  see(event: VenueEvent, at: Place): R | undefined {
    switch (event.kind) {
      case "Locked":
        return void this.locked(event, at);
      case "Absorbed":
        return void this.absorbed(event);
      case "NetRegistered":
        return void this.registered(event);
      case "NetSettled":
        return void this.netSettled(event);
      case "Charged":
        return void this.charged(event);
      case "Deleveraged":
        return void this.deleveraged(event);
      case "Netted":
        return void this.netted(event);
      case "NodeTornUp":
        return void this.tornUp(event);
      case "Unlocked":
        return this.closed(event);
      default:
        return undefined;
    }
  }

  protected lockOf(group: GroupId, lock: bigint): O {
    const open = this.open.get(group);
    if (open?.receipt.lock !== lock) {
      throw new MissedEvent(`lock ${lock} of group ${group} was not seen to begin: its receipt cannot be recomputed`);
    }
    return open;
  }

  private closed(event: EventOf<"Unlocked">): R {
    const { receipt } = this.lockOf(event.group, event.lock);
    this.unlocked(event);
    (receipt as Writable<AnyReceipt>).done = true;
    this.open.delete(event.group);
    return receipt as R;
  }
}

/** The figures of Charged that do not depend on how the charge was found. */
export function differInCharge(faults: ReceiptFault[], event: EventOf<"Charged">, market: Market, jump: Price): void {
  const { charge } = event;
  const where = `Charged ${event.market}`;
  differ(faults, where, "winners", event.winners, winnersOf(market, jump));
  const [long, short] = jump > 0n ? [charge, 0n] : [0n, charge];
  differ(faults, where, "cumulativeLong", event.cumulativeLong, market.chargeLong + long);
  differ(faults, where, "cumulativeShort", event.cumulativeShort, market.chargeShort + short);
}

/** What the vault does not pay of a group's debts. */
export function dueOf({ deficit, reserve }: Group): Money {
  return money(deficit - min(deficit, reserve));
}

/** The bill of a settlement, and what of it the receipt takes over. `back`: of what winners pay. */
export function differInBill(
  receipt: Writable<AnyReceipt>,
  event: EventOf<"Deleveraged">,
  group: Group,
  { taken, back }: { readonly taken: bigint; readonly back: bigint },
): void {
  const { faults } = receipt;
  const where = `Deleveraged ${event.group}`;
  const due = dueOf(group);
  const charged = min(money(taken - back), due);
  differ(faults, where, "accounts", event.accounts, BigInt(receipt.absorbed.length));
  differ(faults, where, "deficit", event.deficit, group.deficit);
  differ(faults, where, "vaultPaid", event.vaultPaid, min(group.deficit, group.reserve));
  differ(faults, where, "charged", event.charged, charged);
  differ(faults, where, "shortfall", event.shortfall, due - charged);
  const { deficit, vaultPaid, shortfall } = event;
  Object.assign(receipt, { deficit, vaultPaid, charged: event.charged, shortfall });
}

export function differ(faults: ReceiptFault[], event: string, figure: string, said: bigint, expected: bigint): void {
  if (said !== expected) faults.push({ event, figure, said, expected });
}
