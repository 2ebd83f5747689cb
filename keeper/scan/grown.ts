// SPDX-License-Identifier: MIT

type Column = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A copy that has room for `length` numbers, zero where there were none. */
export function grown<T extends Column>(from: T, length: number): T {
  const Kind = from.constructor as new (length: number) => T;
  const longer = new Kind(length);
  (longer as { set(values: unknown): void }).set(from);
  return longer;
}
