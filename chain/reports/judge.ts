// SPDX-License-Identifier: MIT
import { ReportRefused } from "./ReportRefused.js";
import type { Held, PulledSource } from "./PulledSource.js";
import type { StreamReport } from "./StreamReport.js";

/** As FeedLib.MAX_AHEAD: how far ahead of the block a report may be dated, seconds. */
export const MAX_AHEAD = 15;

// As types/Price.sol: 1e-18 quote.
const MIN_MARK = 10n ** 6n;
const MAX_MARK = 10n ** 24n;
const MARK_DECIMALS = 18;

/**
 * Refuses a report that the source would refuse, would not store, or would store as a price that nothing can be done
 * at. Throws ReportRefused. Signatures are not looked at.
 * @param time Of the block that it is judged by, Unix seconds.
 */
export function judge(report: StreamReport, source: PulledSource, held: Held, time: number): void {
  const { observedAt, pricedAt, expiresAt, isOpen, price } = report;
  if (observedAt <= held.observedAt) {
    throw new ReportRefused("ReportNotNewer", `observed at ${observedAt}, stored is one of ${held.observedAt}`);
  }
  if (observedAt > time + MAX_AHEAD) {
    throw new ReportRefused("ReportAhead", `observed at ${observedAt}, ${observedAt - time} s ahead of the block`);
  }
  if (observedAt < time - source.maxDelay) {
    throw new ReportRefused("ReportTooOld", `observed ${time - observedAt} s ago, at most ${source.maxDelay} s`);
  }
  if (expiresAt < time) throw new ReportRefused("ReportExpired", `it expired at ${expiresAt}, it is ${time}`);
  if (!isOpen) throw new ReportRefused("ReportMarketClosed", "its market is closed or unknown");
  if (pricedAt + source.heartbeat < time) {
    throw new ReportRefused("ReportTooOld", `its price is ${time - pricedAt} s old, at most ${source.heartbeat} s`);
  }
  if (markOf(price, source) === 0n) throw new ReportRefused("ReportPriceNone", `its price is ${price}`);
}

/** The mark that the source makes of a price; 0 when it is none. As StreamReportLib.markOf. */
export function markOf(price: bigint, { decimals, lotExponent }: Pick<PulledSource, "decimals" | "lotExponent">) {
  if (price <= 0n) return 0n;
  const exponent = BigInt(MARK_DECIMALS + lotExponent - decimals);
  const mark = exponent >= 0n ? price * 10n ** exponent : price / 10n ** -exponent;
  return mark < MIN_MARK || mark > MAX_MARK ? 0n : mark;
}
