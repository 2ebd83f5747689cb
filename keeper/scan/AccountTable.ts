// SPDX-License-Identifier: MIT
import { NEW_FRAME, ONE, type Frame } from "../../sdk/frame.js";
import type { NodeId } from "../../sdk/level.js";
import { PRICE_UNIT, money } from "../../sdk/units.js";
import type { AccountInput, FrameInput, PositionInput } from "./AccountInput.js";
import { Int128Array } from "./Int128Array.js";
import { COMBINATION, CONSTANT, SIZES, STRIDE } from "./Judge.js";
import { COMBINATIONS, digitOf } from "./sides.js";

const FIRST_CAPACITY = 1_024;
const FILTER = 4_096;

/**
 * The accounts of one group in columns: what the contract stores, exactly, and for each account a row of doubles made
 * from it (`Judge`). An account keeps its place until it is removed; places are used again.
 */
export class AccountTable {
  /** Places in use are below this. */
  end = 0;
  rows: Float64Array;
  /**
   * The combination of sides of each account, see `sides`; 0 when the place is empty. As in its row, for passes over
   * all.
   */
  combinations: Uint8Array;
  /** How many accounts hold each combination. */
  readonly members = new Int32Array(COMBINATIONS);

  private readonly places = new Map<bigint, number>();
  private readonly empty: number[] = [];
  private readonly ids: (bigint | undefined)[] = [];
  private readonly cash: Int128Array;
  private readonly shares: Int128Array;
  private readonly offsets: Int128Array;
  /** Ids of nodes have 48 bits, so they fit a double; 0 is no position. */
  private nodes: Float64Array;
  /** Of nodes that were torn up. */
  private readonly frames = new Map<number, Frame>();

  constructor(readonly markets: number) {
    this.rows = new Float64Array(FIRST_CAPACITY * STRIDE);
    this.combinations = new Uint8Array(FIRST_CAPACITY);
    this.nodes = new Float64Array(FIRST_CAPACITY * markets);
    this.cash = new Int128Array(FIRST_CAPACITY);
    this.shares = new Int128Array(FIRST_CAPACITY * markets);
    this.offsets = new Int128Array(FIRST_CAPACITY * markets);
  }

  get capacity(): number {
    return this.combinations.length;
  }

  get size(): number {
    return this.places.size;
  }

  /** Of the columns, without what the map from ids to places takes. */
  get bytes(): number {
    const exact = this.cash.bytes + this.shares.bytes + this.offsets.bytes;
    return this.rows.byteLength + this.combinations.byteLength + this.nodes.byteLength + exact;
  }

  placeOf(id: bigint): number | undefined {
    return this.places.get(id);
  }

  idAt(place: number): bigint {
    const id = this.ids[place];
    if (id === undefined) throw new RangeError(`no account at place ${place}`);
    return id;
  }

  isEmpty(place: number): boolean {
    return this.ids[place] === undefined;
  }

  /** Inserts the account, or replaces what is known of it. Returns its place. */
  put(account: AccountInput): number {
    const place = this.places.get(account.id) ?? this.newPlace(account.id);
    this.cash.set(place, account.cash);
    const first = place * this.markets;
    for (let i = 0; i < this.markets; ++i) this.nodes[first + i] = 0;
    for (const { market, shares, offset, node } of account.positions) {
      if (market >= this.markets) throw new RangeError(`no market ${market} in a group of ${this.markets}`);
      this.nodes[first + market] = Number(node);
      this.shares.set(first + market, shares);
      this.offsets.set(first + market, offset);
    }
    this.writeRow(place);
    return place;
  }

  /** Forgets the account. Returns the place that it had. */
  remove(id: bigint): number | undefined {
    const place = this.places.get(id);
    if (place === undefined) return undefined;
    this.places.delete(id);
    this.ids[place] = undefined;
    this.setCombination(place, 0);
    --this.members[0]!;
    this.rows.fill(0, place * STRIDE, (place + 1) * STRIDE);
    this.nodes.fill(0, place * this.markets, (place + 1) * this.markets);
    this.empty.push(place);
    return place;
  }

  /** The exact account at a place. */
  at(place: number): AccountInput {
    const positions: PositionInput[] = [];
    for (let market = 0; market < this.markets; ++market) {
      const slot = place * this.markets + market;
      const node = BigInt(this.nodes[slot]!) as NodeId;
      if (node === 0n) continue;
      positions.push({ market, shares: this.shares.get(slot), offset: money(this.offsets.get(slot)), node });
    }
    return { id: this.idAt(place), cash: money(this.cash.get(place)), positions };
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
      likely[market]![filterOf(Number(node))] = 1;
    }
    for (let place = 0; place < this.end; ++place) {
      for (let market = 0; market < this.markets; ++market) {
        const node = this.nodes[place * this.markets + market]!;
        if (node === 0 || likely[market]![filterOf(node)] === 0) continue;
        const held = this.rows[place * STRIDE + SIZES + market]!;
        if (held === 0 || !changed.has(keyOf(market, held > 0, node))) continue;
        this.writeRow(place);
        members.push(place);
        break;
      }
    }
    return members;
  }

  /**
   * The row of doubles: `constant = cash + sum of (shares * K - offset)`, and each size `shares * A`, both exact
   * fractions until they are rounded. A position torn up to zero is a constant.
   */
  private writeRow(place: number): void {
    const row = place * STRIDE;
    let constant = this.cash.get(place) * PRICE_UNIT;
    let combination = 0;
    for (let market = 0; market < this.markets; ++market) {
      const slot = place * this.markets + market;
      const node = this.nodes[slot]!;
      let held = 0;
      if (node !== 0) {
        const shares = this.shares.get(slot);
        const frame = this.frames.size === 0 ? NEW_FRAME : this.frames.get(keyOf(market, shares > 0n, node));
        const { remaining, proceeds } = frame ?? NEW_FRAME;
        constant += shares * proceeds - this.offsets.get(slot) * PRICE_UNIT;
        held = remaining === ONE ? Number(shares) : Number(shares * remaining) / Number(ONE);
        if (held !== 0) combination += digitOf(market, held > 0);
      }
      this.rows[row + SIZES + market] = held;
    }
    this.rows[row + CONSTANT] = Number(constant) / Number(PRICE_UNIT);
    this.setCombination(place, combination);
  }

  private setCombination(place: number, combination: number): void {
    --this.members[this.combinations[place]!]!;
    ++this.members[combination]!;
    this.combinations[place] = combination;
    this.rows[place * STRIDE + COMBINATION] = combination;
  }

  private newPlace(id: bigint): number {
    const place = this.empty.pop() ?? this.end++;
    if (place === this.capacity) this.grow(2 * this.capacity);
    this.places.set(id, place);
    this.ids[place] = id;
    ++this.members[0]!;
    return place;
  }

  private grow(capacity: number): void {
    this.rows = enlarged(this.rows, new Float64Array(capacity * STRIDE));
    this.combinations = enlarged(this.combinations, new Uint8Array(capacity));
    this.nodes = enlarged(this.nodes, new Float64Array(capacity * this.markets));
    this.cash.grow(capacity);
    this.shares.grow(capacity * this.markets);
    this.offsets.grow(capacity * this.markets);
  }
}

function enlarged<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Most nodes are none of those that were torn up: a few bits of their index say so. */
function filterOf(node: number): number {
  return (node / 65_536) & (FILTER - 1);
}

/** A node's id is unique on one side of one market; with both in its lowest bits it stays below 2^52. */
function keyOf(market: number, longs: boolean, node: number): number {
  return node * 8 + market * 2 + (longs ? 1 : 0);
}
