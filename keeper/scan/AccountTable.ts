// SPDX-License-Identifier: MIT
import { NEW_FRAME, ONE, type Frame } from "../../sdk/frame.js";
import type { NodeId } from "../../sdk/level.js";
import { PRICE_UNIT, money } from "../../sdk/units.js";
import { AccountIndex, PAGE, PAGE_BITS } from "./AccountIndex.js";
import type { AccountInput, FrameInput, PositionInput } from "./AccountInput.js";
import { CONSTANT, SIZES } from "./Judge.js";
import { Page } from "./Page.js";

const FILTER = 4_096;

/**
 * The accounts of one group in columns: what the contract stores, exactly. An account keeps its place until it is
 * removed; places are used again.
 */
export class AccountTable {
  /** Places in use are below this. */
  end = 0;
  readonly pages: Page[] = [];
  /** This table's number in the index. */
  readonly number: number;

  private readonly empty: number[] = [];
  /** Of nodes that were torn up. */
  private readonly frames = new Map<number, Frame>();

  /** @param index Finds accounts by id, of this table and of others. */
  constructor(
    readonly markets: number,
    private readonly index = new AccountIndex(),
  ) {
    this.number = index.register(this);
  }

  get size(): number {
    return this.end - this.empty.length;
  }

  get bytes(): number {
    return this.pages.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  placeOf(id: bigint): number | undefined {
    const slot = this.index.find(id);
    return slot < 0 || this.index.ownerAt(slot) !== this.number ? undefined : this.index.placeAt(slot);
  }

  idAt(place: number): bigint {
    if (this.isEmpty(place)) throw new RangeError(`no account at place ${place}`);
    return this.index.idAt(this.number, place);
  }

  isEmpty(place: number): boolean {
    return this.pages[place >> PAGE_BITS]?.used[place & MASK] !== 1;
  }

  /** Inserts the account, or replaces what is known of it. Returns its place. Assumes that it is in no other table. */
  put(account: AccountInput): number {
    for (const { market } of account.positions) {
      if (market >= this.markets) throw new RangeError(`no market ${market} in a group of ${this.markets}`);
    }
    const place = this.placeOf(account.id) ?? this.newPlace(account.id);
    const page = this.pages[place >> PAGE_BITS]!;
    page.cash.set(place & MASK, account.cash);
    const first = (place & MASK) * this.markets;
    for (let i = 0; i < this.markets; ++i) page.setNode(first + i, 0);
    for (const { market, shares, offset, node } of account.positions) {
      page.setNode(first + market, Number(node));
      page.shares.set(first + market, shares);
      page.offsets.set(first + market, offset);
    }
    return place;
  }

  /** Forgets the account. Returns the place that it had. */
  remove(id: bigint): number | undefined {
    const slot = this.index.find(id);
    if (slot < 0 || this.index.ownerAt(slot) !== this.number) return undefined;
    const place = this.index.placeAt(slot);
    this.index.delete(slot);
    const page = this.pages[place >> PAGE_BITS]!;
    page.used[place & MASK] = 0;
    for (let i = 0; i < this.markets; ++i) page.setNode((place & MASK) * this.markets + i, 0);
    this.empty.push(place);
    return place;
  }

  /** The exact account at a place. */
  at(place: number): AccountInput {
    const page = this.pages[place >> PAGE_BITS]!;
    const positions: PositionInput[] = [];
    for (let market = 0; market < this.markets; ++market) {
      const at = (place & MASK) * this.markets + market;
      const node = BigInt(page.nodeAt(at)) as NodeId;
      if (node === 0n) continue;
      positions.push({ market, shares: page.shares.get(at), offset: money(page.offsets.get(at)), node });
    }
    return { id: this.idAt(place), cash: money(page.cash.get(place & MASK)), positions };
  }

  readonly frameOf = ({ market, shares, node }: PositionInput): Frame =>
    this.frames.get(keyOf(market, shares > 0n, Number(node))) ?? NEW_FRAME;

  /** Writes what tear-ups left of nodes. Returns the places of their members; one pass, however many nodes. */
  tearUp(torn: readonly FrameInput[]): number[] {
    const members: number[] = [];
    if (torn.length === 0) return members;
    const changed = new Set<number>();
    const likely = Array.from({ length: this.markets }, () => new Uint8Array(FILTER));
    for (const { market, longs, node, frame } of torn) {
      const key = keyOf(market, longs, Number(node));
      this.frames.set(key, frame);
      changed.add(key);
      likely[market]![filterOf(Number(BigInt.asUintN(32, node)))] = 1;
    }
    for (let place = 0; place < this.end; ++place) {
      if (this.isMember(place, likely, changed)) members.push(place);
    }
    return members;
  }

  /**
   * Writes the account as it is judged: `constant = cash + sum of (shares * K - offset)`, and each size `shares * A`,
   * both exact fractions until they are rounded. A position torn up to zero is a constant.
   */
  rowOf(place: number, row: Float32Array): void {
    const page = this.pages[place >> PAGE_BITS]!;
    let constant = page.cash.get(place & MASK) * PRICE_UNIT;
    for (let market = 0; market < this.markets; ++market) {
      const at = (place & MASK) * this.markets + market;
      const node = page.nodeAt(at);
      let held = 0;
      if (node !== 0) {
        const shares = page.shares.get(at);
        const frame = this.frames.size === 0 ? NEW_FRAME : this.frames.get(keyOf(market, shares > 0n, node));
        const { remaining, proceeds } = frame ?? NEW_FRAME;
        constant += shares * proceeds - page.offsets.get(at) * PRICE_UNIT;
        held = remaining === ONE ? Number(shares) : Number(shares * remaining) / Number(ONE);
      }
      row[SIZES + market] = held;
    }
    row[CONSTANT] = Number(constant) / Number(PRICE_UNIT);
  }

  /** Is one of the account's nodes among those changed? `likely`: by market and filter. */
  private isMember(place: number, likely: readonly Uint8Array[], changed: ReadonlySet<number>): boolean {
    const { markets } = this;
    const page = this.pages[place >> PAGE_BITS]!;
    for (let market = 0, at = (place & MASK) * markets; market < markets; ++market, ++at) {
      if (likely[market]![filterOf(page.lowAt(at))] === 0) continue;
      const node = page.nodeAt(at);
      if (node !== 0 && changed.has(keyOf(market, page.shares.get(at) > 0n, node))) return true;
    }
    return false;
  }

  private newPlace(id: bigint): number {
    const place = this.empty.pop() ?? this.end++;
    if (place >> PAGE_BITS === this.pages.length) this.pages.push(new Page(this.markets));
    this.index.insert(id, this.number, place);
    this.pages[place >> PAGE_BITS]!.used[place & MASK] = 1;
    return place;
  }
}

/** Of a place, its bits within its page. */
const MASK = PAGE - 1;

/** Most nodes are none of those that were torn up: a few bits of their index, in the low word, say so. */
function filterOf(low: number): number {
  return (low >>> 16) & (FILTER - 1);
}

/** A node's id is unique on one side of one market; with both in its lowest bits it stays below 2^52. */
function keyOf(market: number, longs: boolean, node: number): number {
  return node * 8 + market * 2 + (longs ? 1 : 0);
}
