// SPDX-License-Identifier: MIT
import type { AccountTable } from "../../keeper/scan/AccountTable.js";
import { BELOW_CALL, exactHealth, riskOf } from "../../keeper/scan/exact.js";
import { Judge, SIZES, UNCERTAIN } from "../../keeper/scan/Judge.js";
import type { MarketQuote } from "../../keeper/scan/quote.js";

/**
 * What a keeper without bounds does: judges everybody at every tick, by the same floats, doubles and exact integers.
 * Its rows are its own, in the order of places, so that it sees those too that the scan may have lost. Assumes that no
 * account is removed.
 */
export class PlainScan {
  private readonly judge: Judge;
  private readonly stride: number;
  private rows = new Float32Array(0);
  private places = new Int32Array(0);
  private risks = new Uint8Array(0);
  private end = 0;

  constructor(private readonly table: AccountTable) {
    this.judge = new Judge(table.markets);
    this.stride = SIZES + table.markets;
  }

  /** The account at a place has changed, or has been inserted there. */
  put(place: number): void {
    const at = place * this.stride;
    if (at >= this.rows.length) this.grow();
    this.table.rowOf(place, this.rows.subarray(at, at + this.stride));
  }

  tick(quotes: readonly MarketQuote[], callLevel: bigint): void {
    const { table, judge } = this;
    const { places, risks, rows, stride } = this;
    judge.see(quotes, callLevel);
    let end = 0;
    for (let place = 0; place < table.end; ++place) {
      let verdict = judge.judge(rows, place * stride);
      if (verdict === UNCERTAIN) verdict = riskOf(exactHealth(table.at(place), quotes, callLevel, table.frameOf));
      if (verdict < BELOW_CALL) continue;
      risks[end] = verdict;
      places[end++] = place;
    }
    this.end = end;
  }

  private grow(): void {
    const capacity = 2 * this.table.end;
    const rows = new Float32Array(capacity * this.stride);
    rows.set(this.rows);
    Object.assign(this, { rows, places: new Int32Array(capacity), risks: new Uint8Array(capacity) });
  }

  /** The accounts at risk, by place, and each one's risk. */
  found(): { places: Int32Array; risks: Uint8Array } {
    return { places: this.places.subarray(0, this.end), risks: this.risks.subarray(0, this.end) };
  }
}
