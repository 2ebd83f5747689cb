// SPDX-License-Identifier: MIT

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function money(quote: number): string {
  return whole.format(quote);
}

export function count(value: number | null): string {
  return value === null ? "-" : whole.format(value);
}

/** A part of one in percent: two decimals, or two figures where that would be zero. */
export function percent(share: number | null): string {
  if (share === null) return "-";
  if (!Number.isFinite(share)) return "infinite";
  return share !== 0 && Math.abs(share) < 5e-5 ? `${(100 * share).toExponential(1)}%` : `${(100 * share).toFixed(2)}%`;
}

export function significant(value: number | null): string {
  if (value === null) return "-";
  return Math.abs(value) >= 100 ? whole.format(value) : String(Number(value.toPrecision(3)));
}

export function clock(time: number): string {
  return new Date(time * 1000).toISOString().slice(11, 19);
}

/** "missing 3, late 1", or "none". */
export function tally(record: Readonly<Record<string, number>>): string {
  return (
    Object.entries(record)
      .map(([name, times]) => `${name} ${times}`)
      .join(", ") || "none"
  );
}
