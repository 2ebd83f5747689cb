// SPDX-License-Identifier: MIT
// Which expiries may be listed: as contracts/options/GridLib.sol has it, which has the last word.

const DAY = 86_400n;
const WEEK = 7n * DAY;
const YEAR = 365n * DAY;
/** The first Friday 08:00 of Unix time: 1 January 1970 was a Thursday. */
const FIRST = DAY + 8n * 3_600n;
/** So many weeks ahead, every Friday is possible. */
const WEEKS = 4n;

/** Fridays 08:00 UTC, 1 to 28 days ahead; beyond, up to a year, only the last of a quarter. Soonest first. */
export function possibleExpiries(now: bigint): bigint[] {
  const found: bigint[] = [];
  const soonest = now + DAY;
  let friday = FIRST + ((soonest - FIRST + WEEK - 1n) / WEEK) * WEEK;
  for (; friday <= now + YEAR; friday += WEEK) {
    if (friday <= now + WEEKS * WEEK || endsQuarter(friday)) found.push(friday);
  }
  return found;
}

function endsQuarter(friday: bigint): boolean {
  const monthOf = (time: bigint) => new Date(Number(time) * 1_000).getUTCMonth();
  return monthOf(friday) % 3 === 2 && monthOf(friday + WEEK) !== monthOf(friday);
}
