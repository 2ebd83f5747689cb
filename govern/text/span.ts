// SPDX-License-Identifier: MIT

const UNITS = [
  ["d", 86_400n],
  ["h", 3_600n],
  ["min", 60n],
  ["s", 1n],
] as const;

/** A span of seconds, exactly: "2 d 3 h", "15 min", "0 s". `parseSpan` reads it back. */
export function span(seconds: bigint): string {
  if (seconds < 0n) return `-${span(-seconds)}`;
  const parts: string[] = [];
  let rest = seconds;
  for (const [name, length] of UNITS) {
    if (rest >= length) parts.push(`${rest / length} ${name}`);
    rest %= length;
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

/** Seconds of "2 d 3 h", "15 min", "120 s"; undefined: it is none. */
export function parseSpan(text: string): bigint | undefined {
  if (!/^(\d{1,20}\s*(d|h|min|s)\s*)+$/.test(text)) return undefined;
  let seconds = 0n;
  let last = -1;
  for (const [, count, name] of text.matchAll(/(\d+)\s*(d|h|min|s)/g)) {
    const index = UNITS.findIndex(([each]) => each === name);
    if (index <= last) return undefined; // from the largest unit to the least, each once
    last = index;
    seconds += BigInt(count!) * UNITS[index]![1];
  }
  return seconds;
}

/** A Unix time in UTC: "2026-11-29 14:03:07 UTC". */
export function momentText(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1_000);
  if (Number.isNaN(date.getTime())) return `second ${seconds}`;
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
