// SPDX-License-Identifier: MIT

/**
 * Whose an action is first, among keepers that see the same, by its name over several looks: the same one for all of
 * them, another one for another action, and when one of them goes, only his change hands.
 */
export function firstOf(alive: readonly string[], work: string): string {
  const rank = (keeper: string) => hash(`${keeper} ${work}`);
  return alive.reduce((best, keeper) => (rank(keeper) > rank(best) ? keeper : best), alive[0] ?? "");
}

/** FNV-1a, stirred so that texts that end alike do not rank alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
