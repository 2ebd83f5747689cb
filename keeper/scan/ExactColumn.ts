// SPDX-License-Identifier: MIT

/** Stands where a number of more than 64 bits is in the map; the number itself stands there too. */
const LARGE = -(2n ** 63n);

/**
 * Whole numbers, exact: 8 bytes each while they fit 64 bits, as nearly all amounts of 1e-9 do. The others stand in a
 * map.
 */
export class ExactColumn {
  private readonly words: BigInt64Array;
  private readonly large = new Map<number, bigint>();

  constructor(length: number) {
    this.words = new BigInt64Array(length);
  }

  /** Without the map. */
  get bytes(): number {
    return this.words.byteLength;
  }

  get(index: number): bigint {
    const word = this.words[index]!;
    return word === LARGE ? this.large.get(index)! : word;
  }

  set(index: number, value: bigint): void {
    if (this.large.size > 0) this.large.delete(index);
    if (value !== LARGE && BigInt.asIntN(64, value) === value) {
      this.words[index] = value;
    } else {
      this.words[index] = LARGE;
      this.large.set(index, value);
    }
  }
}
