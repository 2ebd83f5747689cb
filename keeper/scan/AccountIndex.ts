// SPDX-License-Identifier: MIT

export const ID_WORDS = 6;

/** Places of a page. */
export const PAGE = 4_096;
export const PAGE_BITS = 12;

/** Ids of accounts by place, in pages: each 192 bits in 6 words, the lowest first. */
export interface Ids {
  readonly pages: readonly { readonly ids: Uint32Array }[];
}

const FIRST_SIZE = 1_024;
/** Above this share of used slots, the slots are made half as many again. */
const MAX_LOAD = 0.7;
const GROWTH = 1.5;
const MAX_TABLES = 65_536;

/**
 * Where each account is: its table, and its place there. Open addressing, 6 bytes a slot; ids stand in the tables
 * alone, so that none is an object.
 *
 * Factors of the hash are drawn at random: owners choose the numbers of their accounts, and could else choose many
 * with one hash.
 */
export class AccountIndex {
  private readonly tables: Ids[] = [];
  /** Place + 1; 0: a free slot. */
  private places = new Int32Array(FIRST_SIZE);
  private owners = new Uint16Array(FIRST_SIZE);
  private used = 0;
  private readonly id = new BigUint64Array(ID_WORDS / 2);
  private readonly words = new Uint32Array(this.id.buffer);
  private readonly factors = Uint32Array.from({ length: ID_WORDS + 1 }, () => (Math.random() * 2 ** 32) | 1);

  get size(): number {
    return this.used;
  }

  get bytes(): number {
    return this.places.byteLength + this.owners.byteLength;
  }

  /** Takes a table in. Returns its number. */
  register(table: Ids): number {
    if (this.tables.length === MAX_TABLES) throw new RangeError(`more than ${MAX_TABLES} tables`);
    return this.tables.push(table) - 1;
  }

  /** The slot of an account, or -1. A slot is valid until the next `insert` or `delete`. */
  find(id: bigint): number {
    this.read(id);
    const slot = this.probe();
    return this.places[slot] === 0 ? -1 : slot;
  }

  ownerAt(slot: number): number {
    return this.owners[slot]!;
  }

  placeAt(slot: number): number {
    return this.places[slot]! - 1;
  }

  /** Writes the id to a place of a table, which has room for it. Assumes that the account is in no table. */
  insert(id: bigint, owner: number, place: number): void {
    if (this.used + 1 > MAX_LOAD * this.places.length) this.grow();
    this.read(id);
    this.idsOf(owner, place).set(this.words, atOf(place));
    this.take(this.probe(), owner, place);
    ++this.used;
  }

  /** Frees a slot, and moves those up that had to stand behind it. */
  delete(slot: number): void {
    const { places, owners } = this;
    let hole = slot;
    for (let at = this.after(slot); places[at] !== 0; at = this.after(at)) {
      const home = this.homeOf(this.idsOf(owners[at]!, this.placeAt(at)), atOf(this.placeAt(at)));
      const between = hole <= at ? hole < home && home <= at : hole < home || home <= at;
      if (between) continue;
      this.take(hole, owners[at]!, this.placeAt(at));
      hole = at;
    }
    places[hole] = 0;
    --this.used;
  }

  /** Forgets all accounts of a table, and frees it. */
  drop(owner: number): void {
    this.tables[owner] = { pages: [] };
    this.rehash(this.places.length, (each) => each !== owner);
  }

  idAt(owner: number, place: number): bigint {
    const at = atOf(place);
    this.words.set(this.idsOf(owner, place).subarray(at, at + ID_WORDS));
    return (this.id[2]! << 128n) | (this.id[1]! << 64n) | this.id[0]!;
  }

  // ------------------------------------------------------------------ inside

  private read(id: bigint): void {
    this.id[0] = id;
    this.id[1] = id >> 64n;
    this.id[2] = id >> 128n;
  }

  private idsOf(owner: number, place: number): Uint32Array {
    return this.tables[owner]!.pages[place >> PAGE_BITS]!.ids;
  }

  /** The slot of the id that was read, or the free one where it belongs. */
  private probe(): number {
    const { places, owners, words } = this;
    let slot = this.homeOf(words, 0);
    for (; places[slot] !== 0; slot = this.after(slot)) {
      const place = places[slot]! - 1;
      if (isAt(this.idsOf(owners[slot]!, place), atOf(place), words)) return slot;
    }
    return slot;
  }

  private homeOf(ids: Uint32Array, at: number): number {
    const { factors } = this;
    let hash = 0;
    for (let i = 0; i < ID_WORDS; ++i) hash = (hash + Math.imul(ids[at + i]!, factors[i]!)) | 0;
    hash = Math.imul(hash ^ (hash >>> 15), factors[ID_WORDS]!);
    return Math.floor(((hash >>> 0) / 2 ** 32) * this.places.length);
  }

  private after(slot: number): number {
    return slot + 1 === this.places.length ? 0 : slot + 1;
  }

  private take(slot: number, owner: number, place: number): void {
    this.places[slot] = place + 1;
    this.owners[slot] = owner;
  }

  private grow(): void {
    this.rehash(Math.ceil(this.places.length * GROWTH), () => true);
  }

  private rehash(length: number, isKept: (owner: number) => boolean): void {
    const { places, owners } = this;
    this.places = new Int32Array(length);
    this.owners = new Uint16Array(length);
    this.used = 0;
    for (let from = 0; from < places.length; ++from) {
      if (places[from] === 0 || !isKept(owners[from]!)) continue;
      const place = places[from]! - 1;
      let slot = this.homeOf(this.idsOf(owners[from]!, place), atOf(place));
      while (this.places[slot] !== 0) slot = this.after(slot);
      this.take(slot, owners[from]!, place);
      ++this.used;
    }
  }
}

/** Where the id of a place begins in its page. */
function atOf(place: number): number {
  return (place & (PAGE - 1)) * ID_WORDS;
}

function isAt(ids: Uint32Array, at: number, words: Uint32Array): boolean {
  for (let i = 0; i < ID_WORDS; ++i) if (ids[at + i] !== words[i]) return false;
  return true;
}
