// SPDX-License-Identifier: MIT
import { encode } from "../../keeper/act/encode.js";
import { liveQuotes } from "../../keeper/look/quotes.js";
import { healthAt, snapshotOf } from "../../keeper/look/snapshotOf.js";
import { keyOf, type Action } from "../../keeper/actions/Action.js";
import { plan } from "../../keeper/plan/plan.js";
import type { Planned } from "../../keeper/plan/planned.js";
import type { Policy, SignedOrder } from "../../keeper/plan/Snapshot.js";
import { legOf } from "../../sdk/margin/leg.js";
import type { AccountId, Address } from "../../sdk/order.js";
import { money } from "../../sdk/units.js";
import type { Audit } from "./Audit.js";
import type { Stage } from "./Stage.js";
import type { Tally } from "./Tally.js";

/** What a keeper meets: the price of gas, and how many of its transactions a block takes. */
export interface Means {
  /** Quote for a million gas. */
  millionGas: number;
  perBlock: number;
}

/** A rollup on an ordinary day. */
export const CHEAP: Means = { millionGas: 0.5, perBlock: 50 };

/** A liquidation as the market feels it: `notional` positive when a long was closed. */
export interface Sold {
  market: bigint;
  notional: number;
  time: number;
}

const LOOKS = 5; // of the keeper after each price
const MAX_LOSS = 1; // quote
const APPETITE = 10n ** 30n; // its accounts' margin is the bound

/** Makers who quote around the mark, and a keeper that plans as ours does. */
export class Crew {
  readonly refusals: Record<string, number> = {};
  private refused = new Set<string>();
  private scene = "";

  constructor(
    private readonly stage: Stage,
    private readonly tally: Tally,
    private readonly audit: Audit,
  ) {}

  /** All that they do about one moment. `helped`: something was done for an account or a lock. */
  async react(means: Means): Promise<{ sold: Sold[]; helped: boolean }> {
    const orders = await this.orders();
    const sold: Sold[] = [];
    let helped = false;
    for (let turn = 0; turn < LOOKS; ++turn) {
      const actions = (await this.plan(orders, means)).slice(0, means.perBlock).map(({ action }) => action);
      if (actions.length === 0) break;
      const settles = actions.filter((action) => action.kind === "deleverage");
      const others = actions.filter((action) => action.kind !== "deleverage");
      if (others.length > 0) sold.push(...(await this.send(others)));
      for (const action of settles) await this.audit.around(BigInt(action.group), () => this.send([action]));
      if (actions.some((action) => action.kind !== "poke" && !this.refused.has(keyOf(action)))) helped = true;
    }
    return { sold, helped };
  }

  /** While keepers sleep others still trade, and so bring groups up to date; nobody absorbs. */
  async passBy(): Promise<void> {
    const { groups } = await this.stage.look();
    const pokes = [...groups].flatMap(([id, { group }]): Action[] => {
      const over = group.phase === 1n && BigInt(this.stage.now) >= group.until && group.absorbed === 0n;
      return group.phase === 0n || over ? [{ kind: "poke", group: Number(id), why: "anchors" }] : [];
    });
    await this.send(pokes);
  }

  private async plan(orders: readonly SignedOrder[], { millionGas }: Means): Promise<Planned[]> {
    const { stage } = this;
    const look = await stage.look();
    const scene = [...look.groups.values()]
      .map(({ group, markets }) => `${group.phase} ${group.until} ${markets.map(({ mark }) => mark).join()}`)
      .join();
    // What was refused is worth another try when a price or a phase has changed.
    if (scene !== this.scene) this.refused.clear();
    this.scene = scene;
    const policy: Policy = {
      millionGas: nano(millionGas),
      maxLoss: nano(MAX_LOSS),
      transactionGas: 16_777_216,
      appetite: money(APPETITE),
      minDiscount: 2_000n,
      unwindCost: 3_000n,
    };
    const keeper = { address: stage.keeper, policy, secondsAhead: 1n };
    return plan(snapshotOf(stage.venue, look, stage.watch, keeper, orders, this.refused));
  }

  private async send(actions: readonly Action[]): Promise<Sold[]> {
    const { stage, tally } = this;
    const longs = new Map(actions.flatMap((action) => this.side(action)));
    const requests = actions.map((action) => {
      const { to, data } = encode(action, stage.at.clearinghouse as Address, stage.at.vault as Address);
      return { from: stage.keeper, to, data };
    });
    const receipts = await stage.mine(requests);
    const events = stage.eventsOf(receipts);
    tally.add(events);
    for (const [index, receipt] of receipts.entries()) {
      if (receipt.ok) continue;
      const action = actions[index]!;
      this.refused.add(keyOf(action));
      const reason = `${action.kind}: ${(await stage.reasonOf(receipt)).split("(")[0]}`;
      this.refusals[reason] = (this.refusals[reason] ?? 0) + 1;
    }
    return events.flatMap((event): Sold[] => {
      if (event.kind !== "Liquidated") return [];
      const { mark } = stage.markets.find(({ id }) => id === event.market)!;
      const notional = (Number(event.closed) / 1e9) * mark;
      const long = longs.get(`${event.account} ${event.market}`);
      return [{ market: event.market, notional: long ? notional : -notional, time: stage.now }];
    });
  }

  /** The side of the position that an action closes: an event does not say it. */
  private side(action: Action): [string, boolean][] {
    if (!("account" in action) || !("market" in action)) return [];
    const leg = this.stage.venue.accounts.get(action.account)?.legs[Number(action.market & 3n)];
    return leg ? [[`${action.account} ${action.market}`, leg.shares > 0n]] : [];
  }

  /** The makers' orders for this moment, as far as their capital goes. */
  private async orders(): Promise<readonly SignedOrder[]> {
    const { stage } = this;
    const { groups, header } = await stage.look();
    const quotesOf = (group: bigint) => {
      const state = stage.venue.groups.get(group as never)!;
      return { state, quotes: liveQuotes(state, groups.get(state.id)!, header.timestamp) };
    };
    const equity = (id: AccountId) => {
      const account = stage.venue.accounts.get(id)!;
      if (account.group === 0n) return Number(account.cash) / 1e9;
      const { state, quotes } = quotesOf(account.group);
      return Number(healthAt(stage.venue, state, account, quotes).equity) / 1e9;
    };
    const sizeOf = (id: AccountId, market: bigint) => {
      const leg = stage.venue.accounts.get(id)?.legs[Number(market & 3n)];
      if (!leg) return 0;
      const { state, quotes } = quotesOf(market >> 2n);
      const index = Number(market & 3n);
      return Number(legOf(state.markets[index]!, leg, quotes[index]!).size) / 1e9;
    };
    return stage.orders(equity, sizeOf);
  }
}

function nano(quote: number) {
  return money(BigInt(Math.round(quote * 1e9)));
}
