// SPDX-License-Identifier: MIT
import { NoPrice, feedOf, type Feed } from "./feeds.js";
import { headerAt, type Header } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { viewOf } from "../../sdk/client/viewOf.js";
import type { Deployment } from "../../sdk/deployment.js";
import { money } from "../../sdk/units.js";
import type { AccountId, Address, GroupId } from "../../sdk/order.js";
import { ChainFollower } from "../../keeper/follow/ChainFollower.js";
import { LENS, Reader, look, type GroupLook } from "../../keeper/look/prices.js";
import { snapshotOf } from "../../keeper/look/snapshotOf.js";
import { Watch } from "../../keeper/look/Watch.js";
import { plan } from "../../keeper/plan/plan.js";
import type { Policy } from "../../keeper/plan/Snapshot.js";
import type { Action } from "../../keeper/actions/Action.js";
import { INSOLVENT, LIQUIDATABLE } from "../../keeper/scan/exact.js";
import type { GroupSeen, MarketSeen, VenueSeen } from "./Picture.js";
import { sharePrice } from "./sharePrice.js";

/** Nobody's: what is planned for it is what anybody has to do. */
const ANYBODY: Address = "0x00000000000000000000000000000000000ca11e";
/** A keeper that takes nothing over and counts no gas. */
const POLICY: Policy = {
  ...{ millionGas: money(0n), maxLoss: money(0n), appetite: money(0n), minDiscount: 1_000_000n, unwindCost: 0n },
  transactionGas: 16_777_216,
};
const FOLLOWING = { reorgDepth: 64, firstPage: 2_000, largestPage: 50_000 };

/** The venue at the node's head: rebuilt from its events, with what only the contracts can tell. */
export class VenueReader {
  private readonly follower: ChainFollower;
  private readonly watch = new Watch();
  private readonly feeds = new Map<string, Promise<Feed>>();
  private inStep = false;
  private last: VenueSeen | undefined;

  constructor(
    private readonly rpc: Rpc,
    private readonly deployment: Deployment,
    onPage: (to: number, head: number) => void = () => {},
  ) {
    const { clearinghouse, firstBlock: fromBlock, tokenDecimals } = deployment;
    this.follower = new ChainFollower(rpc, { clearinghouse, fromBlock, tokenDecimals, ...FOLLOWING }, onPage);
  }

  /** All accounts that were ever seen. */
  accounts(): AccountId[] {
    return [...this.follower.venue.accounts.keys()];
  }

  async look(): Promise<VenueSeen> {
    const head = await headerAt(this.rpc, "latest");
    if (head !== undefined && head.hash === this.last?.header.hash) return this.last;
    this.last = undefined;
    const progress = await this.follower.sync();
    const { venue } = this.follower;
    // A look that failed has left the watch behind its venue.
    this.watch.update(venue, this.inStep ? progress.events : undefined);
    this.inStep = false;
    const { clearinghouse, lens, vault } = this.deployment;
    const seen = await look(this.rpc, venue, { clearinghouse, lens, vault }, progress.head, true);
    const keeper = { address: ANYBODY, policy: POLICY, secondsAhead: 0n };
    const planned = plan(snapshotOf(venue, seen, this.watch, keeper, [], new Set()));
    const duties = planned.map(({ action }) => action);
    const reader = new Reader(this.rpc, lens, LENS, progress.head.number);
    const [view] = await reader.ask("venue", [clearinghouse]);
    const groups = await Promise.all(
      [...seen.groups].map(([id, group]) => this.group(id, group, progress.head, duties)),
    );
    this.inStep = true;
    this.last = {
      header: progress.head,
      view: viewOf("venue", view),
      groups,
      accounts: venue.accounts.size,
      budgets: groups.reduce((sum, each) => sum + each.view.vaultBudget, 0n),
      sharePrice: await sharePrice(this.rpc, venue.vault, progress.head),
    };
    return this.last;
  }

  private async group(id: GroupId, { group, markets }: GroupLook, head: Header, all: Action[]): Promise<GroupSeen> {
    const seen = await Promise.all(markets.map((view) => this.market(view, head)));
    const symbols = seen.map(({ symbol }) => symbol).join(", ");
    const scan = this.watch.group(id);
    return {
      id,
      name: `group ${id} (${symbols})`,
      view: viewOf("group", group),
      markets: seen,
      duties: dutiesOf(Number(id), all),
      liquidatable: scan.countAt(LIQUIDATABLE),
      insolvent: scan.countAt(INSOLVENT),
    };
  }

  private async market(answer: unknown, head: Header): Promise<MarketSeen> {
    const view = viewOf("market", answer);
    const { market, source } = view;
    const symbol = this.deployment.markets.find(({ id }) => id === market)?.symbol ?? `market-${market}`;
    const feed = await this.feedOf(source as Address);
    if (feed === undefined) return { symbol, view, age: undefined, heartbeat: undefined };
    const answeredAt = await feed.answeredAt(head.number);
    return { symbol, view, age: head.timestamp - answeredAt, heartbeat: feed.heartbeat };
  }

  /** A source that has no feed of its own is judged by what the lens says of it. */
  private async feedOf(source: Address): Promise<Feed | undefined> {
    const known = this.feeds.get(source) ?? feedOf(this.rpc, source);
    this.feeds.set(source, known);
    try {
      return await known;
    } catch (failure) {
      if (failure instanceof NoPrice) return undefined;
      this.feeds.delete(source);
      throw failure;
    }
  }
}

/** What a lock, a gap or a default asks of anybody; not what earns something, nor what can wait. */
function dutiesOf(id: number, all: readonly Action[]): string[] {
  return all.flatMap((action) => {
    if (!("group" in action) || action.group !== id) return [];
    switch (action.kind) {
      case "absorb":
        return [`absorb ${action.accounts.length} accounts`];
      case "net":
        return [`net ${action.accounts.length} accounts`];
      case "deleverage":
        return ["deleverage"];
      case "poke":
        if (action.why === "gap") return ["poke, as a mark jumped"];
        return action.why === "over" ? ["poke, as the lock is over"] : [];
      default:
        return [];
    }
  });
}
