// SPDX-License-Identifier: MIT
import { ReportRefused } from "../../chain/reports/ReportRefused.js";
import type { ReportSource } from "../../chain/reports/ReportSource.js";
import type { Hex } from "../../sdk/orderHash.js";

/** Why a server of reports would not do for these streams, one sentence each. */
export async function checkReports(
  streams: readonly (readonly [path: string, feedId: Hex])[],
  reports: ReportSource,
): Promise<string[]> {
  const problems = streams.map(async ([path, feedId]) => {
    try {
      const { says } = await reports.latest(feedId);
      if (says.price > 0n) return undefined;
      return `${path}: its newest report has a price of ${says.price}. Wait for another, or give another stream.`;
    } catch (failure) {
      if (!(failure instanceof ReportRefused)) throw failure;
      return `${path}: --reports has no report of it that can be used. ${failure.message}.`;
    }
  });
  return (await Promise.all(problems)).filter((problem) => problem !== undefined);
}
