// SPDX-License-Identifier: MIT
import { checksumOf } from "./checksum.js";
import { keccak256 } from "./keccak.js";
import type { Address } from "./range.js";

// Recovers the signer of a digest (secp256k1, SEC 1 section 4.1.6). Only public values pass here, so its time may
// depend on them.

const P = 2n ** 256n - 2n ** 32n - 977n;
/** The order of the curve's group. */
export const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const G = {
  x: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  y: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  z: 1n,
};

/** A point (x / z^2, y / z^3); z = 0: infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: Point = { x: 1n, y: 1n, z: 0n };

/** Who signed `digest` with (r, s) and the parity of R's y; undefined when nobody can have. */
export function recoverSigner(digest: bigint, r: bigint, s: bigint, odd: boolean): Address | undefined {
  if (r <= 0n || r >= ORDER || s <= 0n || s >= ORDER) return undefined;
  const square = mod(r * r * r + 7n, P);
  const root = power(square, (P + 1n) / 4n);
  if (mod(root * root, P) !== square) return undefined; // r is no point's x
  const point = { x: r, y: ((root & 1n) === 1n) === odd ? root : P - root, z: 1n };
  const inverse = invert(r, ORDER);
  const key = combined(G, mod(-digest * inverse, ORDER), point, mod(s * inverse, ORDER));
  if (key.z === 0n) return undefined;
  const z = invert(key.z, P);
  const [x, y] = [mod(key.x * z * z, P), mod(key.y * z * z * z, P)];
  return checksumOf(`0x${keccak256(`0x${word(x)}${word(y)}`).slice(26)}`);
}

/** a * u + b * v, both at once from the highest bit. */
function combined(a: Point, u: bigint, b: Point, v: bigint): Point {
  const both = added(a, b);
  let sum = INFINITY;
  for (let bit = 255n; bit >= 0n; --bit) {
    sum = doubled(sum);
    const [inU, inV] = [(u >> bit) & 1n, (v >> bit) & 1n];
    if (inU === 1n) sum = added(sum, inV === 1n ? both : a);
    else if (inV === 1n) sum = added(sum, b);
  }
  return sum;
}

function doubled({ x, y, z }: Point): Point {
  if (z === 0n || y === 0n) return INFINITY;
  const yy = mod(y * y, P);
  const s = mod(4n * x * yy, P);
  const m = mod(3n * x * x, P); // the curve's a is 0
  const nextX = mod(m * m - 2n * s, P);
  return { x: nextX, y: mod(m * (s - nextX) - 8n * yy * yy, P), z: mod(2n * y * z, P) };
}

function added(a: Point, b: Point): Point {
  if (a.z === 0n) return b;
  if (b.z === 0n) return a;
  const [aa, bb] = [mod(a.z * a.z, P), mod(b.z * b.z, P)];
  const [xa, xb] = [mod(a.x * bb, P), mod(b.x * aa, P)];
  const [ya, yb] = [mod(a.y * bb * b.z, P), mod(b.y * aa * a.z, P)];
  if (xa === xb) return ya === yb ? doubled(a) : INFINITY;
  const [h, r] = [mod(xb - xa, P), mod(yb - ya, P)];
  const hh = mod(h * h, P);
  const hhh = mod(h * hh, P);
  const x = mod(r * r - hhh - 2n * xa * hh, P);
  return { x, y: mod(r * (xa * hh - x) - ya * hhh, P), z: mod(h * a.z * b.z, P) };
}

function mod(value: bigint, by: bigint): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square, P);
    square = mod(square * square, P);
  }
  return result;
}

/** 1 / value, by Euclid. */
function invert(value: bigint, by: bigint): bigint {
  let [a, b, x, y] = [mod(value, by), by, 1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return mod(x, by);
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}
