// SPDX-License-Identifier: MIT
import type { AccountTable } from "../../keeper/scan/AccountTable.js";
import { BELOW_CALL, exactHealth, riskOf } from "../../keeper/scan/exact.js";
import { Judge, UNCERTAIN } from "../../keeper/scan/Judge.js";
import type { MarketQuote } from "../../keeper/scan/quote.js";

/** What a keeper without bounds does: judges everybody at every tick, by the same columns, doubles and exact integers. */
export class PlainScan {
  private readonly judge: Judge;
  private found = new Int32Array(1_024);
  private risks = new Uint8Array(1_024);

  constructor(private readonly table: AccountTable) {
    this.judge = new Judge(table.markets);
  }

  /** The accounts at risk, by place, and each one's risk. */
  tick(quotes: readonly MarketQuote[], callLevel: bigint): { places: Int32Array; risks: Uint8Array } {
    const { table, judge } = this;
    if (this.found.length < table.end) {
      [this.found, this.risks] = [new Int32Array(table.end), new Uint8Array(table.end)];
    }
    judge.see(quotes, callLevel);
    let end = 0;
    for (let place = 0; place < table.end; ++place) {
      let verdict = judge.judge(table.rows, place * table.stride);
      if (verdict === UNCERTAIN) verdict = riskOf(exactHealth(table.at(place), quotes, callLevel, table.frameOf));
      if (verdict < BELOW_CALL) continue;
      this.risks[end] = verdict;
      this.found[end++] = place;
    }
    return { places: this.found.subarray(0, end), risks: this.risks.subarray(0, end) };
  }
}
