// SPDX-License-Identifier: MIT
import type { Hex } from "../orderHash.js";
import { uintOf } from "../range.js";

/** Bytes that are not in the packed form of orders: cut short, too long, or with a value that it does not have. */
export class Malformed extends Error {
  override readonly name = "Malformed";

  constructor(
    /** The byte at which, or behind which, it is. */
    readonly position: number,
    readonly reason: string,
  ) {
    super(`the packed bytes are malformed at byte ${position}: ${reason}`);
  }
}

/** Of `bytes` bytes, big-endian, without 0x. */
export function field(value: bigint, bytes: number, what: string): string {
  return uintOf(value, bytes * 8, what)
    .toString(16)
    .padStart(bytes * 2, "0");
}

/** Reads packed bytes from their beginning to their end. */
export class Reader {
  private readonly digits: string;
  /** Bytes read so far. */
  position = 0;

  constructor(packed: string) {
    const match = /^0x((?:[0-9a-fA-F]{2})*)$/.exec(packed);
    if (match === null) throw new Malformed(0, "they are not bytes in hex");
    this.digits = match[1]!.toLowerCase();
  }

  get atEnd(): boolean {
    return this.position * 2 === this.digits.length;
  }

  hex(bytes: number): Hex {
    const end = this.position + bytes;
    if (end * 2 > this.digits.length) throw new Malformed(this.position, `${bytes} bytes are wanted here`);
    const read = this.digits.slice(this.position * 2, end * 2);
    this.position = end;
    return `0x${read}`;
  }

  uint(bytes: number): bigint {
    return BigInt(this.hex(bytes));
  }

  end(): void {
    if (!this.atEnd) throw new Malformed(this.position, "they should end here");
  }
}
