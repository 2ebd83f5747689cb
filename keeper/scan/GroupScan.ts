// SPDX-License-Identifier: MIT
import type { AccountIndex } from "./AccountIndex.js";
import type { AccountInput, FrameInput } from "./AccountInput.js";
import { AccountTable } from "./AccountTable.js";
import { Calendar, DUE } from "./Calendar.js";
import { Cohorts, LAST_BIT, placeOf } from "./Cohorts.js";
import { BELOW_CALL, INSOLVENT, SAFE, exactHealth, riskOf, type ExactHealth, type Risk } from "./exact.js";
import { grown } from "./grown.js";
import { Judge, SIZES, UNCERTAIN, type Verdict } from "./Judge.js";
import type { MarketQuote } from "./quote.js";

/** Keys of the calendar to 1 of an odometer: accounts of one key are looked at together. */
const KEYS = 2 ** 11;

/** An account is looked at again when its odometer has come this far, though its deadline is further. */
const REACH = 1 / 4;

/** Keys this far ahead or further are rounded down, by at most an eighth of the way: fewer chains, each longer. */
const FAR = 16;
const FAR_BITS = 3;

/** An odometer beyond this is set to zero, and everybody who has it looked at: so keys stay in a short range. */
const MAX_ODOMETER = 8;

/** Rounds a quotient of numbers that were floats down, by more than all their roundings. */
const DOWN = 1 - 2 ** -22;

/** Quotes are exact integers times this: ppm of the call level times ppm of the margin rate. */
const PPM_PPM = 10n ** 12n;
const PRICE_PPM_PPM = 1e30;

/**
 * The accounts of one clearing group, and at every tick those of them that are below the call level, below maintenance
 * margin, or below zero.
 *
 * BURDEN. Let `B_long = -t_long + c * mark` and `B_short = t_short + c * mark`, with t the mark in the side's frame and
 * c the call level times the maintenance rate. What an account has above its call level is
 * `h = constant - sum of |q| * B`: linear, and whatever happens to a market (its mark, funding, a charge on a side, a
 * stale shock, new parameters) is a change of its two burdens.
 *
 * ODOMETER. With a fixed scale n for each market let `W = sum of |q| * n`, an account's exposure, and `w = |q| * n / W`
 * its weights. At each tick `h` falls by `W * sum of w * dB / n`. Accounts of a cohort have the same sides and nearly
 * the same weights; its odometer adds the maximum of that sum, which may be negative (see Cohorts). So an account that
 * was found to be h above when its odometer stood at O is above until the odometer passes `O + h / W`, its
 * **deadline**, whatever way the prices took. It does not wear off when prices come back, but for what weights differ
 * within a cohort.
 *
 * Deadlines are rounded down and odometers up, so what floats and doubles lose only makes an account be looked at
 * earlier.
 *
 * CALENDAR. Rows of accounts stand in chains by cohort and deadline. A tick takes the chains that its odometers
 * have passed, and reads no other row. Accounts at risk have no deadline and are looked at in every tick.
 */
export class GroupScan {
  readonly table: AccountTable;
  private readonly scales: Float64Array;
  private readonly judge: Judge;
  private readonly calendar: Calendar;
  private readonly cohorts: Cohorts;
  /** Of the account that is put. */
  private readonly row: Float32Array;
  /** Where the row belongs that was last found SAFE. */
  cohort = DUE;
  key = 0;

  private quotes: readonly MarketQuote[] = [];
  private callLevel = 0n;

  /**
   * At the last tick: who is at risk, by place, and each one's risk; the number of accounts that were looked at; and
   * that floats could not tell.
   */
  private found = new Int32Array(1_024);
  private risks = new Uint8Array(1_024);
  private foundEnd = 0;
  /** Places whose accounts were removed since. */
  private readonly gone = new Set<number>();
  looked = 0;
  askedExactly = 0;

  /** @param index Shared by the groups of a venue. */
  constructor(
    readonly markets: number,
    index?: AccountIndex,
  ) {
    this.table = new AccountTable(markets, index);
    this.scales = new Float64Array(markets);
    this.judge = new Judge(markets);
    this.calendar = new Calendar(SIZES + markets);
    this.cohorts = new Cohorts(markets);
    this.row = new Float32Array(SIZES + markets);
  }

  get bytes(): number {
    return this.table.bytes + this.calendar.bytes + this.found.byteLength + this.risks.byteLength;
  }

  // ------------------------------------------------------------------ accounts

  /**
   * Inserts the account, or replaces what is known of it. Assumes that no other group of its index has it. An account
   * at risk is found at the next tick.
   */
  put(account: AccountInput): void {
    if (account.positions.length === 0) return this.remove(account.id);
    this.replace(this.table.put(account));
  }

  remove(id: bigint): void {
    const place = this.table.remove(id);
    if (place === undefined) return;
    this.calendar.remove(place);
    this.gone.add(place);
  }

  /** Nodes were torn up. Members that are at risk are found at the next tick. */
  tearUp(torn: readonly FrameInput[]): void {
    for (const place of this.table.tearUp(torn)) this.replace(place);
  }

  // ------------------------------------------------------------------ ticks

  /**
   * The group is at `quotes`, one for each of its markets; the call level in ppm of maintenance margin. Leaves work for
   * `tidy`.
   */
  tick(quotes: readonly MarketQuote[], callLevel: bigint): void {
    if (quotes.length !== this.markets) throw new RangeError(`${quotes.length} quotes for ${this.markets} markets`);
    const first = this.quotes.length === 0;
    if (!first) this.advance(this.cohorts.odometers, quotes, callLevel);
    [this.quotes, this.callLevel] = [quotes, callLevel];
    this.judge.see(quotes, callLevel);
    if (first || this.offScale()) this.rescale();
    else this.rewind();
    this.lookAtDue();
  }

  /**
   * Puts those under their new deadlines who were looked at in the last tick and are safe. What comes next does it too:
   * who has time between two ticks calls this.
   */
  tidy(): void {
    this.calendar.tidy();
  }

  /** The accounts at risk at the last tick that are at least at `min`. */
  atRisk(min: Risk = BELOW_CALL): bigint[] {
    const ids: bigint[] = [];
    for (const { place, risk } of this.each()) if (risk >= min) ids.push(this.table.idAt(place));
    return ids;
  }

  /** How many accounts were at this very risk at the last tick. */
  countAt(risk: Risk): number {
    let count = 0;
    for (const each of this.each()) if (each.risk === risk) ++count;
    return count;
  }

  /** The accounts at risk at the last tick by place, without those that were removed since. */
  *each(): Generator<{ place: number; risk: Risk }> {
    for (let i = 0; i < this.foundEnd; ++i) {
      const place = this.found[i]!;
      if (!this.gone.has(place)) yield { place, risk: this.risks[i] as Risk };
    }
  }

  /** To the unit what the contract would find, at the last tick. */
  health(id: bigint): ExactHealth | undefined {
    const place = this.table.placeOf(id);
    return place === undefined ? undefined : this.exactly(place, this.quotes);
  }

  /** The accounts below zero at other quotes: the frozen marks. Changes nothing. */
  belowZeroAt(quotes: readonly MarketQuote[]): bigint[] {
    const judge = new Judge(this.markets);
    judge.see(quotes, this.callLevel);
    const odometers = this.cohorts.odometers.slice();
    if (this.quotes.length === 0) odometers.fill(Infinity);
    else this.advance(odometers, quotes, this.callLevel);
    const ids: bigint[] = [];
    const { calendar, table } = this;
    for (const slot of calendar.slotsUntil((cohort) => keyOf(odometers[cohort]!))) {
      const place = calendar.placeAt(slot);
      const verdict = judge.judge(calendar.rowsAt(slot), calendar.fromAt(slot));
      if (verdict === INSOLVENT) ids.push(table.idAt(place));
      else if (verdict === UNCERTAIN && this.exactly(place, quotes).equity < 0n) ids.push(table.idAt(place));
    }
    return ids;
  }

  // ------------------------------------------------------------------ inside

  /** Moves the odometers from the present burdens to those of `quotes`; differences are taken of exact integers. */
  private advance(odometers: Float64Array, quotes: readonly MarketQuote[], callLevel: bigint): void {
    const steps = new Float64Array(2 * this.markets);
    for (let i = 0; i < this.markets; ++i) {
      const [from, to] = [this.quotes[i]!, quotes[i]!];
      const margin = callLevel * to.maintenance * to.mark - this.callLevel * from.maintenance * from.mark;
      const scale = this.scales[i]! * PRICE_PPM_PPM;
      steps[placeOf(i, true)] = Number((from.long - to.long) * PPM_PPM + margin) / scale;
      steps[placeOf(i, false)] = Number((to.short - from.short) * PPM_PPM + margin) / scale;
    }
    this.cohorts.advance(odometers, steps, this.calendar.members);
  }

  /** Looks at everybody whose deadline has passed. */
  private lookAtDue(): void {
    this.foundEnd = this.looked = this.askedExactly = 0;
    this.gone.clear();
    this.calendar.drain(this.reached, this);
  }

  private readonly reached = (cohort: number): number => keyOf(this.cohorts.odometers[cohort]!);

  /** Of the calendar: whether an account is safe for some time, and where its row belongs then. */
  moves(cohort: number, place: number, rows: Float32Array, from: number): boolean {
    const isSafe = this.look(rows, from, place);
    if (isSafe) this.aim(cohort === DUE ? this.cohortOf(rows, from) : cohort, rows, from);
    return isSafe;
  }

  /** Judges an account, and notes it if it is at risk. Says whether it is safe for certain, by `judge.room`. */
  private look(rows: Float32Array, at: number, place: number): boolean {
    ++this.looked;
    let verdict: Verdict = this.judge.judge(rows, at);
    if (verdict === SAFE) return true;
    if (verdict === UNCERTAIN) {
      ++this.askedExactly;
      verdict = riskOf(this.exactly(place, this.quotes));
    }
    if (verdict !== SAFE) this.find(place, verdict);
    return false;
  }

  /** Writes the row of an account anew. */
  private replace(place: number): void {
    const { calendar, row } = this;
    calendar.remove(place);
    this.table.rowOf(place, row);
    if (this.quotes.length > 0 && this.judge.judge(row, 0) === SAFE) {
      this.aim(this.cohortOf(row, 0), row, 0);
      calendar.put(this.cohort, this.key, place, row, 0);
    } else {
      calendar.put(DUE, 0, place, row, 0);
    }
  }

  private cohortOf(rows: Float32Array, at: number): number {
    return this.cohorts.of(rows, at, this.scales, this.cohorts.exposureOf(rows, at, this.scales));
  }

  /** The row of an account that was just found SAFE belongs under the key of its deadline, or an earlier one. */
  private aim(cohort: number, rows: Float32Array, at: number): void {
    const odometer = this.cohorts.odometers[cohort]!;
    const way = (this.judge.room / this.cohorts.exposureOf(rows, at, this.scales)) * DOWN;
    const deadline = odometer + Math.min(REACH, way);
    const key = keyOf(deadline - Math.abs(deadline) * LAST_BIT);
    const ahead = key - keyOf(odometer);
    const bits = ahead < FAR ? 0 : 31 - Math.clz32(ahead) - FAR_BITS;
    this.cohort = cohort;
    this.key = (key >> bits) << bits;
  }

  private exactly(place: number, quotes: readonly MarketQuote[]): ExactHealth {
    return exactHealth(this.table.at(place), quotes, this.callLevel, this.table.frameOf);
  }

  private find(place: number, risk: Risk): void {
    if (this.foundEnd === this.found.length) {
      this.found = grown(this.found, 2 * this.foundEnd);
      this.risks = grown(this.risks, 2 * this.foundEnd);
    }
    this.found[this.foundEnd] = place;
    this.risks[this.foundEnd++] = risk;
  }

  /** A mark has doubled or halved against its scale, so that the odometers weigh its positions badly. */
  private offScale(): boolean {
    return this.quotes.some(({ mark }, i) => {
      const ratio = Number(mark) / 1e18 / this.scales[i]!;
      return ratio > 2 || ratio < 0.5;
    });
  }

  /** Takes the present marks as scales and looks at everybody. */
  private rescale(): void {
    this.quotes.forEach(({ mark }, i) => (this.scales[i] = Number(mark) / 1e18));
    this.calendar.clear();
    this.cohorts.clear();
  }

  /** Sets odometers that have gone far to zero. */
  private rewind(): void {
    const { odometers, end } = this.cohorts;
    for (let cohort = 0; cohort < end; ++cohort) {
      if (Math.abs(odometers[cohort]!) <= MAX_ODOMETER) continue;
      odometers[cohort] = 0;
      this.calendar.recall(cohort);
    }
  }
}

/** The key that an odometer has reached. */
function keyOf(odometer: number): number {
  return Math.floor(odometer * KEYS);
}
