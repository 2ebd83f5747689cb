// SPDX-License-Identifier: MIT
import { PAGE, PAGE_BITS } from "./AccountIndex.js";
import { grown } from "./grown.js";
import { Ring } from "./Ring.js";

/** Slots of a chunk. */
const CHUNK = 16;
const CHUNK_BITS = 4;
const FIRST_CHUNKS = PAGE / CHUNK;
const FIRST_COHORTS = 64;

/** Words of a chunk: the chunk below it in its chain, or the next free one, -1 at the end; and whose chain it is in. */
const BELOW = 0;
const COHORT = 1;
const KEY = 2;
const WORDS = 4;

/** Words of a move: the chain that a row leaves, its slot, and the cohort and key that it goes to. */
const MOVE = 4;
const FIRST_MOVES = 256;
/** More moves than these do not wait. */
const MAX_MOVES = 2 ** 18;

/** The cohort of rows that are due at any time. */
export const DUE = -1;

/** Judges rows that are due, or whose key has come. A row begins at `from` of `rows`. */
export interface Visitor {
  /**
   * Whether the row goes to `cohort` and `key`; else it is due from now on.
   * @param cohort DUE, or the cohort that it is in.
   */
  moves(cohort: number, place: number, rows: Float32Array, from: number): boolean;
  /** Where the row goes of which this was last said. */
  readonly cohort: number;
  readonly key: number;
}

/**
 * The rows of accounts, ordered by when they have to be looked at: for each cohort a chain of chunks for each key, and
 * one chain of rows that are due. Rows that are due together stand together, so that a jump reads memory in order, and
 * nothing of the rest.
 *
 * A chain is known by its top slot; all its chunks but the top one are full.
 *
 * Who drains it wants to know soon what is due. So rows only change their chains afterwards: in `tidy`, or before
 * anything else is asked of the calendar.
 */
export class Calendar {
  /** By page of slots: the rows, each with its place behind its numbers; and the same memory as integers. */
  private readonly rows: Float32Array[] = [];
  private readonly places: Int32Array[] = [];
  /** Words of a row with its place. */
  private readonly stride: number;
  /** By page of places: the slot + 1 of each, or 0. */
  private readonly slots: Int32Array[] = [];
  /** By chunk, words BELOW, COHORT and KEY. */
  private chunks = new Int32Array(FIRST_CHUNKS * WORDS);
  private free = -1;
  private end = 0;
  /** Tops + 1: of rows that are due, and of the others by cohort and key. */
  private due = 0;
  private rings: Ring[] = [];
  /** Rows by cohort, without those that are due. */
  private counts = new Int32Array(FIRST_COHORTS);
  /** Tops of the chains that were drained last, that of rows that were due first; and the moves that wait. */
  private drained: number[] = [];
  private moves = new Int32Array(FIRST_MOVES * MOVE);
  private movesEnd = 0;

  /** @param numbers Of a row. */
  constructor(private readonly numbers: number) {
    this.stride = numbers + 1;
  }

  get bytes(): number {
    const arrays = [...this.rows, ...this.slots, this.chunks, this.moves];
    const rings = this.rings.reduce((sum, ring) => sum + ring.bytes, 0);
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, rings);
  }

  /** Rows by cohort, without those that are due. */
  get members(): Int32Array {
    this.tidy();
    return this.counts;
  }

  /**
   * Puts a copy of the row at `from` of `rows` under a key of a cohort; keys of DUE mean nothing. Assumes that the
   * place has no row.
   */
  put(cohort: number, key: number, place: number, rows: Float32Array, from: number): void {
    this.tidy();
    this.add(cohort, key, place, rows, from);
  }

  /** Takes away the row of a place, if it has one: the top of its chain fills the gap. */
  remove(place: number): void {
    this.tidy();
    const slots = this.slots[place >> PAGE_BITS];
    const slot = (slots?.[place & MASK] ?? 0) - 1;
    if (slot < 0) return;
    const chunk = (slot >> CHUNK_BITS) * WORDS;
    const [cohort, key] = [this.chunks[chunk + COHORT]!, this.chunks[chunk + KEY]!];
    if (cohort === DUE) {
      this.due = 1 + this.fill(slot, this.due - 1);
    } else {
      const ring = this.rings[cohort]!;
      const at = ring.indexOf(key);
      ring.values[at] = 1 + this.fill(slot, ring.values[at]! - 1);
      --this.counts[cohort]!;
    }
    slots![place & MASK] = 0;
  }

  /** Visits the rows that are due, and those of each cohort whose key is at most `untils` of it. */
  drain(untils: (cohort: number) => number, visitor: Visitor): void {
    this.tidy();
    const { drained } = this;
    drained.push(this.due - 1);
    for (let cohort = 0; cohort < this.rings.length; ++cohort) {
      if (this.counts[cohort]! > 0) this.take(cohort, untils(cohort), drained);
    }
    for (let chain = 0; chain < drained.length; ++chain) this.sift(chain, visitor);
  }

  /** Puts the rows in order that were drained last. */
  tidy(): void {
    const { drained } = this;
    if (drained.length === 0) return;
    this.move();
    this.due = 1 + drained[0]!;
    for (let chain = 1; chain < drained.length; ++chain) this.makeDue(drained[chain]!);
    drained.length = 0;
  }

  /** The slots of the same rows. */
  *slotsUntil(untils: (cohort: number) => number): Generator<number> {
    this.tidy();
    for (let slot = this.due - 1; slot >= 0; slot = this.under(slot)) yield slot;
    for (const [cohort, ring] of this.rings.entries()) {
      const until = Math.min(untils(cohort), ring.high - 1);
      for (let key = ring.low; key <= until; ++key) {
        for (let slot = ring.values[ring.indexOf(key)]! - 1; slot >= 0; slot = this.under(slot)) yield slot;
      }
    }
  }

  placeAt(slot: number): number {
    return this.places[slot >> PAGE_BITS]![this.fromAt(slot) + this.numbers]!;
  }

  /** The rows among which that of a slot is, and where it begins. */
  rowsAt(slot: number): Float32Array {
    return this.rows[slot >> PAGE_BITS]!;
  }

  fromAt(slot: number): number {
    return (slot & MASK) * this.stride;
  }

  /** Makes all rows of a cohort due. */
  recall(cohort: number): void {
    this.tidy();
    const tops: number[] = [];
    this.take(cohort, Infinity, tops);
    for (const top of tops) this.makeDue(top);
    this.rings[cohort] = new Ring();
    this.counts[cohort] = 0;
  }

  /** Makes all rows due, and forgets all cohorts. */
  clear(): void {
    for (let cohort = 0; cohort < this.rings.length; ++cohort) this.recall(cohort);
    this.rings = [];
  }

  // ------------------------------------------------------------------ inside

  private add(cohort: number, key: number, place: number, rows: Float32Array, from: number): void {
    if (cohort === DUE) {
      this.due = 1 + this.push(this.due - 1, DUE, 0, place, rows, from);
      return;
    }
    this.count(cohort);
    const ring = this.rings[cohort]!;
    const at = ring.indexOf(key);
    ring.values[at] = 1 + this.push(ring.values[at]! - 1, cohort, key, place, rows, from);
  }

  private count(cohort: number): void {
    while (cohort >= this.rings.length) this.rings.push(new Ring());
    if (cohort >= this.counts.length) this.counts = grown(this.counts, 2 * cohort);
    ++this.counts[cohort]!;
  }

  private cohortAt(slot: number): number {
    return this.chunks[(slot >> CHUNK_BITS) * WORDS + COHORT]!;
  }

  /** Takes the chains of a cohort whose key is at most `until`. */
  private take(cohort: number, until: number, tops: number[]): void {
    const ring = this.rings[cohort]!;
    const last = Math.min(until, ring.high - 1);
    for (let key = ring.low; key <= last; ++key) {
      const at = ring.indexOf(key);
      const top = ring.values[at]! - 1;
      if (top < 0) continue;
      ring.values[at] = 0;
      tops.push(top);
    }
    ring.moveTo(until);
  }

  /** Puts a row on top of a chain. Returns the new top. */
  private push(top: number, cohort: number, key: number, place: number, rows: Float32Array, from: number): number {
    const slot = top >= 0 && (top + 1) % CHUNK !== 0 ? top + 1 : this.newChunk(cohort, key, top);
    this.write(slot, place, rows, from);
    return slot;
  }

  /** Fills a slot of a chain with the row at its top. Returns the new top, or -1. */
  private fill(slot: number, top: number): number {
    if (top !== slot) this.write(slot, this.placeAt(top), this.rowsAt(top), this.fromAt(top));
    const next = this.under(top);
    if (top % CHUNK === 0) this.release(top >> CHUNK_BITS);
    return next;
  }

  /** The slot under one in its chain, or -1. */
  private under(slot: number): number {
    if (slot % CHUNK !== 0) return slot - 1;
    const chunk = this.chunks[(slot >> CHUNK_BITS) * WORDS + BELOW]!;
    return chunk < 0 ? -1 : chunk * CHUNK + CHUNK - 1;
  }

  private write(slot: number, place: number, rows: Float32Array, from: number): void {
    const { numbers } = this;
    const [own, to] = [this.rowsAt(slot), this.fromAt(slot)];
    for (let i = 0; i < numbers; ++i) own[to + i] = rows[from + i]!;
    this.places[slot >> PAGE_BITS]![to + numbers] = place;
    while (place >> PAGE_BITS >= this.slots.length) this.slots.push(new Int32Array(PAGE));
    this.slots[place >> PAGE_BITS]![place & MASK] = slot + 1;
  }

  /** Visits the rows of a chain that has been taken, from the top down, and notes those that move. */
  private sift(chain: number, visitor: Visitor): void {
    const top = this.drained[chain]!;
    const cohort = chain === 0 ? DUE : this.cohortAt(top);
    let visited = 0;
    for (let slot = top; slot >= 0; ++visited) {
      const next = this.under(slot);
      if (visitor.moves(cohort, this.placeAt(slot), this.rowsAt(slot), this.fromAt(slot))) {
        this.note(chain, slot, visitor.cohort, visitor.key);
      }
      slot = next;
    }
    if (cohort !== DUE) this.counts[cohort]! -= visited;
  }

  private note(chain: number, slot: number, cohort: number, key: number): void {
    if (this.movesEnd === this.moves.length) {
      if (this.movesEnd < MAX_MOVES * MOVE) this.moves = grown(this.moves, 2 * this.movesEnd);
      else this.move();
    }
    const { moves, movesEnd } = this;
    moves[movesEnd] = chain;
    moves[movesEnd + 1] = slot;
    moves[movesEnd + 2] = cohort;
    moves[movesEnd + 3] = key;
    this.movesEnd += MOVE;
  }

  /**
   * Carries out the moves that wait. The top of what is left of a chain fills a gap: as rows move from the top down, it
   * has been visited, and stays.
   */
  private move(): void {
    const { moves, movesEnd, drained } = this;
    for (let at = 0; at < movesEnd; at += MOVE) {
      const chain = moves[at]!;
      const slot = moves[at + 1]!;
      this.add(moves[at + 2]!, moves[at + 3]!, this.placeAt(slot), this.rowsAt(slot), this.fromAt(slot));
      drained[chain] = this.fill(slot, drained[chain]!);
    }
    this.movesEnd = 0;
  }

  /**
   * Adds a chain to the rows that are due: those of a top chunk that is not full one by one, full chunks as they are.
   */
  private makeDue(top: number): void {
    let left = top;
    while (left >= 0 && (left + 1) % CHUNK !== 0) {
      this.add(DUE, 0, this.placeAt(left), this.rowsAt(left), this.fromAt(left));
      const next = this.under(left);
      if (left % CHUNK === 0) this.release(left >> CHUNK_BITS);
      left = next;
    }
    if (left < 0) return;
    const first = left >> CHUNK_BITS;
    let last = first;
    for (let chunk = first; chunk >= 0; chunk = this.chunks[chunk * WORDS + BELOW]!) {
      this.chunks[chunk * WORDS + COHORT] = DUE;
      last = chunk;
    }
    if (this.due === 0) {
      this.due = left + 1;
      return;
    }
    const above = (this.due - 1) >> CHUNK_BITS;
    this.chunks[last * WORDS + BELOW] = this.chunks[above * WORDS + BELOW]!;
    this.chunks[above * WORDS + BELOW] = first;
  }

  /** The first slot of a chunk on top of a chain. */
  private newChunk(cohort: number, key: number, top: number): number {
    if (this.free < 0) this.addFree();
    const chunk = this.free;
    const at = chunk * WORDS;
    this.free = this.chunks[at + BELOW]!;
    this.chunks[at + BELOW] = top < 0 ? -1 : top >> CHUNK_BITS;
    this.chunks[at + COHORT] = cohort;
    this.chunks[at + KEY] = key;
    return chunk * CHUNK;
  }

  private release(chunk: number): void {
    this.chunks[chunk * WORDS + BELOW] = this.free;
    this.free = chunk;
  }

  private addFree(): void {
    if (this.end * WORDS === this.chunks.length) this.chunks = grown(this.chunks, 2 * this.chunks.length);
    if ((this.end * CHUNK) % PAGE === 0) {
      const rows = new Float32Array(PAGE * this.stride);
      this.rows.push(rows);
      this.places.push(new Int32Array(rows.buffer));
    }
    this.release(this.end++);
  }
}

/** Of a slot or a place, its bits within its page. */
const MASK = PAGE - 1;
