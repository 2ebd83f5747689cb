// SPDX-License-Identifier: MIT
import type { Receipt as Mined } from "../venue/Chain.js";
import { fromNano, fromPrice } from "../venue/units.js";
import type { CrashVenue } from "./CrashVenue.js";

/**
 * One stage of the waterfall: accounts that it reached, notional that it moved, and what somebody paid in it. Quote.
 */
export interface Stage {
  accounts: Set<bigint>;
  times: number;
  notional: number;
  paid: number;
}

export interface Tally {
  marginCalls: Stage;
  toOrders: Stage;
  toKeeper: Stage;
  toVault: Stage;
  locks: number;
  absorbed: Stage;
  netted: number;
  vaultTook: number;
  vaultPaid: number;
  charged: number;
  tornUp: Stage;
  deleverages: number;
  deficit: number;
  shortfall: number;
  maxDeleverageGas: number;
}

export function newTally(): Tally {
  const stage = (): Stage => ({ accounts: new Set(), times: 0, notional: 0, paid: 0 });
  const [marginCalls, toOrders, toKeeper, toVault] = [stage(), stage(), stage(), stage()];
  const numbers = {
    locks: 0,
    netted: 0,
    vaultTook: 0,
    vaultPaid: 0,
    charged: 0,
    deleverages: 0,
    deficit: 0,
    shortfall: 0,
  };
  return {
    marginCalls,
    toOrders,
    toKeeper,
    toVault,
    absorbed: stage(),
    tornUp: stage(),
    ...numbers,
    maxDeleverageGas: 0,
  };
}

/** Adds the events of a block. `frozen`: the mark of each market in a settlement; else its present price counts. */
export function count(
  tally: Tally,
  venue: CrashVenue,
  receipts: Mined[],
  frozen: ReadonlyMap<bigint, bigint> = new Map(),
): void {
  const priceOf = (id: bigint) => {
    const mark = frozen.get(id);
    return mark === undefined ? venue.markets.find((market) => market.id === id)!.mark : fromPrice(mark);
  };
  for (const event of venue.eventsOf(receipts)) {
    switch (event.kind) {
      case "MarginCalled":
        add(tally.marginCalls, event.account, 0, 0);
        break;
      case "Liquidated": {
        const { inventory, keeperAccount } = venue.markets.find(({ id }) => id === event.market)!;
        const notional = fromNano(event.closed) * priceOf(event.market);
        const { toVault, toKeeper, toOrders } = tally;
        const stage = event.taker === inventory ? toVault : event.taker === keeperAccount ? toKeeper : toOrders;
        // With signed orders the discount is the makers' as far as their limits took it.
        add(stage, event.account, notional, (notional * Number(event.discount)) / 1e6);
        break;
      }
      case "Locked":
        ++tally.locks;
        break;
      case "Absorbed":
        add(tally.absorbed, event.account, 0, fromNano(event.deficit));
        break;
      case "Netted":
        tally.netted += fromNano(event.netted + event.vaultClosed) * priceOf(event.market);
        tally.vaultTook += fromNano(event.vaultTook) * priceOf(event.market);
        break;
      case "NodeTornUp":
        tally.tornUp.notional += fromNano(event.size) * priceOf(event.market);
        break;
      case "Deleveraged":
        ++tally.deleverages;
        tally.deficit += fromNano(event.deficit);
        tally.vaultPaid += fromNano(event.vaultPaid);
        tally.charged += fromNano(event.charged);
        tally.shortfall += fromNano(event.shortfall);
        break;
    }
  }
}

function add(stage: Stage, account: bigint, notional: number, paid: number): void {
  stage.accounts.add(account);
  ++stage.times;
  stage.notional += notional;
  stage.paid += paid;
}
