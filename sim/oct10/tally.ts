// SPDX-License-Identifier: MIT
import type { Venue } from "./venue.js";
import type { Receipt as Mined } from "../venue/Chain.js";

/** One stage of the waterfall: accounts that it reached, notional that it moved, and what somebody paid in it. Quote. */
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
  venue: Venue,
  receipts: Mined[],
  frozen: ReadonlyMap<bigint, bigint> = new Map(),
): void {
  const { interface: abi } = venue.deployed.clearinghouse;
  const price = (market: bigint) => {
    const mark = frozen.get(market);
    return mark === undefined ? venue.rooms.find((room) => room.market === market)!.price : Number(mark) / 1e18;
  };
  for (const log of receipts.flatMap((receipt) => receipt.logs)) {
    const event = abi.parseLog(log);
    if (!event) continue;
    const { args } = event;
    switch (event.name) {
      case "MarginCalled":
        add(tally.marginCalls, args["account"], 0, 0);
        break;
      case "Liquidated": {
        const room = venue.rooms.find(({ market }) => market === args["market"])!;
        const notional = quote(args["closed"]) * price(args["market"]);
        const stage =
          args["taker"] === room.inventory
            ? tally.toVault
            : args["taker"] === room.keeperAccount
              ? tally.toKeeper
              : tally.toOrders;
        // With signed orders the discount is the makers' as far as their limits took it.
        add(stage, args["account"], notional, (notional * Number(args["discount"])) / 1e6);
        break;
      }
      case "Locked":
        ++tally.locks;
        break;
      case "Absorbed":
        add(tally.absorbed, args["account"], 0, quote(args["deficit"]));
        break;
      case "Netted":
        tally.netted += quote(args["netted"] + args["vaultClosed"]) * price(args["market"]);
        tally.vaultTook += quote(args["vaultTook"]) * price(args["market"]);
        break;
      case "NodeTornUp":
        tally.tornUp.notional += quote(args["size"]) * price(args["market"]);
        break;
      case "Deleveraged":
        ++tally.deleverages;
        tally.deficit += quote(args["deficit"]);
        tally.vaultPaid += quote(args["vaultPaid"]);
        tally.charged += quote(args["charged"]);
        tally.shortfall += quote(args["shortfall"]);
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

function quote(nano: bigint): number {
  return Number(nano) / 1e9;
}
