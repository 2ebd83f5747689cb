// SPDX-License-Identifier: MIT
/** An exact rational number. Reduced lazily: only once its parts have grown long. */
export class Fraction {
  static readonly ZERO = new Fraction(0n, 1n);
  static readonly ONE = new Fraction(1n, 1n);

  private constructor(
    readonly numerator: bigint,
    readonly denominator: bigint,
  ) {}

  static of(numerator: bigint | number, denominator: bigint | number = 1n): Fraction {
    let n = BigInt(numerator);
    let d = BigInt(denominator);
    if (d === 0n) throw new RangeError("division by zero");
    if (d < 0n) [n, d] = [-n, -d];
    if (n === 0n) return Fraction.ZERO;
    if (d > REDUCE_ABOVE) {
      const divisor = gcd(n < 0n ? -n : n, d);
      return new Fraction(n / divisor, d / divisor);
    }
    return new Fraction(n, d);
  }

  plus(other: Fraction): Fraction {
    if (this.denominator === other.denominator) {
      return Fraction.of(this.numerator + other.numerator, this.denominator);
    }
    return Fraction.of(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  minus(other: Fraction): Fraction {
    return this.plus(other.negated());
  }

  times(other: Fraction): Fraction {
    return Fraction.of(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  over(other: Fraction): Fraction {
    return Fraction.of(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  negated(): Fraction {
    return new Fraction(-this.numerator, this.denominator);
  }

  abs(): Fraction {
    return this.numerator < 0n ? this.negated() : this;
  }

  get sign(): -1 | 0 | 1 {
    return this.numerator > 0n ? 1 : this.numerator < 0n ? -1 : 0;
  }

  compare(other: Fraction): number {
    if (this.denominator === other.denominator) return compareBigints(this.numerator, other.numerator);
    return compareBigints(this.numerator * other.denominator, other.numerator * this.denominator);
  }

  lt(other: Fraction): boolean {
    return this.compare(other) < 0;
  }

  eq(other: Fraction): boolean {
    return this.compare(other) === 0;
  }

  /** For display only. */
  toNumber(): number {
    const whole = this.numerator / this.denominator;
    const rest = this.numerator % this.denominator;
    return Number(whole) + Number((rest * 1_000_000_000_000n) / this.denominator) / 1e12;
  }

  toString(): string {
    return this.denominator === 1n ? `${this.numerator}` : `${this.toNumber()}`;
  }
}

export function min(a: Fraction, b: Fraction): Fraction {
  return a.lt(b) ? a : b;
}

export function max(a: Fraction, b: Fraction): Fraction {
  return a.lt(b) ? b : a;
}

const REDUCE_ABOVE = 1n << 96n;

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
