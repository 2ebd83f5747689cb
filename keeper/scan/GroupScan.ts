// SPDX-License-Identifier: MIT
import type { AccountInput, FrameInput } from "./AccountInput.js";
import { AccountTable } from "./AccountTable.js";
import { BELOW_CALL, INSOLVENT, SAFE, exactHealth, riskOf, type ExactHealth, type Risk } from "./exact.js";
import { COMBINATION, DEADLINE, Judge, RISK, SIZES, STRIDE, UNCERTAIN, type Verdict } from "./Judge.js";
import { COMBINATIONS, PLACES } from "./sides.js";
import type { MarketQuote } from "./quote.js";

/** How much further than now the near list reaches, on the odometers. */
const REACH = 2 ** -8;

/** Rows that are fetched together: 8 KB. */
const BLOCK = 128;

/** Rounds a quotient of doubles down, and a step of an odometer up, by more than all their roundings. */
const DOWN = 1 - 2 ** -46;
const UP = 1 + 2 ** -48;
const LAST_BIT = 2 ** -50;

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
 * ODOMETER. Let n be a fixed scale a market. At each tick every combination of sides adds to its odometer the largest
 * change of B / n over its positions, which may be negative. With `W = sum of |q| * n`, h falls by at most W times what
 * the odometer adds: at every tick `sum of |q| * dB = sum of (|q| * n) * (dB / n) <= W * max(dB / n)`, and the sum of
 * the maxima is the odometer. So an account that was found to be h above when its odometer stood at O is above until
 * the odometer passes `O + h / W`, its **deadline**, whatever way the prices took. With one position, or with several
 * that move alike, the bound is tight; it does not wear off when prices come back.
 *
 * Deadlines are rounded down and odometers up, so what the doubles lose only makes an account be looked at earlier.
 *
 * NEAR. A tick looks at the near list: who was within REACH of his deadline when it was last made. Passing REACH makes
 * a new one, by one pass over the deadlines. Accounts at risk have no deadline and are looked at in every tick.
 */
export class GroupScan {
  readonly table: AccountTable;
  private readonly scales: Float64Array;
  private readonly judge: Judge;
  /** As in the rows, for passes over all. */
  private deadlines: Float64Array;

  private readonly odometers = new Float64Array(COMBINATIONS);
  private readonly horizons = new Float64Array(COMBINATIONS).fill(-Infinity);
  private near = new Int32Array(1_024);
  private nearEnd = 0;
  private isNear: Uint8Array;
  private readonly touched = new Float64Array(1);

  private quotes: readonly MarketQuote[] = [];
  private callLevel = 0n;

  /**
   * At the last tick: who is at risk, by place; the number of accounts that were looked at; and that doubles could not
   * tell.
   */
  private found = new Int32Array(1_024);
  private foundEnd = 0;
  looked = 0;
  askedExactly = 0;

  constructor(readonly markets: number) {
    this.table = new AccountTable(markets);
    this.scales = new Float64Array(markets);
    this.judge = new Judge(markets);
    this.deadlines = new Float64Array(this.table.capacity);
    this.isNear = new Uint8Array(this.table.capacity);
  }

  get bytes(): number {
    const own = [this.deadlines, this.near, this.isNear, this.found];
    return own.reduce((sum, { byteLength }) => sum + byteLength, this.table.bytes);
  }

  // ------------------------------------------------------------------ accounts

  /** Inserts the account, or replaces what is known of it. It is looked at in the next tick. */
  put(account: AccountInput): void {
    if (account.positions.length === 0) return this.remove(account.id);
    const place = this.table.put(account);
    if (this.deadlines.length < this.table.capacity) this.grow();
    this.lookAt(place);
  }

  remove(id: bigint): void {
    const place = this.table.remove(id);
    if (place === undefined) return;
    this.setDeadline(place, Infinity);
    this.table.rows[place * STRIDE + RISK] = SAFE;
  }

  /** Nodes were torn up. Their members are looked at in the next tick. */
  tearUp(torn: readonly FrameInput[]): void {
    for (const place of this.table.tearUp(torn)) this.lookAt(place);
  }

  // ------------------------------------------------------------------ ticks

  /** The group is at `quotes`, one for each of its markets; the call level in ppm of maintenance margin. */
  tick(quotes: readonly MarketQuote[], callLevel: bigint): void {
    if (quotes.length !== this.markets) throw new RangeError(`${quotes.length} quotes for ${this.markets} markets`);
    const first = this.quotes.length === 0;
    if (!first) this.advance(this.odometers, quotes, callLevel);
    [this.quotes, this.callLevel] = [quotes, callLevel];
    this.judge.see(quotes, callLevel);
    if (first || this.offScale()) this.rescale();
    else if (this.pastHorizon()) this.makeNear();
    this.look();
  }

  /** The accounts at risk at the last tick that are at least at `least`. */
  atRisk(min: Risk = BELOW_CALL): bigint[] {
    const ids: bigint[] = [];
    for (const place of this.placesAtRisk()) if (this.riskAt(place) >= min) ids.push(this.table.idAt(place));
    return ids;
  }

  /** The same by place, of every risk, without a copy: valid until the next tick. */
  placesAtRisk(): Int32Array {
    return this.found.subarray(0, this.foundEnd);
  }

  riskAt(place: number): Risk {
    return this.table.rows[place * STRIDE + RISK] as Risk;
  }

  /** To the unit what the contract would find, at the last tick. */
  health(id: bigint): ExactHealth | undefined {
    const place = this.table.placeOf(id);
    return place === undefined ? undefined : this.exactly(place, this.quotes);
  }

  /** The accounts below zero at other quotes: frozen marks, less the charge so far implied. Changes nothing. */
  belowZeroAt(quotes: readonly MarketQuote[]): bigint[] {
    const judge = new Judge(this.markets);
    judge.see(quotes, this.callLevel);
    const odometers = this.odometers.slice();
    if (this.quotes.length === 0) odometers.fill(Infinity);
    else this.advance(odometers, quotes, this.callLevel);
    const { table, deadlines } = this;
    const ids: bigint[] = [];
    for (let place = 0; place < table.end; ++place) {
      if (deadlines[place]! > odometers[table.combinations[place]!]!) continue;
      const verdict = judge.judge(table.rows, place * STRIDE);
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
      steps[2 * i] = Number((from.long - to.long) * PPM_PPM + margin) / scale;
      steps[2 * i + 1] = Number((to.short - from.short) * PPM_PPM + margin) / scale;
    }
    for (let i = 1; i < COMBINATIONS; ++i) {
      const places = PLACES[i]!;
      let max = -Infinity;
      for (const place of places) if (steps[place]! > max) max = steps[place]!;
      if (max === 0 || max === -Infinity) continue;
      const after = odometers[i]! + (max > 0 ? max * UP : max / UP);
      odometers[i] = after + Math.abs(after) * LAST_BIT;
    }
  }

  /**
   * Looks at everybody near whose deadline has passed. Reads one row an account, so that a jump costs one cache line
   * each; a block of rows is touched before it is worked on, so that the processor waits for many lines at once and not
   * for one after the other.
   */
  private look(): void {
    const { odometers, horizons, near, isNear, touched } = this;
    const { rows } = this.table;
    this.foundEnd = this.looked = this.askedExactly = 0;
    let kept = 0;
    for (let from = 0; from < this.nearEnd; from += BLOCK) {
      const to = Math.min(from + BLOCK, this.nearEnd);
      let sum = 0;
      for (let i = from; i < to; ++i) sum += rows[near[i]! * STRIDE]!;
      touched[0] = sum; // so that the loop is not optimised away

      for (let i = from; i < to; ++i) {
        const place = near[i]!;
        const row = place * STRIDE;
        const combination = rows[row + COMBINATION]!;
        if (rows[row + DEADLINE]! <= odometers[combination]!) this.decide(place, row, combination);
        if (rows[row + DEADLINE]! <= horizons[combination]!) near[kept++] = place;
        else isNear[place] = 0;
      }
    }
    this.nearEnd = kept;
  }

  /** Judges an account and sets its deadline. */
  private decide(place: number, row: number, combination: number): void {
    ++this.looked;
    const { judge } = this;
    const { rows } = this.table;
    let verdict: Verdict = judge.judge(rows, row);
    if (verdict === SAFE) {
      rows[row + RISK] = SAFE;
      const until = this.odometers[combination]! + (judge.room[0]! / this.exposureOf(rows, row)) * DOWN;
      // Without exposure for ever.
      this.setDeadline(place, until === Infinity ? until : until - Math.abs(until) * LAST_BIT);
      return;
    }
    if (verdict === UNCERTAIN) {
      ++this.askedExactly;
      verdict = riskOf(this.exactly(place, this.quotes));
    }
    rows[row + RISK] = verdict;
    if (verdict !== SAFE) this.find(place);
    this.setDeadline(place, -Infinity);
  }

  private setDeadline(place: number, until: number): void {
    this.deadlines[place] = until;
    this.table.rows[place * STRIDE + DEADLINE] = until;
  }

  /** W: what h may lose when each burden rises by its scale. */
  private exposureOf(rows: Float64Array, row: number): number {
    const { scales, markets } = this;
    let exposure = 0;
    for (let i = 0; i < markets; ++i) exposure += Math.abs(rows[row + SIZES + i]!) * scales[i]!;
    return exposure;
  }

  private exactly(place: number, quotes: readonly MarketQuote[]): ExactHealth {
    return exactHealth(this.table.at(place), quotes, this.callLevel, this.table.frameOf);
  }

  private find(place: number): void {
    if (this.foundEnd === this.found.length) {
      const longer = new Int32Array(2 * this.found.length);
      longer.set(this.found);
      this.found = longer;
    }
    this.found[this.foundEnd++] = place;
  }

  private pastHorizon(): boolean {
    const { members } = this.table;
    return this.horizons.some((horizon, i) => members[i]! > 0 && this.odometers[i]! > horizon);
  }

  /** Makes the near list again: whose deadline lies within REACH. */
  private makeNear(): void {
    const { table, deadlines, horizons } = this;
    for (let i = 0; i < COMBINATIONS; ++i) horizons[i] = this.odometers[i]! + REACH;
    this.nearEnd = 0;
    this.isNear.fill(0);
    for (let place = 0; place < table.end; ++place) {
      if (deadlines[place]! <= horizons[table.combinations[place]!]!) this.addNear(place);
    }
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
    this.odometers.fill(0);
    const { table } = this;
    for (let place = 0; place < table.end; ++place) {
      this.setDeadline(place, table.isEmpty(place) ? Infinity : -Infinity);
    }
    this.makeNear();
  }

  private lookAt(place: number): void {
    this.setDeadline(place, -Infinity);
    this.addNear(place);
  }

  private addNear(place: number): void {
    if (this.isNear[place] === 1) return;
    if (this.nearEnd === this.near.length) {
      const longer = new Int32Array(2 * this.near.length);
      longer.set(this.near);
      this.near = longer;
    }
    this.isNear[place] = 1;
    this.near[this.nearEnd++] = place;
  }

  private grow(): void {
    const { capacity } = this.table;
    const deadlines = new Float64Array(capacity);
    const isNear = new Uint8Array(capacity);
    deadlines.set(this.deadlines);
    isNear.set(this.isNear);
    Object.assign(this, { deadlines, isNear });
  }
}
