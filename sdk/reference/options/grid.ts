// SPDX-License-Identifier: MIT

const DAY = 86_400n;
const WEEK = 7n * DAY;
const YEAR = 365n * DAY;
const STRIKES = 15n;
const MIN_MARK = 10n ** 6n;
const MAX_MARK = 10n ** 24n;
const NICE = [1n, 2n, 5n, 10n] as const;

/** The strikes of an expiry, 1e-18 quote per base: `base + i * step`, i from 0 to 14. */
export interface Strikes {
  readonly base: bigint;
  readonly step: bigint;
}

/** Fridays 08:00 UTC, 1 to 28 days ahead; beyond, up to a year, only the last of a quarter. Unix times. */
export function isOnGrid(expiry: bigint, now: bigint): boolean {
  const date = new Date(Number(expiry) * 1_000);
  const isFriday = date.getUTCDay() === 5 && expiry % DAY === 8n * 3_600n;
  if (!isFriday || expiry < now + DAY || expiry > now + YEAR) return false;
  return expiry <= now + 4n * WEEK || endsQuarter(date);
}

function endsQuarter(friday: Date): boolean {
  const later = new Date(friday.getTime() + Number(WEEK) * 1_000);
  return friday.getUTCMonth() % 3 === 2 && later.getUTCMonth() !== friday.getUTCMonth();
}

/** The strikes that an expiry `term` seconds ahead is listed with while the price is `spot`; none: out of range. */
export function strikesOf(spot: bigint, term: bigint): Strikes | undefined {
  const root = floorRoot((term << 128n) / YEAR);
  const part = (spot * root * 6_000n * 3n) / (70_000n << 64n);
  const step = niceBelow(part < spot / 8n ? part : spot / 8n);
  if (step === 0n) return undefined;
  const base = ((spot + step / 2n) / step - 7n) * step;
  return base < MIN_MARK || base + (STRIKES - 1n) * step > MAX_MARK ? undefined : { base, step };
}

/** The largest of 1, 2, 2.5 and 5 times a power of ten, whole, that is at most `limit`; 0 for 0. */
export function niceBelow(limit: bigint): bigint {
  let best = 0n;
  for (let ten = 1n; ten <= limit; ten *= 10n) {
    for (const each of [...NICE.map((n) => n * ten), ten >= 10n ? (5n * ten) / 2n : 0n]) {
      if (each <= limit && each > best) best = each;
    }
  }
  return best;
}

function floorRoot(x: bigint): bigint {
  if (x < 2n) return x;
  let root = 1n << BigInt((x.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
