// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Pulled, Puller } from "../../chain/reports/Puller.js";
import type { Brought } from "../../chain/reports/Reports.js";
import { markOf } from "../../chain/reports/judge.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { groupOf, type Address, type GroupId, type MarketId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { Metrics } from "../run/metrics.js";
import type { ReportStatus } from "../run/Status.js";
import { lookAhead, type Addresses, type Look } from "./prices.js";

/** What is decided by: the chain with the reports that can be brought. */
export interface Ahead {
  /** As the chain is. */
  readonly present: Look;
  readonly look: Look;
  readonly brought: ReadonlyMap<GroupId, readonly Brought[]>;
}

export interface PullRules {
  /** Ppm of the heartbeat: the age of a price at which the next is brought for its own sake. 0: never. */
  readonly reportRefresh: number;
  /** Ppm by which a price has to differ for the same. 0: never. */
  readonly reportMove: bigint;
}

const PPM = 1_000_000n;
const FRESH = 0n;
const OPEN = 1n;

/** Looks for reports at each block, and tells what it finds. */
export class Pull {
  status: readonly ReportStatus[] = [];
  private last: readonly Pulled[] = [];
  private readonly told = new Map<MarketId, string>();

  constructor(
    private readonly rpc: Rpc,
    private readonly puller: Puller,
    private readonly rules: PullRules,
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {}

  /** The chain as it is once the reports that are there are brought. */
  async ahead(venue: Venue, at: Addresses, seen: Look): Promise<Ahead> {
    const views = [...seen.groups.values()].flatMap(({ markets }) => markets).filter(({ status }) => status === OPEN);
    const markets = views.map(({ market, source }) => ({ id: market as MarketId, source: source as Address }));
    this.last = await this.puller.pull(markets, seen.header);
    this.tell(seen);
    const brought = new Map<GroupId, Brought[]>();
    for (const { market, held, brought: one } of this.last) {
      if (one === undefined || !held.isPlain) continue;
      const group = groupOf(market);
      brought.set(group, [...(brought.get(group) ?? []), one]);
    }
    if (brought.size === 0) return { present: seen, look: seen, brought };
    return { present: seen, look: await lookAhead(this.rpc, venue, at, seen, brought), brought };
  }

  /** Reports to bring though no action needs them: a price grows old, or has moved. */
  due({ header }: Look): Brought[] {
    const { reportRefresh, reportMove } = this.rules;
    return this.last.flatMap(({ source, held, brought }) => {
      if (brought === undefined) return [];
      const age = Number(header.timestamp) - held.pricedAt;
      const isOld = reportRefresh > 0 && age * Number(PPM) >= reportRefresh * source.heartbeat;
      const mark = markOf(brought.report.says.price, source);
      const by = mark > held.mark ? mark - held.mark : held.mark - mark;
      const hasMoved = reportMove > 0n && by * PPM >= reportMove * held.mark;
      return isOld || hasMoved ? [brought] : [];
    });
  }

  /** One warning when a price cannot be used and no report mends it, one line when it is well again. */
  private tell({ header, groups }: Look): void {
    const views = new Map([...groups.values()].flatMap(({ markets }) => markets.map((view) => [view.market, view])));
    this.status = this.last.map(({ market, held, brought, refused }) => {
      const age = Number(header.timestamp) - held.pricedAt;
      const isFresh = views.get(market)?.sourceStatus === FRESH;
      const label = { market: String(market) };
      this.metrics.reportAge.set(label, age);
      this.metrics.reportMissing.set(label, brought === undefined && !isFresh ? 1 : 0);
      if (refused !== undefined) this.metrics.reportsRefused.inc({ ...label, refusal: refused.refusal });
      const trouble = isFresh || refused === undefined ? "" : refused.refusal;
      const before = this.told.get(market) ?? "";
      if (trouble !== before) {
        const told = { market: String(market), age, reason: refused?.message, block: header.number };
        if (trouble === "") this.log.info(told, "the price of a market can be used again");
        else this.log.warn(told, "the price of a market cannot be used, and no report is worth bringing");
        this.told.set(market, trouble);
      }
      return { market: Number(market), age, refused: refused?.message };
    });
  }
}
