// SPDX-License-Identifier: MIT
import type { CollateralRules } from "../lock/CollateralModel.js";

/** What a buyer wants below the price when nobody has sold for a while, and how fast what was sold is digested. */
const SPREAD = 0.003;
const HALF_LIFE = 300;
/** Of an hour. The most is half of the haircut, as typical. */
const DISCOUNT_RATE = 0.2;

/** A collateral: its prices, its line, the vault's stock, and who buys it. In floating point. */
export class Coin {
  anchor: number;
  recorded: number;
  live: number;
  recordedAt = 0;
  stock = 0;
  /** Units that are here. */
  held: number;
  private stockSince = 0;
  private pressure = 0;
  private pressureAt = 0;

  constructor(
    readonly rules: CollateralRules,
    first: number,
    readonly haircut: number,
    public pledged: number,
    public line: number,
    /** Worth that raises the discount that buyers want by a hundredth. */
    private readonly depth: number,
  ) {
    this.anchor = this.recorded = this.live = first;
    this.held = pledged;
  }

  /** The haircut price of the floor, within what the line can pay. */
  get committed(): number {
    const price = (1 - this.haircut) * Math.min(this.anchor, this.recorded);
    return this.pledged > 0 ? Math.min(price, this.line / this.pledged) : price;
  }

  get counted(): number {
    return Math.min(this.committed, (1 - this.haircut) * this.live);
  }

  /** What the line pays for whoever is below zero. */
  get forDebts(): number {
    return this.rules.paidAt === "floor" ? this.committed : (1 - this.haircut) * this.live;
  }

  record(now: number, delay: number): void {
    if (now < this.recordedAt + delay) return;
    this.anchor = this.recorded;
    this.recorded = this.live;
    this.recordedAt = now;
  }

  discountSince(since: number, now: number): number {
    return Math.min((DISCOUNT_RATE * (now - since)) / 3_600, this.haircut / 2);
  }

  /** Worth, at the live price, that buyers take now at a discount. */
  wanted(discount: number, now: number): number {
    this.pressure *= 0.5 ** ((now - this.pressureAt) / HALF_LIFE);
    this.pressureAt = now;
    return Math.max(0, (discount - SPREAD) * 100 * this.depth - this.pressure);
  }

  /** Units leave to a buyer. */
  bought(units: number): void {
    this.held -= units;
    this.pressure += units * this.live;
  }

  addStock(units: number, now: number): void {
    if (units <= 0) return;
    this.stockSince = now - ((now - this.stockSince) * this.stock) / (this.stock + units);
    this.stock += units;
  }

  /** Buyers take of the stock; what they pay. */
  sellStock(now: number): number {
    const discount = this.discountSince(this.stockSince, now);
    const units = Math.min(this.stock, this.wanted(discount, now) / this.live);
    this.stock -= units;
    this.bought(units);
    return units * this.live * (1 - discount);
  }
}
