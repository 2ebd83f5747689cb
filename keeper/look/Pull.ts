// SPDX-License-Identifier: MIT
import type { Pulled, Puller } from "../../chain/reports/Puller.js";
import { dueOf, type RefreshRules, type ReportStatus, type ReportWatch } from "../../chain/reports/ReportWatch.js";
import type { Brought } from "../../chain/reports/Reports.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { groupOf, type Address, type GroupId, type MarketId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { lookAhead, type Addresses, type Look } from "./prices.js";

/** What is decided by: the chain with the reports that can be brought. */
export interface Ahead {
  /** As the chain is. */
  readonly present: Look;
  readonly look: Look;
  readonly brought: ReadonlyMap<GroupId, readonly Brought[]>;
}

const FRESH = 0n;
const OPEN = 1n;

/** Looks for reports at each block, and tells what it finds. */
export class Pull {
  status: readonly ReportStatus[] = [];
  private last: readonly Pulled[] = [];

  constructor(
    private readonly rpc: Rpc,
    private readonly puller: Puller,
    private readonly rules: RefreshRules,
    private readonly watch: ReportWatch,
  ) {}

  /** The chain as it is once the reports that are there are brought. */
  async ahead(venue: Venue, at: Addresses, present: Look): Promise<Ahead> {
    const views = [...present.groups.values()].flatMap(({ markets }) => markets);
    const open = views.filter(({ status }) => status === OPEN);
    const markets = open.map(({ market, source }) => ({ id: market as MarketId, source: source as Address }));
    this.last = await this.puller.pull(markets, present.header);
    const fresh = new Set(open.filter(({ sourceStatus }) => sourceStatus === FRESH).map(({ market }) => market));
    this.status = this.watch.tell(this.last, present.header, (market) => fresh.has(market));
    const brought = new Map<GroupId, Brought[]>();
    for (const { market, held, brought: one } of this.last) {
      if (one === undefined || !held.isPlain) continue;
      const group = groupOf(market);
      brought.set(group, [...(brought.get(group) ?? []), one]);
    }
    if (brought.size === 0) return { present, look: present, brought };
    return { present, look: await lookAhead(this.rpc, venue, at, present, brought), brought };
  }

  /** Reports to bring though no action needs them: a price grows old, or has moved. */
  due({ header }: Look): Brought[] {
    return dueOf(this.last, header, this.rules);
  }
}
