// SPDX-License-Identifier: MIT

/** A list in parts of `size`, the last one shorter. */
export function batches<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
