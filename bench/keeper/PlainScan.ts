// SPDX-License-Identifier: MIT
import type { AccountTable } from "../../keeper/scan/AccountTable.js";
import { BELOW_CALL, exactHealth, riskOf } from "../../keeper/scan/exact.js";
import { Judge, STRIDE, UNCERTAIN } from "../../keeper/scan/Judge.js";
import type { MarketQuote } from "../../keeper/scan/quote.js";

/**
 * What a keeper without bounds does: judges everybody at every tick, by the same columns, doubles and exact integers.
 */
export class PlainScan {
  private readonly judge: Judge;
  private places = new Int32Array(0);
  private risks = new Uint8Array(0);
  private end = 0;

  constructor(private readonly table: AccountTable) {
    this.judge = new Judge(table.markets);
  }

  tick(quotes: readonly MarketQuote[], callLevel: bigint): void {
    const { table, judge } = this;
    if (this.places.length < table.end) {
      [this.places, this.risks] = [new Int32Array(table.capacity), new Uint8Array(table.capacity)];
    }
    const { places, risks } = this;
    judge.see(quotes, callLevel);
    let end = 0;
    for (let place = 0; place < table.end; ++place) {
      let verdict = judge.judge(table.rows, place * STRIDE);
      if (verdict === UNCERTAIN) verdict = riskOf(exactHealth(table.at(place), quotes, callLevel, table.frameOf));
      if (verdict < BELOW_CALL) continue;
      risks[end] = verdict;
      places[end++] = place;
    }
    this.end = end;
  }

  /** The accounts at risk, by place, and each one's risk. */
  found(): { places: Int32Array; risks: Uint8Array } {
    return { places: this.places.subarray(0, this.end), risks: this.risks.subarray(0, this.end) };
  }
}
