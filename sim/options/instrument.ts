// SPDX-License-Identifier: MIT

/** What the name of an option says. */
export interface Instrument {
  readonly underlying: string;
  /** Unix seconds: 08:00 UTC of its day. */
  readonly expiry: number;
  readonly strike: number;
  readonly isCall: boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** Of a name as the largest venue has them, `BTC-28MAR25-90000-C`; a `d` in a strike is its point. */
export function instrumentOf(name: string): Instrument | undefined {
  const parts = /^([A-Z0-9_]+)-(\d{1,2})([A-Z]{3})(\d{2})-(\d+(?:d\d+)?)-([CP])$/.exec(name);
  if (parts === null) return undefined;
  const [, underlying, day, month, year, strike, right] = parts;
  const index = MONTHS.indexOf(month!);
  const time = Date.UTC(2000 + Number(year), index, Number(day), 8);
  if (index < 0 || new Date(time).getUTCDate() !== Number(day)) return undefined;
  return {
    underlying: underlying!,
    expiry: time / 1_000,
    strike: Number(strike!.replace("d", ".")),
    isCall: right === "C",
  };
}
