// SPDX-License-Identifier: MIT
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { MarketId } from "../../sdk/order.js";
import { markOf } from "./judge.js";
import type { Pulled } from "./Puller.js";
import type { Brought } from "./Reports.js";

export interface RefreshRules {
  /** Ppm of the heartbeat: the age of a price at which the next is brought for its own sake. 0: never. */
  readonly reportRefresh: number;
  /** Ppm by which a price has to differ for the same. 0: never. */
  readonly reportMove: bigint;
}

/** As far as they are used of Prometheus's. */
interface Meters {
  readonly reportAge: { set(labels: { market: string }, value: number): void };
  readonly reportMissing: { set(labels: { market: string }, value: number): void };
  readonly reportsRefused: { inc(labels: { market: string; refusal: string }): void };
}

interface Log {
  info(what: object, told: string): void;
  warn(what: object, told: string): void;
}

/** A market whose prices are pulled, for people. */
export interface ReportStatus {
  readonly market: number;
  /** Of the price on the chain, seconds. */
  readonly age: number;
  /** Why the newest report is not brought; undefined: it is, as soon as it is needed. */
  readonly refused: string | undefined;
}

const PPM = 1_000_000n;

/** Is the stored price so old, or so far off, that the next is worth bringing for its own sake? */
export function isDue({ source, held, brought }: Pulled, { timestamp }: Header, rules: RefreshRules): boolean {
  if (brought === undefined) return false;
  const { reportRefresh, reportMove } = rules;
  const age = timestamp - BigInt(held.pricedAt);
  const isOld = reportRefresh > 0 && age * PPM >= BigInt(reportRefresh) * BigInt(source.heartbeat);
  const mark = markOf(brought.report.says.price, source);
  const by = mark > held.mark ? mark - held.mark : held.mark - mark;
  return isOld || (reportMove > 0n && by * PPM >= reportMove * held.mark);
}

/** Of what was pulled the reports that are worth bringing for their own sake. */
export function dueOf(pulled: readonly Pulled[], header: Header, rules: RefreshRules): Brought[] {
  return pulled.flatMap((each) => (isDue(each, header, rules) ? [each.brought!] : []));
}

/** Tells of markets whose prices are pulled: by meters at every look, by a line when something has changed. */
export class ReportWatch {
  private readonly told = new Map<MarketId, string>();

  constructor(
    private readonly meters: Meters,
    private readonly log: Log,
  ) {}

  /** @param isFresh Can the price that is stored be used? */
  tell(pulled: readonly Pulled[], { timestamp, number: block }: Header, isFresh: (market: MarketId) => boolean) {
    return pulled.map(({ market, held, brought, refused }): ReportStatus => {
      const age = Number(timestamp) - held.pricedAt;
      const [fresh, label] = [isFresh(market), { market: String(market) }];
      this.meters.reportAge.set(label, age);
      this.meters.reportMissing.set(label, brought === undefined && !fresh ? 1 : 0);
      if (refused !== undefined) this.meters.reportsRefused.inc({ ...label, refusal: refused.refusal });
      const trouble = fresh || refused === undefined ? "" : refused.refusal;
      if (trouble !== (this.told.get(market) ?? "")) {
        const told = { market: String(market), age, reason: refused?.message, block };
        if (trouble === "") this.log.info(told, "the price of a market can be used again");
        else this.log.warn(told, "the price of a market cannot be used, and no report is worth bringing");
        this.told.set(market, trouble);
      }
      return { market: Number(market), age, refused: refused?.message };
    });
  }
}
