// SPDX-License-Identifier: MIT

const FIRST_LENGTH = 64;

/** A number for each of a range of keys that moves on, 0 unless written. Keys are whole and may be negative. */
export class Ring {
  /** Keys that may have been written are from `low` to below `high`. */
  low = 0;
  high = 0;
  /** By `indexOf(key)`. Replaced when the range grows. */
  values = new Int32Array(FIRST_LENGTH);

  get bytes(): number {
    return this.values.byteLength;
  }

  /** Where the number of a key is, which the range then has. */
  indexOf(key: number): number {
    if (key < this.low || key >= this.high) this.reach(key);
    return key & (this.values.length - 1);
  }

  /** Forgets the keys below `key`, which all have 0. */
  moveTo(key: number): void {
    if (key > this.low) this.low = Math.min(key, this.high);
  }

  private reach(key: number): void {
    const isNew = this.low === this.high;
    const [low, high] = isNew ? [key, key + 1] : [Math.min(this.low, key), Math.max(this.high, key + 1)];
    if (high - low > this.values.length) this.grow(2 ** Math.ceil(Math.log2(high - low)));
    [this.low, this.high] = [low, high];
  }

  private grow(length: number): void {
    const { values } = this;
    this.values = new Int32Array(length);
    for (let key = this.low; key < this.high; ++key) {
      this.values[key & (length - 1)] = values[key & (values.length - 1)]!;
    }
  }
}
