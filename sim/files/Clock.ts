// SPDX-License-Identifier: MIT

type Unit = "seconds" | "milliseconds" | "microseconds" | "nanoseconds" | "ISO 8601";

const A_SECOND: readonly (readonly [unit: Unit, ticks: bigint])[] = [
  ["seconds", 1n],
  ["milliseconds", 1_000n],
  ["microseconds", 1_000_000n],
  ["nanoseconds", 1_000_000_000n],
];

// No coin had a price before, and no unit of a time in between can be taken for another: they are 1,000 apart, these
// years not 4.
const FIRST = Date.UTC(2009, 0, 3) / 1_000;
const LAST = Date.UTC(2100, 0, 1) / 1_000;

/** A candle of a month that has not ended yet is dated by its end. */
const AHEAD = 32 * 86_400;

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?:(:\d\d)(\.\d{1,9})?)?( ?UTC|Z|[+-]\d\d:?\d\d)?$/;

/** Of the places farthest west and east, minutes. */
const WEST = -12 * 60;
const EAST = 14 * 60;

/** Reads the times of one file, which all are in one unit. Its size says which. */
export class Clock {
  private unit: Unit | undefined;
  private line = 0;

  /** `now`: Unix seconds; later times are none of a history. */
  constructor(private readonly now = Date.now() / 1_000) {}

  /** Unix seconds, or why the text is no time. UTC unless it says otherwise. */
  read(text: string, line: number): number | string {
    const [unit, time] = /^\d+(\.\d*)?$/.test(text) ? inTicks(text) : ["ISO 8601" as const, inIso(text)];
    if (typeof time === "string") return time;
    if (time < FIRST || time >= LAST) return `${yearOf(time)}: a price history lies between 2009 and 2100: "${text}"`;
    if (time > this.now + AHEAD) {
      return `is ${yearOf(time)}, later than this machine's clock (${new Date(this.now * 1_000).toISOString().slice(0, 10)}): "${text}"`;
    }
    if (this.unit !== undefined && unit !== this.unit) {
      return (
        `is in ${unit}, but in ${this.unit} in line ${this.line}: a file has one unit of time; bring all rows to one, ` +
        `or give the parts as files of their own`
      );
    }
    [this.unit, this.line] = [unit, this.unit === undefined ? line : this.line];
    return time;
  }
}

function inTicks(text: string): [Unit, number] | [undefined, string] {
  const [whole, fraction = ""] = text.split(".");
  const ticks = BigInt(whole!);
  for (const [unit, second] of A_SECOND) {
    const seconds = Number(ticks / second);
    if (seconds < FIRST || seconds >= LAST) continue;
    return [unit, seconds + (Number(ticks % second) + Number(`0.${fraction}`)) / Number(second)];
  }
  const advice = "give Unix seconds, milliseconds, microseconds or nanoseconds of the years 2009 to 2099, or ISO 8601";
  return [undefined, `has no unit that makes a plausible year of it: "${text}"; ${advice}`];
}

function inIso(text: string): number | string {
  const [, day, minute, second = ":00", fraction = "", zone = "Z"] = ISO.exec(text) ?? [];
  if (day === undefined) {
    const exponent = /^\d+(\.\d*)?e[+-]?\d+$/i.test(text);
    const dayAlone = /^\d{4}-\d\d-\d\d$/.test(text);
    const advice = exponent
      ? "; a spreadsheet has cut its digits off: export it again with whole numbers"
      : dayAlone
        ? "; a day alone does not say when its mark was known: add the hour (a close is known at T00:00 of the next day)"
        : "";
    return `is neither Unix time nor ISO 8601: "${text}"${advice}`;
  }
  const here = Date.parse(`${day}T${minute}${second}Z`);
  const exists = !Number.isNaN(here) && new Date(here).toISOString().startsWith(`${day}T${minute}${second}`);
  if (!exists) return `is a day or an hour that does not exist: "${text}"`;
  const utc = / ?UTC$|^Z$/.test(zone);
  const [hours, minutes] = utc ? [0, 0] : [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  const offset = (hours * 60 + minutes) * (zone[0] === "-" ? -1 : 1);
  if (minutes > 59 || offset < WEST || offset > EAST) return `is at an offset that no place has: "${text}"`;
  return here / 1_000 - offset * 60 + Number(`0${fraction || ".0"}`);
}

function yearOf(time: number): string {
  return Math.abs(time) < 8.64e12 ? `the year ${new Date(time * 1_000).getUTCFullYear()}` : "no year";
}
