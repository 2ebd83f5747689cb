// SPDX-License-Identifier: MIT

/** The name that takes the fewest changes of a letter to become the given one. */
export function nearest(given: string, names: readonly string[]): string {
  return names.reduce((best, name) => (distance(given, name) < distance(given, best) ? name : best));
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; ++i) {
    const next = [i];
    for (let j = 1; j <= b.length; ++j) {
      const change = a[i - 1]!.toLowerCase() === b[j - 1]!.toLowerCase() ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change));
    }
    row = next;
  }
  return row[b.length]!;
}
