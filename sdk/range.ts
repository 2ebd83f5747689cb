// SPDX-License-Identifier: MIT
import { checksumOf } from "./checksum.js";

export type Address = `0x${string}`;

/** A value that does not fit where it is to go: it would end in a neighbour's bits, or be cut. */
export class OutOfRange extends RangeError {
  override readonly name = "OutOfRange";

  /** @param what The value's name. @param allowed What would fit. */
  constructor(
    readonly value: unknown,
    readonly what: string,
    readonly allowed: string,
  ) {
    super(`${what} is ${shown(value)}: give ${allowed}`);
  }
}

/** The value, when it is a bigint of at most `bits` bits without a sign. */
export function uintOf(value: bigint, bits: number, what: string): bigint {
  if (typeof value === "bigint" && value >= 0n && value < limit(bits)) return value;
  throw new OutOfRange(value, what, `a bigint from 0 to ${named(bits, limit(bits) - 1n)}`);
}

/** The value, when it is a bigint that a signed field of `bits` bits holds. */
export function intOf(value: bigint, bits: number, what: string): bigint {
  const half = limit(bits - 1);
  if (typeof value === "bigint" && value >= -half && value < half) return value;
  throw new OutOfRange(value, what, `a bigint from -${named(bits - 1, half, "")} to ${named(bits - 1, half - 1n)}`);
}

/** The value, when it is a bigint from `least` to `most`. */
export function bigintOf(value: bigint, min: bigint, max: bigint, what: string): bigint {
  if (typeof value === "bigint" && value >= min && value <= max) return value;
  throw new OutOfRange(value, what, `a bigint from ${min} to ${max}`);
}

/** A whole number, or a bigint, from `least` to `most`: as bigint. */
export function wholeOf(value: number | bigint, min: bigint, max: bigint, what: string): bigint {
  const exact = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  if (exact && value >= min && value <= max) return BigInt(value);
  throw new OutOfRange(value, what, `a whole number from ${min} to ${max}`);
}

/** A whole number that counts something: blocks, seconds, places. */
export function countOf(value: number, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new OutOfRange(value, what, `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
}

/** A whole number from `least` to `most`, as number. */
export function numberOfRange(value: number, min: number, max: number, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new OutOfRange(value, what, `a whole number from ${min} to ${max}`);
}

/** Milliseconds to wait. A clock of JavaScript that is given more, or Infinity, rings at once. */
export function millisecondsOf(value: number, what: string, min = 1): number {
  return numberOfRange(value, min, 2 ** 31 - 1, what);
}

/** A Unix time in seconds, as the contracts keep it: one in milliseconds does not fit. */
export function secondsOf(value: bigint, what: string): bigint {
  if (typeof value === "bigint" && value >= 0n && value < limit(40)) return value;
  throw new OutOfRange(value, what, "a Unix time in seconds, as bigint");
}

/** The value, when it is a truth value: `"false"` and 0 are none. */
export function booleanOf(value: boolean, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new OutOfRange(value, what, "true or false");
}

/** The address, when it has 20 bytes in hex, and the right checksum (ERC-55) if its letters are of both cases. */
export function addressOf(value: string, what: string): Address {
  const hex = typeof value === "string" && /^0x[0-9a-fA-F]{40}$/.test(value);
  if (!hex) throw new OutOfRange(value, what, "an address: 0x and 40 hex digits");
  if (isOneCase(value) || checksumOf(value) === value) return value as Address;
  throw new OutOfRange(
    value,
    what,
    "the address itself, whose letters' cases (its checksum) show that a character is wrong here",
  );
}

function isOneCase(address: string): boolean {
  const digits = address.slice(2);
  return digits === digits.toLowerCase() || digits === digits.toUpperCase();
}

const limits: bigint[] = [];

/** 2^bits. */
function limit(bits: number): bigint {
  return (limits[bits] ??= 1n << BigInt(bits));
}

/** Small numbers in digits, large ones as a power of two. */
function named(bits: number, value: bigint, less = " - 1"): string {
  return bits <= 53 ? String(value) : `2^${bits}${less}`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
  if (typeof value === "bigint") return `${value}`;
  if (typeof value === "number") return `the number ${value}`;
  return value === null || typeof value !== "object" ? String(value) : "an object";
}
