// SPDX-License-Identifier: MIT
const DAY = 86_400n;
const WEEK = 7n * DAY;
/** Friday, 2 January 1970, 08:00 UTC. */
const FIRST = DAY + 8n * 3_600n;
/** How far ahead an expiry is at least, up to when every Friday may be listed, and at most. */
const [MIN_TERM, WEEKLY_TERM, MAX_TERM] = [DAY, 28n * DAY, 365n * DAY];

/**
 * The expiries that may be listed at a time, as GridLib has them: Fridays 08:00 UTC, up to 28 days ahead all, then the
 * last of March, June, September and December. Unix time.
 */
export function listable(time: bigint): bigint[] {
  const expiries: bigint[] = [];
  const from = time + MIN_TERM - FIRST;
  for (let at = FIRST + ((from + WEEK - 1n) / WEEK) * WEEK; at <= time + MAX_TERM; at += WEEK) {
    if (at <= time + WEEKLY_TERM || endsQuarter(at)) expiries.push(at);
  }
  return expiries;
}

function endsQuarter(friday: bigint): boolean {
  const month = monthOf(friday);
  return month % 3 === 2 && monthOf(friday + WEEK) !== month;
}

/** 0 to 11. */
function monthOf(time: bigint): number {
  return new Date(Number(time) * 1_000).getUTCMonth();
}
