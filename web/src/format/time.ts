// SPDX-License-Identifier: MIT
import { UNKNOWN } from "./decimal";

/** A span of seconds: "2 d 3 h", "4 min 05 s", "12 s". Never negative. */
export function span(seconds: bigint | number): string {
  const all = Math.max(0, Number(seconds));
  const [days, hours] = [Math.floor(all / 86_400), Math.floor((all % 86_400) / 3_600)];
  const [minutes, rest] = [Math.floor((all % 3_600) / 60), Math.floor(all % 60)];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  if (minutes > 0) return `${minutes} min ${String(rest).padStart(2, "0")} s`;
  return `${rest} s`;
}

/** A Unix time in the reader's zone: "29 Nov 14:03:07". */
export function moment(seconds: bigint | number | undefined | null): string {
  if (seconds === undefined || seconds === null || BigInt(seconds) === 0n) return UNKNOWN;
  const date = new Date(Number(seconds) * 1_000);
  if (Number.isNaN(date.getTime())) return UNKNOWN;
  return date.toLocaleString("en-GB", {
    day: "2-digit",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

/** "14:03:07". */
export function clock(seconds: bigint | number): string {
  return new Date(Number(seconds) * 1_000).toLocaleTimeString("en-GB");
}

/** ISO 8601 in UTC, for titles and files. */
export function iso(seconds: bigint | number): string {
  return new Date(Number(seconds) * 1_000).toISOString().replace(".000Z", "Z");
}

/** How near marks on an axis of time are: a mark says no more than differs from the one before it. */
export type Steps = "seconds" | "minutes" | "days";

/** A mark on an axis of time, in the reader's zone: "14:03:07", "14:03", "29 Nov". */
export function mark(seconds: number, steps: Steps): string {
  const date = new Date(seconds * 1_000);
  if (steps === "days") return date.toLocaleDateString("en-GB", { day: "2-digit", month: "short" });
  return date.toLocaleTimeString("en-GB", {
    ...{ hour: "2-digit", minute: "2-digit" },
    ...(steps === "seconds" && { second: "2-digit" }),
  });
}
