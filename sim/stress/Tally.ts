// SPDX-License-Identifier: MIT
import { accountOf, groupOf, type MarketId } from "../../sdk/order.js";
import type { VenueEvent } from "../../sdk/state/events.js";
import type { Locks, Waterfall } from "./result.js";
import type { Stage } from "./Stage.js";

/** Adds up what the events of a run say. */
export class Tally {
  readonly waterfall: Waterfall = {
    marginCalls: 0,
    liquidations: 0,
    toOrders: 0,
    toKeeper: 0,
    toVault: 0,
    absorbed: 0,
    deficit: 0,
    vaultPaid: 0,
    charged: 0,
    shortfall: 0,
    netted: 0,
    vaultTook: 0,
    tornUp: 0,
  };
  /** Of each deleverage: INV-3 of its receipt, INV-4 of its charges. */
  readonly broken: string[] = [];
  worstOfMark = 0;
  worstOfJump = 0;
  private readonly lockedSince = new Map<bigint, number>();
  private readonly lengths: number[] = [];
  /** Marks at which a group locked. */
  private readonly frozen = new Map<MarketId, number>();

  constructor(private readonly stage: Stage) {}

  get liquidated(): number {
    const { toOrders, toKeeper, toVault } = this.waterfall;
    return toOrders + toKeeper + toVault;
  }

  /** The events of the block that was just mined. */
  add(events: readonly VenueEvent[]): void {
    const { waterfall } = this;
    for (const event of events) {
      switch (event.kind) {
        case "MarginCalled":
          ++waterfall.marginCalls;
          break;
        case "Liquidated":
          this.liquidate(event);
          break;
        case "Locked":
          this.lockedSince.set(event.group, this.stage.now);
          for (const { id, mark } of this.stage.markets) this.frozen.set(id, mark);
          break;
        case "Unlocked":
          this.lengths.push(this.stage.now - (this.lockedSince.get(event.group) ?? this.stage.now));
          this.lockedSince.delete(event.group);
          break;
        case "Absorbed":
          ++waterfall.absorbed;
          break;
        case "Charged": {
          const [jump, charge] = [Math.abs(Number(event.jump)), Number(event.charge)];
          if (charge > jump) this.broken.push(`INV-4: charge ${charge} above the jump ${jump}`);
          this.worstOfMark = Math.max(this.worstOfMark, charge / 1e18 / this.markOf(event.market));
          if (jump > 0) this.worstOfJump = Math.max(this.worstOfJump, charge / jump);
          break;
        }
        case "Netted":
          waterfall.netted += (quote(event.netted) + quote(event.vaultClosed)) * this.markOf(event.market);
          waterfall.vaultTook += quote(event.vaultTook) * this.markOf(event.market);
          break;
        case "NodeTornUp":
          waterfall.tornUp += quote(event.size) * this.markOf(event.market);
          break;
        case "Deleveraged":
          waterfall.deficit += quote(event.deficit);
          waterfall.vaultPaid += quote(event.vaultPaid);
          waterfall.charged += quote(event.charged);
          waterfall.shortfall += quote(event.shortfall);
          if (event.deficit !== event.vaultPaid + event.charged + event.shortfall) {
            this.broken.push(
              `INV-3: deficit ${event.deficit}, paid ${event.vaultPaid} + ${event.charged} + ${event.shortfall}`,
            );
          }
          break;
      }
    }
  }

  /** Over `seconds` of play. */
  locks(seconds: number): Locks {
    const running = [...this.lockedSince.values()].map((since) => this.stage.now - since);
    const lengths = [...this.lengths, ...running];
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const share = total / (seconds * this.stage.deployed.groups.length);
    return { count: lengths.length, longest: Math.max(0, ...lengths), total, share };
  }

  private liquidate(event: Extract<VenueEvent, { kind: "Liquidated" }>): void {
    const { waterfall, stage } = this;
    const { mark } = stage.markets.find(({ id }) => id === event.market)!;
    const notional = quote(event.closed) * mark;
    const group = Number(groupOf(event.market));
    ++waterfall.liquidations;
    if (event.taker === accountOf(stage.at.vault, group)) waterfall.toVault += notional;
    else if (event.taker === accountOf(stage.keeper, group)) waterfall.toKeeper += notional;
    else waterfall.toOrders += notional;
  }

  private markOf(market: MarketId): number {
    return this.frozen.get(market) ?? this.stage.markets.find(({ id }) => id === market)!.mark;
  }
}

function quote(nano: bigint): number {
  return Number(nano) / 1e9;
}
